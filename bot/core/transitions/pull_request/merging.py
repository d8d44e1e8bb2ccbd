"""The merge itself: requested, under way, done, refused."""

from dataclasses import replace

from bot.core.effects import FetchMerge, MergePullRequest, merge_of_pull_request
from bot.core.events import (
    Merged,
    MergeOutdated,
    MergePending,
    MergeRefused,
    PullRequestFetched,
)
from bot.core.merge_policy import Step, Verdict
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import MergeRefusal, PullRequest
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.reservations import Holder, MergeSlot
from bot.core.retry import after_refused_merge, doubling
from bot.core.transitions.epic.endings import complete, fail
from bot.core.transitions.pull_request.auto_merge import MAX_REFUSALS, auto_merge_refused
from bot.core.transitions.pull_request.elsewhere import merged_elsewhere
from bot.core.transitions.pull_request.merge_request import message, method, title
from bot.core.transitions.pull_request.waiting import FETCH_SECONDS, fetch, wait
from bot.core.transitions.transition import Transition, quoted

MAX_MERGE_FETCH = 60.0
HELD_BACK_FETCH = 5.0
# A merge into a branch that others merge into all the time is tried again after so many seconds.
FIRST_MOVED_FETCH = 5.0
# The first refusal may be about something that has passed meanwhile.
BELIEVED_REFUSALS = 2


