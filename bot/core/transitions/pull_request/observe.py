"""A task's pull request, looked at and judged."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.effects import EditPullRequestBody, MarkReady
from bot.core.events import (
    CheckShown,
    PullRequestChanged,
    PullRequestOpened,
    PullRequestRefused,
    PullRequestSeen,
)
from bot.core.merge_policy import Look, Step, Verdict, judge, red_checks
from bot.core.model.epic import Epic, FixKind, PullRequest, Task
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.settings import EpicSettings, MergeWhen
from bot.core.transitions.agent_run.launch import merge_keys, switch_auto_merge_off
from bot.core.transitions.agent_run.reports import after_end
from bot.core.transitions.epic.base_branch import base_turned
from bot.core.transitions.epic.endings import complete, fail, lift_pause
from bot.core.transitions.pull_request.fix_rounds import (
    changes_requested,
    checks_failed,
    conflict,
    round_over,
    send_back,
    update,
)
from bot.core.transitions.pull_request.merging import merge, set_auto_merge, still_merging
from bot.core.transitions.pull_request.waiting import look, wait
from bot.core.transitions.transition import Turn

MARK_READY_LOOK = 5.0
_WATCHED = (TaskStatus.PR_OPEN, TaskStatus.MERGING, TaskStatus.FAILED)


def changed(turn: Turn, event: PullRequestChanged) -> None:
    """Somebody or something touched it: look again."""
    task = turn.epic.task(event.task)
    watched = turn.epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED)
    if task is not None and watched and (task.status in _WATCHED or _is_sent_back(task)):
        look(turn, task)


def _is_sent_back(task: Task) -> bool:
    """Whether its agent is at work while the pull request is open for people to act on."""
    return task.status is TaskStatus.PROCESSING and task.pull_request is not None


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
    if task is None or not _may_be_its_own(task, event.snapshot.number):
        return
    snapshot = event.snapshot
    if stray := _stray(turn.epic, task, snapshot):
        if task.status.is_under_way:
            fail(turn, turn.put(task, pull_request_number=snapshot.number), stray)
        return
    was_closed = task.pull_request is not None and not task.pull_request.is_open
    task, event = _another_head(turn, task, event)
    task = turn.put(
        task,
        pull_request=_remembered(turn, task, event),
        pull_request_number=snapshot.number,
        branch=snapshot.head_branch,
        base_sha=event.merge_base or task.base_sha or snapshot.base_sha,
    )
    if snapshot.is_merged:
        if task.status is not TaskStatus.COMPLETED:
            complete(turn, task, snapshot.merge_sha, snapshot.merged_by)
        return
    failed = task.status is TaskStatus.FAILED and not turn.epic.status.is_final
    if failed and was_closed and snapshot.is_open:
        task = _reopened(turn, task)
    closed_early = not snapshot.is_open and task.status is TaskStatus.PROCESSING
    closed_in_pause = not snapshot.is_open and task.status is TaskStatus.PR_OPEN
    if closed_early or (closed_in_pause and turn.epic.status is not EpicStatus.ACTIVE):
        # An agent at work on it has nothing left to work for.
        fail(turn, task, _closed(event))
    elif turn.epic.status is EpicStatus.ACTIVE:
        _in_active_epic(turn, task, event)


def _may_be_its_own(task: Task, number: int) -> bool:
    """False for one that was given up while the look was on its way.

    One that is not known yet is shown by an agent whose turn is over.
    """
    if task.pull_request_number == number:
        return True
    run = task.run
    return run is not None and run.status.is_final and task.status is not TaskStatus.PENDING


def _another_head(turn: Turn, task: Task, event: PullRequestSeen) -> tuple[Task, PullRequestSeen]:
    """What was pushed while the merge was on its way is judged first."""
    request = task.pull_request
    if request is None or request.head_sha == event.snapshot.head_sha:
        return task, event
    if request.left_to_github and event.snapshot.is_open:
        task = switch_auto_merge_off(turn, task)
        event = replace(event, snapshot=replace(event.snapshot, auto_merge=False))
    if task.status is TaskStatus.MERGING:
        turn.withdraw(merge_keys(request))
        task = turn.put(task, status=TaskStatus.PR_OPEN)
    return task, event


def _remembered(turn: Turn, task: Task, event: PullRequestSeen) -> PullRequest:
    snapshot, known = event.snapshot, task.pull_request
    if known is None or (known.head_sha, known.number) != (snapshot.head_sha, snapshot.number):
        known = PullRequest(
            number=snapshot.number,
            url=snapshot.url,
            head_sha=snapshot.head_sha,
            head_seen_at=turn.now,
        )
    queued = snapshot.queue_position is not None
    return replace(
        known,
        node_id=snapshot.node_id,
        head_branch=snapshot.head_branch,
        base_head=snapshot.base.sha,
        merge_base=event.merge_base,
        is_draft=snapshot.is_draft,
        is_open=snapshot.is_open,
        is_queued=queued or (known.is_queued and task.status is TaskStatus.MERGING),
        auto_merge=snapshot.auto_merge,
        unknown_looks=known.unknown_looks + 1 if snapshot.mergeable is None else 0,
    )


def _stray(epic: Epic, task: Task, snapshot: PullRequestSnapshot) -> str | None:
    """Why this pull request is not one that the epic may merge."""
    if not snapshot.is_same_repository:
        return f"pull request #{snapshot.number} comes from a fork"
    if snapshot.base_branch != epic.base_of(task):
        return (
            f"pull request #{snapshot.number} goes into `{snapshot.base_branch}`"
            f" instead of `{epic.base_of(task)}`"
        )
    return None


def _reopened(turn: Turn, task: Task) -> Task:
    fixes = replace(task.fixes, updated_head=None)
    task = turn.put(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None, fixes=fixes)
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
        task = round_over(turn, task)
        turn.log(f"pull request #{event.snapshot.number} is being seen through", task.number)
        if task.fixes.wanted is not None and event.snapshot.is_open:
            send_back(turn, task, FixKind.PERSON, task.fixes.wanted)
            return
    if task.status is TaskStatus.PR_OPEN:
        # A round that a person took up again after its agent had failed is over too.
        _judge(turn, round_over(turn, task), event)
    elif task.status is TaskStatus.MERGING:
        still_merging(turn, task, event)


def _settings_of(turn: Turn, task: Task) -> EpicSettings:
    """What brings the whole epic home is to be approved, unless the epic says otherwise."""
    settings = turn.epic.settings
    if task.is_final_pull_request and turn.epic.overrides.merge_when is None:
        return replace(settings, merge_when=MergeWhen.APPROVED)
    return settings


def _judge(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    request = task.pull_request
    assert request is not None
    sight = Look(
        seen=event.snapshot,
        rules=event.rules,
        settings=_settings_of(turn, task),
        now=turn.now,
        head_seen_at=request.head_seen_at,
        own_app_id=event.own_app_id,
        is_fresh=event.is_fresh,
        merge_now=task.merge_now,
        may_change_workflows=event.may_change_workflows,
        epic=(turn.epic.repository, turn.epic.issue_number),
        refusal=request.refusal,
        never_merged=request.never_merged,
        unknown_before=max(request.unknown_looks - 1, 0),
    )
    if event.snapshot.is_open and not task.is_final_pull_request:
        base_turned(turn, event.snapshot.base, red_checks(sight))
        task = turn.epic.task(task.number) or task
    _take(turn, task, event, judge(sight))


def _take(turn: Turn, task: Task, event: PullRequestSeen, verdict: Verdict) -> None:
    if verdict.step is not Step.CHECKS_FAILED and task.pull_request is not None:
        task = turn.put(task, pull_request=replace(task.pull_request, red_at=None))
    if not verdict.leaves_auto_merge:
        task = switch_auto_merge_off(turn, task)
    match verdict.step:
        case Step.CLOSED:
            fail(turn, task, _closed(event))
        case Step.MARK_READY:
            _mark_ready(turn, task, event)
        case Step.CONFLICT:
            conflict(turn, task)
        case Step.EDIT_BODY:
            _edit_body(turn, task, verdict)
        case Step.AUTO_MERGE:
            set_auto_merge(turn, task, event, verdict)
        case Step.MERGE:
            merge(turn, task, event)
        case _:
            _BY_VERDICT.get(verdict.step, wait)(turn, task, verdict)


_BY_VERDICT: dict[Step, Callable[[Turn, Task, Verdict], object]] = {
    Step.UPDATE: update,
    Step.CHECKS_FAILED: checks_failed,
    Step.CHANGES_REQUESTED: changes_requested,
}


def _closed(event: PullRequestSeen) -> str:
    if not event.snapshot.head_branch_exists:
        return "its branch was deleted, which closed the pull request"
    by = event.snapshot.closed_by
    return f"pull request closed by @{by}" if by else "pull request closed without a merge"


def _mark_ready(turn: Turn, task: Task, event: PullRequestSeen) -> None:
    snapshot = event.snapshot
    turn.ask(MarkReady(task=task.number, number=snapshot.number, node_id=snapshot.node_id))
    turn.put(
        task,
        waiting_for="the draft to be marked ready",
        needs_person=False,
        look_at=turn.in_seconds(MARK_READY_LOOK),
    )


def _edit_body(turn: Turn, task: Task, verdict: Verdict) -> None:
    assert task.pull_request is not None
    turn.ask(EditPullRequestBody(task=task.number, number=task.pull_request.number))
    turn.log("its text would close the epic; it is to say “Refs” instead", task.number)
    wait(turn, task, verdict)


def check_shown(turn: Turn, event: CheckShown) -> None:
    """Remember the check run, to update it as long as the head stays."""
    task = turn.epic.task(event.task)
    if task is not None:
        turn.put(task, check_run_id=event.check_run_id, check_run_sha=event.sha)
