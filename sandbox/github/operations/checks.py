"""Check runs and commit statuses."""

from datetime import datetime
from typing import Any

from sandbox.github.errors import Refusal, invalid, not_found, unprocessable
from sandbox.github.operations import suites
from sandbox.github.payloads import checks as payloads
from sandbox.github.payloads import commits
from sandbox.github.state import App, CheckRun, CheckSuite, Repository, Status, User
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks

PASSING = frozenset({"success", "neutral", "skipped"})
LONGEST_OUTPUT = 65_535  # characters, for summary and text each
ACTION_LIMITS = {"label": 20, "description": 40, "identifier": 20}
STATES = ("error", "failure", "pending", "success")


def find(repository: Repository, number: int) -> CheckRun:
    """Find the check run, or answer 404."""
    if number not in repository.check_runs:
        raise not_found()
    return repository.check_runs[number]


def _check_output(output: dict[str, Any]) -> None:
    if output.get("title") is None or output.get("summary") is None:
        raise invalid("CheckRun", "output", "missing_field")
    for name in ("summary", "text"):
        if len(output.get(name) or "") > LONGEST_OUTPUT:
            message = f"{name} exceeds a maximum bytesize of {LONGEST_OUTPUT}"
            raise invalid("CheckRun", name, "custom", message)
    if len(output.get("annotations") or []) > 50:
        raise unprocessable("No more than 50 items are allowed; annotations are limited.")


def _check_actions(actions: list[dict[str, str]]) -> None:
    if len(actions) > 3:
        raise unprocessable("Invalid request.\n\nNo more than 3 items are allowed; actions.")
    for action in actions:
        for name, limit in ACTION_LIMITS.items():
            if not 0 < len(action.get(name, "")) <= limit:
                raise unprocessable(
                    f"Invalid request.\n\nOnly {limit} characters are allowed; {name}."
                )


def create(
    github: World,
    repository: Repository,
    app: App,
    data: dict[str, Any],
    suite: CheckSuite | None = None,
    *,
    number: int | None = None,
) -> CheckRun:
    """Create a run of `app` on `head_sha`, as the API's body describes it, in `suite` if given.

    It takes its `number` before its suite does, so whoever makes the suite brings it along.
    """
    for name in ("name", "head_sha"):
        if not data.get(name):
            raise invalid("CheckRun", name, "missing_field")
    sha = data["head_sha"]
    if not repository.git.objects.exists(sha):
        raise unprocessable(f"No commit found for SHA: {sha}")
    now = github.clock.now()
    number = number or github.new_id()
    suite = suite or suites.suite_of(github, repository, app, sha)
    run = CheckRun(number, suite.id, app, data["name"], sha, "queued", now)
    apply(github, run, data)
    repository.check_runs[run.id] = run
    _emit(github, repository, run, "created", app.bot)
    if run.status == "completed":
        _emit_completed(github, repository, run)
    return run


def update(github: World, repository: Repository, run: CheckRun, data: dict[str, Any]) -> None:
    """Change a run; completing it is announced."""
    before = run.status
    apply(github, run, data)
    if run.status == "completed" and before != "completed":
        _emit_completed(github, repository, run)


def apply(github: World, run: CheckRun, data: dict[str, Any]) -> None:
    """Take over what `data` says; a conclusion completes the run."""
    output = data.get("output")
    if output:
        _check_output(output)
    actions = data.get("actions") or []
    _check_actions(actions)
    if data.get("status") == "completed" and not (data.get("conclusion") or run.conclusion):
        raise invalid("CheckRun", "conclusion", "missing_field")
    run.name = data.get("name") or run.name
    run.details_url = data.get("details_url") or run.details_url
    run.external_id = data.get("external_id") or run.external_id
    run.status = data.get("status") or run.status
    if data.get("started_at"):
        run.started_at = datetime.fromisoformat(data["started_at"])
    if "actions" in data:
        run.actions = actions
    if output:
        run.title, run.summary = output["title"], output["summary"]
        run.text = output.get("text")
        run.annotations += output.get("annotations") or []
    _conclude(github, run, data)


def _conclude(github: World, run: CheckRun, data: dict[str, Any]) -> None:
    if data.get("conclusion"):
        run.conclusion, run.status = data["conclusion"], "completed"
        given = data.get("completed_at")
        run.completed_at = datetime.fromisoformat(given) if given else github.clock.now()
    elif run.status != "completed":
        run.conclusion = run.completed_at = None