def merge(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Request the merge of the head that was evaluated."""
    snapshot, how = event.snapshot, method(transition.epic, event.rules.merge_methods)
    if isinstance(how, Failure):
        fail(transition, task, how)
        return
    base = transition.epic.base_of(task)
    if holder := transition.reserve(MergeSlot(base=base)):
        _wait_for_slot(transition, task, base, holder)
        return
    request = task.pull_request
    assert request is not None
    transition.emit(
        MergePullRequest(
            task=task.number,
            number=snapshot.number,
            head=snapshot.head_sha,
            method=how,
            title=title(task, snapshot.number),
            message=message(transition.epic, task),
            attempt=request.merge.number,
            fetched_at=event.fetched_at,
            directly=_is_direct(transition.epic, base, request),
        )
    )
    transition.update(
        task,
        status=TaskStatus.MERGING,
        pull_request=replace(request, fetches=0).with_merge(uuid=None),
        wait=Wait(kind=WaitKind.MERGE),
        needs_person=False,
        due_at=transition.in_seconds(FETCH_SECONDS[-1]),
    )
    notice = Notice(kind=NoticeKind.MERGE_REQUESTED, pull_request=snapshot.number)
    transition.log(notice, task.number)


def _is_direct(epic: Epic, base: str, request: PullRequest) -> bool:
    """Return whether to use the synchronous call, because GitHub refuses us the other.

    What a task was merged by is tried first for the next one. One that a person had to merge shows
    nothing.
    """
    if request.merge.directly or request.merge.refused:
        return request.merge.directly
    return any(
        task.pull_request is not None
        and task.pull_request.merge.directly
        and not task.pull_request.merge.forbidden
        and task.status is TaskStatus.COMPLETED
        and epic.base_of(task) == base
        for task in epic.tasks
    )


def _wait_for_slot(transition: Transition, task: Task, base: str, holder: Holder) -> None:
    reason = Wait(kind=WaitKind.OTHER_MERGE, branch=base, task=holder.task, issue=holder.issue)
    until = transition.in_seconds(HELD_BACK_FETCH)
    wait(transition, task, Verdict(step=Step.WAIT, wait=reason, until=until))


def pending(transition: Transition, event: MergePending) -> None:
    """Ask about a merge in the background again, ever more rarely."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    request = task.pull_request
    seconds = doubling(1.0, request.fetches, MAX_MERGE_FETCH)
    request = replace(request, fetches=request.fetches + 1).with_merge(uuid=event.uuid)
    fetch_merge(transition, transition.update(task, pull_request=request), seconds)


def fetch_merge(transition: Transition, task: Task, after: float) -> None:
    """Ask how the merge in the background went."""
    request = task.pull_request
    if request is not None and request.merge.uuid is not None:
        transition.emit(
            FetchMerge(
                task=task.number,
                number=request.number,
                head=request.head_sha,
                uuid=request.merge.uuid,
            ),
            after,
        )


def merged(transition: Transition, event: Merged) -> None:
    """Complete the task, also when a cancel came too late, if it went where it belongs."""
    task = transition.epic.task(event.task)
    if task is None or task.status is TaskStatus.COMPLETED:
        return
    if event.base_unknown and task.pull_request_number is not None:
        fetch(transition, task)
    elif event.base is not None and event.base != transition.epic.base_of(task):
        merged_elsewhere(transition, task, event.base, event.sha, by_us=True)
    else:
        complete(transition, task, event.sha)


def outdated(transition: Transition, event: MergeOutdated) -> None:
    """Judge it again: the merge was not sent."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    request = task.pull_request.with_merge(
        outdated=task.pull_request.merge.outdated + 1, auto_merge_requested=False
    )
    task = transition.update(task, pull_request=request)
    if task.status is TaskStatus.MERGING:
        reason = Wait(kind=WaitKind.PULL_REQUEST)
        task = transition.update(task, status=TaskStatus.PR_OPEN, wait=reason)
    if task.status is TaskStatus.PR_OPEN:
        fetch(transition, task)


def refused(transition: Transition, event: MergeRefused) -> None:
    """Fetch and evaluate again; a head that is refused twice is a person's.

    That the base moved is no refusal of the head.
    """
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    transition.cancel_pending(merge_of_pull_request(task.pull_request.number))
    transition.log(Notice(kind=NoticeKind.MERGE_REFUSED, quote=event.reason), task.number)
    if event.auto_merge:
        auto_merge_refused(transition, task, task.pull_request, event)
        return
    was_merging, request = task.status is TaskStatus.MERGING, _after_refusal(task, event)
    task = transition.update(task, pull_request=request)
    if was_merging:
        _try_again(transition, task, request, event)


def _after_refusal(task: Task, event: MergeRefused) -> PullRequest:
    request = task.pull_request
    assert request is not None
    return replace(request, is_queued=False, fetches=0).with_merge(
        uuid=None,
        refused=request.merge.refused + (not event.is_passing),
        moved=request.merge.moved + event.is_passing,
        refusal=MergeRefusal(quote=event.reason and quoted(event.reason)),
        forbidden=_is_a_persons(request, event),
        directly=request.merge.directly or event.other_call,
    )


def _is_a_persons(request: PullRequest, event: MergeRefused) -> bool:
    """Return whether this refusal says that GitHub will not take the head from us."""
    if event.is_passing or event.reason is None or _may_be_direct(request, event):
        return False
    return event.needs_person or request.merge.refused + 1 >= BELIEVED_REFUSALS


def _may_be_direct(request: PullRequest, event: MergeRefused) -> bool:
    """Return whether the synchronous call is still to be tried."""
    return event.other_call and not request.merge.directly


def _try_again(
    transition: Transition, task: Task, request: PullRequest, event: MergeRefused
) -> None:
    quote, count = event.reason and quoted(event.reason), request.merge.refused
    reason = Wait(kind=WaitKind.MERGE_RETRY, quote=quote)
    task = transition.update(task, status=TaskStatus.PR_OPEN, wait=reason)
    if request.merge.forbidden:
        reason = Wait(kind=WaitKind.MERGE_FORBIDDEN, quote=quote, merge_allowed=True)
        wait(transition, task, Verdict(step=Step.ASK_PERSON, wait=reason, needs_person=True))
    elif event.other_call:
        fetch(transition, task)
    elif count >= MAX_REFUSALS and transition.epic.status is EpicStatus.ACTIVE:
        fail(transition, task, Failure(kind=FailureKind.MERGE_REFUSED, quote=quote))
    elif event.is_passing:
        fetch(
            transition, task, doubling(FIRST_MOVED_FETCH, request.merge.moved - 1, MAX_MERGE_FETCH)
        )
    else:
        fetch(transition, task, after_refused_merge(count))


def still_merging(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Follow a merge in the queue, and notice when the queue took it out."""
    request, position = task.pull_request, event.snapshot.queue_position
    assert request is not None
    if request.is_queued and position is None and event.snapshot.is_open:
        refused(transition, MergeRefused(task=task.number, head=request.head_sha))
        return
    reason = task.wait
    if position is not None:
        reason = Wait(kind=WaitKind.MERGE_QUEUE, position=position)
    seconds = FETCH_SECONDS[0] if request.is_queued else FETCH_SECONDS[-1]
    transition.update(task, wait=reason, due_at=transition.in_seconds(seconds))
