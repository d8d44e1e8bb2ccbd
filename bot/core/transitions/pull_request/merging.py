"""The merge itself: asked for, under way, queued, refused."""

from dataclasses import replace

from bot.core.effects import (
    EnableAutoMerge,
    FetchMerge,
    MergePullRequest,
    merge_of_pull_request,
)
from bot.core.events import (
    AutoMergeSet,
    Enqueued,
    Merged,
    MergePending,
    MergeRefused,
    PullRequestFetched,
)
from bot.core.merge_policy import Step, Verdict
from bot.core.model.epic import PullRequest, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import MergeMethod
from bot.core.text.closing_keywords import without_closing_any
from bot.core.text.sanitize import one_line
from bot.core.transitions.agent_run.launch import call_off, stop
from bot.core.transitions.epic.endings import complete, fail
from bot.core.transitions.pull_request.waiting import FETCH_SECONDS, fetch, wait
from bot.core.transitions.transition import Transition, plain

MAX_MERGE_FETCH = 60.0
HELD_BACK_FETCH = 5.0
MAX_REFUSED_MERGES = 5


def _method(transition: Transition, task: Task, event: PullRequestFetched) -> str | None:
    """How it is merged: as the settings say, else the first way that is allowed.

    Where that leaves none the task fails, and says what to change.
    """
    allowed, queued_instruction = event.rules.merge_methods, transition.epic.settings.merge_method
    if queued_instruction in allowed:
        return queued_instruction
    if queued_instruction is None and allowed:
        return allowed[0]
    fail(transition, task, _no_method(queued_instruction, allowed))
    return None


def _no_method(queued_instruction: MergeMethod | None, allowed: tuple[str, ...]) -> str:
    if not allowed:
        may = "the repository and its rules together allow no way of merging: allow"
        if queued_instruction is None:
            return f"{may} squash, merge or rebase on GitHub"
        return f"{may} {queued_instruction} on GitHub, which `merge.method` asks for"
    return (
        f"`merge.method` is {queued_instruction}, but the repository and its rules allow only"
        f" {' and '.join(allowed)}: set it to {' or '.join(allowed)} in `.github/orchestra.yml`,"
        f" or allow {queued_instruction} on GitHub"
    )


