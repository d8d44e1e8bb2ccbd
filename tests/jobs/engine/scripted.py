"""An engine whose outside does as the test says."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, text, update

from bot.core.effects import Effect, PostComment
from bot.core.events import EVENT_KINDS, CommandGiven, Enrichment, Event
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, Login, RunId, TaskStatus
from bot.core.model.messages import Message
from bot.core.model.task import Task
from bot.rendering.log_lines import log_line
from jobs.engine.carry import carry
from jobs.engine.interfaces import (
    Action,
    Engine,
    NotApplied,
    RateLimit,
    Result,
    Surroundings,
    Unanswered,
)
from storage import due, effects, epics, faults, inbox, log_events, tables
from storage.columns import adapter
from storage.database import Database
from storage.inbox import InboxRow
from tests.core.transitions import scenes
from tests.stored_epics import insert_epic, insert_repositories

ADA = Login("ada")
ALLOWED = Enrichment(permission="write", title="Widgets", body=scenes.BODY, is_labelled=True)


def nothing(_effect: Effect, _surroundings: Surroundings) -> Result:
    """Carried out, and nothing to tell."""
    return None


@dataclass
class Outside:
    """The engine's handlers and its enricher; `asked` are the effects performed, in order."""

    perform: Callable[[Effect, Surroundings], Result] = nothing
    already_applied: Callable[[Effect, Surroundings], Result] = lambda *_: NotApplied()
    read: Callable[[InboxRow], Enrichment | RateLimit | Unanswered] = lambda _: ALLOWED
    # Whether each effect makes a request first of all.
    guards: bool = True
    asked: list[Effect] = field(default_factory=list)
    looked_for: list[Effect] = field(default_factory=list)

    def service(self, _effect: Effect) -> str:
        """One for all."""
        return "GitHub"

    def throttle_names(self, *_: object) -> tuple[str, ...]:
        """One for all."""
        return ("github",)

    def action(self, effect: Effect, surroundings: Surroundings) -> Action:
        """As scripted."""
        return _Scripted(self, effect, surroundings)

    def enrich(self, row: InboxRow, *_: object) -> Enrichment | RateLimit | Unanswered:
        """As scripted."""
        return self.read(row)


@dataclass
class _Scripted:
    outside: Outside
    effect: Effect
    surroundings: Surroundings

    def already_applied(self) -> Result:
        self.outside.looked_for.append(self.effect)
        return self.outside.already_applied(self.effect, self.surroundings)

    def perform(self) -> Result:
        if self.outside.guards:
            self.surroundings.before_request()
        self.outside.asked.append(self.effect)
        return self.outside.perform(self.effect, self.surroundings)


