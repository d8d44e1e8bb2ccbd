"""The merge itself: asked for, under way, queued, refused."""

from dataclasses import replace

from bot.core.effects import EnableAutoMerge, LookAtMerge, MergePullRequest
from bot.core.events import (
    AutoMergeSet,
    Enqueued,
    Merged,
    MergePending,
    MergeRefused,
    PullRequestSeen,
)
from bot.core.merge_policy import Step, Verdict
from bot.core.model.epic import PullRequest, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import MergeMethod
from bot.core.text.closing_keywords import without_closing_any
from bot.core.text.sanitize import one_line
from bot.core.transitions.agent_run.launch import call_off, merge_keys, stop
from bot.core.transitions.epic.endings import complete, fail
from bot.core.transitions.pull_request.waiting import LOOKS_SECONDS, look, wait
from bot.core.transitions.transition import Turn, plain

LONGEST_MERGE_LOOK = 60.0
HELD_BACK_LOOK = 5.0
MAX_REFUSED_MERGES = 5


def _method(turn: Turn, task: Task, event: PullRequestSeen) -> str | None:
    """How it is merged: as the settings say, else the first way that is allowed.

    Where that leaves none the task fails, and says what to change.
    """
    allowed, wanted = event.rules.merge_methods, turn.epic.settings.merge_method
    if wanted in allowed:
        return wanted
    if wanted is None and allowed:
        return allowed[0]
    fail(turn, task, _no_method(wanted, allowed))
    return None


def _no_method(wanted: MergeMethod | None, allowed: tuple[str, ...]) -> str:
    if not allowed:
        may = "the repository and its rules together allow no way of merging: allow"
        if wanted is None:
            return f"{may} squash, merge or rebase on GitHub"
        return f"{may} {wanted} on GitHub, which `merge.method` asks for"
    return (
        f"`merge.method` is {wanted}, but the repository and its rules allow only"
        f" {' and '.join(allowed)}: set it to {' or '.join(allowed)} in `.github/orchestra.yml`,"
        f" or allow {wanted} on GitHub"
    )


