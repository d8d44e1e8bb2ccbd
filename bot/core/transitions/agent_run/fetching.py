"""Asking for what an agent left on GitHub."""

from bot.core.effects import FetchWork
from bot.core.model.agent_run import AgentRun
from bot.core.model.task import Task
from bot.core.transitions.transition import Transition


def fetch_work(
    transition: Transition, task: Task, run: AgentRun, pull_request: int | None = None
) -> None:
    """Fetch what the run's agent left on GitHub; `pull_request` is the one that it reports."""
    transition.emit(
        FetchWork(
            task=task.number,
            run=run.id,
            branch=run.branch,
            base=transition.epic.base_of(task),
            pull_request=task.pull_request_number,
            reported_pull_request=pull_request,
            reported_branch=run.reported_branch,
            since=run.requested_at or run.launched_at,
        )
    )
