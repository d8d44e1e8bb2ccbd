"""Rows stored before the second migration are carried over: renamed, effects with their scope."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.effects import EFFECT_KINDS, MergePullRequest
from bot.core.events import EVENT_KINDS, Enrichment
from bot.core.model.reasons import Failure, FailureKind
from storage import effects as effect_rows
from storage import inbox as inbox_rows
from storage import migrate
from storage.columns import adapter
from storage.database import Database
from storage.migrations.second_shape import payloads
from storage.migrations.second_shape.names import EFFECTS, EVENTS
from storage.tables import effects, inbox, tasks
from tests.storage.first_schema import SAMPLES, effect, event, first_schema, put, put_epic
from tests.storage.unhandled import unhandled
from tests.stored_epics import NOW

OLD_EFFECTS = [row for row in SAMPLES if row["table"] == "effects"]
OLD_EVENTS = [row for row in SAMPLES if row["table"] == "inbox"]
COMMENT: dict[str, Any] = {"issue": 5, "purpose": "answer:7:1", "message": {"kind": "help"}}
MERGED_DIRECTLY = "GitHub says it can be merged directly"


def migrated(database: Database, table: str, *rows: dict[str, Any]) -> None:
    first_schema(database)
    with database.write() as connection:
        put_epic(connection)
        put(connection, table, *rows)
    migrate.migrate(database)


def is_within(stored: Any, loaded: Any) -> bool:
    """Whether a value was loaded with nothing of it left out; defaults may have been added."""
    if isinstance(stored, dict) and isinstance(loaded, dict):
        return all(name in loaded and is_within(one, loaded[name]) for name, one in stored.items())
    if isinstance(stored, list) and isinstance(loaded, list):
        return len(stored) == len(loaded) and all(map(is_within, stored, loaded))
    return bool(stored == loaded)


def test_every_kind_of_stored_effect_and_event_is_one_of_todays() -> None:
    assert {new for new, _ in EFFECTS.values()} <= set(EFFECT_KINDS)
    assert set(EVENTS.values()) <= set(EVENT_KINDS)
    assert {*(row["kind"] for row in OLD_EFFECTS), "PostComment"} == set(EFFECTS)
    assert {EVENTS.get(row["kind"], row["kind"]) for row in OLD_EVENTS} <= set(EVENT_KINDS)


def test_every_effect_is_loaded_whole_with_its_key_and_scope(database: Database) -> None:
    samples = [(row["kind"], row["key"], row["payload"]) for row in OLD_EFFECTS]
    samples.append(("PostComment", "comment:5:answer:7:1", COMMENT))
    migrated(database, "effects", *(effect(n, *one) for n, one in enumerate(samples, 1)))
    with database.write() as connection:
        stored = {row.id: row for row in connection.execute(select(effects))}
        claims = [effect_rows.claim(connection, 1, "token", NOW, 99) for _ in stored]
        assert effect_rows.claim(connection, 1, "token", NOW, 99) is None
    for claimed in claims:
        assert isinstance(claimed, effect_rows.Claimed)
        row, loaded = stored.pop(claimed.id), claimed.effect
        assert is_within(
            json.loads(row.payload), adapter(type(loaded)).dump_python(loaded, mode="json")
        )
        scope = (loaded.of_task, loaded.of_pull_request, loaded.cancellable)
        assert (row.key, row.task, row.pull_request, row.cancellable) == (loaded.key, *scope)
    assert stored == {}


def test_every_event_is_loaded_whole(database: Database) -> None:
    samples = [(row["kind"], row["payload"], row.get("reading")) for row in OLD_EVENTS]
    migrated(database, "inbox", *(event(n, *one) for n, one in enumerate(samples, 1)))
    with database.read() as connection:
        stored = {row.id: row for row in connection.execute(select(inbox))}
        rows = unhandled(connection, 1)
    assert len(rows) == len(stored) == len(OLD_EVENTS)
    for row in rows:
        assert isinstance(row, inbox_rows.InboxRow), row
        loaded = adapter(type(row.event)).dump_python(row.event, mode="json")
        payload = json.loads(stored[row.id].payload)
        payload.pop("model_notice", None)  # which nothing ever said
        if type(row.event).needs_enrichment:
            assert row.is_ready
            payload["enrichment"] = json.loads(stored[row.id].enrichment)
        assert is_within(payload, loaded)


def test_what_was_withdrawn_may_be_emitted_again(database: Database) -> None:
    (merge,) = (row for row in OLD_EFFECTS if row["kind"] == "MergePullRequest")
    withdrawn = effect(1, merge["kind"], merge["key"], merge["payload"], state="withdrawn")
    migrated(database, "effects", withdrawn)
    with database.write() as connection:
        again = adapter(MergePullRequest).validate_python(merge["payload"])
        effect_rows.emit(connection, 1, again, NOW, NOW)
        assert connection.execute(select(effects.c.state)).scalar_one() == "pending"


def converted(kind: str, **payload: Any) -> dict[str, Any]:
    return payloads.event(kind, payload)


def test_an_agent_that_may_have_finished_is_fetched_again() -> None:
    report = {"prompt_index": 2, "pushed": False, "reported_at": "2026-03-02T09:12:44Z"}
    finished = converted("AgentSaid", status="FINISHED", answered=None, **report)
    assert finished["pushed"]
    assert (finished["prompt_index"], finished["reported_at"]) == (None, None)
    for known in ({"status": "FINISHED", "answered": True}, {"status": "FAILED"}):
        assert converted("AgentSaid", **known, **report).items() >= report.items()


@pytest.mark.parametrize(("prompt_ref", "opens"), [(None, True), ("run-1", False)])
def test_only_agents_without_runs_open_pull_requests(prompt_ref: str | None, opens: bool) -> None:
    assert converted("AgentLaunched", prompt_ref=prompt_ref)["opens_pull_request"] is opens


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "Cursor did not launch an agent: No credit",
            Failure(kind=FailureKind.LAUNCH_REFUSED, service="Cursor", quote="No credit"),
        ),
        (
            "GitHub did not make the branch: No",
            Failure(kind=FailureKind.BRANCH_REFUSED, service="GitHub", quote="No"),
        ),
        (
            "the launch was not answered, and no agent of it appeared",
            Failure(kind=FailureKind.LAUNCH_LOST),
        ),
    ],
)
def test_launches_fail_for_a_reason(reason: str, expected: Failure) -> None:
    failure = converted("LaunchFailed", reason=reason)["failure"]
    assert adapter(Failure).validate_python(failure) == expected


@pytest.mark.parametrize(
    ("kind", "payload", "expected"),
    [
        ("MergeRefused", {"reason": MERGED_DIRECTLY}, {"reason": None}),
        ("MergeRefused", {"reason": "No"}, {"reason": "No"}),
        (
            "LineNotAdded",
            {"reason": "the checklist has 50 tasks, and an epic takes no more"},
            {"reason": None, "full": True},
        ),
        (
            "LineNotAdded",
            {"reason": "the issue's text has no place where it would be read as a task"},
            {"reason": None, "full": False},
        ),
        ("LineNotAdded", {"reason": "No"}, {"reason": "No", "full": False}),
        ("EffectFailed", {"what": "ShowProgress"}, {"what": "UpdateProgressComment"}),
        ("EffectFailed", {"what": "comment red:1"}, {"what": "comment red:1"}),
        ("CommandGiven", {"refusal": None}, {"refusal": None}),
    ],
)
def test_our_own_sentences_are_no_quotes(
    kind: str, payload: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert converted(kind, **payload) == expected


def test_doctor_examines_again() -> None:
    finding = {"what": "the App", "health": "good", "text": "All is well."}
    assert payloads.enrichment(json.dumps({"findings": [finding]})) is None
    kept = payloads.enrichment(json.dumps({"findings": [], "settings_mistakes": ["line 2: no"]}))
    assert kept is not None
    (mistake,) = adapter(Enrichment).validate_json(kept).settings_mistakes
    assert mistake.quote == "line 2: no"


def test_a_task_keeps_its_fixes_and_its_pull_request(database: Database) -> None:
    first_schema(database)
    request = (
        '{"number": 1, "url": "", "head_sha": "a", "looks": 2, "unknown_looks": 3,'
        ' "left_to_github": true, "never_merged": true}'
    )
    with database.write() as connection:
        put_epic(connection, fixes='{"wanted": "this"}', pull_request=request)
    migrate.migrate(database)
    with database.read() as connection:
        task = connection.execute(select(tasks.c.fixes, tasks.c.pull_request)).one()
    assert task.fixes.queued_instruction == "this"
    known = task.pull_request
    assert (known.fetches, known.unknown_fetches) == (2, 3)
    assert known.merge.auto_merge_requested
    assert known.merge.forbidden
