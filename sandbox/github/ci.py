"""A continuous integration that does as it is told, owned by an App of its own."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.github import checks
from sandbox.github.model import PullRequest, Repository

if TYPE_CHECKING:
    from sandbox.github.world import World


@dataclass
class CheckScript:
    """How one check behaves; times are seconds of the world's clock.

    `fail_first` counts heads of the repository's pull requests. `skip_drafts` concludes
    `skipped` on drafts and runs again on ready_for_review. `on_default_branch` runs it for the
    default branch's pushes too.
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


@dataclass(eq=False)
class ContinuousIntegration:
    """The checks of one repository by name."""

    checks: dict[str, CheckScript] = field(default_factory=dict)
    _heads: dict[str, list[str]] = field(default_factory=dict)

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
            if script.on_default_branch:
                self._start(github, repository, sha, name, script)

    def _skip(self, github: "World", pull: PullRequest, name: str) -> None:
        data = {"name": name, "head_sha": pull.head_sha, "conclusion": "skipped"}
        checks.create(github, pull.repository, github.ci_app, data)

    def _conclusion(self, name: str, script: CheckScript, sha: str) -> str:
        heads = self._heads.setdefault(name, [])
        if sha not in heads:
            heads.append(sha)
        return "failure" if heads.index(sha) < script.fail_first else script.conclusion

    def _start(
        self, github: "World", repository: Repository, sha: str, name: str, script: CheckScript
    ) -> None:
        if script.never_starts:
            return
        planned = _Planned(repository, sha, name, script, self._conclusion(name, script, sha))
        begin = _begin_status if script.as_status else _begin_run
        begin(github, planned)


@dataclass(frozen=True)
class _Planned:
    repository: Repository
    sha: str
    name: str
    script: CheckScript
    conclusion: str


def _begin_run(github: "World", planned: _Planned) -> None:
    script, repository = planned.script, planned.repository
    opening = {"name": planned.name, "head_sha": planned.sha}
    run = checks.create(github, repository, github.ci_app, opening)

    def change(data: dict[str, Any]) -> None:
        if run.status != "completed":
            checks.update(github, repository, run, data)

    output = {"title": f"{planned.name}: {planned.conclusion}", "summary": script.summary}
    started = {"status": "in_progress"}
    ended = {"status": "completed", "conclusion": planned.conclusion, "output": output}
    github.later(script.starts_after, lambda: change(started))
    if not script.never_ends:
        github.later(script.starts_after + script.after, lambda: change(ended))


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
