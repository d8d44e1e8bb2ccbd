"""Check runs and commit statuses."""

from sandbox.github.errors import Refusal
from sandbox.github.operations import checks
from sandbox.github.payloads import checks as payloads
from sandbox.github.payloads import commits
from sandbox.github.rest.repositories import resolve
from sandbox.github.state import CheckRun
from sandbox.github.wire.http import Answer, Call, paged, repo_route


def _own_run(call: Call) -> CheckRun:
    run = checks.find(call.repository, call.params["check_run_id"])
    if run.app is not call.actor.app:
        raise Refusal(
            403,
            f"Invalid app_id `{run.app.id}` - check run can only be modified by the GitHub "
            "App that created it.",
        )
    return run


@repo_route("POST", "/check-runs", "checks=write", role="write")
def create_check_run(call: Call) -> Answer:
    """`checks/create`: for Apps only."""
    if call.actor.app is None:
        raise Refusal(403, "You must authenticate via a GitHub App.")
    made = checks.create(call.github, call.repository, call.actor.app, call.body)
    shown = payloads.check_run(call.github, call.repository, made)
    return Answer(201, shown, {"location": shown["url"]})


@repo_route("GET", "/check-runs/{check_run_id:int}", "checks=read")
def get_check_run(call: Call) -> Answer:
    """`checks/get`."""
    run = checks.find(call.repository, call.params["check_run_id"])
    return Answer(200, payloads.check_run(call.github, call.repository, run))


@repo_route("PATCH", "/check-runs/{check_run_id:int}", "checks=write", role="write")
def update_check_run(call: Call) -> Answer:
    """`checks/update`: by the App that made it."""
    run = _own_run(call)
    checks.update(call.github, call.repository, run, call.body)
    return Answer(200, payloads.check_run(call.github, call.repository, run))


@repo_route("GET", "/check-runs/{check_run_id:int}/annotations", "checks=read")
def list_annotations(call: Call) -> Answer:
    """`checks/list-annotations`."""
    run = checks.find(call.repository, call.params["check_run_id"])
    empty = dict.fromkeys(("start_column", "end_column", "title", "raw_details"))
    return paged(call, run.annotations, lambda one: {**empty, "blob_href": "", **one})


@repo_route("GET", "/commits/{ref:path}/check-runs", "checks=read")
def list_check_runs(call: Call) -> Answer:
    """`checks/list-for-ref`: the latest per name unless `filter=all`."""
    repository, sha = call.repository, resolve(call, call.params["ref"])
    latest = call.query.get("filter", "latest") == "latest"
    every = [run for run in repository.check_runs.values() if run.head_sha == sha]
    runs = checks.latest_runs(repository, sha) if latest else every
    for name, attribute in (("check_name", "name"), ("status", "status")):
        wanted = call.query.get(name)
        runs = [run for run in runs if wanted in (None, getattr(run, attribute))]
    app_id = call.query.get("app_id")
    runs = [run for run in runs if app_id in (None, str(run.app.id))]
    return paged(
        call, runs, lambda run: payloads.check_run(call.github, repository, run), "check_runs"
    )


@repo_route("GET", "/commits/{ref:path}/status", "statuses=read")
def get_combined_status(call: Call) -> Answer:
    """`repos/get-combined-status-for-ref`."""
    repository, sha = call.repository, resolve(call, call.params["ref"])
    found = checks.latest_statuses(repository, sha)
    state = checks.combined_state(found)
    return Answer(200, commits.combined_status(call.github, repository, sha, state, found))


@repo_route("POST", "/statuses/{sha}", "statuses=write", role="write")
def create_status(call: Call) -> Answer:
    """`repos/create-commit-status`."""
    repository = call.repository
    sha, by = call.params["sha"], call.actor.user
    made = checks.set_status(call.github, repository, sha, by, call.body)
    return Answer(201, commits.status(call.github, repository, made))
