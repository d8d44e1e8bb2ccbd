"""A task's pull request, seen through to its merge."""

from dataclasses import replace

from bot.core.decide.agent import after_end
from bot.core.decide.outcomes import complete, fail, lift_pause
from bot.core.decide.turn import Turn
from bot.core.effects import LookAtMerge, LookAtPullRequest, MarkReady, MergePullRequest
from bot.core.epic import Epic, PullRequest, Task
from bot.core.events import (
    CheckShown,
    Merged,
    MergePending,
    MergeRefused,
    PullRequestChanged,
    PullRequestOpened,
    PullRequestRefused,
    PullRequestSeen,
)
from bot.core.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.merge_gate import Gate, Step, Verdict
from bot.core.messages import Message, MessageKind
from bot.core.snapshots import PullRequestSnapshot

# Webhooks come first; these looks are for those that get lost.
LOOKS_SECONDS = (60.0, 120.0, 300.0, 600.0)
LONGEST_MERGE_LOOK = 60.0
MAX_REFUSED_MERGES = 5
MARK_READY_LOOK = 5.0
_WATCHED = (TaskStatus.PR_OPEN, TaskStatus.MERGING, TaskStatus.FAILED)


def look(turn: Turn, task: Task, after: float = 0) -> None:
    """Ask for a look at the task's pull request."""
    if task.pull_request_number is not None:
        turn.ask(
            LookAtPullRequest(
                task=task.number, number=task.pull_request_number, base=turn.epic.base
            ),
            after,
        )


def changed(turn: Turn, event: PullRequestChanged) -> None:
    """Somebody or something touched it: look again."""
    task = turn.epic.task(event.task)
    watched = turn.epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED)
    if task is not None and watched and task.status in _WATCHED:
        look(turn, task)


def opened(turn: Turn, event: PullRequestOpened) -> None:
    """The bot opened it."""
    task = turn.epic.task(event.task)
    if task is not None:
        look(turn, turn.put(task, pull_request_number=event.number))


def refused(turn: Turn, event: PullRequestRefused) -> None:
    """GitHub will not do what the pull request needs."""
    task = turn.epic.task(event.task)
    if task is not None and task.status.is_under_way:
        fail(turn, task, event.reason)


def seen(turn: Turn, event: PullRequestSeen) -> None:
    """Judge one full look."""
    task = turn.epic.task(event.task)
    if task is None:
        return
    snapshot = event.snapshot
    if stray := _stray(turn.epic, snapshot):
        if task.status in (TaskStatus.PROCESSING, TaskStatus.PR_OPEN):
            fail(turn, turn.put(task, pull_request_number=snapshot.number), stray)
        return
    was_closed = task.pull_request is not None and not task.pull_request.is_open
    known = task.pull_request
    if known is None or known.head_sha != snapshot.head_sha or known.number != snapshot.number:
        known = PullRequest(
            number=snapshot.number,
            url=snapshot.url,
            head_sha=snapshot.head_sha,
            head_seen_at=turn.now,
        )
    known = replace(known, is_draft=snapshot.is_draft, is_open=snapshot.is_open)
    task = turn.put(
        task,
        pull_request=known,
        pull_request_number=snapshot.number,
        branch=snapshot.head_branch,
        base_sha=snapshot.base_sha,
    )
    if snapshot.is_merged:
        if task.status is not TaskStatus.COMPLETED:
            complete(turn, task, snapshot.merge_sha, snapshot.merged_by)
        return
    if was_closed and snapshot.is_open and task.status is TaskStatus.FAILED:
        task = _reopened(turn, task)
    if turn.epic.status is EpicStatus.ACTIVE:
        _in_active_epic(turn, task, event)
    elif not snapshot.is_open and task.status is TaskStatus.PR_OPEN:
        fail(turn, task, _closed(event))


def _stray(epic: Epic, snapshot: PullRequestSnapshot) -> str | None:
    """Why this pull request is not one that the epic may merge."""
    if not snapshot.is_same_repository:
        return f"pull request #{snapshot.number} comes from a fork"
    if snapshot.base_branch != epic.base:
        return (
            f"pull request #{snapshot.number} goes into `{snapshot.base_branch}`"
            f" instead of `{epic.base}`"
        )
    return None


