"""Carry out one claimed effect: recognise, send, record."""

import uuid
from datetime import datetime, timedelta

import structlog

from bot.clients.errors import ClientError, RateLimited, TransientError
from bot.core import effects as kinds
from bot.core.events import Event, Throttled
from bot.services import Services
from jobs.engine.handler import AnyHandler, Applied, CheckAgain, Context, NotApplied
from jobs.handlers import (
    agents,
    checks,
    comments,
    fetches,
    issue,
    merges,
    pull_requests,
)
from storage import effects, epics, inbox, throttles
from storage.database import Connection
from storage.effects import Claimed

HANDLERS: dict[type[kinds.Effect], AnyHandler] = {
    kinds.StopAgent: agents.STOP,
    kinds.LaunchAgent: agents.LAUNCH,
    kinds.SendFollowUp: agents.FOLLOW_UP,
    kinds.FetchAgent: agents.FETCH,
    kinds.FetchWork: fetches.FETCH_WORK,
    kinds.FetchPullRequest: fetches.FETCH,
    kinds.FetchBase: fetches.FETCH_BASE,
    kinds.FetchReviews: fetches.FETCH_REVIEWS,
    kinds.OpenPullRequest: pull_requests.OPEN,
    kinds.MarkReady: pull_requests.MARK_READY,
    kinds.EditPullRequestBody: pull_requests.EDIT_BODY,
    kinds.UpdateBranch: pull_requests.UPDATE_BRANCH,
    kinds.RequestReview: pull_requests.REQUEST_REVIEW,
    kinds.ClosePullRequest: pull_requests.CLOSE,
    kinds.MergePullRequest: merges.MERGE,
    kinds.FetchMerge: merges.FETCH_MERGE,
    kinds.EnableAutoMerge: merges.AUTO_MERGE,
    kinds.CancelMerge: merges.CALL_OFF,
    kinds.CreateBaseBranch: merges.MAKE_BASE,
    kinds.OpenRevert: merges.REVERT,
    kinds.DeleteBranch: merges.DELETE_BRANCH,
    kinds.PostComment: comments.POST,
    kinds.UpdateProgressComment: comments.PROGRESS_COMMENT,
    kinds.React: comments.REACT,
    kinds.ReplyToThread: comments.REPLY,
    kinds.UpdateCheckRun: checks.SHOW,
    kinds.FetchFailures: checks.FETCH_FAILURES,
    kinds.RerunJobs: checks.RERUN,
    kinds.TickBox: issue.TICK,
    kinds.AddLine: issue.ADD_LINE,
    kinds.RestoreEdit: issue.RESTORE,
    kinds.AddLabel: issue.ADD_LABEL,
    kinds.UpdateStateLabel: issue.STATE_LABEL,
    kinds.CloseIssue: issue.CLOSE,
    kinds.ReopenIssue: issue.REOPEN,
}
FIRST_POSTPONEMENT = 2.0
MAX_POSTPONEMENT = 600.0

log = structlog.get_logger(__name__)


def execute_next(services: Services, epic_id: int, max_urgency: int) -> bool:
    """Carry out the epic's most urgent ready effect; returns whether something was done."""
    with services.database.write() as connection:
        now = services.database.now(connection)
        claimed = effects.claim(connection, epic_id, uuid.uuid4().hex, now, max_urgency)
        if claimed is None:
            return False
        context = _prepare(services, connection, claimed, now)
    if context is not None:
        _carry_out(context, claimed)
    return True


def _carry_out(context: Context, claimed: Claimed) -> None:
    """Do it, and put the result into the epic's inbox in the transaction that marks it done.

    Whatever goes wrong, the effect is kept: put back for later, or left to its claim's end.
    """
    services, handler = context.services, HANDLERS[type(claimed.effect)]
    try:
        outcome = _apply(context, claimed, handler)
    except RateLimited as error:
        _throttle(services, claimed, error)
    except TransientError as error:
        _after_transient(services, claimed, handler, error)
    except ClientError as error:
        log.warning("effect refused", epic=claimed.epic_id, kind=_kind(claimed), error=str(error))
        _finish(services, claimed, handler.refused(claimed.effect, error))
    except Exception:
        log.exception("effect could not be carried out", epic=claimed.epic_id, kind=_kind(claimed))
        _postpone(services, claimed, _backoff(claimed), sent=claimed.effect.irreversible)
    else:
        if isinstance(outcome, CheckAgain):
            _postpone(services, claimed, outcome.seconds, sent=_may_be_sent(claimed))
        elif not isinstance(outcome, NotApplied):
            _finish(services, claimed, outcome)


