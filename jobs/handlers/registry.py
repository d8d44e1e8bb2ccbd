"""Which handler performs which effect, and what the engine learns of it."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.clients import guard
from bot.clients.errors import (
    ClientError,
    NotFound,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.clients.github.repository import RepositoryClient
from bot.core import effects as kinds
from bot.core.model.epic import Epic
from bot.core.model.reasons import HoldKind
from bot.services import Services
from jobs.engine.interfaces import Action, Failed, RateLimit, Result, Surroundings
from jobs.handlers import (
    agents,
    checks,
    comments,
    fetches,
    issue,
    merges,
    plans,
    pull_requests,
)
from jobs.handlers.handler import AnyHandler, Applied, Context

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
    kinds.RerunBase: merges.RERUN_BASE,
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
    kinds.AskPlan: plans.ASK,
    kinds.WritePlan: plans.WRITE,
    kinds.AddLabel: issue.ADD_LABEL,
    kinds.UpdateStateLabel: issue.STATE_LABEL,
    kinds.CloseIssue: issue.CLOSE,
    kinds.CloseReferencedIssue: issue.CLOSE_REFERENCED,
    kinds.ReopenIssue: issue.REOPEN,
}

log = structlog.get_logger(__name__)


# Tries after 2, 4, 8 and 16 s: what is refused for half a minute is refused.
MAX_DOUBTS = 5
# The operator may serve the account again.
NOT_SERVED_SECONDS = 300.0
# What GitHub says of what people have locked, archived or suspended.
_CLOSED = re.compile(r"\bis locked\b|\barchived\b|\bread-only\b|\bsuspended\b", re.I)

# A permission, an organisation's list of allowed addresses, a legal block.
_KEPT_OUT = re.compile(r"not accessible by integration|\bip allow list\b|\baccess blocked\b", re.I)


def hold(error: ClientError, installation: int, epic: Epic) -> RateLimit:
    """Return what a limit, a refused credential or a missing repository means: wait, and say so.

    A key that may not reach one repository is good for the others.
    """
    if isinstance(error, RateLimited):
        kind, seconds = HoldKind.LIMITED, error.retry_after
    else:
        is_credential = isinstance(error, Unauthorized)
        kind = HoldKind.UNAUTHORIZED if is_credential else HoldKind.NOT_FOUND
        seconds = None
    is_shared = isinstance(error, RateLimited) or (
        isinstance(error, Unauthorized) and (error.service == "GitHub" or error.status == 401)
    )
    shared, own = throttle_names(error.service, installation, epic)
    return RateLimit(
        service=error.service,
        name=shared if is_shared else own,
        seconds=seconds,
        reason=kind,
        message=error.message,
    )


def is_repository_missing(github: RepositoryClient, error: ClientError) -> bool:
    """Whether a 404 is about the whole repository, which the App may reach again later."""
    if error.service != "GitHub" or not isinstance(error, NotFound):
        return False
    try:
        github.about()
    except NotFound:
        return True
    except ClientError:
        return False
    return False


def throttle_names(service: str, installation: int, epic: Epic) -> tuple[str, str]:
    """Name what a service limits: GitHub each installation, others the one key; the repository."""
    shared = f"github:{installation}" if service == "GitHub" else service.lower().replace(" ", "-")
    # A repository's name is longer than what the table has room for.
    digest = hashlib.sha256(str(epic.repository).lower().encode()).hexdigest()
    return shared, f"{shared}:{digest[:16]}"


@dataclass(frozen=True)
class Registry:
    """The engine's handlers."""

    services: Services

    def service(self, effect: kinds.Effect) -> str:
        """Return the service that the effect needs: a plan's is that of its model."""
        if isinstance(effect, kinds.AskPlan):
            return plans.service_for(self.services, effect)
        return HANDLERS[type(effect)].service

    def throttle_names(self, service: str, installation: int, epic: Epic) -> tuple[str, ...]:
        """Name what shares that service's limits and refusals with the epic."""
        return throttle_names(service, installation, epic)

    def action(self, effect: kinds.Effect, surroundings: Surroundings) -> Action:
        """Return the effect with its handler and the clients that it needs."""
        epic, installation = surroundings.epic, surroundings.installation
        context = Context(
            services=self.services,
            epic=epic,
            github=self.services.github.repository(installation, epic.repository),
            now=surroundings.now,
            since=surroundings.since,
            doubts=surroundings.tries < MAX_DOUBTS,
        )
        return _Handled(HANDLERS[type(effect)], effect, context, surroundings)


