"""A continuous integration that does as its scripts say, owned by the App of GitHub Actions.

A check run's id is therefore its job's id as well, and a suite's that of the workflow run.
"""

from typing import Any

from sandbox.github.errors import Refusal
from sandbox.github.operations import checks
from sandbox.github.state import CheckRun, PullRequest, Repository
from sandbox.github.state.ci import CheckScript, PlannedRun
from sandbox.github.state.world import World


def head_changed(github: World, pull: PullRequest) -> None:
    """Start the checks of a pull request that was opened, reopened or pushed to."""
    for name, script in pull.repository.ci.checks.items():
        if script.skip_drafts and pull.draft:
            data = {"name": name, "head_sha": pull.head_sha, "conclusion": "skipped"}
            checks.create(github, pull.repository, github.ci_app, data)
        else:
            _start(github, pull.repository, pull.head_sha, name, script)


def ready_for_review(github: World, pull: PullRequest) -> None:
    """Start what skipped the draft that is ready now."""
    for name, script in pull.repository.ci.checks.items():
        if script.skip_drafts:
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
        jobs[_begin_run(github, repository, again).id] = again


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


def _start(github: World, repository: Repository, sha: str, name: str, script: CheckScript) -> None:
    if script.never_starts:
        return
    planned = _planned(repository, sha, name, script)
    if script.as_status:
        _begin_status(github, repository, planned)
    else:
        repository.ci.jobs[_begin_run(github, repository, planned).id] = planned


def _begin_run(github: World, repository: Repository, planned: PlannedRun) -> CheckRun:
    script = planned.script
    opening = {"name": planned.name, "head_sha": planned.sha}
    run = checks.create(github, repository, github.ci_app, opening)

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
    github.later(script.starts_after, lambda: change(started))
    if not script.never_ends:
        github.later(script.starts_after + script.after, lambda: change(ended))
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
