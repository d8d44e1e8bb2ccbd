"""A continuous integration that does as its scripts say, owned by the App of GitHub Actions.

A check run's id is therefore its job's id as well, and a suite's that of the workflow run.
"""

from typing import Any

from sandbox.github.errors import Refusal
from sandbox.github.operations import checks, suites
from sandbox.github.state import CheckRun, CheckSuite, PullRequest, Repository
from sandbox.github.state.checks import path_of
from sandbox.github.state.ci import CheckScript, PlannedRun
from sandbox.github.state.world import World

# Among what is to come in a suite: its own end, after that of its runs.
_END = "(the end of the workflow)"


def head_changed(github: World, pull: PullRequest) -> None:
    """Start the checks of a pull request that was opened, reopened or pushed to."""
    for name, script in pull.repository.ci.checks.items():
        if script.skip_drafts and pull.draft:
            _skip(github, pull.repository, pull.head_sha, name, script)
        else:
            _start(github, pull.repository, pull.head_sha, name, script)


def ready_for_review(github: World, pull: PullRequest) -> None:
    """Start what skipped the draft that is ready now."""
    if not pull.repository.ci.ready_for_review:
        return
    started = [item for item in pull.repository.ci.checks.items() if item[1].skip_drafts]
    for workflow in dict.fromkeys(script.workflow for _, script in started):
        _suite(github, pull.repository, pull.head_sha, workflow, "pull_request", another=True)
    for name, script in started:
        _start(github, pull.repository, pull.head_sha, name, script)


def pushed(github: World, repository: Repository, branch: str, sha: str) -> None:
    """Start the default branch's checks; no other branch has any without a pull request."""
    if branch != repository.default_branch:
        return
    for name, script in repository.ci.checks.items():
        if script.on_default_branch or script.fails_while:
            _start(github, repository, sha, name, script)


def has_job(repository: Repository, run: CheckRun) -> bool:
    """Whether the run is a job of ours."""
    return run.id in repository.ci.jobs


def log(repository: Repository, run: CheckRun) -> str | None:
    """Return what the job of a completed run wrote; None where there is no such job."""
    planned = repository.ci.jobs.get(run.id)
    if planned is None or run.status != "completed":
        return None
    words = planned.script.log if planned.failed else ""
    return words or f"{run.name}: {run.conclusion}\n"


def rerun(github: World, repository: Repository, run: CheckRun) -> None:
    """Run a job again as a new check run of the same name; 403 while its run is at work."""
    runs, jobs = repository.check_runs, repository.ci.jobs
    suite = [runs[job] for job in jobs if runs[job].suite_id == run.suite_id]
    rerun_all(github, repository, suite, [run])


def rerun_all(
    github: World, repository: Repository, suite: list[CheckRun], runs: list[CheckRun]
) -> None:
    """Run again these of a workflow run's jobs, all of which are in `suite`."""
    if any(one.status != "completed" for one in suite):
        raise Refusal(403, "The workflow run containing this job is already running")
    jobs = repository.ci.jobs
    for run in runs:
        again = _planned(repository, run.head_sha, run.name, jobs[run.id].script, again=True)
        suite_run = repository.check_suites[run.suite_id]
        jobs[_begin_run(github, repository, again, suite_run).id] = again


def _planned(
    repository: Repository, sha: str, name: str, script: CheckScript, *, again: bool = False
) -> PlannedRun:
    heads = repository.ci.heads.setdefault(name, [])
    if sha not in heads:
        heads.append(sha)
    first = heads.index(sha) < script.fail_first or (script.flaky and not again)
    red = first or _holds(repository, sha, script.fails_while)
    conclusion = "failure" if red else script.conclusion
    return PlannedRun(sha, name, script, conclusion, conclusion not in checks.PASSING)


def _holds(repository: Repository, sha: str, wanted: tuple[str, str] | None) -> bool:
    if wanted is None:
        return False
    path, text = wanted
    git = repository.git
    return text in git.text(git.files_at(sha).get(path))


