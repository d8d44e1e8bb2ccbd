"""Comments and reactions, and answers in the threads of a review."""

from bot.clients.errors import ClientError, NotFound
from bot.core.effects import PostComment, React, ReplyToThread, UpdateProgressComment
from bot.core.events import EffectFailed, Event, ProgressCommentGone, ProgressCommentUpdated
from bot.core.model.messages import MessageKind
from bot.core.transitions.epic.approved_text import shown_digest
from bot.rendering.epic_view import EpicView, epic_view
from bot.rendering.messages import message_comment
from bot.rendering.progress_comment import marker, progress_comment
from jobs.engine.interfaces import CheckAgain, NotApplied
from jobs.handlers.handler import (
    Applied,
    Context,
    Handler,
    ignored,
    missing,
    only_logged,
    safe_to_repeat,
)
from storage import effects, log_events

PROGRESS = "progress"
LOG_LINES = 15
# What `logs` shows, which is asked for to find something out.
MORE_LOG_LINES = 50


def _view(context: Context) -> EpicView:
    with context.services.database.read() as connection:
        lines = log_events.last(connection, context.epic.id, LOG_LINES)
    return epic_view(context.epic, context.now, lines, context.services.terms)


def _post(context: Context, effect: PostComment) -> None:
    context.github.create_comment(effect.issue, _text(context, effect))


def _text(context: Context, effect: PostComment) -> str:
    if effect.message.kind is not MessageKind.LOGS:
        return message_comment(effect.message, _view(context), effect.purpose)
    number = effect.message.task
    with context.services.database.read() as connection:
        lines = log_events.last(connection, context.epic.id, MORE_LOG_LINES, task=number)
        prompt = effects.last_prompt(connection, context.epic.id, _runs(context, number))
    seen = epic_view(context.epic, context.now, lines, context.services.terms)
    return message_comment(effect.message, seen, effect.purpose, prompt=prompt)


def _runs(context: Context, number: int | None) -> list[str]:
    task = None if number is None else context.epic.task(number)
    return [] if task is None else [run.id for run in task.runs]


def _recognise_post(context: Context, effect: PostComment) -> Applied:
    found = _find(context, effect.issue, effect.purpose)
    return None if isinstance(found, int) else found


def _find(context: Context, issue: int, purpose: str) -> int | NotApplied | CheckAgain:
    """Our comment of an earlier try."""
    sought = marker(context.epic.id, purpose)
    found = context.github.find_comment(issue, sought, context.since)
    return missing(context) if found is None else found


def _show_progress(context: Context, effect: UpdateProgressComment) -> Event:
    del effect
    text, known = progress_comment(_view(context)), context.epic.progress_comment_id
    digest = shown_digest(context.epic)
    if known is None:
        known = context.github.create_comment(context.epic.issue_number, text)
    else:
        try:
            context.github.update_comment(known, text)
        except NotFound:
            if context.doubts:
                raise
            # Where not even the issue is to be seen, the comment may yet be there behind it.
            context.github.issue(context.epic.issue_number)
            return ProgressCommentGone()
    return ProgressCommentUpdated(comment_id=known, at=context.now, digest=digest)


def _recognise_progress(context: Context, effect: UpdateProgressComment) -> Applied:
    del effect
    if context.epic.progress_comment_id is not None:
        return NotApplied()
    found = _find(context, context.epic.issue_number, PROGRESS)
    if isinstance(found, int):
        # Found, but perhaps out of date: remembering it asks for an edit.
        return ProgressCommentUpdated(comment_id=found, at=context.since)
    return found


def _react(context: Context, effect: React) -> None:
    context.github.add_reaction(effect.comment_id, effect.content)
    if effect.eyes_id is not None:
        context.github.remove_reaction(effect.comment_id, effect.eyes_id)


def _reply(context: Context, effect: ReplyToThread) -> None:
    body = f"{_reply_marker(context, effect)}\nAddressed in {effect.head}."
    context.github.reply_to_thread(effect.number, effect.comment_id, body)


def _reply_marker(context: Context, effect: ReplyToThread) -> str:
    return marker(context.epic.id, f"reply-{effect.comment_id}-{effect.head}")


def _recognise_reply(context: Context, effect: ReplyToThread) -> Applied:
    found = context.github.find_reply(effect.number, _reply_marker(context, effect))
    return missing(context) if found is None else None


def _comment_refused(effect: PostComment, error: ClientError) -> Event:
    return EffectFailed(what=f"comment {effect.purpose}", reason=error.message)


POST = Handler[PostComment](
    service="GitHub", perform=_post, already_applied=_recognise_post, refused=_comment_refused
)
PROGRESS_COMMENT = Handler[UpdateProgressComment](
    service="GitHub", perform=_show_progress, already_applied=_recognise_progress, refused=ignored
)
REACT = Handler[React](
    service="GitHub", perform=_react, already_applied=safe_to_repeat, refused=only_logged
)
REPLY = Handler[ReplyToThread](
    service="GitHub", perform=_reply, already_applied=_recognise_reply, refused=only_logged
)
