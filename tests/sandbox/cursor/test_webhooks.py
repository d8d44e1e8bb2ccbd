import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from sandbox.clock import Clock
from sandbox.cursor import AgentScript, Cursor, WebhookScript
from sandbox.webhooks import Webhook, sign
from tests.sandbox.cursor.test_v0 import launch

SECRET = "s" * 32
HOOK = {"webhook": {"url": "https://bot.example/hook", "secret": SECRET}}


def end(cursor: Cursor, clock: Clock, seconds: float = 4) -> list[Webhook]:
    clock.advance(seconds)
    cursor.tick()
    return cursor.outbox.take()


def test_the_end_is_told_signed(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    agent_id = launch(http, **HOOK)
    (webhook,) = end(cursor, clock)
    assert webhook.url == "https://bot.example/hook"
    assert webhook.headers["X-Webhook-Signature"] == sign(SECRET, webhook.body)
    assert webhook.headers["X-Webhook-Event"] == "statusChange"
    assert webhook.headers["User-Agent"] == "Cursor-Agent-Webhook/1.0"
    assert json.loads(webhook.body) == {
        "event": "statusChange",
        "timestamp": "2026-11-21T10:00:04Z",
        "id": agent_id,
        "status": "FINISHED",
        "source": {"repository": "https://github.com/acme/widgets", "ref": "main"},
        "target": {
            "url": f"https://cursor.com/agents?id={agent_id}",
            "branchName": "task/1",
            "prUrl": "https://github.com/acme/widgets/pull/87",
        },
        "summary": "Done; tests pass.",
    }


@pytest.mark.parametrize(
    ("script", "statuses"),
    [
        (AgentScript(outcome="ERROR"), ["ERROR"]),
        (AgentScript(outcome="EXPIRED"), []),
        (AgentScript(outcome="EXPIRED", webhook=WebhookScript(on_expired=True)), ["EXPIRED"]),
        (AgentScript(webhook=WebhookScript("never")), []),
        (AgentScript(webhook=WebhookScript("twice")), ["FINISHED", "FINISHED"]),
        (AgentScript(webhook=WebhookScript(delay=1)), []),
    ],
)
def test_what_is_told(
    cursor: Cursor, http: TestClient, clock: Clock, script: AgentScript, statuses: list[str]
) -> None:
    cursor.plan(script)
    launch(http, **HOOK)
    sent = end(cursor, clock)
    assert [json.loads(webhook.body)["status"] for webhook in sent] == statuses
    assert len({webhook.headers["X-Webhook-ID"] for webhook in sent}) <= 1


def test_late_is_still_told(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.plan(AgentScript(webhook=WebhookScript(delay=1)))
    launch(http, **HOOK)
    assert end(cursor, clock) == []
    assert len(end(cursor, clock, 1)) == 1


def test_what_is_unknown_is_left_out(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    cursor.plan(AgentScript(no_commits=True, summary=None))
    launch(http, webhook={"url": "https://bot.example/hook"})
    (webhook,) = end(cursor, clock)
    told: dict[str, Any] = json.loads(webhook.body)
    assert "summary" not in told
    assert "prUrl" not in told["target"]
    assert "X-Webhook-Signature" not in webhook.headers


@pytest.mark.parametrize("on_stop", [True, False])
def test_a_stop_may_be_told(cursor: Cursor, http: TestClient, clock: Clock, on_stop: bool) -> None:
    cursor.plan(AgentScript(webhook=WebhookScript(on_stop=on_stop)))
    http.post(f"/v0/agents/{launch(http, **HOOK)}/stop")
    assert len(end(cursor, clock)) == on_stop


def test_a_follow_up_is_told_again(cursor: Cursor, http: TestClient, clock: Clock) -> None:
    agent_id = launch(http, **HOOK)
    end(cursor, clock)
    http.post(f"/v0/agents/{agent_id}/followup", json={"prompt": {"text": "more"}})
    assert len(end(cursor, clock)) == 1


def test_before_the_launch_is_answered(cursor: Cursor, http: TestClient) -> None:
    seen: list[int] = []

    def receive(_: Webhook) -> int:
        seen.append(len(cursor.ledger.entries))
        return 202

    cursor.outbox.send = receive
    cursor.plan(AgentScript(webhook=WebhookScript("before_answer")))
    answer = http.post(
        "/v0/agents",
        json={
            "prompt": {"text": "Fix it"},
            "source": {"repository": "https://github.com/acme/widgets", "ref": "main"},
            **HOOK,
        },
    )
    assert answer.json()["status"] == "CREATING"
    assert seen == [1]
    assert cursor.agents[answer.json()["id"]].status == "FINISHED"
    assert [status for _, status in cursor.outbox.delivered] == [202]


@pytest.mark.parametrize(("status", "again"), [(202, 0), (404, 0), (503, 1), (0, 1)])
def test_a_failed_delivery_is_tried_again(
    cursor: Cursor, http: TestClient, clock: Clock, status: int, again: int
) -> None:
    cursor.plan(AgentScript(webhook=WebhookScript(retries=1)))
    launch(http, **HOOK)
    (webhook,) = end(cursor, clock)
    cursor.outbox.delivered.append((webhook, status))
    cursor.tick()
    assert end(cursor, clock, 30) == [webhook] * again
    cursor.outbox.delivered.append((webhook, status))
    cursor.tick()
    assert end(cursor, clock, 30) == []
