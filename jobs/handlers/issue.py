"""Changes to the epic's issue: its body's lines, its labels, open or closed."""

from bot.clients.errors import ClientError, TransientError
from bot.core.effects import (
    AddLabel,
    AddLine,
    CloseIssue,
    CloseReferencedIssue,
    ReopenIssue,
    RestoreEdit,
    TickBox,
    UpdateStateLabel,
)
from bot.core.events import BoxNotFound, Event, LineNotAdded
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus
from bot.core.text.attributes import written
from bot.core.text.checklist import MAX_TASKS, parse_checklist
from bot.core.text.issue_body import add_line, tick
from jobs.handlers.handler import Context, Handler, ignored, only_logged, safe_to_repeat

_STATE_LABELS = {
    EpicStatus.ACTIVE: "orchestra: running",
    EpicStatus.PAUSED: "orchestra: paused",
    EpicStatus.COMPLETED: "orchestra: done",
    EpicStatus.PARTIAL_COMPLETED: "orchestra: done",
    EpicStatus.FAILED: "orchestra: failed",
    EpicStatus.CANCELLED: "orchestra: failed",
}
_OURS = frozenset(_STATE_LABELS.values())


def _tick(context: Context, effect: TickBox) -> Event | None:
    """Tick one line of the current body, and check that it stayed."""
    number = context.epic.issue_number
    body = context.github.issue(number).body
    ticked = tick(body, effect.title, effect.same_title_before)
    if ticked is None:
        return BoxNotFound(task=effect.task)
    if ticked == body:
        return None
    context.github.set_issue_body(number, ticked)
    after = context.github.issue(number).body
    if tick(after, effect.title, effect.same_title_before) != after:
        raise TransientError("GitHub", "somebody edited the issue while its box was ticked")
    return None


def _add_line(context: Context, effect: AddLine) -> Event | None:
    """Add one line to the current body, and check that it stayed."""
    number = context.epic.issue_number
    body = context.github.issue(number).body
    if _has_line(body, effect):
        return None
    line = written(effect.title, effect.options)
    grown = add_line(body, line, effect.after, effect.after_same_title_before)
    if grown is None:
        full = parse_checklist(body).open_count >= MAX_TASKS
        return LineNotAdded(task=effect.task, full=full)
    context.github.set_issue_body(number, grown)
    if not _has_line(context.github.issue(number).body, effect):
        raise TransientError("GitHub", "somebody edited the issue while a line was added")
    return None


def _has_line(body: str, effect: AddLine) -> bool:
    same = [item for item in parse_checklist(body).items if item.title == effect.title]
    return len(same) > effect.same_title_before


def _line_refused(effect: AddLine, error: ClientError) -> Event:
    return LineNotAdded(task=effect.task, reason=error.message)


def _restore(context: Context, effect: RestoreEdit) -> Event | None:
    """Restore the body unless somebody has written since."""
    number = context.epic.issue_number
    if context.github.issue(number).body != effect.written:
        return None
    context.github.set_issue_body(number, effect.body)
    return None


def _add_label(context: Context, effect: AddLabel) -> None:
    context.github.add_label(context.epic.issue_number, effect.label)


def state_label(epic: Epic) -> str | None:
    """Return the issue's label, None for no label of ours."""
    return _STATE_LABELS.get(epic.status) if epic.settings.state_labels else None


def _show_state(context: Context, effect: UpdateStateLabel) -> None:
    del effect
    number, wanted = context.epic.issue_number, state_label(context.epic)
    if wanted is None:
        labels = context.github.issue(number).labels
    else:
        labels = context.github.add_label(number, wanted)
    for label in labels:
        # GitHub's labels are the same whatever their case.
        if label.lower() in _OURS and label.lower() != wanted:
            context.github.remove_label(number, label)


def _close(context: Context, effect: CloseIssue) -> None:
    del effect
    context.github.close_issue(context.epic.issue_number)


def _close_referenced(context: Context, effect: CloseReferencedIssue) -> None:
    context.github.beside(effect.repository).close_issue(effect.issue)


def _reopen(context: Context, effect: ReopenIssue) -> None:
    del effect
    context.github.reopen_issue(context.epic.issue_number)


TICK = Handler[TickBox](
    service="GitHub", perform=_tick, already_applied=safe_to_repeat, refused=only_logged
)
# A line that is there already is not added again.
ADD_LINE = Handler[AddLine](
    service="GitHub", perform=_add_line, already_applied=safe_to_repeat, refused=_line_refused
)
RESTORE = Handler[RestoreEdit](
    service="GitHub", perform=_restore, already_applied=safe_to_repeat, refused=only_logged
)
ADD_LABEL = Handler[AddLabel](
    service="GitHub", perform=_add_label, already_applied=safe_to_repeat, refused=only_logged
)
STATE_LABEL = Handler[UpdateStateLabel](
    service="GitHub", perform=_show_state, already_applied=safe_to_repeat, refused=ignored
)
CLOSE = Handler[CloseIssue](
    service="GitHub", perform=_close, already_applied=safe_to_repeat, refused=only_logged
)
CLOSE_REFERENCED = Handler[CloseReferencedIssue](
    service="GitHub",
    perform=_close_referenced,
    already_applied=safe_to_repeat,
    refused=only_logged,
)
REOPEN = Handler[ReopenIssue](
    service="GitHub", perform=_reopen, already_applied=safe_to_repeat, refused=only_logged
)