def _kind(claimed: Claimed) -> str:
    return type(claimed.effect).__name__


def _may_be_sent(claimed: Claimed) -> bool:
    """Whether an earlier try may have been carried out, so that nothing can be taken back."""
    return claimed.maybe_sent and claimed.effect.irreversible


def _prepare(
    services: Services, connection: Connection, claimed: Claimed, now: datetime
) -> Context | None:
    """The effect's surroundings; None while its service has asked us to wait."""
    service = HANDLERS[type(claimed.effect)].service
    epic = epics.load(connection, claimed.epic_id)
    assert epic is not None
    installation = epics.installation_of(connection, claimed.epic_id)
    until = throttles.throttled_until(connection, _throttle_name(service, installation), now)
    if until is not None:
        effects.postpone(connection, claimed, until, sent=_may_be_sent(claimed), count=False)
        _tell(connection, claimed, Throttled(service=service, until=until), now)
        return None
    return Context(
        services=services,
        epic=epic,
        github=services.github.repository(installation, epic.repository),
        now=now,
        since=claimed.first_tried_at,
    )


def _throttle_name(service: str, installation: int) -> str:
    """GitHub limits each installation, Cursor the one key."""
    return f"github:{installation}" if service == "GitHub" else "cursor"


def _apply(context: Context, claimed: Claimed, handler: AnyHandler) -> Applied:
    if claimed.maybe_sent:
        activated = handler.already_applied(context, claimed.effect)
        if not isinstance(activated, NotApplied):
            return activated
    if claimed.effect.irreversible and not _mark_sent(context.services, claimed):
        return NotApplied()
    return handler.perform(context, claimed.effect)


def _mark_sent(services: Services, claimed: Claimed) -> bool:
    with services.database.write() as connection:
        return effects.mark_sent(connection, claimed)


def _finish(services: Services, claimed: Claimed, event: Event | None) -> None:
    with services.database.write() as connection:
        now = services.database.now(connection)
        if effects.finish(connection, claimed, now) and event is not None:
            _tell(connection, claimed, event, now)


def _tell(connection: Connection, claimed: Claimed, event: Event, now: datetime) -> None:
    key = f"effect:{claimed.id}:{claimed.claim}"
    inbox.add(connection, claimed.epic_id, key, event, now=now)


def _throttle(services: Services, claimed: Claimed, error: RateLimited) -> None:
    """Rate limiting is a state, not a failure: no try is used up and no worker sleeps.

    An effect on one service may need another first, which is then the one to be left alone.
    """
    with services.database.write() as connection:
        now = services.database.now(connection)
        until = now + timedelta(seconds=error.retry_after)
        installation = epics.installation_of(connection, claimed.epic_id)
        throttles.throttle(connection, _throttle_name(error.service, installation), until)
        # A refused request was not carried out, but an earlier one may have been.
        effects.postpone(connection, claimed, until, sent=_may_be_sent(claimed), count=False)
        _tell(connection, claimed, Throttled(service=error.service, until=until), now)


def _after_transient(
    services: Services, claimed: Claimed, handler: AnyHandler, error: TransientError
) -> None:
    log.warning(
        "effect failed for now", epic=claimed.epic_id, kind=_kind(claimed), error=str(error)
    )
    lost = _may_be_sent(claimed) or (error.answer_lost and claimed.effect.irreversible)
    if handler.transient_is_an_answer and not lost:
        _finish(services, claimed, handler.refused(claimed.effect, error))
    else:
        _postpone(services, claimed, _backoff(claimed), sent=lost)


def _backoff(claimed: Claimed) -> float:
    return min(MAX_POSTPONEMENT, FIRST_POSTPONEMENT * 2.0 ** (claimed.tries - 1))


def _postpone(services: Services, claimed: Claimed, seconds: float, *, sent: bool) -> None:
    with services.database.write() as connection:
        until = services.database.now(connection) + timedelta(seconds=seconds)
        effects.postpone(connection, claimed, until, sent=sent, count=True)
