"""What people are shown, asked for whenever it would look different."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import ShowCheck, ShowProgress, ShowStateLabel
from bot.core.events import (
    CommentDeleted,
    EffectFailed,
    ProgressGone,
    ProgressShown,
    Throttled,
)
from bot.core.model.epic import Epic, Fixes, PullRequest, Task
from bot.core.model.identifiers import AgentStatus
from bot.core.transitions.transition import Turn


def report(turn: Turn, before: Epic) -> None:
    """Ask for the progress comment and the check runs that `before` no longer matches."""
    after = turn.epic
    if after.recognised and _state_label(after) != _state_label(before):
        turn.ask(ShowStateLabel())
    if after.recognised and (_shown(after) != _shown(before) or turn.lines):
        turn.ask(ShowProgress())
    for task in after.tasks:
        old = before.task(task.number)
        request = task.pull_request
        told = (
            request is not None and old is not None and _check(after, task) == _check(before, old)
        )
        if request is not None and not told:
            turn.ask(ShowCheck(task=task.number, sha=request.head_sha))


def _state_label(epic: Epic) -> tuple[object, ...]:
    # What was asked for while nothing could be shown was dropped.
    return (epic.settings.state_labels, epic.status, epic.unreachable)


def _shown(epic: Epic) -> Epic:
    """The epic without what nobody sees; a comment that is gone is missed, though."""
    return replace(
        epic,
        progress_shown_at=None,
        progress_comment_id=epic.progress_comment_id and 1,
        look_at=None,
        body_written=None,
        tasks=tuple(
            replace(
                task,
                look_at=None,
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
        looks=0,
        left_to_github=False,
        refused_merges=0,
        refused_auto_merges=0,
        refusal=None,
        never_merged=False,
        update_asked_at=None,
        update_refusal=None,
        called_off=0,
        unknown_looks=0,
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


def comment_deleted(turn: Turn, event: CommentDeleted) -> None:
    """A person deleted a comment; the progress comment is made anew."""
    if event.comment_id == turn.epic.progress_comment_id:
        turn.change(progress_comment_id=None)


def progress_gone(turn: Turn, event: ProgressGone) -> None:
    """The progress comment was not there to be edited."""
    del event
    turn.change(progress_comment_id=None)


def progress_shown(turn: Turn, event: ProgressShown) -> None:
    """Remember where and when."""
    turn.change(progress_comment_id=event.comment_id, progress_shown_at=event.at)


def throttled(turn: Turn, event: Throttled) -> None:
    """A service is not to be asked until then; shown, and no retry or working time is used up."""
    turn.change(throttled_until=event.until, throttled_by=event.service)
    until = event.until + timedelta(seconds=turn.epic.settings.agent_timeout)
    for task in list(turn.epic.under_way()):
        run = task.run
        if run is not None and run.status is AgentStatus.CREATING and run.deadline is not None:
            turn.put(task.with_run(replace(run, deadline=max(run.deadline, until))))


def effect_failed(turn: Turn, event: EffectFailed) -> None:
    """Something that no task depends on was refused."""
    turn.log(f"{event.what}: {event.reason}")
