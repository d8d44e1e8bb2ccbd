"""Payloads stored before the second migration are read afterwards, and mean the same."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.core.effects import PostComment
from bot.core.events import (
    AgentLaunched,
    AgentReported,
    CommandGiven,
    FollowUpTaken,
    LaunchFailed,
)
from bot.core.model.messages import MessageKind
from bot.core.model.reasons import Failure, FailureKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from storage import inbox, migrate
from storage.columns import adapter
from storage.database import Database
from storage.inbox import InboxRow
from storage.tables import effects
from tests.rendering import facts
from tests.storage.test_second_shape import first_schema, put, put_epic

AGENT = {"run": "run", "agent_id": "a"}
FINISHED = {**AGENT, "status": "FINISHED", "raw_status": "FINISHED", "turn": 2}
GIVEN = {"comment_id": 1, "line": 1, "text": "/orchestra nap", "by": "ada"}
READ = {"permission": "write", "settings_mistakes": ["line 2: sleep is unknown"]}
FOUND = {**READ, "findings": [{"what": "Address", "health": "good", "text": "It answers."}]}


def upgraded_events(
    database: Database, kind: str, payload: dict[str, Any], **columns: Any
) -> list[Any]:
    """The rows that an unhandled one of the first schema becomes."""
    first_schema(database)
    row = {"id": 1, "epic_id": 1, "key": "1", "kind": kind, "payload": json.dumps(payload)}
    with database.write() as connection:
        put_epic(connection)
        put(connection, "inbox", {**row, **columns})
    migrate.migrate(database)
    with database.read() as connection:
        return inbox.unhandled(connection, 1)


def upgraded(database: Database, kind: str, payload: dict[str, Any]) -> Any:
    """The event that a stored one of the first schema becomes."""
    [row] = upgraded_events(database, kind, payload)
    assert isinstance(row, InboxRow)
    return row.event


@pytest.mark.parametrize("answered", [None, False])
def test_an_agent_that_may_have_finished_is_fetched_again(
    database: Database, answered: bool | None
) -> None:
    old = {**FINISHED, "answered": answered, "said_at": "2026-03-02T09:00:00Z"}
    event = upgraded(database, "AgentSaid", old)
    assert isinstance(event, AgentReported)
    assert (event.pushed, event.reported_at, event.prompt_index) == (True, None, None)


def test_an_agent_that_has_finished_still_has(database: Database) -> None:
    event = upgraded(database, "AgentSaid", {**FINISHED, "answered": True, "webhook": False})
    assert (event.pushed, event.prompt_index) == (False, 2)


@pytest.mark.parametrize("reference", [None, "run-7"])
def test_a_launch_keeps_who_opens_the_pull_request(
    database: Database, reference: str | None
) -> None:
    old = {**AGENT, "cursor_run_id": reference, "branch": "b", "url": "https://cursor.example/a"}
    event = upgraded(database, "AgentLaunched", old)
    assert isinstance(event, AgentLaunched)
    assert (event.prompt_ref, event.opens_pull_request) == (reference, reference is None)


def test_a_follow_up_keeps_its_reference(database: Database) -> None:
    event = upgraded(database, "FollowUpTaken", {"run": "run", "cursor_run_id": "r"})
    assert isinstance(event, FollowUpTaken)
    assert event.prompt_ref == "r"


def test_a_failed_launch_keeps_why(database: Database) -> None:
    event = upgraded(
        database,
        "LaunchFailed",
        {"run": "run", "reason": "Cursor is on holiday", "transient": False},
    )
    assert isinstance(event, LaunchFailed)
    assert event.failure == Failure(kind=FailureKind.LEGACY, quote="Cursor is on holiday")


def test_a_refused_line_keeps_why(database: Database) -> None:
    event = upgraded(database, "CommandGiven", {**GIVEN, "refusal": "too many commands"})
    assert isinstance(event, CommandGiven)
    assert event.refusal == Refusal(kind=RefusalKind.LEGACY, quote="too many commands")


@pytest.mark.parametrize(("read", "is_ready"), [(READ, True), (FOUND, False), (None, False)])
def test_what_was_read_is_kept_but_for_what_doctor_found(
    database: Database, read: dict[str, Any] | None, is_ready: bool
) -> None:
    stored = read and json.dumps(read)
    [row] = upgraded_events(database, "CommandGiven", GIVEN, needs_reading=True, reading=stored)
    assert isinstance(row, InboxRow)
    assert row.is_ready == is_ready
    assert isinstance(row.event, CommandGiven)
    if row.event.enrichment:
        [mistake] = row.event.enrichment.settings_mistakes
        assert mistake.quote == "line 2: sleep is unknown"


@pytest.mark.parametrize(
    ("old", "kind", "words"),
    [
        ({"kind": "reply", "text": "The epic goes on."}, "reply", "The epic goes on."),
        (
            {"kind": "mistake", "text": "There is no nap.", "nearest": "skip", "usage": "help"},
            "reply",
            "There is no nap. Did you mean `/orchestra skip`?",
        ),
        ({"kind": "not_allowed", "to": "eve"}, "reply", "people with write permission"),
        ({"kind": "could_not_ask"}, "reply", "couldn't ask GitHub"),
        ({"kind": "could_not_ask", "text": "Not for you"}, "reply", "Not for you"),
        ({"kind": "stranger", "to": "eve"}, "reply", "does not work for this account"),
        ({"kind": "doctor"}, "reply", "repeat `/orchestra doctor`"),
        ({"kind": "help"}, "help", "/orchestra start"),
        ({"kind": "status"}, "status", "Build a little shop"),
        ({"kind": "paused", "to": "ada", "text": "Half a day off."}, "paused", "Half a day off"),
        ({"kind": "paused", "text": "Odd.", "task": 2}, "paused", "Odd"),
        ({"kind": "needs_person", "text": "“build” fails."}, "needs_person", "build"),
        ({"kind": "needs_person", "text": "an owl", "task": 2}, "needs_person", "an owl"),
        ({"kind": "completed", "to": "ada"}, "completed", "ended with 1 of 3 tasks"),
        (
            {"kind": "late_merge", "text": "Merged after all.", "task": 1},
            "late_merge",
            "was merged",
        ),
        ({"kind": "skipped", "text": "No.", "task": 1, "to": "ada"}, "skipped", "pull request"),
        ({"kind": "restarted", "task": 1}, "restarted", "ask 1"),
        ({"kind": "logs", "task": None}, "logs", ""),
    ],
)
def test_a_comment_yet_to_be_posted_says_the_same(
    database: Database, old: dict[str, Any], kind: str, words: str
) -> None:
    payload = {"issue": 7, "purpose": "x", "message": old}
    first_schema(database)
    with database.write() as connection:
        put_epic(connection)
        row = {"id": 1, "epic_id": 1, "key": "comment:7:x", "kind": "PostComment"}
        put(connection, "effects", {**row, "payload": json.dumps(payload), "state": "pending"})
    migrate.migrate(database)
    with database.read() as connection:
        stored = connection.scalar(select(effects.c.payload))
    effect = adapter(PostComment).validate_json(stored or "")
    assert effect.message.kind is MessageKind(kind)
    later = facts.LATER
    epic = epic_view(facts.epic(facts.MERGED, facts.OPEN, later), facts.at(12), [])
    assert words in message_comment(effect.message, epic, "x")
