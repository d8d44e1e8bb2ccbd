"""Check runs: update our own, read why others failed, run failed jobs again."""

from bot.clients.agents.provider import Prompt
from bot.clients.errors import ClientError, PermanentError, TransientError
from bot.clients.github.checks import CheckAction, CheckOutput
from bot.core.effects import FetchFailures, RerunJobs, UpdateCheckRun
from bot.core.events import CheckRunUpdated, Event, FailuresFetched, JobsRerun
from bot.core.model.identifiers import CHECK_NAME, CommitSha
from bot.core.model.observations import CheckFailure, CheckState
from bot.core.model.task import Task
from bot.rendering.check_run import check_run
from jobs.engine.interfaces import NotApplied
from jobs.handlers.handler import Applied, Context, Handler, ignored, safe_to_repeat

# Each takes up to three requests, and an agent can use only so much.
MAX_FAILURES = 5


def _show(context: Context, effect: UpdateCheckRun) -> Event | None:
    task = context.epic.task(effect.task)
    if task is None or task.pull_request is None:
        return None
    known = task.check_run_id if task.check_run_sha == task.pull_request.head_sha else None
    return _show_as(context, task, task.pull_request.head_sha, known)


def _show_as(context: Context, task: Task, sha: CommitSha, known: int | None) -> Event | None:
    """Show the task on `sha`: in the run `known`, or in a new one."""
    output = _output(context, task)
    if known is None:
        known = context.github.create_check(sha, output)
    else:
        context.github.update_check(known, output)
    if (known, sha) == (task.check_run_id, task.check_run_sha):
        return None
    return CheckRunUpdated(task=task.number, check_run_id=known, sha=sha)


def _output(context: Context, task: Task) -> CheckOutput:
    shown = check_run(context.epic, task, context.now)
    return CheckOutput(
        name=shown.name,
        status=shown.status,
        conclusion=shown.conclusion,
        title=shown.title,
        summary=shown.summary,
        actions=[
            CheckAction(label=one.label, description=one.description, identifier=one.identifier)
            for one in shown.actions
        ],
    )


def _already_shown(context: Context, effect: UpdateCheckRun) -> Applied:
    """Find the run that an unanswered try made on this head."""
    task = context.epic.task(effect.task)
    if task is None or task.pull_request is None:
        return None
    sha = task.pull_request.head_sha
    if task.check_run_sha == sha:
        return NotApplied()
    found = context.github.find_check(sha, CHECK_NAME, context.services.settings.github_app_id)
    return NotApplied() if found is None else _show_as(context, task, sha, found)


def _fetch_failures(context: Context, effect: FetchFailures) -> Event:
    if _is_at_work(context, effect.agent_id):
        return FailuresFetched(task=effect.task, head=effect.head, failures=(), agent_at_work=True)
    failures = tuple(map(context.github.check_failure, effect.checks[:MAX_FAILURES]))
    return _fetched(effect, failures)


def _fetched(effect: FetchFailures, failures: tuple[CheckFailure, ...]) -> Event:
    total = len(effect.checks)
    return FailuresFetched(task=effect.task, head=effect.head, failures=failures, total=total)


def _is_at_work(context: Context, agent_id: str | None) -> bool:
    """Return whether its provider says so; an agent that it doesn't know is not at work."""
    if agent_id is None:
        return False
    try:
        provider = context.services.agents.of(context.epic)
        return not provider.status(Prompt(agent_id=agent_id)).status.is_final
    except (PermanentError, TransientError):
        return False


def _names_alone(effect: FetchFailures, error: ClientError) -> Event:
    """Return the names of the failed checks, which are known without asking."""
    del error
    failures = tuple(
        CheckFailure(name=one.name, conclusion=one.conclusion)
        for one in effect.checks[:MAX_FAILURES]
    )
    return _fetched(effect, failures)


def _rerun(context: Context, effect: RerunJobs) -> Event:
    if effect.runs:
        done = context.github.rerun_workflows(effect.runs)
    else:
        done = context.github.rerun_failed_jobs(effect.jobs)
    return JobsRerun(task=effect.task, head=effect.head, refused=not done)


def _already_rerun(context: Context, effect: RerunJobs) -> Applied:
    """Find the old jobs among the head's failures, and nothing that runs in their place.

    A workflow that runs again as a whole has no interrupted job any more.
    """
    task = context.epic.task(effect.task)
    if task is None or task.pull_request is None:
        return None
    seen = context.github.pull_request(task.pull_request.number)
    failed = {one.id for one in seen.checks if one.state is CheckState.FAILED}
    interrupted = {one.workflow_run for one in seen.checks if one.state is CheckState.INTERRUPTED}
    places = {(one.workflow_run, one.name) for one in seen.checks if one.id in effect.jobs}
    run_again = any(
        (one.workflow_run, one.name) in places and one.id not in effect.jobs for one in seen.checks
    )
    as_before = failed.issuperset(effect.jobs) and interrupted.issuperset(effect.runs)
    if seen.head_sha == effect.head and as_before and not run_again:
        return NotApplied()
    return JobsRerun(task=effect.task, head=effect.head)


def _rerun_refused(effect: RerunJobs, error: ClientError) -> Event:
    del error
    return JobsRerun(task=effect.task, head=effect.head, refused=True)


SHOW = Handler[UpdateCheckRun](
    service="GitHub", perform=_show, already_applied=_already_shown, refused=ignored
)
FETCH_FAILURES = Handler[FetchFailures](
    service="GitHub", perform=_fetch_failures, already_applied=safe_to_repeat, refused=_names_alone
)
RERUN = Handler[RerunJobs](
    service="GitHub", perform=_rerun, already_applied=_already_rerun, refused=_rerun_refused
)
