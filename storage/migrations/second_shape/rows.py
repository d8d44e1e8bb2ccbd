"""Give stored rows their new names, and effects the columns of their scope."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, TableClause, bindparam, column, select, table, update

from storage.migrations.second_shape import messages, odd_rows, payloads, waits
from storage.migrations.second_shape.names import (
    CANCELLABLE,
    DROPPED,
    EFFECTS,
    EVENTS,
    FIELDS_OF_EFFECTS,
    FIELDS_OF_EVENTS,
)
from storage.migrations.second_shape.pages import pages

_EFFECTS = table(
    "effects",
    *map(column, ("id", "epic_id", "key", "kind", "payload")),
    *map(column, ("task", "pull_request", "cancellable")),
)
_INBOX = table("inbox", *map(column, ("id", "kind", "payload", "enrichment")))
_RUNS = table("agent_runs", *map(column, ("id", "task_number")))


def rename(connection: Connection) -> None:
    """Rewrite every effect and inbox row, with the reasons that its payload holds."""
    runs = {row.id: row.task_number for row in connection.execute(select(_RUNS))}
    keys: set[tuple[int, str]] = set()
    _convert_each(connection, _EFFECTS, lambda row: _effect(row, runs, keys))
    _convert_each(connection, _INBOX, _event)


def _convert_each(
    connection: Connection, table: TableClause, convert: Callable[[Any], dict[str, Any]]
) -> None:
    this = update(table).where(table.c.id == bindparam("row"))
    for rows in pages(connection, table):
        changed, odd = odd_rows.converted(table.name, rows, convert)
        if changed:
            connection.execute(this, changed)
        odd_rows.park(connection, table.name, odd)


def _effect(row: Any, runs: dict[str, int], keys: set[tuple[int, str]]) -> dict[str, Any]:
    kind, prefix = EFFECTS[row.kind]
    key = kind + row.key.removeprefix(prefix)
    payload = _without_dropped(kind, _renamed(json.loads(row.payload), FIELDS_OF_EFFECTS))
    if kind == "SendFollowUp":
        payload["task"] = runs[payload["run"]]
    if kind == "PostComment":
        payload["message"] = messages.message(payload["message"])
        key = _key_of_comment(row.epic_id, key, payload, keys)
    return {
        "row": row.id,
        "kind": kind,
        "key": key,
        "payload": json.dumps(payload),
        "task": payload.get("task"),
        "pull_request": payload.get("number"),
        "cancellable": CANCELLABLE.get(kind),
    }


def _key_of_comment(
    epic: int, key: str, payload: dict[str, Any], keys: set[tuple[int, str]]
) -> str:
    """Have a question under the key it has now; its purpose, a marker on GitHub, stays."""
    wait = payload["message"].get("wait")
    asked = waits.key_of_question(key, wait) if wait else key
    if (epic, asked) in keys:
        # It was asked before in other words.
        return key
    keys.add((epic, asked))
    return asked


def _event(row: Any) -> dict[str, Any]:
    payload = payloads.event(row.kind, _renamed(json.loads(row.payload), FIELDS_OF_EVENTS))
    kind = EVENTS.get(row.kind, row.kind)
    return {
        "row": row.id,
        "kind": kind,
        "payload": json.dumps(_without_dropped(kind, payload)),
        "enrichment": payloads.enrichment(row.enrichment),
    }


def _renamed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): one for name, one in value.items()}


def _without_dropped(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    dropped = DROPPED.get(kind, ())
    return {name: one for name, one in payload.items() if name not in dropped}
