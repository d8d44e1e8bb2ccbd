"""Give stored rows their new names, and effects the columns of their scope."""

import json
from typing import Any

from sqlalchemy import Connection, bindparam, column, select, table, update

from storage.migrations.second_shape import payloads
from storage.migrations.second_shape.names import (
    CANCELLABLE,
    EFFECTS,
    EVENTS,
    FIELDS_OF_EFFECTS,
    FIELDS_OF_EVENTS,
)

_EFFECTS = table(
    "effects",
    *map(column, ("id", "key", "kind", "payload", "task", "pull_request", "cancellable")),
)
_INBOX = table("inbox", *map(column, ("id", "kind", "payload", "enrichment")))
_RUNS = table("agent_runs", *map(column, ("id", "task_number")))


def rename(connection: Connection) -> None:
    """Rewrite every effect and inbox row, with the reasons that its payload holds."""
    runs = {row.id: row.task_number for row in connection.execute(select(_RUNS))}
    effects = [_effect(row, runs) for row in connection.execute(select(_EFFECTS))]
    events = [_event(row) for row in connection.execute(select(_INBOX))]
    for rows, statement in (
        (effects, update(_EFFECTS).where(_EFFECTS.c.id == bindparam("row"))),
        (events, update(_INBOX).where(_INBOX.c.id == bindparam("row"))),
    ):
        if rows:
            connection.execute(statement, rows)


def _effect(row: Any, runs: dict[str, int]) -> dict[str, Any]:
    kind, prefix = EFFECTS[row.kind]
    payload = _renamed(json.loads(row.payload), FIELDS_OF_EFFECTS)
    if kind == "SendFollowUp":
        payload["task"] = runs[payload["run"]]
    if kind == "PostComment":
        payload["message"] = payloads.message(payload["message"])
    return {
        "row": row.id,
        "kind": kind,
        "key": kind + row.key.removeprefix(prefix),
        "payload": json.dumps(payload),
        "task": payload.get("task"),
        "pull_request": payload.get("number"),
        "cancellable": CANCELLABLE.get(kind),
    }


def _event(row: Any) -> dict[str, Any]:
    payload = payloads.event(row.kind, _renamed(json.loads(row.payload), FIELDS_OF_EVENTS))
    return {
        "row": row.id,
        "kind": EVENTS.get(row.kind, row.kind),
        "payload": json.dumps(payload),
        "enrichment": payloads.enrichment(row.enrichment),
    }


def _renamed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(name, name): one for name, one in value.items()}
