from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.cursor import Cursor

KEY = "crsr_" + "a" * 64


@dataclass(frozen=True)
class OpenedPullRequest:
    number: int
    html_url: str


@dataclass
class MemoryHost:
    """A code host without git: branches are commit ids and files."""

    heads: dict[tuple[str, str], str] = field(
        default_factory=lambda: {("acme/widgets", "main"): "base", ("acme/widgets", "mine"): "m"}
    )
    commits: list[tuple[str, dict[str, str | None], str | None]] = field(default_factory=list)
    pull_requests: list[dict[str, object]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    closed: list[tuple[str, int, str]] = field(default_factory=list)
    broken: bool = False

    def branch_head(self, full_name: str, branch: str) -> str | None:
        return self.heads.get((full_name, branch))

    def pull_request_branches(self, full_name: str, number: int) -> tuple[str, str] | None:
        return ("mine", "main") if (full_name, number) == ("acme/widgets", 5) else None

    def commit_files(
        self,
        full_name: str,
        branch: str,
        files: dict[str, str | None],
        message: str,
        author_login: str,
        base: str | None = None,
    ) -> str:
        if self.broken:
            raise RuntimeError("remote rejected")
        assert (full_name, branch) in self.heads or (full_name, base) in self.heads
        assert author_login == "cursor[bot]"
        assert message
        self.commits.append((branch, files, base))
        sha = f"{len(self.commits):040x}"
        self.heads[full_name, branch] = sha
        return sha

    def close_pull_request(self, full_name: str, number: int, *, author_login: str) -> None:
        self.closed.append((full_name, number, author_login))

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
    ) -> OpenedPullRequest:
        self.pull_requests.append({"head": head, "base": base, "title": title, "draft": draft})
        self.told.append((author_login, body))
        number = 86 + len(self.pull_requests)
        return OpenedPullRequest(number, f"https://github.com/{full_name}/pull/{number}")


@pytest.fixture
def clock() -> Clock:
    return Clock(datetime(2026, 11, 21, 10, 0, tzinfo=UTC))


@pytest.fixture
def host() -> MemoryHost:
    return MemoryHost()


@pytest.fixture
def cursor(clock: Clock, host: MemoryHost) -> Cursor:
    return Cursor(clock, host, api_key=KEY)


@pytest.fixture
def http(cursor: Cursor) -> Iterator[TestClient]:
    client = TestClient(cursor.asgi, headers={"Authorization": f"Bearer {KEY}"})
    yield client
    client.close()