@dataclass(frozen=True)
class _Handled:
    handler: AnyHandler
    effect: kinds.Effect
    context: Context
    surroundings: Surroundings

    def already_applied(self) -> Result:
        """Return what became of an earlier try."""
        return self._result(self.handler.already_applied)

    def perform(self) -> Result:
        """Carry it out; no agent and no merge for an account that is not served any more."""
        return self._result(self._perform)

    def _perform(self, context: Context, effect: kinds.Effect) -> Applied | RateLimit:
        owner = context.epic.repository.owner
        if effect.irreversible and not context.services.serves(owner):
            _, own = throttle_names("GitHub", self.surroundings.installation, context.epic)
            # A name that nothing else goes by: agents can still be stopped.
            return RateLimit(
                service="GitHub",
                name=f"not-served:{own[-16:]}",
                seconds=NOT_SERVED_SECONDS,
                reason=HoldKind.NOT_SERVED,
            )
        return self.handler.perform(context, effect)

    def _result(self, ask: Callable[[Context, kinds.Effect], Applied | RateLimit]) -> Result:
        """Whatever goes wrong outside is a result as well."""
        handler, effect = self.handler, self.effect
        try:
            with guard.guarding(self.surroundings.before_request):
                return ask(self.context, effect)
        except RateLimited as error:
            return self._hold(error)
        except TransientError as error:
            answer = handler.refused(effect, error) if handler.transient_is_an_answer else None
            return Failed(
                service=error.service,
                message=error.message,
                answer_lost=error.answer_lost,
                answer=answer,
                news=handler.unanswered and handler.unanswered(self.context, effect, error),
            )
        except ClientError as error:
            return self._refused(error)

    def _refused(self, error: ClientError) -> Result:
        if not self._is_expected(error):
            if isinstance(error, Unauthorized):
                return self._hold(error)
            if self.context.doubts and self._is_doubted(error):
                return self._failed(error, HoldKind.UNANSWERED)
            if self._is_out_of_reach(error):
                return self._hold(error)
            if self._is_kept_out(error):
                return self._failed(error, HoldKind.UNAUTHORIZED)
        log.warning("effect refused", kind=type(self.effect).__name__, error=str(error))
        return self.handler.refused(self.effect, error)

    def _failed(self, error: ClientError, reason: HoldKind) -> Failed:
        return Failed(
            service=error.service, message=error.message, answer_lost=False, reason=reason
        )

    def _is_kept_out(self, error: ClientError) -> bool:
        """Whether the App lacks access: a state that people end, and no fault of any task.

        It may lack it to this alone, so nothing else waits.
        """
        if error.service != "GitHub" or error.status not in (403, 451):
            return False
        return self.effect.reads or bool(_KEPT_OUT.search(error.message))

    def _hold(self, error: ClientError) -> RateLimit:
        return hold(error, self.surroundings.installation, self.context.epic)

    def _is_expected(self, error: ClientError) -> bool:
        """Whether it says what is known: that people have put this out of our reach."""
        return bool(self.context.epic.unreachable or _CLOSED.search(error.message))

    def _is_doubted(self, error: ClientError) -> bool:
        """One negative answer is not the truth yet: GitHub's copies lag behind one another.

        That something has moved is no such answer.
        """
        by_github = error.service == "GitHub" and error.status != 301
        return by_github or self.effect.reads or self.handler.doubts(error)

    def _is_out_of_reach(self, error: ClientError) -> bool:
        """Whether the service does not know the repository at all."""
        if isinstance(self.effect, kinds.LaunchAgent) and error.service != "GitHub":
            return isinstance(error, NotFound)
        return is_repository_missing(self.context.github, error)
