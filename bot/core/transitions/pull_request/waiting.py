"""What a task's pull request waits for, and when it is fetched again."""

from dataclasses import replace

from bot.core.effects import FetchPullRequest
from bot.core.merge_policy import Verdict
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.task import Task
from bot.core.transitions.transition import Transition

# Webhooks come first; these fetches are for those that get lost.
FETCH_SECONDS = (60.0, 120.0, 300.0, 600.0)


def fetch(transition: Transition, task: Task, after: float = 0) -> None:
    """Fetch the task's pull request, in `after` seconds."""
    if task.pull_request_number is not None:
        transition.emit(
            FetchPullRequest(
                task=task.number,
                number=task.pull_request_number,
                base=transition.epic.base_of(task),
            ),
            after,
        )


def wait(transition: Transition, task: Task, verdict: Verdict) -> Task:
    """Fetch again when the verdict changes by itself, or else ever more rarely."""
    request, reason = task.pull_request, verdict.wait
    assert request is not None
    assert reason is not None
    again = transition.in_seconds(FETCH_SECONDS[min(request.fetches, len(FETCH_SECONDS) - 1)])
    if verdict.until is not None:
        again = min(again, verdict.until)
    if task.wait != reason:
        transition.log(Notice(kind=NoticeKind.WAITING, wait=reason), task.number)
    return transition.update(
        task,
        pull_request=replace(request, fetches=request.fetches + 1),
        wait=reason,
        needs_person=verdict.needs_person,
        due_at=again,
    )


def waiting_task(transition: Transition, number: int, head: CommitSha | None = None) -> Task | None:
    """Return the task while its pull request waits in an active epic, at `head` if given."""
    task = transition.epic.task(number)
    if task is None or task.pull_request is None or task.status is not TaskStatus.PR_OPEN:
        return None
    if transition.epic.status is not EpicStatus.ACTIVE:
        return None
    return task if head is None or task.pull_request.head_sha == head else None
