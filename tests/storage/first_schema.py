"""Rows of the first schema, as the release before the second shape stored them.

`first_shape.jsonl` has an effect or event of every kind of that release, all fields set; it was
written by that release's own code.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import MetaData, Table, insert

from storage import migrate
from storage.database import Connection, Database
from tests.databases import drop_tables
from tests.stored_epics import NOW

Row = dict[str, Any]
SAMPLES: tuple[Row, ...] = tuple(
    json.loads(line)
    for line in Path(__file__)
    .with_name("first_shape.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
)


def first_schema(database: Database) -> None:
    """Make its tables, empty."""
    drop_tables(database)
    with database.write() as connection:
        command.upgrade(migrate.config_of(connection), "0001")


def put(connection: Connection, name: str, *rows: Row) -> None:
    """Store rows; what they leave out is blank."""
    table = Table(name, MetaData(), autoload_with=connection)
    required = {one.name: one for one in table.c if not one.nullable and not one.primary_key}
    blank = {name: _blank(one) for name, one in required.items()}
    for row in rows:
        connection.execute(insert(table), {**blank, **row})


def _blank(column: Any) -> Any:
    return {int: 0, str: "", bool: False, datetime: NOW}.get(column.type.python_type)


def put_epic(connection: Connection, **task: Any) -> None:
    """Store an epic of one task and run, which samples are about."""
    put(connection, "installations", {"id": 1})
    put(connection, "repositories", {"id": 1, "installation_id": 1})
    put(connection, "epics", {"id": 1, "repository_id": 1, "settings": "{}", "overrides": "{}"})
    put(connection, "tasks", {"epic_id": 1, "number": 1, "fixes": "{}", **task})
    put(connection, "agent_runs", {"id": "run", "epic_id": 1, "task_number": 1})


def effect(number: int, kind: str, key: str, payload: Row, **columns: Any) -> Row:
    """Return an effect's row."""
    stored = {"key": key, "kind": kind, "payload": json.dumps(payload), "state": "pending"}
    return {"id": number, "epic_id": 1, **stored, **columns}


def event(number: int, kind: str, payload: Row, reading: Row | None = None) -> Row:
    """Return an inbox row."""
    stored = {"key": str(number), "kind": kind, "payload": json.dumps(payload)}
    read = {"reading": json.dumps(reading) if reading else None, "needs_reading": bool(reading)}
    return {"id": number, "epic_id": 1, **stored, **read}
