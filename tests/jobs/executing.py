"""One repository with an epic, and effects carried out upon it without deciding anything."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.core.effects import Effect
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, RepositoryName, TaskStatus
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.pull_request import PullRequest
from bot.core.model.task import Task
from bot.services import Services
from jobs.engine.interfaces import CheckAgain, NotApplied
from jobs.handlers.handler import Applied, Context
from jobs.handlers.registry import HANDLERS
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from storage import epics
from storage.database import Database
from storage.tables import installations, repositories
from tests.fakes import Fakes, services_of
from tests.jobs.fakes import REPOSITORY, START, fakes_of_one_repository

BODY = "Make it so.\n\n- [x] First\n- [ ] Second\n"
LATER = timedelta(minutes=1)


@dataclass
class World:
    """The fakes, and an epic whose second task is under way."""

    github: GitHub
    cursor: Cursor
    services: Services
    epic: Epic
    installation: int
    names: Iterator[int] = field(default_factory=lambda: iter(range(100)))

    def context(self, since: timedelta = LATER) -> Context:
        """What a handler is given; `since` is how long ago the effect was first tried."""
        return Context(
            services=self.services,
            epic=self.epic,
            github=self.services.github.repository(self.installation, self.epic.repository),
            now=START,
            since=START - since,
        )

    def perform(self, effect: Effect) -> Any:
        """Carry it out; the event that tells of it."""
        return HANDLERS[type(effect)].perform(self.context(), effect)

    def already_applied(self, effect: Effect, since: timedelta = LATER) -> Applied:
        """What is made of an earlier try."""
        return HANDLERS[type(effect)].already_applied(self.context(since), effect)

    def perform_again(self, effect: Effect) -> Any:
        """Another try, the answer to the first one being lost."""
        activated = self.already_applied(effect)
        assert not isinstance(activated, CheckAgain)
        return self.perform(effect) if isinstance(activated, NotApplied) else activated

    def commit(self, branch: str, path: str, text: str = "text\n") -> CommitSha:
        """A commit of alice's on a branch, which is made from main."""
        made = self.github.commit_files(
            REPOSITORY, branch, {path: text}, "Work", "alice", base="main"
        )
        return CommitSha(made)

    def open_pull(self, path: str = "a.txt", text: str = "text\n") -> PullRequestSnapshot:
        """A pull request of the second task's, seen."""
        branch = f"topic-{next(self.names)}"
        self.commit(branch, path, text)
        number = self.context().github.open_pull_request(
            head=branch, base="main", title="Second", body="Refs #1"
        )
        snapshot = self.fetch(number)
        self.put_task(
            status=TaskStatus.PR_OPEN,
            pull_request_number=number,
            pull_request=PullRequest(number=number, url="", head_sha=snapshot.head_sha),
        )
        return snapshot

    def fetch(self, number: int) -> PullRequestSnapshot:
        """The pull request as it now is."""
        return self.context().github.pull_request(number)

    def put(self, **changes: Any) -> None:
        """Change the epic, and store it."""
        after = replace(self.epic, **changes)
        with self.services.database.write() as connection:
            epics.save(connection, self.epic, after)
        self.epic = after

    def put_task(self, number: int = 2, **changes: Any) -> None:
        """Change a task, and store it."""
        task = self.epic.task(number)
        assert task is not None
        self.put(tasks=self.epic.with_task(replace(task, **changes)).tasks)

    def pass_time(self, seconds: float) -> None:
        """Let GitHub and Cursor go on."""
        self.github.clock.advance(seconds)
        self.github.tick()
        self.cursor.tick()

    def asked(self, kind: str) -> int:
        """How often GitHub was asked that."""
        return len(self.github.ledger.of_kind(kind))


@contextmanager
def world(near: Fakes, database: Database, directory: Path) -> Iterator[World]:
    """A fresh one, behind the servers that all tests share."""
    github, cursor = fakes_of_one_repository(near, directory)
    github.set_permission(REPOSITORY, "alice", "write")
    issue = github.open_issue(REPOSITORY, "Widgets 2.0", BODY, by="alice")
    installation = github.install("acme")
    services = services_of(near, database, github, cursor, ALLOWED_ACCOUNTS="acme")
    with closing(services):
        epic = _stored(services.database, installation.id, issue.number)
        yield World(github, cursor, services, epic, installation.id)


def _stored(database: Database, installation: int, issue: int) -> Epic:
    with database.write() as connection:
        connection.execute(insert(installations).values(id=installation, account="acme"))
        connection.execute(
            insert(repositories).values(
                id=1, installation_id=installation, full_name=REPOSITORY, default_branch="main"
            )
        )
        return store_epic(connection, issue)


def store_epic(connection: Any, issue: int) -> Epic:
    """An epic of two tasks in that repository, the first done by hand."""
    empty = epics.insert_epic(
        connection,
        1,
        Epic(
            id=0,
            token="abc",
            repository=RepositoryName.parse(REPOSITORY),
            default_branch="main",
            issue_number=issue,
            status=EpicStatus.ACTIVE,
            activated=True,
            created_at=START,
        ),
    )
    tasks = (
        Task(number=1, title="First", status=TaskStatus.COMPLETED),
        Task(number=2, title="Second", status=TaskStatus.PROCESSING),
    )
    epics.save(connection, empty, replace(empty, tasks=tasks))
    return replace(empty, tasks=tasks)
