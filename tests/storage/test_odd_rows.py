"""A row that cannot be converted is parked, and stops no upgrade."""

import json
from typing import Any

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from storage import faults, migrate, tables
from storage.database import Database
from tests.storage.first_schema import Row, effect, event, first_schema, put, put_epic
from tests.stored_epics import NOW

FOLLOW_UP = {"run": "gone", "agent_id": "a", "turn": 2, "prompt": "p", "marker": "m"}
GOOD_EFFECT = effect(9, "CloseIssue", "close-issue", {})
GOOD_EVENT = event(9, "LookedAt", {})
ODD: dict[str, tuple[str, Row]] = {
    "unknown kind": ("effects", effect(1, "Unheard", "x", {})),
    "effect, no JSON": ("effects", {**effect(1, "AddLine", "add-line:x", {}), "payload": "{"}),
    "effect, a list": ("effects", {**effect(1, "AddLine", "add-line:x", {}), "payload": "[]"}),
    "effect, null": ("effects", {**effect(1, "AddLine", "add-line:x", {}), "payload": "null"}),
    "run is gone": ("effects", effect(1, "SendFollowUp", "follow-up:gone:2", FOLLOW_UP)),
    "comment of no kind": ("effects", effect(1, "PostComment", "comment:1:x", {"message": {}})),
    "event, no JSON": ("inbox", {**event(1, "CommandGiven", {}), "payload": ""}),
    "event, a list": ("inbox", {**event(1, "CommandGiven", {}), "payload": "[]"}),
    "event, a part missing": ("inbox", event(1, "LaunchFailed", {})),
    "reading, no JSON": ("inbox", {**event(1, "CommandGiven", {}), "reading": "x"}),
    "reading, a list": ("inbox", {**event(1, "CommandGiven", {}), "reading": "[]"}),
}


def old(database: Database, **task: Any) -> None:
    first_schema(database)
    with database.write() as connection:
        put_epic(connection, **task)


def migrated(database: Database) -> list[Any]:
    with capture_logs() as logged:
        migrate.migrate(database)
    return [(one["table"], one["row"]) for one in logged]


def parked(database: Database) -> int:
    with database.read() as connection:
        return faults.count_parked(connection)


@pytest.mark.parametrize("what", ODD)
def test_an_odd_row_is_parked_and_the_others_are_converted(database: Database, what: str) -> None:
    table, row = ODD[what]
    old(database)
    with database.write() as connection:
        put(connection, table, row, GOOD_EFFECT if table == "effects" else GOOD_EVENT)
    assert migrated(database) == [(table, 1)]
    rows = tables.metadata.tables[table].c
    query = select(rows.id, rows.payload, rows.error, rows.parked_at.is_not(None))
    with database.read() as connection:
        odd, good = connection.execute(query.order_by(rows.id)).all()
    assert tuple(odd) == (1, row["payload"], "migration", True)
    assert tuple(good) == (9, "{}", None, False)
    assert parked(database) == 1


def test_an_odd_row_that_is_done_with_is_not_counted(database: Database) -> None:
    old(database)
    with database.write() as connection:
        put(connection, "effects", effect(1, "Unheard", "x", {}, state="done"))
        put(connection, "inbox", {**event(1, "LaunchFailed", {}), "handled_at": NOW})
    assert migrated(database) == [("effects", 1), ("inbox", 1)]
    assert parked(database) == 0


@pytest.mark.parametrize(
    "task",
    [{"fixes": "x"}, {"fixes": "[]"}, {"pull_request": "["}, {"pull_request": "[1]"}],
    ids=str,
)
def test_an_odd_task_has_its_epic_parked(database: Database, task: Row) -> None:
    old(database, **task)
    with database.write() as connection:
        put(connection, "tasks", {"epic_id": 1, "number": 2, "fixes": "{}"})
    assert migrated(database) == [("tasks", (1, 1))]
    with database.read() as connection:
        fixes = connection.execute(text("SELECT fixes FROM tasks ORDER BY number")).scalars().all()
        error = connection.execute(select(tables.epics.c.error)).scalar_one()
    assert error == "migration"
    assert fixes[0] == task.get("fixes", "{}")
    assert json.loads(fixes[1]) == {"queued_instruction": None}
    assert parked(database) == 1


@pytest.mark.parametrize("settings", ["", "null", "[]"])
def test_a_retry_of_an_epic_with_odd_settings_is_left(database: Database, settings: str) -> None:
    old(database, failure="merge conflict", waiting_for="retry 1 of 3", retry_at=NOW)
    with database.write() as connection:
        connection.execute(text("UPDATE epics SET settings = :new"), {"new": settings})
    assert migrated(database) == [("tasks", (1, 1))]


@pytest.mark.parametrize("mistakes", ["x", "5", "[5]"])
def test_an_odd_epic_is_parked(database: Database, mistakes: str) -> None:
    old(database)
    with database.write() as connection:
        connection.execute(text("UPDATE epics SET mistakes = :new"), {"new": mistakes})
    assert migrated(database) == [("epics", 1)]
    assert parked(database) == 1


@pytest.mark.parametrize("mistakes", ["x", "5"])
def test_odd_mistakes_of_settings_are_forgotten_and_read_again(
    database: Database, mistakes: str
) -> None:
    old(database)
    with database.write() as connection:
        values = {"new": mistakes}
        connection.execute(
            text("UPDATE repositories SET settings_mistakes = :new, settings_etag = 'x'"), values
        )
    assert migrated(database) == [("repositories", 1)]
    rows = tables.repositories.c
    with database.read() as connection:
        found = connection.execute(select(rows.settings_mistakes, rows.settings_etag)).one()
    assert tuple(found) == (None, None)
