"""A task's pull request as GitHub shows it: opened, changed, fetched, closed, merged."""

from dataclasses import replace

from bot.core.effects import merge_of_pull_request
from bot.core.events import (
    CheckRunUpdated,
    PullRequestChanged,
    PullRequestFetched,
    PullRequestOpened,
    PullRequestRefused,
)
from bot.core.model.epic import Epic
from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.observations import CheckState, PullRequestSnapshot
from bot.core.model.pull_request import Judged, MergeAttempts, PullRequest
from bot.core.model.pushes import MAX_PUSHES, Push
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.fetching import fetch_work
from bot.core.transitions.agent_run.follow_up import is_looked_for
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import cancel_our_auto_merge
from bot.core.transitions.agent_run.work import continue_after_end, open_instead
from bot.core.transitions.epic.endings import complete, fail, lift_pause
from bot.core.transitions.pull_request.elsewhere import merged_elsewhere
from bot.core.transitions.pull_request.evaluation import closed, evaluate_and_act
from bot.core.transitions.pull_request.fix_rounds import end_round, send_back
from bot.core.transitions.pull_request.merging import still_merging
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

_WATCHED = (TaskStatus.PR_OPEN, TaskStatus.MERGING, TaskStatus.FAILED)


def changed(transition: Transition, event: PullRequestChanged) -> None:
    """Fetch it: somebody or something changed it."""
    task = transition.epic.task(event.task)
    if task is None:
        return
    task = _stirred(transition, task, event)
    if transition.epic.status not in (EpicStatus.ACTIVE, EpicStatus.PAUSED):
        return
    if task.status is TaskStatus.FAILED and task.pull_request_number is None and task.run:
        # One may have come from its branch after all.
        fetch_work(transition, task, task.run)
    elif task.status in _WATCHED or _may_be_merged_by_others(task):
        fetch(transition, task)


def _stirred(transition: Transition, task: Task, event: PullRequestChanged) -> Task:
    """Note that it has to be judged again; withdraw a merge into what it goes into no more."""
    if event.push is not None:
        task = _with_pushes(transition, task, (event.push,))
    request = task.pull_request
    if request is None or not (event.stirs or event.retargeted):
        return task
    request = replace(request, stirred_at=transition.now)
    task = transition.update(task, pull_request=request)
    if not event.retargeted:
        return task
    transition.cancel_pending(merge_of_pull_request(request.number))
    is_queued = request.is_queued
    if task.status is TaskStatus.MERGING and not (is_queued or _is_being_merged(task)):
        reason = Wait(kind=WaitKind.PULL_REQUEST)
        task = transition.update(task, status=TaskStatus.PR_OPEN, wait=reason)
    return task


def _may_be_merged_by_others(task: Task) -> bool:
    """Return whether people may act on its pull request while its agent is at work, or waits."""
    is_agents_turn = task.status in (TaskStatus.PROCESSING, TaskStatus.PENDING)
    return is_agents_turn and task.pull_request is not None


def opened(transition: Transition, event: PullRequestOpened) -> None:
    """Fetch the pull request that we opened."""
    task = transition.epic.task(event.task)
    if task is not None:
        fetch(transition, transition.update(task, pull_request_number=event.number))


def refused(transition: Transition, event: PullRequestRefused) -> None:
    """Fail the task: GitHub refuses what its pull request needs."""
    task = transition.epic.task(event.task)
    if task is not None and task.status.is_under_way:
        failure = Failure(kind=FailureKind.PULL_REQUEST_REFUSED, quote=event.reason)
        fail(transition, task, failure)


def check_run_updated(transition: Transition, event: CheckRunUpdated) -> None:
    """Remember the check run, to update it as long as the head stays."""
    task = transition.epic.task(event.task)
    if task is not None:
        transition.update(task, check_run_id=event.check_run_id, check_run_sha=event.sha)


