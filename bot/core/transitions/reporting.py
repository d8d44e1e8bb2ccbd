"""What people are shown, asked for whenever it would look different."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import UpdateCheckRun, UpdateProgressComment, UpdateStateLabel
from bot.core.events import (
    CommentDeleted,
    EffectFailed,
    Parked,
    ProgressCommentGone,
    ProgressCommentUpdated,
    Throttled,
)
from bot.core.model.epic import Epic, Fixes, PullRequest, Task
from bot.core.model.identifiers import AgentStatus
from bot.core.transitions.transition import Transition


def report(transition: Transition, before: Epic) -> None:
    """Ask for the progress comment and the check runs that `before` no longer matches."""
    after = transition.epic
    if after.activated and _state_label(after) != _state_label(before):
        transition.emit(UpdateStateLabel())
    if after.activated and (_shown(after) != _shown(before) or transition.lines):
        transition.emit(UpdateProgressComment())
    for task in after.tasks:
        old = before.task(task.number)
        request = task.pull_request
        told = (
            request is not None and old is not None and _check(after, task) == _check(before, old)
        )
        if request is not None and not told:
            transition.emit(UpdateCheckRun(task=task.number, sha=request.head_sha))


def _state_label(epic: Epic) -> tuple[object, ...]:
    # What was asked for while nothing could be shown was dropped.
    return (epic.settings.state_labels, epic.status, epic.unreachable)


def _shown(epic: Epic) -> Epic:
    """The epic without what nobody sees; a comment that is gone is missed, though."""
    return replace(
        epic,
        progress_updated_at=None,
        progress_comment_id=epic.progress_comment_id and 1,
        due_at=None,
        body_written=None,
        tasks=tuple(
            replace(
                task,
                due_at=None,
                check_run_id=None,
                check_run_sha=None,
                fixes=Fixes(),
                feedback=None,
                pull_request=task.pull_request and _seen(task.pull_request),
            )
            for task in epic.tasks
        ),
    )


def _seen(request: PullRequest) -> PullRequest:
    return replace(
        request,
        fetches=0,
        auto_merge_requested=False,
        refused_merges=0,
        refused_auto_merges=0,
        refusal=None,
        merge_forbidden=False,
        update_asked_at=None,
        update_refusal=None,
        called_off=0,
        unknown_fetches=0,
        merge_uuid=None,
        head_seen_at=None,
        red_at=None,
        base_head=None,
        node_id="",
    )


def _check(epic: Epic, task: Task) -> tuple[object, ...]:
    request = task.pull_request
    return (
        epic.status,
        epic.unreachable,
        None if task.status.is_final else epic.pause_reason,
        task.status,
        task.waiting_for,
        task.needs_person,
        task.fixes.under_way,
        task.failure,
        request and request.head_sha,
    )


def comment_deleted(transition: Transition, event: CommentDeleted) -> None:
    """A person deleted a comment; the progress comment is made anew."""
    if event.comment_id == transition.epic.progress_comment_id:
        transition.update_epic(progress_comment_id=None)


def progress_comment_gone(transition: Transition, event: ProgressCommentGone) -> None:
    """The progress comment was not there to be edited."""
    del event
    transition.update_epic(progress_comment_id=None)


def progress_comment_updated(transition: Transition, event: ProgressCommentUpdated) -> None:
    """Remember where and when."""
    transition.update_epic(progress_comment_id=event.comment_id, progress_updated_at=event.at)


def throttled(transition: Transition, event: Throttled) -> None:
    """A service is not to be asked until then; shown, and no retry or working time is used up."""
    transition.update_epic(throttled_until=event.until, throttled_by=event.service)
    until = event.until + timedelta(seconds=transition.epic.settings.agent_timeout)
    for task in list(transition.epic.under_way()):
        run = task.run
        if run is not None and run.status is AgentStatus.CREATING and run.deadline is not None:
            transition.update(task.with_run(replace(run, deadline=max(run.deadline, until))))


def effect_failed(transition: Transition, event: EffectFailed) -> None:
    """Something that no task depends on was refused."""
    transition.log(f"{event.what}: {event.reason}")


def parked(transition: Transition, event: Parked) -> None:
    """Only the operator can help what we fail on ourselves."""
    transition.log(f"{event.kind} was put aside after errors in Orchestra itself", event.task)
