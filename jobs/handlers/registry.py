"""Which handler performs which effect, and what the engine learns of it."""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from bot.clients import guard
from bot.clients.errors import ClientError, RateLimited, TransientError
from bot.core import effects as kinds
from bot.services import Services
from jobs.engine.interfaces import Action, Failed, RateLimit, Result, Surroundings
from jobs.handlers import (
    agents,
    checks,
    comments,
    fetches,
    issue,
    merges,
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

log = structlog.get_logger(__name__)


def throttle_name(service: str, installation: int) -> str:
    """GitHub limits each installation, Cursor the one key."""
    return f"github:{installation}" if service == "GitHub" else "cursor"


@dataclass(frozen=True)
class Registry:
    """The engine's handlers."""

    services: Services

    def service(self, effect: kinds.Effect) -> str:
        """The service that the effect needs."""
        return HANDLERS[type(effect)].service

    def throttle_name(self, service: str, installation: int) -> str:
        """What shares that service's limits."""
        return throttle_name(service, installation)

    def action(self, effect: kinds.Effect, surroundings: Surroundings) -> Action:
        """The effect with its handler and the clients that it needs."""
        epic, installation = surroundings.epic, surroundings.installation
        context = Context(
            services=self.services,
            epic=epic,
            github=self.services.github.repository(installation, epic.repository),
            now=surroundings.now,
            since=surroundings.since,
        )
        return _Handled(HANDLERS[type(effect)], effect, context, surroundings)


@dataclass(frozen=True)
class _Handled:
    handler: AnyHandler
    effect: kinds.Effect
    context: Context
    surroundings: Surroundings

    def already_applied(self) -> Result:
        """What became of an earlier try."""
        return self._result(self.handler.already_applied)

    def perform(self) -> Result:
        """Carry it out."""
        return self._result(self.handler.perform)

    def _result(self, ask: Callable[[Context, kinds.Effect], Applied]) -> Result:
        """Whatever goes wrong outside is a result as well."""
        handler, effect = self.handler, self.effect
        try:
            with guard.guarding(self.surroundings.before_request):
                return ask(self.context, effect)
        except RateLimited as error:
            name = throttle_name(error.service, self.surroundings.installation)
            return RateLimit(service=error.service, name=name, seconds=error.retry_after)
        except TransientError as error:
            answer = handler.refused(effect, error) if handler.transient_is_an_answer else None
            return Failed(message=str(error), answer_lost=error.answer_lost, answer=answer)
        except ClientError as error:
            log.warning("effect refused", kind=type(effect).__name__, error=str(error))
            return handler.refused(effect, error)
