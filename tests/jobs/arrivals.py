"""GitHub's own deliveries, routed and read for without deciding anything."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.core.events import Event
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, RepositoryName, TaskStatus
from bot.core.model.settings import EpicSettings
from bot.core.model.task import Task
from bot.services import Services
from jobs.engine.enrich import claim_next_row
from jobs.ingest import ingest_batch
from jobs.wiring import engine_of
from sandbox.cursor import Cursor
from sandbox.github import GitHub, Installation
from storage import deliveries, epics, inbox, repositories
from storage.database import Database
from storage.deliveries import Delivery
from storage.inbox import InboxRow
from storage.repositories import RepositoryFacts, StoredSettings
from storage.tables import epics as epic_rows
from tests.fakes import Fakes, services_of
from tests.jobs.fakes import REPOSITORY, START, fakes_of_one_repository
from tests.storage.unhandled import unhandled

BODY = "Make it so.\n\n- [ ] First\n- [x] Second\n"


@dataclass
class Arrivals:
    """GitHub, whose webhooks are held, and the services that hear of them."""

    github: GitHub
    cursor: Cursor
    installation: Installation
    services: Services

    @property
    def database(self) -> Database:
        """The services' own."""
        return self.services.database

    @property
    def repository_id(self) -> int:
        """GitHub's id."""
        return self.github.repository(REPOSITORY).id

    def open_issue(self, body: str = BODY) -> int:
        """An issue of ada's; its webhooks are forgotten."""
        number: int = self.github.open_issue(REPOSITORY, "Widgets 2.0", body, by="ada").number
        self.github.outbox.take()
        return number

    def remember(self) -> None:
        """Store the repository, as its first delivery would."""
        facts = RepositoryFacts(
            id=self.repository_id,
            installation_id=self.installation.id,
            full_name=REPOSITORY,
            default_branch="main",
        )
        with self.database.write() as connection:
            repositories.remember(connection, facts)

    def epic(self, *tasks: Task, **changes: Any) -> Epic:
        """A stored epic on a new issue, running and recognised unless told otherwise."""
        number = self.open_issue()
        self.remember()
        given: dict[str, Any] = {"status": EpicStatus.ACTIVE, "activated": True, **changes}
        empty = Epic(
            id=0,
            token="abc",
            repository=RepositoryName.parse(REPOSITORY),
            default_branch="main",
            issue_number=number,
            created_at=START,
            **given,
        )
        with self.database.write() as connection:
            stored = epics.insert_epic(connection, self.repository_id, empty)
            full = replace(stored, tasks=tasks or (task(),))
            epics.save(connection, stored, full)
        return full

    def settings(self, settings: EpicSettings | None, *, age: float = 0, **more: Any) -> None:
        """Store settings as if read `age` seconds ago."""
        self.remember()
        with self.database.write() as connection:
            before = repositories.stored_settings(connection, self.repository_id)
            read_at = self.database.now(connection)
            stored = StoredSettings(settings=settings, read_at=read_at, **more)
            repositories.store_settings(connection, self.repository_id, before, stored)
        self.database.shift += timedelta(seconds=age)

    def stored(self) -> StoredSettings:
        """The settings as stored."""
        with self.database.read() as connection:
            return repositories.stored_settings(connection, self.repository_id)

    def route(self) -> list[Event]:
        """Route what GitHub has sent; the events that came of it, which count as handled."""
        held = self.github.outbox.take()
        received = [
            Delivery(one.headers["X-GitHub-Delivery"], one.headers["X-GitHub-Event"], one.body)
            for one in held
        ]
        with self.database.write() as connection:
            if received:
                deliveries.add(connection, received, now=self.database.now(connection))
        ingest_batch(self.services)
        return [event for _, event in self.take()]

    def take(self) -> list[tuple[int, Event]]:
        """The unhandled rows as (epic id, event), handled from now on."""
        with self.database.write() as connection:
            ids = connection.execute(select(epic_rows.c.id).order_by(epic_rows.c.id)).scalars()
            now = self.database.now(connection)
            found = [row for one in ids.all() for row in unhandled(connection, one)]
            rows = [row for row in found if isinstance(row, InboxRow)]
            inbox.mark_handled(connection, [row.id for row in rows], now)
        return [(row.epic_id, row.event) for row in sorted(rows, key=lambda row: row.id)]

    def read(self, event: Event, epic: Epic, tries: int = 1) -> Any:
        """Read for the event, a minute apart where it takes several tries; its enrichment."""
        with self.database.write() as connection:
            now = self.database.now(connection)
            inbox.add(connection, epic.id, f"test:{now.isoformat()}", event, now=now)
        for _ in range(tries):
            with self.database.write() as connection:
                enrich = claim_next_row(engine_of(self.services), connection, epic, now)
            assert enrich is not None
            enriched = enrich()
            assert enriched is not None
            with self.database.write() as connection:
                enriched.record(connection, now)
            now += timedelta(minutes=1)
        [(_, found)] = self.take()
        enrichment: Any = getattr(found, "enrichment", None)
        return enrichment

    def asked(self, kind: str) -> int:
        """How often GitHub was asked something whose name holds that."""
        return sum(kind in entry.kind for entry in self.github.ledger.entries)


def task(number: int = 1, **changes: Any) -> Task:
    """A task that an agent is at work on."""
    given: dict[str, Any] = {"title": "First", "status": TaskStatus.PROCESSING, **changes}
    return Task(number=number, **given)


@contextmanager
def arrivals(near: Fakes, database: Database, directory: Path) -> Iterator[Arrivals]:
    """A fresh world with one repository and the App on it."""
    github, cursor = fakes_of_one_repository(near, directory)
    github.set_permission(REPOSITORY, "ada", "write")
    installation = github.install("acme")
    github.outbox.take()
    services = services_of(near, database, github, cursor, ALLOWED_ACCOUNTS="acme")
    with closing(services):
        yield Arrivals(github, cursor, installation, services)