def _reopened(turn: Turn, task: Task) -> Task:
    task = turn.put(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
    turn.log("pull request reopened", task.number)
    lift_pause(turn)
    return task


def _in_active_epic(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    if task.status is TaskStatus.PROCESSING:
        run = task.run
        if run is None or not run.status.is_final or task.retry_at is not None:
            return
        if run.status is not AgentStatus.FINISHED:
            after_end(turn, task, run)
            return
        task = turn.put(task, status=TaskStatus.PR_OPEN, summary=run.summary or task.summary)
        turn.log(f"pull request #{event.snapshot.number} is being seen through", task.number)
    if task.status is TaskStatus.PR_OPEN:
        _judge(turn, task, event)
    elif task.status is TaskStatus.MERGING:
        turn.put(task, look_at=turn.in_seconds(LOOKS_SECONDS[-1]))


def _judge(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    verdict = Gate(
        seen=event.snapshot,
        rules=event.rules,
        settings=turn.epic.settings,
        now=turn.now,
        head_seen_at=task.pull_request.head_seen_at if task.pull_request else None,
        own_app_id=event.own_app_id,
    ).judge()
    match verdict.step:
        case Step.MARK_READY:
            _mark_ready(turn, task, event)
        case Step.MERGE:
            _merge(turn, task, event)
        case Step.CLOSED:
            fail(turn, task, _closed(event))
        case Step.CHECKS_FAILED | Step.CONFLICT:
            fail(turn, task, verdict.reason)
        case Step.ASK_PERSON:
            _ask_person(turn, task, verdict)
        case _:
            _wait(turn, task, verdict)


def _closed(event: PullRequestSeen) -> str:
    by = event.snapshot.closed_by
    return f"pull request closed by @{by}" if by else "pull request closed without a merge"


def _mark_ready(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    snapshot = event.snapshot
    turn.ask(MarkReady(task=task.number, number=snapshot.number, node_id=snapshot.node_id))
    turn.put(
        task,
        waiting_for="the draft to be marked ready",
        look_at=turn.in_seconds(MARK_READY_LOOK),
    )


def _merge(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    snapshot, request = event.snapshot, task.pull_request
    assert request is not None
    if not event.rules.merge_methods:
        fail(turn, task, "the repository and its rules together allow no way of merging")
        return
    turn.ask(
        MergePullRequest(
            task=task.number,
            number=snapshot.number,
            head=snapshot.head_sha,
            method=event.rules.merge_methods[0],
            title=f"{task.title} (#{snapshot.number})",
            message=f"Task {task.number} of #{turn.epic.issue_number}",
            attempt=request.refused_merges,
        )
    )
    turn.put(
        task,
        status=TaskStatus.MERGING,
        pull_request=replace(request, looks=0, merge_uuid=None),
        waiting_for="GitHub to merge it",
        look_at=turn.in_seconds(LOOKS_SECONDS[-1]),
    )
    turn.log(f"merging pull request #{snapshot.number}", task.number)


def _ask_person(turn: Turn, task: Task, verdict: Verdict) -> None:
    _wait(turn, task, verdict)
    request = task.pull_request
    assert request is not None
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=turn.epic.started_by,
        text=f"Task {task.number} has been waiting for {verdict.reason} for too long.",
        task=task.number,
    )
    turn.say(message, f"ask:{task.number}:{request.head_sha}")


def _wait(turn: Turn, task: Task, verdict: Verdict) -> None:
    """Look again when the verdict changes by itself, or else ever more rarely."""
    request = task.pull_request
    assert request is not None
    again = turn.in_seconds(LOOKS_SECONDS[min(request.looks, len(LOOKS_SECONDS) - 1)])
    if verdict.until is not None:
        again = min(again, verdict.until)
    if task.waiting_for != verdict.reason:
        turn.log(f"waiting for {verdict.reason}", task.number)
    turn.put(
        task,
        pull_request=replace(request, looks=request.looks + 1),
        waiting_for=verdict.reason,
        look_at=again,
    )


def merge_pending(turn: Turn, event: MergePending) -> None:
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


def merge_refused(turn: Turn, event: MergeRefused) -> None:
    """Look again and judge afresh; give up when GitHub keeps refusing the same head."""
    task = turn.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    refused_merges = task.pull_request.refused_merges + 1
    request = replace(task.pull_request, refused_merges=refused_merges, merge_uuid=None, looks=0)
    was_merging = task.status is TaskStatus.MERGING
    task = turn.put(task, pull_request=request)
    turn.log(f"GitHub did not merge: {event.reason}", task.number)
    if not was_merging:
        return
    task = turn.put(
        task,
        status=TaskStatus.PR_OPEN,
        waiting_for=f"another try at the merge ({event.reason})",
    )
    if refused_merges >= MAX_REFUSED_MERGES and turn.epic.status is EpicStatus.ACTIVE:
        fail(turn, task, f"GitHub does not merge it: {event.reason}")
    else:
        look(turn, task, 2.0**refused_merges - 2)


def check_shown(turn: Turn, event: CheckShown) -> None:
    """Remember the check run, to update it as long as the head stays."""
    task = turn.epic.task(event.task)
    if task is not None:
        turn.put(task, check_run_id=event.check_run_id, check_run_sha=event.sha)
