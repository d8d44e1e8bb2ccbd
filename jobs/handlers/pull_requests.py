"""Effects on open pull requests: opened, changed, brought up to date, reviewed, closed."""

from bot.clients.errors import ClientError
from bot.clients.github.pulls import UpdateRefused
from bot.core import events
from bot.core.effects import (
    ClosePullRequest,
    EditPullRequestBody,
    MarkReady,
    OpenPullRequest,
    RequestReview,
    UpdateBranch,
)
from bot.core.text.closing_keywords import closes, without_closing
from bot.core.text.skip_words import without_skip_words
from bot.rendering.escape import inert
from bot.rendering.pull_requests import pull_request_body
from jobs.handlers.handler import Context, Handler, only_logged, safe_to_repeat

# GitHub's limit; what makes a mention harmless counts too.
MAX_TITLE = 256


def _open(context: Context, effect: OpenPullRequest) -> events.Event | None:
    task = context.epic.task(effect.task)
    if task is None:
        return None
    number = context.github.open_pull_request(
        head=effect.branch,
        base=effect.base,
        title=inert(without_skip_words(task.title))[:MAX_TITLE],
        body=pull_request_body(context.epic, task),
    )
    return events.PullRequestOpened(task=effect.task, number=number)


def _mark_ready(context: Context, effect: MarkReady) -> events.Event:
    context.github.mark_ready(effect.node_id)
    return events.PullRequestChanged(task=effect.task)


def _edit_body(context: Context, effect: EditPullRequestBody) -> events.Event:
    """Edit the body as it is now, so that what a person wrote meanwhile stays."""
    body, epic = context.github.pull_request(effect.number).body, context.epic
    if closes(body, epic.repository, epic.issue_number):
        text = without_closing(body, epic.repository, epic.issue_number)
        context.github.set_pull_request_body(effect.number, text)
    return events.PullRequestChanged(task=effect.task)


def _refused(
    effect: OpenPullRequest | MarkReady | EditPullRequestBody, error: ClientError
) -> events.Event:
    return events.PullRequestRefused(task=effect.task, reason=error.message)


def _update(context: Context, effect: UpdateBranch) -> events.Event:
    answer = context.github.update_branch(effect.number, effect.head)
    # A head that moved is fetched just as one that an update made.
    if isinstance(answer, UpdateRefused) and not answer.head_moved:
        return events.UpdateRefused(
            task=effect.task, head=effect.head, reason=answer.reason, conflict=answer.conflict
        )
    return events.BranchUpdated(task=effect.task)


def _update_refused(effect: UpdateBranch, error: ClientError) -> events.Event:
    return events.UpdateRefused(
        task=effect.task, head=effect.head, reason=error.message, conflict=False
    )


def _request_review(context: Context, effect: RequestReview) -> None:
    context.github.request_review(effect.number, effect.login)


def _close(context: Context, effect: ClosePullRequest) -> None:
    context.github.close_pull_request(effect.number)


# Opening one that exists answers with its number.
OPEN = Handler[OpenPullRequest](
    service="GitHub", perform=_open, already_applied=safe_to_repeat, refused=_refused
)
MARK_READY = Handler[MarkReady](
    service="GitHub", perform=_mark_ready, already_applied=safe_to_repeat, refused=_refused
)
EDIT_BODY = Handler[EditPullRequestBody](
    service="GitHub", perform=_edit_body, already_applied=safe_to_repeat, refused=_refused
)
# Guarded by the head: after an update that went unanswered it has moved.
UPDATE_BRANCH = Handler[UpdateBranch](
    service="GitHub", perform=_update, already_applied=safe_to_repeat, refused=_update_refused
)
REQUEST_REVIEW = Handler[RequestReview](
    service="GitHub", perform=_request_review, already_applied=safe_to_repeat, refused=only_logged
)
CLOSE = Handler[ClosePullRequest](
    service="GitHub", perform=_close, already_applied=safe_to_repeat, refused=only_logged
)
