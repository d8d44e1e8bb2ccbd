"""Effects on Cursor's agents."""

from dataclasses import replace
from datetime import timedelta

from bot.clients.agents.cursor import AgentReport, LaunchRequest
from bot.clients.agents.run_secret import derive_run_secret
from bot.clients.errors import ClientError, NotFound, PermanentError, TransientError
from bot.core.effects import FetchAgent, LaunchAgent, SendFollowUp, StopAgent
from bot.core.events import (
    AgentGone,
    AgentLaunched,
    AgentReported,
    AgentStopped,
    Event,
    FollowUpRefused,
    FollowUpTaken,
    LaunchFailed,
)
from bot.core.model.identifiers import AgentStatus, RunId
from jobs.engine.interfaces import CheckAgain, NotApplied
from jobs.handlers.handler import Applied, Context, Handler, only_logged, safe_to_repeat

# A launch whose answer was lost is looked for this often and this long.
LOST_LAUNCH_FETCH = 15.0
LOST_LAUNCH_PATIENCE = timedelta(minutes=3)
# An agent still at work takes no prompt; it is asked again this often.
BUSY_AGENT_RETRY = 30.0
LOST = "the launch was not answered, and no agent of it appeared"


def launch_request(context: Context, effect: LaunchAgent) -> LaunchRequest:
    """The request for the effect's agent; the same each time, so that a lost one can be found."""
    settings = context.services.settings
    reachable = settings.webhooks_reachable and context.cursor.has_webhooks
    url = f"{settings.app_url.rstrip('/')}/webhooks/cursor/{effect.task}?run={effect.run}"
    secret = derive_run_secret(settings.webhook_secrets[0].get_secret_value(), effect.run)
    return LaunchRequest(
        prompt=effect.prompt,
        repository_url=f"{settings.github_web_url}/{context.epic.repository}",
        base_branch=effect.start_ref,
        branch=effect.branch,
        model=effect.model,
        agent_id=f"bc-{effect.run}",
        title=effect.title,
        webhook_url=url if reachable else None,
        webhook_secret=secret if reachable else None,
        # From an earlier attempt's branch, Cursor would aim the pull request at that branch.
        auto_create_pull_request=effect.start_ref == context.epic.base,
        pull_request_url=effect.pull_request_url,
    )


def _launch(context: Context, effect: LaunchAgent) -> Event:
    if not context.cursor.names_branches and effect.pull_request_url is None:
        # v1 works on a branch that must be there; its name is new, so twice is as good as once.
        _make_branch(context, effect)
    return _launched(effect.run, context.cursor.launch(launch_request(context, effect)))


def _make_branch(context: Context, effect: LaunchAgent) -> None:
    try:
        context.github.create_branch(effect.branch, effect.start_ref)
    except PermanentError:
        # Made by an earlier try, while the base has moved on since.
        if not context.github.branch_exists(effect.branch):
            raise


def _launched(run: RunId, report: AgentReport) -> AgentLaunched:
    return AgentLaunched(
        run=run, agent_id=report.agent_id, url=report.url, cursor_run_id=report.run_id
    )


def _recognise_launch(context: Context, effect: LaunchAgent) -> Applied:
    """v1's agent has our id, so launching it again is safe; v0's is looked for by its branch."""
    report = context.cursor.find(launch_request(context, effect))
    if report is not None:
        return _launched(effect.run, report)
    if context.cursor.launches_once:
        return NotApplied()
    if context.now - context.since < LOST_LAUNCH_PATIENCE:
        return CheckAgain(LOST_LAUNCH_FETCH)
    return LaunchFailed(run=effect.run, reason=LOST, transient=True, lost=True)


def _launch_refused(effect: LaunchAgent, error: ClientError) -> Event:
    refused = "make the branch" if error.service == "GitHub" else "launch an agent"
    return LaunchFailed(
        run=effect.run,
        reason=f"{error.service} did not {refused}: {error.message}",
        transient=isinstance(error, TransientError),
    )


def _fetch(context: Context, effect: FetchAgent) -> Event:
    try:
        report = context.cursor.get(effect.agent_id)
    except NotFound:
        return AgentGone(run=effect.run)
    answered = None
    if effect.marker is not None and report.status is AgentStatus.FINISHED:
        answered = context.cursor.follow_up_answered(effect.agent_id, effect.marker)
    return replace(said(effect.run, report), answered=answered, prompt_index=effect.prompt_index)


def said(run: RunId, report: AgentReport) -> AgentReported:
    """What a report says about `run`."""
    return AgentReported(
        run=run,
        agent_id=report.agent_id,
        status=report.status,
        raw_status=report.raw_status,
        branch=report.branch,
        pull_request_url=report.pull_request_url,
        summary=report.summary,
        url=report.url,
        cursor_run_id=report.run_id,
    )


def _stop(context: Context, effect: StopAgent) -> Event:
    context.cursor.stop(effect.agent_id)
    return AgentStopped(run=effect.run)


def _follow_up(context: Context, effect: SendFollowUp) -> Applied:
    try:
        run_id = context.cursor.follow_up(effect.agent_id, effect.prompt)
    except PermanentError as error:
        if error.code == "agent_busy":
            return CheckAgain(BUSY_AGENT_RETRY)
        raise
    return FollowUpTaken(run=effect.run, cursor_run_id=run_id)


def _recognise_follow_up(context: Context, effect: SendFollowUp) -> Applied:
    try:
        arrival = context.cursor.follow_up_arrived(
            effect.agent_id, effect.marker, effect.known_cursor_run_id
        )
    except PermanentError as error:
        return _follow_up_refused(effect, error)
    if arrival is None:
        return NotApplied()
    return FollowUpTaken(run=effect.run, cursor_run_id=arrival.run_id)


def _follow_up_refused(effect: SendFollowUp, error: ClientError) -> Event:
    return FollowUpRefused(run=effect.run, reason=error.message)


LAUNCH = Handler[LaunchAgent](
    service="Cursor",
    perform=_launch,
    already_applied=_recognise_launch,
    refused=_launch_refused,
    transient_is_an_answer=True,
)
FETCH = Handler[FetchAgent](
    service="Cursor", perform=_fetch, already_applied=safe_to_repeat, refused=only_logged
)
STOP = Handler[StopAgent](
    service="Cursor", perform=_stop, already_applied=safe_to_repeat, refused=only_logged
)
FOLLOW_UP = Handler[SendFollowUp](
    service="Cursor",
    perform=_follow_up,
    already_applied=_recognise_follow_up,
    refused=_follow_up_refused,
)
