"""A continuous integration that does as it is told, owned by the App of GitHub Actions.

A check run's id is therefore its job's id as well, and a suite's that of the workflow run.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.github.errors import Refusal
from sandbox.github.operations import checks
from sandbox.github.state import CheckRun, PullRequest, Repository

if TYPE_CHECKING:
    from sandbox.github.state.world import World


@dataclass
class CheckScript:
    """How one check behaves; times are seconds of the world's clock.

    `fail_first` counts heads of the repository's pull requests. `skip_drafts` concludes
    `skipped` on drafts and runs again on ready_for_review. `on_default_branch` runs it for the
    default branch's pushes too. `flaky` fails the first run on each head and no rerun.
    `fails_while` (path, text) fails as long as the commit's file at that path holds the text, on
    the default branch too. `log` and `annotations` (as the REST API takes them) are those of a
    run that fails.
    """

    conclusion: str = "success"
    after: float = 0.5
    starts_after: float = 0.0
    skip_drafts: bool = False
    fail_first: int = 0
    never_starts: bool = False
    never_ends: bool = False
    as_status: bool = False
    on_default_branch: bool = False
    summary: str = "Ran in the sandbox."
    flaky: bool = False
    fails_while: tuple[str, str] | None = None
    log: str = ""
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(eq=False)
class ContinuousIntegration:
    """The checks of one repository by name."""

    checks: dict[str, CheckScript] = field(default_factory=dict)
    _heads: dict[str, list[str]] = field(default_factory=dict)
    _jobs: dict[int, "_Planned"] = field(default_factory=dict)

    def head_changed(self, github: "World", pull: PullRequest) -> None:
        """A pull request was opened, reopened or pushed to."""
        for name, script in self.checks.items():
            if script.skip_drafts and pull.draft:
                self._skip(github, pull, name)
            else:
                self._start(github, pull.repository, pull.head_sha, name, script)

    def ready_for_review(self, github: "World", pull: PullRequest) -> None:
        """A draft became ready: what skipped it runs now."""
        for name, script in self.checks.items():
            if script.skip_drafts:
                self._start(github, pull.repository, pull.head_sha, name, script)

    def pushed(self, github: "World", repository: Repository, branch: str, sha: str) -> None:
        """A branch moved; only the default branch has checks without a pull request."""
        if branch != repository.default_branch:
            return
        for name, script in self.checks.items():
            if script.on_default_branch or script.fails_while:
                self._start(github, repository, sha, name, script)

    def log(self, run: CheckRun) -> str | None:
        """What the job of a completed run wrote; None where there is no such job."""
        planned = self._jobs.get(run.id)
        if planned is None or run.status != "completed":
            return None
        words = planned.script.log if planned.failed else ""
        return words or f"{run.name}: {run.conclusion}\n"

    def rerun(self, github: "World", run: CheckRun) -> None:
        """Run a job again as a new check run of the same name; 403 while its run is at work."""
        runs = self._jobs[run.id].repository.check_runs
        suite = [runs[job] for job in self._jobs if runs[job].suite_id == run.suite_id]
        self.rerun_all(github, suite, [run])

    def rerun_all(self, github: "World", suite: list[CheckRun], runs: list[CheckRun]) -> None:
        """Run again these of a workflow run's jobs, all of which are in `suite`."""
        if any(one.status != "completed" for one in suite):
            raise Refusal(403, "The workflow run containing this job is already running")
        for run in runs:
            old = self._jobs[run.id]
            again = self._planned(old.repository, run.head_sha, run.name, old.script, True)
            self._jobs[_begin_run(github, again).id] = again

    def has_job(self, run: CheckRun) -> bool:
        """Whether the run is a job of ours."""
        return run.id in self._jobs

    def _skip(self, github: "World", pull: PullRequest, name: str) -> None:
        data = {"name": name, "head_sha": pull.head_sha, "conclusion": "skipped"}
        checks.create(github, pull.repository, github.ci_app, data)

    def _planned(
        self,
        repository: Repository,
        sha: str,
        name: str,
        script: CheckScript,
        again: bool = False,
    ) -> "_Planned":
        heads = self._heads.setdefault(name, [])
        if sha not in heads:
            heads.append(sha)
        first = heads.index(sha) < script.fail_first or (script.flaky and not again)
        red = first or _holds(repository, sha, script.fails_while)
        return _Planned(repository, sha, name, script, "failure" if red else script.conclusion)

    def _start(
        self, github: "World", repository: Repository, sha: str, name: str, script: CheckScript
    ) -> None:
        if script.never_starts:
            return
        planned = self._planned(repository, sha, name, script)
        if script.as_status:
            _begin_status(github, planned)
        else:
            self._jobs[_begin_run(github, planned).id] = planned


@dataclass(frozen=True)
class _Planned:
    repository: Repository
    sha: str
    name: str
    script: CheckScript
    conclusion: str

    @property
    def failed(self) -> bool:
        return self.conclusion not in checks.PASSING


def _holds(repository: Repository, sha: str, wanted: tuple[str, str] | None) -> bool:
    if wanted is None:
        return False
    path, text = wanted
    git = repository.git
    return text in git.text(git.files_at(sha).get(path))


def _begin_run(github: "World", planned: _Planned) -> CheckRun:
    script, repository = planned.script, planned.repository
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


def _begin_status(github: "World", planned: _Planned) -> None:
    script = planned.script

    def say(state: str) -> None:
        data = {"state": state, "context": planned.name, "description": script.summary}
        by = github.ci_app.bot
        checks.set_status(github, planned.repository, planned.sha, by, data)

    say("pending")
    state = "success" if planned.conclusion in checks.PASSING else "failure"
    if not script.never_ends:
        github.later(script.starts_after + script.after, lambda: say(state))
