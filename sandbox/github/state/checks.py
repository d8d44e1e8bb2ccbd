"""Check runs and commit statuses."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.github.state.accounts import App, User


def path_of(workflow: str) -> str:
    """Return where the file of the workflow of that name is."""
    return f".github/workflows/{workflow.lower().replace(' ', '-')}.yml"


@dataclass(frozen=True)
class Workflow:
    """A workflow of GitHub Actions; `path` is its file's."""

    id: int
    name: str

    @property
    def path(self) -> str:
        """Where its file would be."""
        return path_of(self.name)


@dataclass(eq=False)
class CheckSuite:
    """One App's runs on one SHA; a workflow run's where `workflow` is set: it has the same number.

    `to_come` names jobs that have yet to start, or what else holds it open once its runs have
    ended. A `conclusion` of its own counts before those of its runs.
    """

    id: int
    app: App
    head_sha: str
    created_at: datetime
    branch: str | None
    workflow: Workflow | None = None
    event: str | None = None
    conclusion: str | None = None
    to_come: set[str] = field(default_factory=set)


@dataclass(eq=False)
class CheckRun:
    """A check run; it belongs to one App and one SHA for ever."""

    id: int
    suite_id: int
    app: App
    name: str
    head_sha: str
    status: str
    started_at: datetime
    conclusion: str | None = None
    completed_at: datetime | None = None
    details_url: str | None = None
    external_id: str = ""
    title: str | None = None
    summary: str | None = None
    text: str | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)


@dataclass(eq=False)
class Status:
    """A commit status; the newest per context counts."""

    id: int
    sha: str
    state: str
    context: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: datetime
