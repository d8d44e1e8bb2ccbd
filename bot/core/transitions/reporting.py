"""Update what people see whenever it would look different."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import UpdateCheckRun, UpdateProgressComment, UpdateStateLabel
from bot.core.events import (
    CommentDeleted,
    EffectFailed,
    ProgressCommentGone,
    ProgressCommentUpdated,
    Throttled,
)
from bot.core.model.epic import Epic
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import AgentStatus, EpicStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import BranchUpdate, Judged, MergeAttempts, PullRequest
from bot.core.model.reasons import Hold, HoldKind
from bot.core.model.task import Task
from bot.core.model.text_shown import TextShown
from bot.core.transitions import mentions
from bot.core.transitions.epic.approved_issues import were_shown
from bot.core.transitions.epic.approved_text import text_digest
from bot.core.transitions.states import held_state
from bot.core.transitions.transition import Transition, quoted


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
        same = old is not None and _check(after, task) == _check(before, old)
        if request is not None and not same:
            transition.emit(UpdateCheckRun(task=task.number, sha=request.head_sha))


def _state_label(epic: Epic) -> tuple[object, ...]:
    # Labels emitted while GitHub took nothing from us were dropped.
    return (epic.settings.state_labels, epic.status, epic.unreachable)


def _shown(epic: Epic) -> Epic:
    """Return the epic without what nobody sees; a comment that is gone is missed, though."""
    return replace(
        epic,
        progress_updated_at=None,
        progress_comment_id=epic.progress_comment_id and 1,
        due_at=None,
        body_written=None,
        approved_at=None,
        text_shown=None,
        referenced=replace(
            epic.referenced,
            issues=tuple(replace(one, shown_at=None) for one in epic.referenced.issues),
        ),
        calls=(),
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
        unknown_fetches=0,
        merge=MergeAttempts(),
        update=BranchUpdate(),
        judged=Judged(),
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
        None if task.status.is_final else epic.pause,
        task.status,
        task.wait,
        task.needs_person,
        task.fixes.under_way,
        task.failure,
        request and request.head_sha,
        epic.status is EpicStatus.PAUSED and text_digest(epic),
    )


def comment_deleted(transition: Transition, event: CommentDeleted) -> None:
    """Write a new progress comment when a person deleted it."""
    if event.comment_id == transition.epic.progress_comment_id:
        transition.update_epic(progress_comment_id=None)


# A person is asked when a service has refused for so long, without a break of two minutes.
HOLD_PATIENCE = timedelta(hours=1)
HOLD_BREAK = timedelta(minutes=2)


def progress_comment_gone(transition: Transition, event: ProgressCommentGone) -> None:
    """Write a new progress comment: the old one was not there to be edited."""
    del event
    transition.update_epic(progress_comment_id=None)


def progress_comment_updated(transition: Transition, event: ProgressCommentUpdated) -> None:
    """Remember where the progress comment is, when it was updated, and what it shows."""
    were_shown(transition, event)
    transition.update_epic(progress_comment_id=event.comment_id, progress_updated_at=event.at)
    shown = transition.epic.text_shown
    if event.digest is not None and (shown is None or shown.digest != event.digest):
        now_shown = TextShown(digest=event.digest, at=event.at)
        transition.update_epic(text_shown=now_shown)


def throttled(transition: Transition, event: Throttled) -> None:
    """Show that a service takes no requests until then; no retry or working time is used up.

    After an hour without a break a person is asked.
    """
    hold = _hold(transition, event)
    since = hold.since
    if since == transition.now:
        mentions.services_answered(transition)
    transition.update_epic(throttled_until=event.until, throttled_by=event.service, hold=hold)
    if event.until - since >= HOLD_PATIENCE:
        mentions.call(transition, held_state(transition.epic, hold))
    until = event.until + timedelta(seconds=transition.epic.settings.agent_timeout)
    for task in list(transition.epic.under_way()):
        run = task.run
        if run is not None and run.status is AgentStatus.CREATING and run.deadline is not None:
            transition.update(task.with_run(replace(run, deadline=max(run.deadline, until))))


def _hold(transition: Transition, event: Throttled) -> Hold:
    """Return why the service is left alone, and since when without a break."""
    known, until = transition.epic.hold, transition.epic.throttled_until
    is_same = known is not None and known.service == event.service
    if not is_same or until is None or transition.now - until >= HOLD_BREAK:
        known = None
    if known is not None and event.reason is None:
        return known
    return Hold(
        service=event.service,
        kind=event.reason or HoldKind.LIMITED,
        since=known.since if known else transition.now,
        quote=quoted(event.quote),
    )


def effect_failed(transition: Transition, event: EffectFailed) -> None:
    """Log that something was refused that no task depends on."""
    notice = Notice(kind=NoticeKind.EFFECT_FAILED, effect=event.what, quote=event.reason)
    transition.log(notice)