def merge(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Ask for the merge of the head that was judged."""
    snapshot, method = event.snapshot, _method(transition, task, event)
    if method is None:
        return
    if other := _merge_before(transition, transition.epic.base_of(task)):
        until = transition.in_seconds(HELD_BACK_FETCH)
        wait(transition, task, Verdict(step=Step.WAIT, reason=other, until=until))
        return
    assert task.pull_request is not None
    transition.emit(
        MergePullRequest(
            task=task.number,
            number=snapshot.number,
            head=snapshot.head_sha,
            method=method,
            title=_title(task, snapshot.number),
            message=_message(transition, task),
            attempt=task.pull_request.merge_attempt,
        )
    )
    _merging(transition, task, task.pull_request, "GitHub to merge it")
    transition.log(f"merging pull request #{snapshot.number}", task.number)


def _merge_before(transition: Transition, base: str) -> str | None:
    """The merge that goes into `base` first: one at a time, over all epics.

    GitHub's own queue takes turns by itself.
    """
    for task in transition.epic.tasks:
        queued = task.pull_request is not None and task.pull_request.is_queued
        merging = task.status is TaskStatus.MERGING and not queued
        if merging and transition.epic.base_of(task) == base:
            return f"the merge of {task.name}"
    if transition.base_taken_by is not None:
        return f"the merge that #{transition.base_taken_by} has under way into `{base}`"
    return None


def _title(task: Task, number: int) -> str:
    """A person's words, which become a commit's: on the default branch they would close issues."""
    return f"{without_closing_any(one_line(task.title))} (#{number})"


def _message(transition: Transition, task: Task) -> str:
    if task.is_final_pull_request:
        return f"Refs #{transition.epic.issue_number}"
    return f"Task {task.number} of #{transition.epic.issue_number}"


def _merging(transition: Transition, task: Task, request: PullRequest, waiting_for: str) -> Task:
    return transition.update(
        task,
        status=TaskStatus.MERGING,
        pull_request=replace(request, fetches=0, merge_uuid=None),
        waiting_for=waiting_for,
        needs_person=False,
        due_at=transition.in_seconds(FETCH_SECONDS[-1]),
    )


def set_auto_merge(
    transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict
) -> None:
    """What GitHub alone can judge, GitHub merges by itself."""
    snapshot, method = event.snapshot, _method(transition, task, event)
    if method is None:
        return
    task = wait(transition, task, verdict)
    assert task.pull_request is not None
    task = transition.update(
        task, pull_request=replace(task.pull_request, auto_merge_requested=True)
    )
    assert task.pull_request is not None
    transition.emit(
        EnableAutoMerge(
            task=task.number,
            number=snapshot.number,
            node_id=snapshot.node_id,
            head=snapshot.head_sha,
            method=method,
            title=_title(task, snapshot.number),
            message=_message(transition, task),
            attempt=task.pull_request.merge_attempt,
        )
    )


def auto_merge_set(transition: Transition, event: AutoMergeSet) -> None:
    """Remember that it is on, to switch it off when it is not wanted any more."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    task = transition.update(task, pull_request=replace(task.pull_request, auto_merge=True))
    transition.log("GitHub merges it by itself once its rules are met", task.number)
    if task.pull_request is not None and not task.pull_request.auto_merge_requested:
        # It was judged unfit while GitHub was asked.
        call_off(transition, task)
    else:
        _call_off_if_unwanted(transition, task)


def enqueued(transition: Transition, event: Enqueued) -> None:
    """It is in the merge queue: the rest is GitHub's."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    task = transition.update(task, pull_request=replace(task.pull_request, is_queued=True))
    transition.log("in the merge queue", task.number)
    if task.status is TaskStatus.MERGING:
        transition.update(
            task, waiting_for="the merge queue", due_at=transition.in_seconds(FETCH_SECONDS[0])
        )
    else:
        _call_off_if_unwanted(transition, task)


def _call_off_if_unwanted(transition: Transition, task: Task) -> None:
    if transition.epic.status is not EpicStatus.ACTIVE or not task.status.is_under_way:
        # Stopping calls off what is on its way.
        stop(transition, task)


def pending(transition: Transition, event: MergePending) -> None:
    """GitHub merges in the background: ask again, ever more rarely."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    request = task.pull_request
    seconds = min(MAX_MERGE_FETCH, 2.0**request.fetches)
    request = replace(request, merge_uuid=event.uuid, fetches=request.fetches + 1)
    task = transition.update(task, pull_request=request)
    ask_merge(transition, task, seconds)


def ask_merge(transition: Transition, task: Task, after: float) -> None:
    """Ask how the background merge went."""
    request = task.pull_request
    if request is not None and request.merge_uuid is not None:
        transition.emit(
            FetchMerge(
                task=task.number,
                number=request.number,
                head=request.head_sha,
                uuid=request.merge_uuid,
            ),
            after,
        )


def merged(transition: Transition, event: Merged) -> None:
    """GitHub merged it for us; maybe after a cancel that came too late."""
    task = transition.epic.task(event.task)
    if task is not None and task.status is not TaskStatus.COMPLETED:
        complete(transition, task, event.sha)


def refused(transition: Transition, event: MergeRefused) -> None:
    """Look again and judge reset; give up when GitHub keeps refusing the same head.

    What a person must see to is not tried again for this head.
    """
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    transition.cancel_pending(merge_of_pull_request(task.pull_request.number))
    transition.log(f"GitHub did not merge: {event.reason}", task.number)
    if event.auto_merge:
        _auto_merge_refused(transition, task, event)
        return
    was_merging = task.status is TaskStatus.MERGING
    count = task.pull_request.refused_merges + 1
    request = replace(
        task.pull_request,
        refused_merges=count,
        refusal=plain(event.reason),
        merge_forbidden=event.needs_person,
        merge_uuid=None,
        is_queued=False,
        fetches=0,
    )
    task = transition.update(task, pull_request=request)
    if not was_merging:
        return
    task = transition.update(
        task,
        status=TaskStatus.PR_OPEN,
        waiting_for=f"another try at the merge ({event.reason})",
    )
    if event.needs_person:
        reason = f"a person to merge it: {request.refusal}"
        wait(transition, task, Verdict(step=Step.ASK_PERSON, reason=reason, needs_person=True))
    elif count >= MAX_REFUSED_MERGES and transition.epic.status is EpicStatus.ACTIVE:
        fail(transition, task, f"GitHub does not merge it: {event.reason}")
    else:
        fetch(transition, task, 2.0**count - 2)


def _auto_merge_refused(transition: Transition, task: Task, event: MergeRefused) -> None:
    """These refusals use up no try at a merge: once the rules are met, we merge ourselves."""
    request = task.pull_request
    assert request is not None
    count = request.refused_auto_merges + 1
    request = replace(request, refused_auto_merges=count, auto_merge_requested=False, fetches=0)
    task = transition.update(task, pull_request=request)
    if task.status is not TaskStatus.PR_OPEN or transition.epic.status is not EpicStatus.ACTIVE:
        return
    if event.needs_person or count >= MAX_REFUSED_MERGES:
        refusal = f"auto-merge is refused: {plain(event.reason)}"
        task = transition.update(task, pull_request=replace(request, refusal=refusal))
    task = transition.update(task, waiting_for=f"another try at the merge ({event.reason})")
    fetch(transition, task, 2.0**count - 2)


def still_merging(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """A look at a pull request that is being merged: what the queue did with it."""
    request, position = task.pull_request, event.snapshot.queue_position
    assert request is not None
    if request.is_queued and position is None and event.snapshot.is_open:
        reason = "the merge queue took it out"
        refused(transition, MergeRefused(task=task.number, head=request.head_sha, reason=reason))
        return
    waiting = task.waiting_for
    if position is not None:
        waiting = f"the merge queue (position {position})"
    seconds = FETCH_SECONDS[0] if request.is_queued else FETCH_SECONDS[-1]
    transition.update(task, waiting_for=waiting, due_at=transition.in_seconds(seconds))
