"""Check suites: which one a run belongs to, and what it comes to."""

import zlib

from sandbox.github.payloads.checks import pulls_of, pushed_branch
from sandbox.github.state import App, CheckRun, CheckSuite, Repository, Workflow
from sandbox.github.state.world import World

CI = "CI"


def suite_of(
    github: World,
    repository: Repository,
    app: App,
    sha: str,
    *,
    workflow: str = CI,
    event: str | None = None,
    another: bool = False,
) -> CheckSuite:
    """Return the newest suite of that App, workflow and event on `sha`; a new one if there is none.

    `event` is `pull_request` for the head of a pull request, else `push`, unless told.
    """
    of = _workflow(github, app, workflow)
    asked = event or ("pull_request" if pulls_of(repository, sha) else "push")
    found = [
        suite
        for suite in repository.check_suites.values()
        if (suite.app, suite.head_sha, suite.workflow) == (app, sha, of)
        and (of is None or event is None or suite.event == event)
    ]
    if found and not another:
        return found[-1]
    suite = CheckSuite(
        github.new_id(),
        app,
        sha,
        github.clock.now(),
        pushed_branch(repository, sha),
        of,
        asked if of else None,
    )
    repository.check_suites[suite.id] = suite
    return suite


def _workflow(github: World, app: App, name: str) -> Workflow | None:
    if app is not github.ci_app:
        return None
    return Workflow(app.id if name == CI else zlib.crc32(name.encode()) >> 1, name)


def suite_runs(repository: Repository, suite: CheckSuite) -> list[CheckRun]:
    """Return the suite's runs, those that ran again among them."""
    return [run for run in repository.check_runs.values() if run.suite_id == suite.id]


def latest(runs: list[CheckRun]) -> list[CheckRun]:
    """Return the newest run of each name."""
    return list({run.name: run for run in runs}.values())


def suites_on(repository: Repository, sha: str) -> list[CheckSuite]:
    """Return the suites of a commit, oldest first."""
    return [suite for suite in repository.check_suites.values() if suite.head_sha == sha]