def fetched(transition: Transition, event: PullRequestFetched) -> None:
    """Use one complete fetch of the task's pull request."""
    task = transition.epic.task(event.task)
    if task is None or not _may_be_its_own(task, event.snapshot.number):
        return
    snapshot = event.snapshot
    if foreign := _foreign(transition.epic, task, snapshot):
        if snapshot.is_merged and foreign.kind is FailureKind.WRONG_BASE:
            _elsewhere(transition, task, snapshot)
        elif _is_being_merged(task) and snapshot.is_open:
            # Where it goes shows when it is there; GitHub may still refuse.
            still_merging(transition, task, event)
        elif task.status.is_under_way:
            fail(transition, transition.update(task, pull_request_number=snapshot.number), foreign)
        return
    task = _with_pushes(transition, task, event.pushes)
    was_open = task.pull_request is not None and task.pull_request.is_open
    task, event = _another_head(transition, task, event)
    task = transition.update(
        task,
        pull_request=_observed(transition, task, event),
        pull_request_number=snapshot.number,
        branch=snapshot.head_branch,
        base_sha=event.merge_base or task.base_sha or snapshot.base_sha,
    )
    if snapshot.is_merged:
        if task.status is not TaskStatus.COMPLETED:
            complete(transition, task, snapshot.merge_sha, snapshot.merged_by)
        return
    failed = task.status is TaskStatus.FAILED and not transition.epic.status.is_final
    if failed and snapshot.is_open and not was_open:
        task = _reopened(transition, task)
    _continue(transition, task, event)


def _may_be_its_own(task: Task, number: int) -> bool:
    """Return False for one that was given up while the fetch was under way.

    Only an agent that has finished brings one that is not known yet.
    """
    if task.pull_request_number == number:
        return True
    run = task.run
    return run is not None and run.status.is_final and task.status is not TaskStatus.PENDING


def _with_pushes(transition: Transition, task: Task, pushes: tuple[Push, ...]) -> Task:
    """Remember who pushed what: a webhook may tell of a push twice."""
    new = [push for push in pushes if push not in task.pushes]
    return transition.update(task, pushes=(*task.pushes, *new)[-MAX_PUSHES:]) if new else task


def _is_being_merged(task: Task) -> bool:
    """Return whether GitHub merges it in the background, which nobody can call off."""
    request = task.pull_request
    pending = request is not None and request.merge.uuid is not None and not request.is_queued
    return pending and task.status is TaskStatus.MERGING


def _elsewhere(transition: Transition, task: Task, snapshot: PullRequestSnapshot) -> None:
    """Take a merge into another branch for what it is, whoever merged."""
    if task.status.is_under_way:
        request = task.pull_request
        auto_merged = request is not None and request.merge.auto_merge_requested
        by_us = task.status is TaskStatus.MERGING or auto_merged
        task = transition.update(task, pull_request_number=snapshot.number)
        merged_elsewhere(transition, task, snapshot.base_branch, snapshot.merge_sha, by_us=by_us)


def _foreign(epic: Epic, task: Task, snapshot: PullRequestSnapshot) -> Failure | None:
    """Return why the epic may not merge this pull request."""
    if not snapshot.is_same_repository:
        return Failure(kind=FailureKind.FORK, pull_request=snapshot.number)
    if snapshot.base_branch != epic.base_of(task):
        return Failure(
            kind=FailureKind.WRONG_BASE,
            pull_request=snapshot.number,
            branch=snapshot.base_branch,
            expected_branch=epic.base_of(task),
        )
    return None


def _another_head(
    transition: Transition, task: Task, event: PullRequestFetched
) -> tuple[Task, PullRequestFetched]:
    """Take a merge back when something was pushed meanwhile: the new head is evaluated first."""
    request = task.pull_request
    if request is None or request.head_sha == event.snapshot.head_sha:
        return task, event
    if request.merge.auto_merge_requested and event.snapshot.is_open:
        task = cancel_our_auto_merge(transition, task)
        event = replace(event, snapshot=replace(event.snapshot, auto_merge=False))
    if task.status is TaskStatus.MERGING:
        transition.cancel_pending(merge_of_pull_request(request.number))
        task = transition.update(task, status=TaskStatus.PR_OPEN)
    return task, event


