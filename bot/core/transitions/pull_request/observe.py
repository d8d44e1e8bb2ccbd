"""A task's pull request, looked at and judged."""

from collections.abc import Callable
from dataclasses import replace

from bot.core.effects import EditPullRequestBody, MarkReady, merge_of_pull_request
from bot.core.events import (
    CheckRunUpdated,
    PullRequestChanged,
    PullRequestFetched,
    PullRequestOpened,
    PullRequestRefused,
)
from bot.core.merge_policy import MergeCandidate, Step, Verdict, judge, red_checks
from bot.core.model.epic import Epic, FixKind, PullRequest, Task
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.settings import EpicSettings, MergeWhen
from bot.core.transitions.agent_run.launch import switch_auto_merge_off
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
from bot.core.transitions.pull_request.waiting import fetch, wait
from bot.core.transitions.transition import Transition

MARK_READY_FETCH = 5.0
_WATCHED = (TaskStatus.PR_OPEN, TaskStatus.MERGING, TaskStatus.FAILED)


def changed(transition: Transition, event: PullRequestChanged) -> None:
    """Somebody or something touched it: look again."""
    task = transition.epic.task(event.task)
    watched = transition.epic.status in (EpicStatus.ACTIVE, EpicStatus.PAUSED)
    if task is not None and watched and (task.status in _WATCHED or _is_sent_back(task)):
        fetch(transition, task)


def _is_sent_back(task: Task) -> bool:
    """Whether its agent is at work while the pull request is open for people to act on."""
    return task.status is TaskStatus.PROCESSING and task.pull_request is not None


def opened(transition: Transition, event: PullRequestOpened) -> None:
    """The bot opened it."""
    task = transition.epic.task(event.task)
    if task is not None:
        fetch(transition, transition.update(task, pull_request_number=event.number))


def refused(transition: Transition, event: PullRequestRefused) -> None:
    """GitHub will not do what the pull request needs."""
    task = transition.epic.task(event.task)
    if task is not None and task.status.is_under_way:
        fail(transition, task, event.reason)


def seen(transition: Transition, event: PullRequestFetched) -> None:
    """Judge one full look."""
    task = transition.epic.task(event.task)
    if task is None or not _may_be_its_own(task, event.snapshot.number):
        return
    snapshot = event.snapshot
    if foreign := _foreign(transition.epic, task, snapshot):
        if task.status.is_under_way:
            fail(transition, transition.update(task, pull_request_number=snapshot.number), foreign)
        return
    was_closed = task.pull_request is not None and not task.pull_request.is_open
    task, event = _another_head(transition, task, event)
    task = transition.update(
        task,
        pull_request=_remembered(transition, task, event),
        pull_request_number=snapshot.number,
        branch=snapshot.head_branch,
        base_sha=event.merge_base or task.base_sha or snapshot.base_sha,
    )
    if snapshot.is_merged:
        if task.status is not TaskStatus.COMPLETED:
            complete(transition, task, snapshot.merge_sha, snapshot.merged_by)
        return
    failed = task.status is TaskStatus.FAILED and not transition.epic.status.is_final
    if failed and was_closed and snapshot.is_open:
        task = _reopened(transition, task)
    closed_early = not snapshot.is_open and task.status is TaskStatus.PROCESSING
    closed_in_pause = not snapshot.is_open and task.status is TaskStatus.PR_OPEN
    if closed_early or (closed_in_pause and transition.epic.status is not EpicStatus.ACTIVE):
        # An agent at work on it has nothing left to work for.
        fail(transition, task, _closed(event))
    elif transition.epic.status is EpicStatus.ACTIVE:
        _in_active_epic(transition, task, event)


def _may_be_its_own(task: Task, number: int) -> bool:
    """False for one that was given up while the look was on its way.

    One that is not known yet is shown by an agent whose turn is over.
    """
    if task.pull_request_number == number:
        return True
    run = task.run
    return run is not None and run.status.is_final and task.status is not TaskStatus.PENDING


def _another_head(
    transition: Transition, task: Task, event: PullRequestFetched
) -> tuple[Task, PullRequestFetched]:
    """What was pushed while the merge was on its way is judged first."""
    request = task.pull_request
    if request is None or request.head_sha == event.snapshot.head_sha:
        return task, event
    if request.auto_merge_requested and event.snapshot.is_open:
        task = switch_auto_merge_off(transition, task)
        event = replace(event, snapshot=replace(event.snapshot, auto_merge=False))
    if task.status is TaskStatus.MERGING:
        transition.cancel_pending(merge_of_pull_request(request.number))
        task = transition.update(task, status=TaskStatus.PR_OPEN)
    return task, event


def _remembered(transition: Transition, task: Task, event: PullRequestFetched) -> PullRequest:
    snapshot, known = event.snapshot, task.pull_request
    if known is None or (known.head_sha, known.number) != (snapshot.head_sha, snapshot.number):
        known = PullRequest(
            number=snapshot.number,
            url=snapshot.url,
            head_sha=snapshot.head_sha,
            head_seen_at=transition.now,
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
        unknown_fetches=known.unknown_fetches + 1 if snapshot.mergeable is None else 0,
    )


