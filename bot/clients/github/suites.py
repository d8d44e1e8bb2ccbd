"""Check suites as GraphQL has them: which runs count, and what each comes to.

https://docs.github.com/en/graphql/reference/objects#checksuite. A re-run keeps its suite, another
event or push makes a new one, and a check run has no creation time.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.core.model.observations import Check, CheckState
from bot.core.text.branches import is_ours

_ACTIONS = "github-actions"
_STATES = {
    "SUCCESS": CheckState.PASSED,
    "NEUTRAL": CheckState.PASSED,
    "SKIPPED": CheckState.PASSED,
    "FAILURE": CheckState.FAILED,
    "TIMED_OUT": CheckState.FAILED,
    "STARTUP_FAILURE": CheckState.FAILED,
    "CANCELLED": CheckState.INTERRUPTED,
    "STALE": CheckState.INTERRUPTED,
    "ACTION_REQUIRED": CheckState.BLOCKED,
}
_STATUS_STATES = {
    "EXPECTED": CheckState.RUNNING,
    "PENDING": CheckState.RUNNING,
    "SUCCESS": CheckState.PASSED,
}
UNNAMED_WORKFLOW = "GitHub Actions"

Json = dict[str, Any]
_Identity = tuple[int, int, str, str]


def is_workflow(suite: Json) -> bool:
    """Return whether the suite is a run of a workflow: an idle App's may stay queued for ever."""
    return bool(suite["workflowRun"]) or (suite["app"] or {}).get("slug") == _ACTIONS


def workflow_name(suite: Json) -> str:
    """Return what people know the suite's workflow as."""
    name = ((suite["workflowRun"] or {}).get("workflow") or {}).get("name")
    return name or UNNAMED_WORKFLOW


def of_branch(suites: Iterable[Json], branch: str) -> list[Json]:
    """Return the suites that tell of the branch, of all those on the commit that is its head.

    Whatever else begins at that commit has workflows of its own run on it, a task's branch above
    all. A branch that was only just made has none yet, and is like the one that it was made from.
    """
    known = list(suites)
    own = [suite for suite in known if not is_workflow(suite) or _branch(suite) in ("", branch)]
    if any(map(is_workflow, own)):
        return own
    return [suite for suite in known if not is_workflow(suite) or not is_ours(_branch(suite))]


def _branch(suite: Json) -> str:
    """Return the branch that the suite belongs to, empty where GitHub does not tell."""
    return (suite["branch"] or {}).get("name") or ""


def counting_checks(suites: Iterable[Json]) -> Iterator[Check]:
    """Yield what counts: runs that no later one replaces, and workflows without a result.

    A run is replaced by one of the same job, workflow, App, event and branch in a later suite, and
    within its suite by one that started after it had completed. Runs that overlap all count. An
    interrupted run is replaced by any later suite in which something ran: it was called off for
    that one. A job that was skipped did not run, and replaces nothing. A run of a workflow that is
    at work counts whatever a later one came to.
    """
    groups: dict[_Identity, list[Json]] = {}
    for suite in sorted(suites, key=_age):
        groups.setdefault(_identity(suite), []).append(suite)
    for group in groups.values():
        yield from _counting_in_group(group)


def from_status(context: Json) -> Check:
    """Return a commit status as a check."""
    state = _STATUS_STATES.get(context["state"], CheckState.FAILED)
    done = state is not CheckState.RUNNING
    return Check(
        name=context["context"],
        state=state,
        conclusion=context["state"].lower() if done else "",
        started_at=time_of(context["createdAt"]),
        completed_at=time_of(context["createdAt"]) if done else None,
        url=context["targetUrl"],
        is_required=context.get("isRequired"),
    )


def _age(suite: Json) -> tuple[str, int]:
    return suite["createdAt"], suite["databaseId"] or 0


def _identity(suite: Json) -> _Identity:
    run = suite["workflowRun"] or {}
    workflow = (run.get("workflow") or {}).get("databaseId") or 0
    app = (suite["app"] or {}).get("databaseId") or 0
    # Without a workflow, suites of one App are of unknown origin: each counts for itself.
    return app, workflow or -(suite["databaseId"] or 0), run.get("event") or "", _branch(suite)