def _emit(
    github: World, repository: Repository, run: CheckRun, action: str, by: User, **more: Any
) -> None:
    suite = repository.check_suites[run.suite_id]
    runs = suites.suite_runs(repository, suite)
    shown = {
        **payloads.check_run(github, repository, run),
        "check_suite": payloads.embedded_suite(github, repository, suite, runs),
    }
    hooks.emit(github, "check_run", repository, by, {"action": action, "check_run": shown, **more})


def _emit_completed(github: World, repository: Repository, run: CheckRun) -> None:
    _emit(github, repository, run, "completed", run.app.bot)
    announce_completed(github, repository, repository.check_suites[run.suite_id])


def announce_completed(github: World, repository: Repository, suite: CheckSuite) -> None:
    """Say that a suite has ended, if it has."""
    shown = payloads.check_suite(github, repository, suite, suites.suite_runs(repository, suite))
    if shown["status"] == "completed":
        payload = {"action": "completed", "check_suite": shown}
        hooks.emit(github, "check_suite", repository, suite.app.bot, payload)


def press(
    github: World, repository: Repository, run: CheckRun, by: User, identifier: str | None
) -> None:
    """Press an action's button, or Re-run (None), as a person; only the run's own App hears it."""
    if run.app is not github.app:
        return
    if identifier is None:
        _emit(github, repository, run, "rerequested", by)
        return
    if identifier not in {action["identifier"] for action in run.actions}:
        raise Refusal(422, f"No action {identifier} on check run {run.id}")
    chosen = {"identifier": identifier}
    _emit(github, repository, run, "requested_action", by, requested_action=chosen)


def latest_runs(repository: Repository, sha: str) -> list[CheckRun]:
    """Return the newest run of each name in each suite on `sha`."""
    newest: dict[tuple[int, str], CheckRun] = {}
    for run in repository.check_runs.values():
        if run.head_sha == sha:
            newest[run.suite_id, run.name] = run
    return list(newest.values())


def set_status(
    github: World, repository: Repository, sha: str, by: User, data: dict[str, Any]
) -> Status:
    """Add a commit status."""
    if data.get("state") not in STATES:
        raise invalid("Status", "state", "custom", "state is not included in the list")
    if not repository.git.objects.exists(sha):
        raise unprocessable(f"No commit found for SHA: {sha}")
    status = Status(
        github.new_id(),
        sha,
        data["state"],
        data.get("context") or "default",
        data.get("description"),
        data.get("target_url"),
        by,
        github.clock.now(),
    )
    repository.statuses.append(status)
    _emit_status(github, repository, status)
    return status


def _emit_status(github: World, repository: Repository, status: Status) -> None:
    git = repository.git
    holding = [name for name in git.branches() if git.head(name) == status.sha]
    commit = commits.commit(github, repository, status.sha)
    at = {"sha": status.sha, "url": commit["url"]}
    payload = {
        **commits.simple_status(github, repository, status),
        "sha": status.sha,
        "name": repository.full_name,
        "commit": {**commit, "author": None, "committer": None},
        "branches": [{"name": name, "commit": at, "protected": False} for name in holding],
    }
    hooks.emit(github, "status", repository, status.creator, payload)


def latest_statuses(repository: Repository, sha: str) -> list[Status]:
    """Return the newest status per context on `sha`."""
    newest = {status.context: status for status in repository.statuses if status.sha == sha}
    return list(newest.values())


def combined_state(found: list[Status]) -> str:
    """`failure`, `pending` (also when there are none), or `success`."""
    states = {status.state for status in found}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def rollup_state(repository: Repository, sha: str) -> str | None:
    """GraphQL's StatusState over runs and statuses together; None when there are none."""
    states = {status.state.upper() for status in latest_statuses(repository, sha)}
    for run in latest_runs(repository, sha):
        if run.status != "completed":
            states.add("PENDING")
        else:
            states.add("SUCCESS" if run.conclusion in PASSING else "FAILURE")
    for state in ("ERROR", "FAILURE", "PENDING", "SUCCESS"):
        if state in states:
            return state
    return None


def passed(repository: Repository, sha: str, name: str, app: int | None = None) -> bool:
    """Whether the check or status called `name`, of that App, is complete and did not fail."""
    runs = [
        run.conclusion in PASSING
        for run in latest_runs(repository, sha)
        if run.name == name and app in (None, run.app.id)
    ]
    statuses = [
        status.state == "success"
        for status in latest_statuses(repository, sha)
        if status.context == name
    ]
    found = runs + statuses
    return bool(found) and all(found)