def _foreign(epic: Epic, task: Task, snapshot: PullRequestSnapshot) -> str | None:
    """Why this pull request is not one that the epic may merge."""
    if not snapshot.is_same_repository:
        return f"pull request #{snapshot.number} comes from a fork"
    if snapshot.base_branch != epic.base_of(task):
        return (
            f"pull request #{snapshot.number} goes into `{snapshot.base_branch}`"
            f" instead of `{epic.base_of(task)}`"
        )
    return None


def _reopened(transition: Transition, task: Task) -> Task:
    fixes = replace(task.fixes, updated_head=None)
    task = transition.update(
        task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None, fixes=fixes
    )
    transition.log("pull request reopened", task.number)
    lift_pause(transition)
    return task


def _in_active_epic(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    if task.status is TaskStatus.PROCESSING:
        run = task.run
        if run is None or not run.status.is_final or task.retry_at is not None:
            return
        if run.status is not AgentStatus.FINISHED:
            after_end(transition, task, run)
            return
        task = transition.update(
            task, status=TaskStatus.PR_OPEN, summary=run.summary or task.summary
        )
        task = round_over(transition, task)
        transition.log(f"pull request #{event.snapshot.number} is being seen through", task.number)
        if task.fixes.queued_instruction is not None and event.snapshot.is_open:
            send_back(transition, task, FixKind.PERSON, task.fixes.queued_instruction)
            return
    if task.status is TaskStatus.PR_OPEN:
        # A round that a person took up again after its agent had failed is over too.
        _judge(transition, round_over(transition, task), event)
    elif task.status is TaskStatus.MERGING:
        still_merging(transition, task, event)


def _settings_of(transition: Transition, task: Task) -> EpicSettings:
    """What brings the whole epic home is to be approved, unless the epic says otherwise."""
    settings = transition.epic.settings
    if task.is_final_pull_request and transition.epic.overrides.merge_when is None:
        return replace(settings, merge_when=MergeWhen.APPROVED)
    return settings


def _judge(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    request = task.pull_request
    assert request is not None
    sight = MergeCandidate(
        seen=event.snapshot,
        rules=event.rules,
        settings=_settings_of(transition, task),
        now=transition.now,
        head_seen_at=request.head_seen_at,
        own_app_id=event.own_app_id,
        is_up_to_date=event.is_up_to_date,
        merge_now=task.merge_now,
        may_change_workflows=event.may_change_workflows,
        epic=(transition.epic.repository, transition.epic.issue_number),
        refusal=request.refusal,
        merge_forbidden=request.merge_forbidden,
        unknown_before=max(request.unknown_fetches - 1, 0),
    )
    if event.snapshot.is_open and not task.is_final_pull_request:
        base_turned(transition, event.snapshot.base, red_checks(sight))
        task = transition.epic.task(task.number) or task
    _take(transition, task, event, judge(sight))


def _take(transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict) -> None:
    if verdict.step is not Step.CHECKS_FAILED and task.pull_request is not None:
        task = transition.update(task, pull_request=replace(task.pull_request, red_at=None))
    if not verdict.leaves_auto_merge:
        task = switch_auto_merge_off(transition, task)
    match verdict.step:
        case Step.CLOSED:
            fail(transition, task, _closed(event))
        case Step.MARK_READY:
            _mark_ready(transition, task, event)
        case Step.CONFLICT:
            conflict(transition, task)
        case Step.EDIT_BODY:
            _edit_body(transition, task, verdict)
        case Step.AUTO_MERGE:
            set_auto_merge(transition, task, event, verdict)
        case Step.MERGE:
            merge(transition, task, event)
        case _:
            _BY_VERDICT.get(verdict.step, wait)(transition, task, verdict)


_BY_VERDICT: dict[Step, Callable[[Transition, Task, Verdict], object]] = {
    Step.UPDATE: update,
    Step.CHECKS_FAILED: checks_failed,
    Step.CHANGES_REQUESTED: changes_requested,
}


def _closed(event: PullRequestFetched) -> str:
    if not event.snapshot.head_branch_exists:
        return "its branch was deleted, which closed the pull request"
    by = event.snapshot.closed_by
    return f"pull request closed by @{by}" if by else "pull request closed without a merge"


def _mark_ready(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    snapshot = event.snapshot
    transition.emit(MarkReady(task=task.number, number=snapshot.number, node_id=snapshot.node_id))
    transition.update(
        task,
        waiting_for="the draft to be marked ready",
        needs_person=False,
        due_at=transition.in_seconds(MARK_READY_FETCH),
    )


def _edit_body(transition: Transition, task: Task, verdict: Verdict) -> None:
    assert task.pull_request is not None
    transition.emit(EditPullRequestBody(task=task.number, number=task.pull_request.number))
    transition.log("its text would close the epic; it is to say “Refs” instead", task.number)
    wait(transition, task, verdict)


def check_run_updated(transition: Transition, event: CheckRunUpdated) -> None:
    """Remember the check run, to update it as long as the head stays."""
    task = transition.epic.task(event.task)
    if task is not None:
        transition.update(task, check_run_id=event.check_run_id, check_run_sha=event.sha)