def _counting_in_group(suites: list[Json]) -> Iterator[Check]:
    replaced: set[str] = set()
    is_followed = False
    for suite in reversed(suites):
        is_latest, at_work = suite is suites[-1], suite["status"] != "COMPLETED"
        checks = [_check(suite, run) for run in _not_run_again(suite["checkRuns"]["nodes"])]
        counting = [
            check
            for check in checks
            if check.name not in replaced
            and not (is_followed and check.state is CheckState.INTERRUPTED)
        ]
        yield from counting
        if is_workflow(suite) and (is_latest or at_work):
            yield from _workflow(suite, checks if is_latest else counting)
        ran = {check.name for check in checks if not check.skipped}
        replaced |= ran
        is_followed = is_followed or at_work or bool(ran)


def _not_run_again(runs: Iterable[Json]) -> list[Json]:
    """Return the runs without those that one of the same name followed."""
    nodes = list(filter(None, runs or ()))
    return [run for run in nodes if not any(_follows(other, run) for other in nodes)]


def _follows(later: Json, run: Json) -> bool:
    if later["name"] != run["name"] or not later["startedAt"] or not run["completedAt"]:
        return False
    return bool(time_of(later["startedAt"]) > time_of(run["completedAt"]))  # type: ignore[operator] # both are set


def _workflow(suite: Json, checks: list[Check]) -> Iterator[Check]:
    """Yield the workflow itself where its runs do not tell what it comes to."""
    if suite["status"] == "COMPLETED":
        state = _STATES.get(suite["conclusion"] or "", CheckState.BLOCKED)
        # It may have ended between two jobs, the later of which nobody will ever see.
        told = {check.state for check in checks}
        untold = state is not CheckState.PASSED and told <= {CheckState.PASSED}
        telling = not checks or untold or suite["conclusion"] == "ACTION_REQUIRED"
    else:
        state = CheckState.RUNNING
        telling = all(check.state is not CheckState.RUNNING for check in checks)
    if telling:
        conclusion = (suite["conclusion"] or "").lower()
        yield _of_suite(
            suite,
            name=workflow_name(suite),
            state=state,
            conclusion=conclusion,
            skipped=conclusion == "skipped",
            started_at=_last_moved(suite, checks),
        )


def _last_moved(suite: Json, checks: list[Check]) -> datetime | None:
    """Return since when nothing has happened in it: its jobs may take hours one after another."""
    ended = [check.completed_at for check in checks if check.completed_at]
    return max(filter(None, [time_of(suite["createdAt"]), *ended]), default=None)


def _check(suite: Json, run: Json) -> Check:
    conclusion, was_cancelled = run["conclusion"] or "", suite["conclusion"] == "CANCELLED"
    if run["status"] != "COMPLETED":
        state = CheckState.RUNNING
    else:
        state = _STATES.get(conclusion, CheckState.BLOCKED)
    if state is CheckState.FAILED and was_cancelled:
        # A job that runs `if: always()` after cancelled ones fails for no fault of the code.
        state = CheckState.INTERRUPTED
    return _of_suite(
        suite,
        name=run["name"],
        state=state,
        id=run["databaseId"],
        conclusion=conclusion.lower(),
        skipped=conclusion == "SKIPPED",
        started_at=time_of(run["startedAt"]),
        completed_at=time_of(run["completedAt"]),
        url=run["detailsUrl"],
    )


def _of_suite(suite: Json, **values: Any) -> Check:
    app, run = suite["app"] or {}, suite["workflowRun"] or {}
    return Check(
        is_actions=app.get("slug") == _ACTIONS,
        app_id=app.get("databaseId"),
        app=app.get("slug"),
        workflow_run=run.get("databaseId"),
        workflow=(run.get("workflow") or {}).get("databaseId"),
        workflow_name=(run.get("workflow") or {}).get("name"),
        workflow_event=run.get("event"),
        suite_created_at=time_of(suite["createdAt"]) if is_workflow(suite) else None,
        **values,
    )


def time_of(text: str | None) -> datetime | None:
    """Return GitHub's time as one of ours."""
    return datetime.fromisoformat(text) if text else None
