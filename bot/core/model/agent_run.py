"""One launch of an agent."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.core.model.identifiers import AgentStatus, RunId
from bot.core.model.money import Bill


@dataclass(frozen=True, kw_only=True)
class AgentRun:
    """One launch of an agent for a task, and its follow-ups.

    `prompt_index` counts the prompts given to it, from 1; `status` is that of the latest, and
    `prompt_ref` the provider's own id for it. `opens_pull_request`: its pull request may yet appear
    by itself. `lost`: its launch was never answered. `model` is the one that it is launched with,
    None where the provider chooses, `bill` what it costs. `requested_at` is when the launch was
    decided on, so nothing of its agent's is older. `reported_branch` is the one that the provider
    says the agent worked on, where that is not the `branch` it was given.
    """

    id: RunId
    task_number: int
    attempt: int
    branch: str
    start_ref: str
    requested_at: datetime | None = None
    reported_branch: str | None = None
    agent_id: str | None = None
    url: str | None = None
    status: AgentStatus = AgentStatus.CREATING
    prompt_index: int = 1
    prompted_at: datetime | None = None
    prompt_ref: str | None = None
    opens_pull_request: bool = True
    stop_requested: bool = False
    lost: bool = False
    model: str | None = None
    bill: Bill = field(default_factory=Bill)
    summary: str | None = None
    launched_at: datetime | None = None
    deadline: datetime | None = None
    ended_at: datetime | None = None

    @property
    def marker(self) -> str:
        """What stands in the latest follow-up, and nowhere else."""
        return follow_up_marker(self.id, self.prompt_index)


def follow_up_marker(run: RunId, prompt_index: int) -> str:
    """Return what stands in the text of that prompt of a run, and nowhere else."""
    return f"orchestra:{run}:{prompt_index}"
