"""One launch of an agent."""

from dataclasses import dataclass
from datetime import datetime

from bot.core.model.identifiers import AgentStatus, RunId


@dataclass(frozen=True, kw_only=True)
class AgentRun:
    """One launch of an agent for a task.

    A follow-up is a further turn of the same run. `running_since_prompt` tells whether the agent was
    seen at work since the last prompt: Cursor's v0 keeps saying FINISHED until it wakes.
    """

    id: RunId
    task_number: int
    attempt: int
    branch: str
    start_ref: str
    agent_id: str | None = None
    url: str | None = None
    status: AgentStatus = AgentStatus.CREATING
    prompt_index: int = 1
    prompted_at: datetime | None = None
    running_since_prompt: bool = False
    cursor_run_id: str | None = None
    stop_requested: bool = False
    lost: bool = False
    summary: str | None = None
    launched_at: datetime | None = None
    deadline: datetime | None = None
    ended_at: datetime | None = None