@dataclass
class EngineWorld:
    """One epic at work, and an engine to carry it."""

    database: Database
    epic_id: int
    outside: Outside = field(default_factory=Outside)
    told: int = 0

    @property
    def engine(self) -> Engine:
        """Wired with the script."""
        return Engine(database=self.database, handlers=self.outside, enricher=self.outside)

    def tell(self, event: Event) -> int:
        """Put an event into the inbox; the row's id."""
        self.told += 1
        with self.database.write() as connection:
            now = self.database.now(connection)
            inbox.add(connection, self.epic_id, f"told:{self.epic_id}:{self.told}", event, now=now)
            rows = tables.inbox.c
            return int(
                connection.execute(
                    select(rows.id).where(rows.key == f"told:{self.epic_id}:{self.told}")
                ).scalar_one()
            )

    def command(self, text: str) -> int:
        """Ada commands; read for where it must be."""
        event = CommandGiven(comment_id=self.told + 100, line=1, text=f"/orchestra {text}", by=ADA)
        return self.tell(event)

    def carry(self) -> None:
        """One nudge."""
        carry(self.engine, self.epic_id)

    def pass_time(self, seconds: float) -> None:
        """Move the database's clock."""
        self.database.shift += timedelta(seconds=seconds)

    def is_due(self) -> bool:
        """Whether reconcile would nudge the epic."""
        with self.database.read() as connection:
            return self.epic_id in due.due_epics(connection, self.database.now(connection))

    def epic(self) -> Epic:
        """As stored."""
        with self.database.read() as connection:
            found = epics.load(connection, self.epic_id)
        assert found is not None
        return found

    def put(self, **facts: Any) -> None:
        """Change the epic's facts."""
        before = self.epic()
        with self.database.write() as connection:
            epics.save(connection, before, replace(before, **facts))

    def now(self) -> datetime:
        """The database's time."""
        with self.database.read() as connection:
            return self.database.now(connection)

    def emit(self, *effects_: Effect) -> list[int]:
        """Have effects performed, as a decision would; their rows' ids."""
        rows = tables.effects.c
        with self.database.write() as connection:
            now = self.database.now(connection)
            for one in effects_:
                effects.emit(connection, self.epic_id, one, now, now)
            ids = {row.key: row.id for row in connection.execute(select(rows.key, rows.id))}
        return [ids[one.key] for one in effects_]

    def log(self) -> list[tuple[int | None, str]]:
        """The epic's log, as people see it."""
        with self.database.read() as connection:
            found = log_events.last(connection, self.epic_id, 99)
        return [(line.task, log_line(line.notice)) for line in found]

    def lines(self) -> list[str]:
        """The texts of the epic's log."""
        return [text for _, text in self.log()]

    def due(self) -> dict[int, str]:
        """What reconcile would nudge, and how urgently."""
        with self.database.read() as connection:
            found = due.due_epics(connection, self.database.now(connection))
            return {one: str(which) for one, which in due.priorities(connection, found).items()}

    def waiting(self) -> list[str]:
        """The kinds of the unhandled rows that we did not fail on."""
        rows = tables.inbox.c
        query = select(rows.kind).where(rows.handled_at.is_(None), rows.faults == 0)
        with self.database.read() as connection:
            return list(connection.execute(query.order_by(rows.id)).scalars())

    def said(self) -> list[Message]:
        """The comments posted."""
        posted = (one for one in self.outside.asked if isinstance(one, PostComment))
        return [comment.message for comment in posted]

    def told_of(self) -> list[Event]:
        """All events that were ever put into the inbox."""
        rows = tables.inbox.c
        with self.database.read() as connection:
            found = connection.execute(select(rows.kind, rows.payload)).all()
        return [adapter(EVENT_KINDS[kind]).validate_json(payload) for kind, payload in found]

    def error_of(self, table: str, row_id: int) -> str | None:
        """What is kept of the last failure on a row."""
        rows = tables.metadata.tables[table].c
        with self.database.read() as connection:
            query = select(rows.error).where(rows.id == row_id)
            error: str | None = connection.execute(query).scalar_one()
        return error

    def parked(self) -> int:
        """How many rows the operator is shown."""
        with self.database.read() as connection:
            return faults.count_parked(connection)

    def spoil(self, table: str, row_id: int, **values: str) -> None:
        """Make a stored row one that no longer validates."""
        assignments = ", ".join(f"{name} = :{name}" for name in values)
        with self.database.write() as connection:
            # As text: the column's own type would not let it in.
            statement = text(f"UPDATE {table} SET {assignments} WHERE id = :row_id")
            connection.execute(statement, {"row_id": row_id, **values})

    def states(self) -> dict[str, str]:
        """Each effect's state by its key."""
        rows = tables.effects.c
        with self.database.read() as connection:
            return {row.key: row.state for row in connection.execute(select(rows.key, rows.state))}

    def set_effects(self, **values: Any) -> None:
        """Change every effect's row."""
        with self.database.write() as connection:
            connection.execute(update(tables.effects).values(**values))


def world_of(database: Database, *, task: Task | None = None, issue: int = 1) -> EngineWorld:
    """An active epic of one task, whose agent is at work."""
    with database.write() as connection:
        if issue == 1:
            insert_repositories(connection, 1)
        stored = insert_epic(connection, issue=issue)
        run = replace(scenes.RUN, id=RunId(f"run-{issue}"), status=AgentStatus.RUNNING)
        first = task or Task(
            number=1, title="one", status=TaskStatus.PROCESSING, runs=(run,), attempts=1
        )
        after = replace(
            stored, tasks=(first,), body=scenes.BODY, started_by=ADA, status=EpicStatus.ACTIVE
        )
        epics.save(connection, stored, after)
    return EngineWorld(database, stored.id)