def _is_there(repository: Repository, sha: str, workflow: str) -> bool:
    ci, path = repository.ci, path_of(workflow)
    gone = ci.reads_files and path not in repository.git.files_at(sha)
    return not gone and workflow not in ci.disabled


def _start(github: World, repository: Repository, sha: str, name: str, script: CheckScript) -> None:
    if script.never_starts or not _is_there(repository, sha, script.workflow):
        return
    planned = _planned(repository, sha, name, script)
    if script.as_status:
        _begin_status(github, repository, planned)
        return
    number = github.new_id()
    suite = _suite(github, repository, sha, script.workflow, script.event)
    if script.awaits_approval:
        suite.conclusion = "action_required"
        checks.announce_completed(github, repository, suite)
    elif script.needs is not None:
        suite.to_come.add(name)
    else:
        run = _begin_run(github, repository, planned, suite, number)
        repository.ci.jobs[run.id] = planned


def _suite(
    github: World,
    repository: Repository,
    sha: str,
    workflow: str,
    event: str | None,
    *,
    another: bool = False,
) -> CheckSuite:
    return suites.suite_of(
        github,
        repository,
        github.ci_app,
        sha,
        workflow=workflow,
        event=event,
        another=another,
    )


def _skip(github: World, repository: Repository, sha: str, name: str, script: CheckScript) -> None:
    data, number = {"name": name, "head_sha": sha, "conclusion": "skipped"}, github.new_id()
    suite = _suite(github, repository, sha, script.workflow, script.event)
    checks.create(github, repository, github.ci_app, data, suite, number=number)


def _ended(github: World, repository: Repository, suite: CheckSuite, run: CheckRun) -> None:
    """Start the jobs that need this one, or skip them; the suite may end some time later."""
    for name, script in repository.ci.checks.items():
        if script.needs != run.name or name not in suite.to_come:
            continue
        suite.to_come.discard(name)
        if run.conclusion == "success":
            planned = _planned(repository, run.head_sha, name, script)
            repository.ci.jobs[_begin_run(github, repository, planned, suite).id] = planned
        else:
            _skip(github, repository, run.head_sha, name, script)


def _begin_run(
    github: World,
    repository: Repository,
    planned: PlannedRun,
    suite: CheckSuite,
    number: int | None = None,
) -> CheckRun:
    script = planned.script
    opening = {"name": planned.name, "head_sha": planned.sha}
    run = checks.create(github, repository, github.ci_app, opening, suite, number=number)
    if script.suite_ends_after:
        suite.to_come.add(_END)

    def change(data: dict[str, Any]) -> None:
        if run.status != "completed":
            checks.update(github, repository, run, data)

    output: dict[str, Any] = {
        "title": f"{planned.name}: {planned.conclusion}",
        "summary": script.summary,
    }
    if planned.failed:
        output["annotations"] = script.annotations
    started = {"status": "in_progress"}
    ended = {"status": "completed", "conclusion": planned.conclusion, "output": output}

    def end() -> None:
        change(ended)
        _ended(github, repository, suite, run)
        if script.suite_ends_after:
            github.later(script.suite_ends_after, end_suite)

    def end_suite() -> None:
        suite.to_come.discard(_END)
        checks.announce_completed(github, repository, suite)

    github.later(script.starts_after, lambda: change(started))
    if not script.never_ends:
        github.later(script.starts_after + script.after, end)
    return run


def _begin_status(github: World, repository: Repository, planned: PlannedRun) -> None:
    script = planned.script

    def report(state: str) -> None:
        data = {"state": state, "context": planned.name, "description": script.summary}
        checks.set_status(github, repository, planned.sha, github.ci_app.bot, data)

    report("pending")
    state = "failure" if planned.failed else "success"
    if not script.never_ends:
        github.later(script.starts_after + script.after, lambda: report(state))
