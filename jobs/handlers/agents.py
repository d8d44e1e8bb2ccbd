"""Effects on agents."""

from dataclasses import replace
from datetime import timedelta

from bot.clients.agents.provider import AgentProvider, AgentReport, LaunchRequest, Prompt
from bot.clients.agents.run_secret import derive_run_secret
from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    TransientError,
    Unauthorized,
)
from bot.core.effects import FetchAgent, LaunchAgent, SendFollowUp, StopAgent
from bot.core.events import (
    AgentGone,
    AgentLaunched,
    AgentNotStopped,
    AgentReported,
    AgentStopped,
    Event,
    FollowUpRefused,
    FollowUpTaken,
    LaunchFailed,
    LaunchUnanswered,
)
from bot.core.model.identifiers import RunId
from bot.core.model.reasons import Failure, FailureKind
from bot.core.text.branches import in_the_way_of
from jobs.engine.interfaces import CheckAgain, NotApplied
from jobs.handlers.handler import Applied, Context, Handler, only_logged, safe_to_repeat
from jobs.models import launchable_models

# A launch whose answer was lost is looked for this often and this long.
LOST_LAUNCH_FETCH = 15.0
LOST_LAUNCH_PATIENCE = timedelta(minutes=3)
# An agent still at work takes no prompt; it is asked again this often.
BUSY_AGENT_RETRY = 30.0


def _provider(context: Context) -> AgentProvider:
    return context.services.agents.of(context.epic)


def launch_request(context: Context, effect: LaunchAgent) -> LaunchRequest:
    """Return the request for the effect's agent; always the same, so that a lost one is found."""
    settings = context.services.settings
    capabilities = _provider(context).capabilities
    reachable = settings.webhooks_reachable and capabilities.has_webhooks
    url = f"{settings.app_url.rstrip('/')}/webhooks/cursor/{effect.task}?run={effect.run}"
    secret = derive_run_secret(settings.webhook_secrets[0].get_secret_value(), effect.run)
    # From an earlier attempt's branch, the pull request would be aimed at that branch.
    starts_from_base = effect.start_ref == context.epic.base
    return LaunchRequest(
        prompt=effect.prompt,
        repository_url=f"{settings.github_web_url}/{context.epic.repository}",
        base_branch=effect.start_ref,
        branch=effect.branch,
        model=_model(context, effect),
        agent_id=f"bc-{effect.run}",
        title=effect.title,
        webhook_url=url if reachable else None,
        webhook_secret=secret if reachable else None,
        auto_create_pull_request=capabilities.opens_pull_requests and starts_from_base,
        pull_request_url=effect.pull_request_url,
    )


def _model(context: Context, effect: LaunchAgent) -> str | None:
    """Return the model to ask for; one that is not offered is replaced."""
    if effect.model is None:
        return None
    catalogue = _provider(context).catalogue
    return catalogue.choose(effect.model, launchable_models(context.services, context.epic))


def _launch(context: Context, effect: LaunchAgent) -> Event:
    try:
        return _launch_from(context, effect)
    except (PermanentError, TransientError) as error:
        if isinstance(error, Unauthorized) or error.answer_lost:
            raise
        if failed := _in_the_way(context, effect, error):
            return failed
        raise


def _launch_from(context: Context, effect: LaunchAgent) -> Event:
    provider, request = _provider(context), launch_request(context, effect)
    if not provider.capabilities.creates_branches and effect.pull_request_url is None:
        # The branch's name is new, so creating it twice is as good as once.
        _create_branch(context, effect)
    return _launched(effect, request, provider.launch(request))


def _in_the_way(context: Context, effect: LaunchAgent, error: ClientError) -> LaunchFailed | None:
    """Find what on GitHub has made the launch fail: a renamed base, or a name that is taken."""
    github, failed = context.github, _launch_refused(effect, error)
    from_base = effect.start_ref == context.epic.base
    if error.status in (400, 404, 422) and from_base and not github.branch_exists(effect.start_ref):
        after = github.renamed_to(effect.start_ref)
        return None if after is None else replace(failed, base_renamed_to=after)
    if error.service != "GitHub" or not isinstance(error, PermanentError):
        return None
    taken = github.first_branch_of(in_the_way_of(context.epic.issue_number))
    if taken is None:
        return None
    failure = Failure(kind=FailureKind.NAME_TAKEN, branch=taken)
    return replace(failed, failure=failure, transient=False)


def _create_branch(context: Context, effect: LaunchAgent) -> None:
    try:
        context.github.create_branch(effect.branch, effect.start_ref)
    except PermanentError:
        # Created by an earlier try, while the base has moved on since.
        if not context.github.branch_exists(effect.branch):
            raise


def _launched(effect: LaunchAgent, request: LaunchRequest, report: AgentReport) -> AgentLaunched:
    return AgentLaunched(
        run=effect.run,
        model=request.model,
        other_model=effect.model is not None and request.model != effect.model,
        agent_id=report.agent_id,
        url=report.url,
        prompt_ref=report.prompt_ref,
        opens_pull_request=request.auto_create_pull_request,
    )


