"""What a repository's continuous integration does, and what it has done."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class CheckScript:
    """How one check behaves; times are seconds of the world's clock.

    `fail_first` counts heads of the repository's pull requests. `skip_drafts` concludes
    `skipped` on drafts and runs again on ready_for_review. `on_default_branch` runs it for the
    default branch's pushes too. `flaky` fails the first run on each head and no rerun.
    `workflow` is the one it is a job of, `event` the only one that runs it. `needs` is the job of
    that workflow which it starts after; it is skipped where that fails. `suite_ends_after` its
    last job its workflow's run ends. `awaits_approval`: a person has to let its workflow run.
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
    workflow: str = "CI"
    event: str | None = None
    needs: str | None = None
    suite_ends_after: float = 0.0
    awaits_approval: bool = False
    summary: str = "Ran in the sandbox."
    flaky: bool = False
    fails_while: tuple[str, str] | None = None
    log: str = ""
    annotations: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class PlannedRun:
    """One run of a check on a commit, and how it will end; `failed` where that is no pass."""

    sha: str
    name: str
    script: CheckScript
    conclusion: str
    failed: bool


@dataclass(eq=False)
class ContinuousIntegration:
    """The checks of one repository by name, the heads each has seen, and the jobs by run id.

    `ready_for_review`: what skipped a draft runs when it is marked as ready. A workflow that is
    `disabled` runs for nothing; with `reads_files`, so does one whose file a commit lacks. The
    files of `foreign` ones are in another repository.
    """

    checks: dict[str, CheckScript] = field(default_factory=dict)
    heads: dict[str, list[str]] = field(default_factory=dict)
    jobs: dict[int, PlannedRun] = field(default_factory=dict)
    ready_for_review: bool = True
    disabled: set[str] = field(default_factory=set)
    reads_files: bool = False
    foreign: dict[str, str] = field(default_factory=dict)
