"""Rows stored before the second migration are carried over: renamed, effects with their scope."""

import json
from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import MetaData, Table, insert, select

from bot.core.effects import EFFECT_KINDS, Effect
from bot.core.events import EVENT_KINDS, AgentReported, PullRequestFetched
from bot.core.model.identifiers import AgentStatus
from storage import effects as effect_rows
from storage import inbox, migrate
from storage.columns import adapter
from storage.database import Connection, Database
from storage.inbox import InboxRow
from storage.migrations.second_shape.names import EFFECTS, EVENTS
from storage.tables import effects, tasks
from tests.core.effects.samples import sample
from tests.core.transitions import scenes
from tests.databases import drop_tables

NOW = datetime(2026, 3, 2, 9, 12, 44, tzinfo=UTC)
OLD_KINDS = {new: (old, prefix) for old, (new, prefix) in EFFECTS.items()}


def first_schema(database: Database) -> None:
    drop_tables(database)
    with database.write() as connection:
        command.upgrade(migrate.config_of(connection), "0001")


def put(connection: Connection, name: str, *rows: dict[str, Any]) -> None:
    table = Table(name, MetaData(), autoload_with=connection)
    required = {one.name: one for one in table.c if not one.nullable and not one.primary_key}
    blank = {name: _blank(one) for name, one in required.items()}
    connection.execute(insert(table), [{**blank, **row} for row in rows])


def _blank(column: Any) -> Any:
    return {int: 0, str: "", bool: False, datetime: NOW}.get(column.type.python_type)


def old_effect(number: int, effect: Effect) -> dict[str, Any]:
    kind, prefix = OLD_KINDS[type(effect).__name__]
    payload = json.loads(adapter(type(effect)).dump_json(effect))
    if "prompt_index" in payload:
        payload["turn"] = payload.pop("prompt_index")
    if kind == "SendFollowUp":
        del payload["task"]
    return {
        "id": number,
        "epic_id": 1,
        "key": prefix + effect.key.removeprefix(type(effect).__name__),
        "kind": kind,
        "payload": json.dumps(payload),
        "state": "pending",
    }


def old_event(number: int, event: Any, **names: str) -> dict[str, Any]:
    payload = json.loads(adapter(type(event)).dump_json(event))
    for new, old in names.items():
        payload[old] = payload.pop(new)
    kinds = {new: old for old, new in EVENTS.items()}
    kind = type(event).__name__
    return {
        "id": number,
        "epic_id": 1,
        "key": str(number),
        "kind": kinds.get(kind, kind),
        "payload": json.dumps(payload),
    }


def put_epic(connection: Connection, **task: Any) -> None:
    put(connection, "installations", {"id": 1})
    put(connection, "repositories", {"id": 1, "installation_id": 1})
    put(connection, "epics", {"id": 1, "repository_id": 1, "settings": "{}", "overrides": "{}"})
    put(connection, "tasks", {"epic_id": 1, "number": 1, "fixes": "{}", **task})
    put(connection, "agent_runs", {"id": "run", "epic_id": 1, "task_number": 1})


def test_every_kind_of_stored_effect_and_event_is_one_of_todays() -> None:
    assert {new for new, _ in EFFECTS.values()} == set(EFFECT_KINDS)
    assert set(EVENTS.values()) <= set(EVENT_KINDS)


def test_effects_keep_their_meaning_and_get_their_scope(database: Database) -> None:
    first_schema(database)
    emitted = [sample(kind) for kind in EFFECT_KINDS.values()]
    with database.write() as connection:
        put_epic(connection)
        put(connection, "effects", *(old_effect(n, one) for n, one in enumerate(emitted, 1)))
    migrate.migrate(database)

    with database.write() as connection:
        stored = connection.execute(select(effects).order_by(effects.c.id)).mappings().all()
        claims = [effect_rows.claim(connection, 1, "token", NOW, 99) for _ in emitted]
    names = ("key", "task", "pull_request", "cancellable")
    found = [tuple(row[name] for name in names) for row in stored]
    assert found == [
        (one.key, one.of_task, one.of_pull_request, one.cancellable) for one in emitted
    ]
    assert {
        one.effect.key: one.effect for one in claims if isinstance(one, effect_rows.Claimed)
    } == {one.key: one for one in emitted}


def test_what_was_cancelled_stays_so(database: Database) -> None:
    first_schema(database)
    withdrawn = {**old_effect(1, sample(EFFECT_KINDS["LaunchAgent"])), "state": "withdrawn"}
    with database.write() as connection:
        put_epic(connection)
        put(connection, "effects", withdrawn)
    migrate.migrate(database)
    with database.write() as connection:
        assert connection.scalar(select(effects.c.state)) == "cancelled"
        assert effect_rows.claim(connection, 1, "token", NOW, 99) is None


def test_events_and_tasks_keep_their_meaning(database: Database) -> None:
    running = AgentStatus.RUNNING
    reported = AgentReported(run=scenes.RUN.id, agent_id="a", status=running, prompt_index=3)
    fetched: PullRequestFetched = scenes.seen()
    first_schema(database)
    with database.write() as connection:
        put_epic(
            connection,
            fixes='{"wanted": "this"}',
            pull_request='{"number": 1, "url": "", "head_sha": "a", "looks": 2, "unknown_looks": 3,'
            ' "left_to_github": true, "never_merged": true}',
        )
        put(
            connection,
            "inbox",
            old_event(1, reported, prompt_index="turn"),
            old_event(2, fetched, is_up_to_date="is_fresh"),
        )
    migrate.migrate(database)

    with database.read() as connection:
        rows = inbox.unhandled(connection, 1)
        task = connection.execute(select(tasks.c.fixes, tasks.c.pull_request)).one()
    assert [isinstance(row, InboxRow) and row.event for row in rows] == [reported, fetched]
    assert task.fixes.queued_instruction == "this"
    known = task.pull_request
    assert (known.fetches, known.unknown_fetches) == (2, 3)
    assert known.merge.auto_merge_requested
    assert known.merge.forbidden
