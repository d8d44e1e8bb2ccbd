"""Effects that people see on the issue: comments, reactions, the body's boxes, check runs."""

from datetime import timedelta

from bot.clients.errors import ClientError, NotFound, TransientError
from bot.clients.github.repository import CheckOutput
from bot.core.checklist import tick
from bot.core.effects import (
    AddLabel,
    CloseIssue,
    PostComment,
    React,
    RestoreEdit,
    ShowCheck,
    ShowProgress,
    TickBox,
)
from bot.core.epic import Task
from bot.core.events import (
    BoxNotFound,
    CheckShown,
    EffectFailed,
    Event,
    ProgressGone,
    ProgressShown,
)
from bot.core.identifiers import CommitSha
from bot.rendering.checks import CHECK_NAME, check_run
from bot.rendering.comments import marker, progress_comment
from bot.rendering.messages import message_comment
from bot.rendering.status import Standing, standing
from jobs.perform.performer import (
    Context,
    LookAgain,
    NotDone,
    Performer,
    Recognised,
    do_it_again,
    said_in_the_log,
)
from storage import log_events

PROGRESS = "progress"
LOG_LINES = 15
# GitHub lists a new comment with a little delay; only then is one missed for certain.
SECOND_LOOK = 10.0


def _standing(context: Context) -> Standing:
    with context.services.database.read() as connection:
        lines = log_events.last(connection, context.epic.id, LOG_LINES)
    return standing(context.epic, context.now, lines)


def _post(context: Context, effect: PostComment) -> None:
    text = message_comment(effect.message, _standing(context), effect.purpose)
    context.github.create_comment(effect.issue, text)


def _recognise_post(context: Context, effect: PostComment) -> Recognised:
    found = _find(context, effect.issue, effect.purpose)
    return None if isinstance(found, int) else found


def _find(context: Context, issue: int, purpose: str) -> int | NotDone | LookAgain:
    """Our comment of an earlier try; missing for certain only after a second, later look."""
    sought = marker(context.epic.id, purpose)
    found = context.github.find_comment(issue, sought, context.since)
    if found is not None:
        return found
    waited = context.now - context.since >= timedelta(seconds=SECOND_LOOK)
    return NotDone() if waited else LookAgain(SECOND_LOOK)


def _show_progress(context: Context, effect: ShowProgress) -> Event:
    del effect
    text, known = progress_comment(_standing(context)), context.epic.progress_comment_id
    if known is None:
        known = context.github.create_comment(context.epic.issue_number, text)
    else:
        try:
            context.github.update_comment(known, text)
        except NotFound:
            return ProgressGone()
    return ProgressShown(comment_id=known, at=context.now)


def _recognise_progress(context: Context, effect: ShowProgress) -> Recognised:
    del effect
    if context.epic.progress_comment_id is not None:
        return NotDone()
    found = _find(context, context.epic.issue_number, PROGRESS)
    if isinstance(found, int):
        # Found, but perhaps out of date: remembering it asks for an edit.
        return ProgressShown(comment_id=found, at=context.since)
    return found


def _react(context: Context, effect: React) -> None:
    context.github.add_reaction(effect.comment_id, effect.content)
    if effect.eyes_id is not None:
        context.github.remove_reaction(effect.comment_id, effect.eyes_id)


def _add_label(context: Context, effect: AddLabel) -> None:
    context.github.add_label(context.epic.issue_number, effect.label)


def _close(context: Context, effect: CloseIssue) -> None:
    del effect
    context.github.close_issue(context.epic.issue_number)


def _tick(context: Context, effect: TickBox) -> Event | None:
    """Change one line of the body as it now stands, and make sure that it stayed."""
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


def _restore(context: Context, effect: RestoreEdit) -> Event | None:
    """Only over our own write, and only while nobody has written since."""
    number = context.epic.issue_number
    if not context.github.is_us(effect.by) or context.github.issue(number).body != effect.written:
        return None
    context.github.set_issue_body(number, effect.body)
    return None


def _show_check(context: Context, effect: ShowCheck) -> Event | None:
    task = context.epic.task(effect.task)
    if task is None or task.pull_request is None:
        return None
    known = task.check_run_id if task.check_run_sha == task.pull_request.head_sha else None
    return _show_check_as(context, task, task.pull_request.head_sha, known)


def _show_check_as(context: Context, task: Task, sha: CommitSha, known: int | None) -> Event | None:
    """Show the task on `sha`: in the run `known`, or in a new one."""
    shown = check_run(context.epic, task)
    output = CheckOutput(
        name=shown.name,
        status=shown.status,
        conclusion=shown.conclusion,
        title=shown.title,
        summary=shown.summary,
    )
    if known is None:
        known = context.github.create_check(sha, output)
    else:
        context.github.update_check(known, output)
    if (known, sha) == (task.check_run_id, task.check_run_sha):
        return None
    return CheckShown(task=task.number, check_run_id=known, sha=sha)


def _recognise_check(context: Context, effect: ShowCheck) -> Recognised:
    """The run that an unanswered try made on this head."""
    task = context.epic.task(effect.task)
    if task is None or task.pull_request is None:
        return None
    sha = task.pull_request.head_sha
    if task.check_run_sha == sha:
        return NotDone()
    found = context.github.find_check(
        sha, CHECK_NAME, context.services.settings.github_app_id
    )
    return NotDone() if found is None else _show_check_as(context, task, sha, found)


def _not_shown(effect: ShowProgress | ShowCheck, error: ClientError) -> None:
    """Said nowhere but in the worker's log: a line in the epic's would have to be shown as well."""
    del effect, error


def _comment_refused(effect: PostComment, error: ClientError) -> Event:
    return EffectFailed(what=f"comment {effect.purpose}", reason=error.message)


POST = Performer[PostComment](
    service="GitHub", perform=_post, recognise=_recognise_post, refused=_comment_refused
)
PROGRESS_COMMENT = Performer[ShowProgress](
    service="GitHub",
    perform=_show_progress,
    recognise=_recognise_progress,
    refused=_not_shown,
)
REACT = Performer[React](
    service="GitHub", perform=_react, recognise=do_it_again, refused=said_in_the_log
)
ADD_LABEL = Performer[AddLabel](
    service="GitHub", perform=_add_label, recognise=do_it_again, refused=said_in_the_log
)
CLOSE = Performer[CloseIssue](
    service="GitHub", perform=_close, recognise=do_it_again, refused=said_in_the_log
)
TICK = Performer[TickBox](
    service="GitHub", perform=_tick, recognise=do_it_again, refused=said_in_the_log
)
RESTORE = Performer[RestoreEdit](
    service="GitHub", perform=_restore, recognise=do_it_again, refused=said_in_the_log
)
CHECK = Performer[ShowCheck](
    service="GitHub", perform=_show_check, recognise=_recognise_check, refused=_not_shown
)
