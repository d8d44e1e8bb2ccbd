"""GitHub Actions: jobs, their logs, running them again."""

import hashlib
import hmac
from datetime import timedelta
from urllib.parse import urlencode

from sandbox.github.errors import Refusal, not_found
from sandbox.github.operations import checks, ci, suites
from sandbox.github.payloads import actions as payloads
from sandbox.github.state import CheckRun
from sandbox.github.wire.http import SIGNED, Answer, Call, repo_route, route

JOB = "/actions/jobs/{job_id:int}"
LOG_ADDRESS_LIFE = timedelta(minutes=1)


def _job(call: Call) -> CheckRun:
    run = checks.find(call.repository, call.params["job_id"])
    if not ci.has_job(call.repository, run):
        raise not_found()
    return run


@repo_route("GET", JOB, "actions=read")
def get_job(call: Call) -> Answer:
    """`actions/get-job-for-workflow-run`."""
    return Answer(200, payloads.job(call.github, call.repository, _job(call)))


@repo_route("GET", JOB + "/logs", "actions=read")
def get_log(call: Call) -> Answer:
    """`actions/download-job-logs-for-workflow-run`: an address that works for a minute."""
    run = _job(call)
    if ci.log(call.repository, run) is None:
        raise not_found()
    expires = str(int((call.github.clock.now() + LOG_ADDRESS_LIFE).timestamp()))
    path = f"{SIGNED}{call.repository.full_name}/{run.id}"
    query = urlencode({"se": expires, "sig": _signature(call, path, expires)})
    return Answer(302, None, {"location": f"{call.github.url}{path}?{query}"})


@route("GET", SIGNED + "{owner}/{repo}/{job_id:int}")
def read_log(call: Call) -> Answer:
    """Answer the log itself, where storage outside of the API keeps it; no token is asked for."""
    expires = call.query.get("se", "0")
    signature = _signature(call, call.path, expires)
    late = not expires.isdigit() or int(expires) < call.github.clock.now().timestamp()
    if late or not hmac.compare_digest(signature, call.query.get("sig", "")):
        raise Refusal(403, "Server failed to authenticate the request.")
    return Answer(200, text=ci.log(call.repository, _job(call)) or "")


def _signature(call: Call, path: str, expires: str) -> str:
    key = call.github.app.private_key_pem.encode()
    return hmac.new(key, f"{path} {expires}".encode(), hashlib.sha256).hexdigest()


@repo_route("POST", JOB + "/rerun", "actions=write", role="write")
def rerun_job(call: Call) -> Answer:
    """`actions/re-run-job-for-workflow-run`: a new check run of the same name appears."""
    ci.rerun(call.github, call.repository, _job(call))
    return Answer(201, {})


@repo_route("POST", "/actions/runs/{run_id:int}/rerun", "actions=write", role="write")
def rerun_workflow(call: Call) -> Answer:
    """`actions/re-run-workflow`: every job of it."""
    suite = _jobs_of_run(call)
    ci.rerun_all(call.github, call.repository, suite, suites.latest(suite))
    return Answer(201, {})


@repo_route("POST", "/actions/runs/{run_id:int}/rerun-failed-jobs", "actions=write", role="write")
def rerun_failed_jobs(call: Call) -> Answer:
    """`actions/re-run-workflow-failed-jobs`; a run has the number of its check suite here."""
    suite = _jobs_of_run(call)
    failed = [run for run in suites.latest(suite) if run.conclusion not in (None, *checks.PASSING)]
    ci.rerun_all(call.github, call.repository, suite, failed)
    return Answer(201, {})


def _jobs_of_run(call: Call) -> list[CheckRun]:
    runs = [run for run in call.repository.check_runs.values() if ci.has_job(call.repository, run)]
    suite = [run for run in runs if run.suite_id == call.params["run_id"]]
    if not suite:
        raise not_found()
    return suite
