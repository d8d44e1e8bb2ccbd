from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter
from redis import Redis
from sqlalchemy import select, update
from starlette.testclient import TestClient
from structlog.testing import capture_logs

from bot.clients.agents.run_secret import derive_run_secret
from bot.core.events import AgentReported
from bot.core.model.agent_run import AgentRun
from bot.core.model.identifiers import AgentStatus, RunId
from jobs.engine.queue import queue_lengths
from storage.database import Database
from storage.tables import agent_runs, inbox
from tests.databases import sqlite_only
from tests.stored_epics import insert_epic, insert_repositories
from tests.web.signing import MASTERS, sign, status_change

RUN = RunId("run-1")
SECRET = derive_run_secret(MASTERS[0], RUN)
BY_RUN = f"/webhooks/cursor/1-1?run={RUN}"
BY_AGENT = "/api/cloud-agents/webhook"
TARGET = {
    "url": "https://cursor.com/agents?id=bc-1",
    "branchName": "orchestra/1",
    "prUrl": "https://github.com/acme/widgets/pull/88",
}
FINISHED = {
    "id": "bc-1",
    "status": "FINISHED",
    "timestamp": "2026-03-02T09:12:44Z",
    "target": TARGET,
    "summary": "Fixed the race",
}


@pytest.fixture
def epic_id(database: Database) -> int:
    """An epic with one run, launched as agent bc-1."""
    run = AgentRun(
        id=RUN, task_number=1, attempt=1, branch="orchestra/1", start_ref="main", agent_id="bc-1"
    )
    with database.write() as connection:
        insert_repositories(connection, 1)
        return insert_epic(connection, runs=(run,)).id


@pytest.fixture
def launch_unanswered(database: Database, epic_id: int) -> None:
    with database.write() as connection:
        connection.execute(update(agent_runs).values(agent_id=None))


def events(database: Database) -> list[AgentReported]:
    """The news stored."""
    with database.read() as connection:
        payloads = connection.execute(
            select(inbox.c.payload).where(inbox.c.kind == "AgentReported")
        )
        return [TypeAdapter(AgentReported).validate_json(one) for one in payloads.scalars()]


@pytest.mark.parametrize(
    ("path", "secret"),
    [
        *((BY_RUN, derive_run_secret(master, RUN)) for master in MASTERS),
        *((BY_AGENT, master) for master in MASTERS),
    ],
)
def test_news_is_stored_for_the_epic_and_a_worker_nudged(
    web: TestClient, database: Database, redis: Redis, epic_id: int, path: str, secret: str
) -> None:
    answer = web.post(path, **status_change(secret, **FINISHED))

    assert (answer.status_code, answer.json()) == (202, {"status": "stored"})
    assert events(database) == [
        AgentReported(
            run=RUN,
            agent_id="bc-1",
            status=AgentStatus.FINISHED,
            raw_status="FINISHED",
            branch="orchestra/1",
            pull_request_url="https://github.com/acme/widgets/pull/88",
            summary="Fixed the race",
            url="https://cursor.com/agents?id=bc-1",
            pushed=True,
            reported_at=datetime(2026, 3, 2, 9, 12, 44, tzinfo=UTC),
        )
    ]
    assert queue_lengths(redis)["medium"] == 1


@sqlite_only
@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("FINISHED", AgentStatus.FINISHED),
        ("ERROR", AgentStatus.FAILED),
        ("EXPIRED", AgentStatus.EXPIRED),
        ("STOPPED", AgentStatus.STOPPED),
        ("PONDERING", AgentStatus.RUNNING),
    ],
)
def test_cursors_words_are_kept_beside_ours(
    web: TestClient, database: Database, epic_id: int, word: str, status: AgentStatus
) -> None:
    web.post(BY_RUN, **status_change(SECRET, id="bc-1", status=word))

    assert [(said.status, said.raw_status) for said in events(database)] == [(status, word)]