def _observed(transition: Transition, task: Task, event: PullRequestFetched) -> PullRequest:
    snapshot, known = event.snapshot, task.pull_request
    if known is None or (known.head_sha, known.number) != (snapshot.head_sha, snapshot.number):
        known = PullRequest(
            number=snapshot.number,
            url=snapshot.url,
            head_sha=snapshot.head_sha,
            head_seen_at=transition.now,
            stirred_at=known.stirred_at if known else None,
            merge=MergeAttempts(directly=known is not None and known.merge.directly),
            judged=known.judged if known else Judged(),
        )
    queued = snapshot.queue_position is not None
    return replace(
        known,
        node_id=snapshot.node_id,
        head_branch=snapshot.head_branch,
        base_head=snapshot.base.sha,
        pending_at=(known.pending_at or transition.now) if _has_pending_status(snapshot) else None,
        merge_base=event.merge_base,
        is_draft=snapshot.is_draft,
        is_open=snapshot.is_open,
        is_queued=queued or (known.is_queued and task.status is TaskStatus.MERGING),
        auto_merge=snapshot.auto_merge,
        unknown_fetches=known.unknown_fetches + 1 if snapshot.mergeable is None else 0,
    )


def _has_pending_status(snapshot: PullRequestSnapshot) -> bool:
    """Return whether a commit status is pending: GitHub tells only when it was last reported."""
    pending = (check for check in snapshot.checks if check.state is CheckState.RUNNING)
    return any(check.is_status for check in pending)


def _reopened(transition: Transition, task: Task) -> Task:
    fixes = replace(task.fixes, updated_head=None)
    task = transition.update(
        task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None, fixes=fixes
    )
    transition.log(Notice(kind=NoticeKind.PULL_REQUEST_REOPENED), task.number)
    lift_pause(transition)
    return task


def _continue(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Fail the task whose pull request was closed; else continue while the epic is active."""
    active, is_open = transition.epic.status is EpicStatus.ACTIVE, event.snapshot.is_open
    # Retried after it was closed, and nothing open has taken its place.
    if not is_open and active and is_looked_for(task):
        if branch := event.snapshot.head_renamed_to:
            open_instead(transition, task, branch)
        else:
            launch(transition, task)
        return
    # An agent at work on what a person closed has nothing left to work for. It may close it itself,
    # and open another.
    by_agent = event.snapshot.closed_by_bot and not (task.run and task.run.status.is_final)
    closed_early = not is_open and task.status is TaskStatus.PROCESSING and not by_agent
    closed_in_pause = not is_open and task.status is TaskStatus.PR_OPEN and not active
    if closed_early or closed_in_pause:
        fail(transition, task, closed(event))
    elif not active:
        return
    elif task.status is TaskStatus.PROCESSING:
        _after_agent(transition, task, event)
    elif task.status is TaskStatus.PR_OPEN:
        # A round that a person started again after its agent had failed ends here too.
        evaluate_and_act(transition, end_round(transition, task), event)
    elif task.status is TaskStatus.MERGING:
        still_merging(transition, task, event)


def _after_agent(transition: Transition, task: Task, event: PullRequestFetched) -> None:
    """Watch the pull request once its agent has finished."""
    run = task.run
    if run is None or not run.status.is_final or task.retry_at is not None:
        return
    if run.status is not AgentStatus.FINISHED:
        continue_after_end(transition, task, run)
        return
    summary = run.summary or task.summary
    task = transition.update(task, status=TaskStatus.PR_OPEN, failure=None, summary=summary)
    task = end_round(transition, task)
    notice = Notice(kind=NoticeKind.PULL_REQUEST_WATCHED, pull_request=event.snapshot.number)
    transition.log(notice, task.number)
    if task.fixes.queued_instruction is not None and event.snapshot.is_open:
        send_back(transition, task, FixKind.PERSON, task.fixes.queued_instruction)
    else:
        evaluate_and_act(transition, task, event)