def merge(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    """Ask for the merge of the head that was judged."""
    snapshot, method = event.snapshot, _method(turn, task, event)
    if method is None:
        return
    if other := _merge_before(turn, turn.epic.base_of(task)):
        until = turn.in_seconds(HELD_BACK_LOOK)
        wait(turn, task, Verdict(step=Step.WAIT, reason=other, until=until))
        return
    assert task.pull_request is not None
    turn.ask(
        MergePullRequest(
            task=task.number,
            number=snapshot.number,
            head=snapshot.head_sha,
            method=method,
            title=_title(task, snapshot.number),
            message=_message(turn, task),
            attempt=task.pull_request.merge_attempt,
        )
    )
    _merging(turn, task, task.pull_request, "GitHub to merge it")
    turn.log(f"merging pull request #{snapshot.number}", task.number)


def _merge_before(turn: Turn, base: str) -> str | None:
    """The merge that goes into `base` first: one at a time, over all epics.

    GitHub's own queue takes turns by itself.
    """
    for task in turn.epic.tasks:
        queued = task.pull_request is not None and task.pull_request.is_queued
        merging = task.status is TaskStatus.MERGING and not queued
        if merging and turn.epic.base_of(task) == base:
            return f"the merge of {task.name}"
    if turn.base_taken_by is not None:
        return f"the merge that #{turn.base_taken_by} has under way into `{base}`"
    return None


def _title(task: Task, number: int) -> str:
    """A person's words, which become a commit's: on the default branch they would close issues."""
    return f"{without_closing_any(one_line(task.title))} (#{number})"


def _message(turn: Turn, task: Task) -> str:
    if task.is_final_pull_request:
        return f"Refs #{turn.epic.issue_number}"
    return f"Task {task.number} of #{turn.epic.issue_number}"


def _merging(turn: Turn, task: Task, request: PullRequest, waiting_for: str) -> Task:
    return turn.put(
        task,
        status=TaskStatus.MERGING,
        pull_request=replace(request, looks=0, merge_uuid=None),
        waiting_for=waiting_for,
        needs_person=False,
        look_at=turn.in_seconds(LOOKS_SECONDS[-1]),
    )


def set_auto_merge(turn: Turn, task: Task, event: PullRequestSeen, verdict: Verdict) -> None:
    """What GitHub alone can judge, GitHub merges by itself."""
    snapshot, method = event.snapshot, _method(turn, task, event)
    if method is None:
        return
    task = wait(turn, task, verdict)
    assert task.pull_request is not None
    task = turn.put(task, pull_request=replace(task.pull_request, left_to_github=True))
    assert task.pull_request is not None
    turn.ask(
        EnableAutoMerge(
            task=task.number,
            number=snapshot.number,
            node_id=snapshot.node_id,
            head=snapshot.head_sha,
            method=method,
            title=_title(task, snapshot.number),
            message=_message(turn, task),
            attempt=task.pull_request.merge_attempt,
        )
    )


def auto_merge_set(turn: Turn, event: AutoMergeSet) -> None:
    """Remember that it is on, to switch it off when it is not wanted any more."""
    task = turn.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    task = turn.put(task, pull_request=replace(task.pull_request, auto_merge=True))
    turn.log("GitHub merges it by itself once its rules are met", task.number)
    if task.pull_request is not None and not task.pull_request.left_to_github:
        # It was judged unfit while GitHub was asked.
        call_off(turn, task)
    else:
        _call_off_if_unwanted(turn, task)


def enqueued(turn: Turn, event: Enqueued) -> None:
    """It is in the merge queue: the rest is GitHub's."""
    task = turn.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    task = turn.put(task, pull_request=replace(task.pull_request, is_queued=True))
    turn.log("in the merge queue", task.number)
    if task.status is TaskStatus.MERGING:
        turn.put(task, waiting_for="the merge queue", look_at=turn.in_seconds(LOOKS_SECONDS[0]))
    else:
        _call_off_if_unwanted(turn, task)


def _call_off_if_unwanted(turn: Turn, task: Task) -> None:
    if turn.epic.status is not EpicStatus.ACTIVE or not task.status.is_under_way:
        # Stopping calls off what is on its way.
        stop(turn, task)


def pending(turn: Turn, event: MergePending) -> None:
    """GitHub merges in the background: ask again, ever more rarely."""
    task = turn.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    request = task.pull_request
    seconds = min(LONGEST_MERGE_LOOK, 2.0**request.looks)
    request = replace(request, merge_uuid=event.uuid, looks=request.looks + 1)
    task = turn.put(task, pull_request=request)
    ask_merge(turn, task, seconds)


def ask_merge(turn: Turn, task: Task, after: float) -> None:
    """Ask how the background merge went."""
    request = task.pull_request
    if request is not None and request.merge_uuid is not None:
        turn.ask(
            LookAtMerge(
                task=task.number,
                number=request.number,
                head=request.head_sha,
                uuid=request.merge_uuid,
            ),
            after,
        )


def merged(turn: Turn, event: Merged) -> None:
    """GitHub merged it for us; maybe after a cancel that came too late."""
    task = turn.epic.task(event.task)
    if task is not None and task.status is not TaskStatus.COMPLETED:
        complete(turn, task, event.sha)


def refused(turn: Turn, event: MergeRefused) -> None:
    """Look again and judge afresh; give up when GitHub keeps refusing the same head.

    What a person must see to is not tried again for this head.
    """
    task = turn.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    turn.withdraw(merge_keys(task.pull_request))
    turn.log(f"GitHub did not merge: {event.reason}", task.number)
    if event.auto_merge:
        _auto_merge_refused(turn, task, event)
        return
    was_merging = task.status is TaskStatus.MERGING
    count = task.pull_request.refused_merges + 1
    request = replace(
        task.pull_request,
        refused_merges=count,
        refusal=plain(event.reason),
        never_merged=event.needs_person,
        merge_uuid=None,
        is_queued=False,
        looks=0,
    )
    task = turn.put(task, pull_request=request)
    if not was_merging:
        return
    task = turn.put(
        task,
        status=TaskStatus.PR_OPEN,
        waiting_for=f"another try at the merge ({event.reason})",
    )
    if event.needs_person:
        reason = f"a person to merge it: {request.refusal}"
        wait(turn, task, Verdict(step=Step.ASK_PERSON, reason=reason, needs_person=True))
    elif count >= MAX_REFUSED_MERGES and turn.epic.status is EpicStatus.ACTIVE:
        fail(turn, task, f"GitHub does not merge it: {event.reason}")
    else:
        look(turn, task, 2.0**count - 2)


def _auto_merge_refused(turn: Turn, task: Task, event: MergeRefused) -> None:
    """These refusals use up no try at a merge: once the rules are met, we merge ourselves."""
    request = task.pull_request
    assert request is not None
    count = request.refused_auto_merges + 1
    request = replace(request, refused_auto_merges=count, left_to_github=False, looks=0)
    task = turn.put(task, pull_request=request)
    if task.status is not TaskStatus.PR_OPEN or turn.epic.status is not EpicStatus.ACTIVE:
        return
    if event.needs_person or count >= MAX_REFUSED_MERGES:
        refusal = f"auto-merge is refused: {plain(event.reason)}"
        task = turn.put(task, pull_request=replace(request, refusal=refusal))
    task = turn.put(task, waiting_for=f"another try at the merge ({event.reason})")
    look(turn, task, 2.0**count - 2)


def still_merging(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    """A look at a pull request that is being merged: what the queue did with it."""
    request, position = task.pull_request, event.snapshot.queue_position
    assert request is not None
    if request.is_queued and position is None and event.snapshot.is_open:
        reason = "the merge queue took it out"
        refused(turn, MergeRefused(task=task.number, head=request.head_sha, reason=reason))
        return
    waiting = task.waiting_for
    if position is not None:
        waiting = f"the merge queue (position {position})"
    seconds = LOOKS_SECONDS[0] if request.is_queued else LOOKS_SECONDS[-1]
    turn.put(task, waiting_for=waiting, look_at=turn.in_seconds(seconds))