def test_the_same_news_twice_is_one_row(web: TestClient, database: Database, epic_id: int) -> None:
    later = {**FINISHED, "timestamp": "2026-03-02T10:00:00Z"}
    for news, rows in ((FINISHED, 1), (FINISHED, 1), (later, 2)):
        assert web.post(BY_RUN, **status_change(SECRET, **news)).status_code == 202
        assert len(events(database)) == rows


@sqlite_only
@pytest.mark.usefixtures("launch_unanswered")
@pytest.mark.parametrize(("branch", "rows"), [("orchestra/1", 1), ("orchestra/2", 0), (None, 0)])
def test_before_the_launch_is_answered_the_branch_tells_whose_news_it_is(
    web: TestClient, database: Database, branch: str | None, rows: int
) -> None:
    target = {} if branch is None else {"branchName": branch}

    answer = web.post(BY_RUN, **status_change(SECRET, **{**FINISHED, "target": target}))

    assert answer.status_code == 202
    assert len(events(database)) == rows


@sqlite_only
def test_another_agents_news_is_logged_and_changes_nothing(
    web: TestClient, database: Database, epic_id: int
) -> None:
    with capture_logs() as logs:
        answer = web.post(BY_RUN, **status_change(SECRET, **{**FINISHED, "id": "bc-2"}))

    assert (answer.status_code, answer.json()) == (202, {"status": "ignored"})
    assert "cursor webhook of another run" in [line["event"] for line in logs]
    assert events(database) == []


@sqlite_only
def test_another_kind_of_event_is_forgotten(
    web: TestClient, database: Database, epic_id: int
) -> None:
    answer = web.post(BY_RUN, **status_change(SECRET, **{**FINISHED, "event": "artifactReady"}))

    assert (answer.status_code, events(database)) == (202, [])


def raw(body: bytes, **headers: str) -> dict[str, Any]:
    return {"content": body, "headers": {"x-webhook-signature": sign(SECRET, body), **headers}}


@sqlite_only
@pytest.mark.usefixtures("epic_id")
@pytest.mark.parametrize(
    ("path", "request_", "status"),
    [
        (BY_RUN, status_change("guess", **FINISHED), 401),
        (BY_RUN, status_change(MASTERS[0], **FINISHED), 401),
        (BY_RUN, status_change(derive_run_secret(MASTERS[0], "run-2"), **FINISHED), 401),
        (BY_RUN, {"content": b"{}"}, 401),
        ("/webhooks/cursor/1-1", status_change(SECRET, **FINISHED), 401),
        (BY_AGENT, status_change(SECRET, **FINISHED), 401),
        ("/webhooks/cursor/1-1?run=run-2", status_change("guess", **FINISHED), 401),
        (
            "/webhooks/cursor/1-1?run=run-2",
            status_change(derive_run_secret(MASTERS[0], "run-2"), **FINISHED),
            404,
        ),
        (BY_AGENT, status_change(MASTERS[0], **{**FINISHED, "id": "bc-2"}), 404),
        (BY_RUN, raw(b"no"), 400),
        (BY_RUN, raw(b"[]"), 400),
        (BY_RUN, raw(b"{}", **{"content-type": "text/html"}), 400),
        (BY_RUN, status_change(SECRET, id="bc-1"), 400),
        (BY_RUN, status_change(SECRET, id=5, status="FINISHED"), 400),
        (BY_RUN, raw(b" " * (1024 * 1024 + 1)), 413),
    ],
)
def test_bad_input_is_refused(
    web: TestClient, database: Database, path: str, request_: dict[str, Any], status: int
) -> None:
    answer = web.post(path, **request_)

    assert answer.status_code == status
    assert answer.json()["error"]["statusCode"] == status
    assert events(database) == []


@sqlite_only
def test_the_other_signature_header_serves_too(
    web: TestClient, database: Database, epic_id: int
) -> None:
    request = status_change(SECRET, **FINISHED)
    request["headers"]["x-cursor-signature"] = request["headers"].pop("x-webhook-signature")

    assert web.post(BY_RUN, **request).status_code == 202
    assert len(events(database)) == 1