def _find_launch(context: Context, effect: LaunchAgent) -> Applied:
    """Find the agent; where launches happen once, launching again is safe too."""
    provider, request = _provider(context), launch_request(context, effect)
    report = provider.find(request)
    if report is not None:
        return _launched(effect, request, report)
    if provider.capabilities.launches_once:
        return NotApplied()
    if context.now - context.since < LOST_LAUNCH_PATIENCE:
        return CheckAgain(LOST_LAUNCH_FETCH)
    failure = Failure(kind=FailureKind.LAUNCH_LOST, service="Cursor")
    return LaunchFailed(run=effect.run, failure=failure, transient=True, lost=True)


def _may_pass(error: ClientError) -> bool:
    """Tell whether it may pass: what is missing or in the way may, a mistake of ours stays one."""
    return error.status in (404, 409)


def _launch_refused(effect: LaunchAgent, error: ClientError) -> LaunchFailed:
    on_github = error.service == "GitHub"
    kind = FailureKind.BRANCH_REFUSED if on_github else FailureKind.LAUNCH_REFUSED
    return LaunchFailed(
        run=effect.run,
        failure=Failure(
            kind=kind, service=error.service, quote=error.message, branch=effect.branch
        ),
        transient=isinstance(error, TransientError),
    )


def _fetch(context: Context, effect: FetchAgent) -> Event | None:
    found = context.epic.find_run(effect.run)
    if found is None or found[1].agent_id is None:
        return None
    prompt = Prompt.of(found[1])
    report = reported(effect.run, prompt.index, _provider(context).status(prompt))
    return replace(report, at_deadline=effect.at_deadline)


def _fetch_refused(effect: FetchAgent, error: ClientError) -> Event:
    """409 is documented for what is read of agents that are deleted or archived, as is 404."""
    is_gone = error.status in (404, 409) or effect.at_deadline
    return AgentGone(run=effect.run) if is_gone else only_logged(effect, error)


def reported(run: RunId, prompt_index: int, report: AgentReport) -> AgentReported:
    """Return the event that a report on the run's prompt is."""
    return AgentReported(
        run=run,
        agent_id=report.agent_id,
        status=report.status,
        raw_status=report.raw_status,
        prompt_index=prompt_index,
        branch=report.branch,
        pull_request_url=report.pull_request_url,
        summary=report.summary,
        url=report.url,
        cost=report.cost,
    )


def _unanswered(context: Context, effect: LaunchAgent, error: ClientError) -> Event:
    once = _provider(context).capabilities.launches_once
    until = None if once else context.since + LOST_LAUNCH_PATIENCE
    return LaunchUnanswered(run=effect.run, until=until, reason=error.message)


def _not_stopped(context: Context, effect: StopAgent, error: ClientError) -> Event | None:
    return None if context.doubts else AgentNotStopped(run=effect.run, reason=error.message)


def _stop(context: Context, effect: StopAgent) -> Event:
    try:
        _provider(context).stop(effect.agent_id)
    except NotFound:
        if context.doubts:
            raise
    return AgentStopped(run=effect.run)


def _stop_refused(effect: StopAgent, error: ClientError) -> Event:
    return AgentNotStopped(run=effect.run, reason=error.message)


def _follow_up(context: Context, effect: SendFollowUp) -> Applied:
    try:
        receipt = _provider(context).follow_up(effect.agent_id, effect.prompt)
    except PermanentError as error:
        if error.code == "agent_busy":
            return CheckAgain(BUSY_AGENT_RETRY)
        raise
    return FollowUpTaken(run=effect.run, prompt_ref=receipt.prompt_ref)


def _find_follow_up(context: Context, effect: SendFollowUp) -> Applied:
    prompt = Prompt(agent_id=effect.agent_id, index=effect.prompt_index, marker=effect.marker)
    receipt = _provider(context).find_follow_up(prompt, effect.previous_ref)
    if receipt is None:
        return NotApplied()
    return FollowUpTaken(run=effect.run, prompt_ref=receipt.prompt_ref)


def _follow_up_refused(effect: SendFollowUp, error: ClientError) -> Event:
    return FollowUpRefused(run=effect.run, reason=error.message)


LAUNCH = Handler[LaunchAgent](
    service="Cursor",
    perform=_launch,
    already_applied=_find_launch,
    refused=_launch_refused,
    transient_is_an_answer=True,
    doubts=_may_pass,
    unanswered=_unanswered,
)
FETCH = Handler[FetchAgent](
    service="Cursor", perform=_fetch, already_applied=safe_to_repeat, refused=_fetch_refused
)
STOP = Handler[StopAgent](
    service="Cursor",
    perform=_stop,
    already_applied=safe_to_repeat,
    refused=_stop_refused,
    doubts=_may_pass,
    unanswered=_not_stopped,
)
FOLLOW_UP = Handler[SendFollowUp](
    service="Cursor",
    perform=_follow_up,
    already_applied=_find_follow_up,
    refused=_follow_up_refused,
    doubts=_may_pass,
)
