"""What the fake remembers: agents, their runs (turns) and what was said."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from sandbox.cursor.scripts import AgentScript

ACTIVE = ("CREATING", "RUNNING")


class PullRequest(Protocol):
    """A pull request that was opened at the code host."""

    @property
    def number(self) -> int:
        """Its number in the repository."""

    @property
    def html_url(self) -> str:
        """Its page."""


class CodeHost(Protocol):
    """Where agents push; any exception of `commit_files` or `open_pull_request` ends in ERROR."""

    def branch_head(self, full_name: str, branch: str) -> str | None:
        """Return the branch's commit, None when branch or repository cannot be seen."""

    def pull_request_branches(self, full_name: str, number: int) -> tuple[str, str] | None:
        """Head and base branch of an open pull request, None when it cannot be seen."""

    def commit_files(
        self,
        full_name: str,
        branch: str,
        files: dict[str, str | None],
        message: str,
        *,
        author_login: str,
        base: str | None = None,
    ) -> str:
        """Commit to `branch`, made from `base` if it does not exist; None deletes a file."""

    def close_pull_request(self, full_name: str, number: int, *, author_login: str) -> None:
        """Close a pull request without merging it."""

    def open_pull_request(
        self,
        full_name: str,
        *,
        head: str,
        base: str,
        title: str,
        body: str,
        author_login: str,
        draft: bool,
    ) -> PullRequest:
        """Open a pull request."""


@dataclass(frozen=True)
class Message:
    """One line of an agent's talk; `type` is `user_message` or `assistant_message`."""

    id: str
    type: str
    text: str


@dataclass(frozen=True)
class WebhookTarget:
    """Where an agent reports its end."""

    url: str
    secret: str | None


@dataclass
class Run:
    """One turn: a prompt and what came of it."""

    id: str
    prompt: str
    script: AgentScript
    created_at: datetime
    updated_at: datetime
    status: str = "CREATING"
    result: str | None = None
    committed: bool = False

    @property
    def active(self) -> bool:
        """Whether the turn is still under way."""
        return self.status in ACTIVE

    def move(self, status: str, at: datetime) -> None:
        """Take `status` from `at` on."""
        self.status, self.updated_at = status, at


@dataclass
class Agent:
    """An agent with all its turns, newest last; `deleted` ones stay here for audits."""

    id: str
    version: str
    name: str
    repository: str
    ref: str
    branch: str
    launched_at: datetime
    auto_pull_request: bool = False
    works_on_ref: bool = False
    onto: str | None = None
    model: str | None = None
    webhook: WebhookTarget | None = None
    runs: list[Run] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    commits: list[str] = field(default_factory=list)
    pull_request: PullRequest | None = None
    archived: bool = False
    deleted: bool = False
    options: dict[str, bool] = field(default_factory=dict)

    @property
    def latest(self) -> Run:
        """The newest turn."""
        return self.runs[-1]

    @property
    def script(self) -> AgentScript:
        """The script it was launched with."""
        return self.runs[0].script

    @property
    def base(self) -> str:
        """Where its pull request goes: from a pull request's head, to that one's base."""
        return self.onto or self.ref

    @property
    def pull_request_url(self) -> str | None:
        """The page of the pull request that it reports."""
        number, run = self.latest.script.reports_pull_request, self.latest
        if number is not None and not run.active:
            return f"https://github.com/{self.repository}/pull/{number}"
        return self.pull_request.html_url if self.pull_request is not None else None

    @property
    def prompts(self) -> list[str]:
        """Every prompt a turn was started with, oldest first."""
        return [run.prompt for run in self.runs]

    @property
    def status(self) -> str:
        """The v0 word: a follow-up never shows CREATING, a stopped agent what its script says."""
        run = self.latest
        if run.status == "CREATING" and len(self.runs) > 1:
            return "RUNNING"
        return run.script.stop.shown if run.status == "CANCELLED" else run.status

    @property
    def url(self) -> str:
        """The agent's page."""
        return f"https://cursor.com/agents?id={self.id}"


def v1_time(moment: datetime) -> str:
    """v1 writes milliseconds: `2026-10-05T10:00:00.000Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
