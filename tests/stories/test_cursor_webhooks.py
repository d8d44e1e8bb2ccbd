"""Webhooks from Cursor: late, early, lost, doubled, forged, or about something else."""

import json
from dataclasses import replace

from bot.clients.agents.run_secret import derive_run_secret
from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, WebhookScript, connection_dropped
from sandbox.webhooks import Webhook, sign
from tests.fakes import APP_URL, MASTER_SECRET
from tests.harness import Story
from tests.stories.agents import ONE, agents, fetches, launches, pulls

COMPLETED = EpicStatus.COMPLETED
LONG = AgentScript(seconds_to_end=40)


def finished(story: Story, **changes: str) -> Webhook:
    """A word that the first agent has finished, signed as its run's are; some of it changed."""
    agent = agents(story)[0]
    assert agent.webhook is not None
    assert agent.webhook.secret is not None
    body = json.dumps(
        {
            "event": "statusChange",
            "timestamp": story.clock.now().isoformat(),
            "id": agent.id,
            "status": "FINISHED",
            "target": {"url": agent.url, "branchName": agent.branch},
            **changes,
        }
    ).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Webhook-Signature": sign(agent.webhook.secret, body),
    }
    return Webhook(agent.webhook.url, headers, body)


def from_cursor(webhook: Webhook) -> bool:
    return "/webhooks/cursor/" in webhook.url


def running(story: Story) -> None:
    """Start an epic whose agent takes its time."""
    story.cursor.plan(LONG)
    story.start(ONE)
    story.wait(5)


def test_the_end_is_learned_from_the_webhook_without_a_poll(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=10))
    story.start(ONE)
    story.wait_for(lambda: not story.task_is(1, TaskStatus.PROCESSING)(), most=13)


def test_polling_finds_the_end_when_the_webhook_is_lost(story: Story) -> None:
    story.lose = from_cursor
    story.start()
    story.wait_for(story.has(COMPLETED), most=120)

    assert len(agents(story)) == 2


def test_a_webhook_before_the_launch_is_answered_is_the_runs(story: Story) -> None:
    story.cursor.outbox.send = story.post
    story.cursor.plan(AgentScript(webhook=WebhookScript(deliver="before_answer")))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert [status for _, status in story.cursor.outbox.delivered] == [202]
    assert len(agents(story)) == len(pulls(story)) == 1
    assert story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop") == []


def test_a_webhook_tells_of_the_agent_whose_launch_answer_was_lost(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", connection_dropped())
    story.cursor.plan(AgentScript(seconds_to_running=0, seconds_to_end=0.5))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    story.wait(60)

    assert len(launches(story)) == len(agents(story)) == len(pulls(story)) == 1
    assert story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop") == []


def test_the_same_webhook_twice_has_one_effect(story: Story) -> None:
    story.cursor.default_script = AgentScript(webhook=WebhookScript(deliver="twice"))
    story.start()
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == len(pulls(story)) == 2
    assert len(story.said()) == 1


def test_a_webhook_of_an_older_run_changes_nothing(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="ERROR", webhook=WebhookScript(deliver="never")))
    story.cursor.plan(LONG)
    story.start(ONE)
    story.wait_for(lambda: len(agents(story)) == 2)
    story.rest()
    before, asked = story.epic(), fetches(story)

    assert story.post(finished(story)) == 202
    story.settle()
    assert (story.epic(), fetches(story)) == (before, asked)
    story.wait_for(story.has(COMPLETED))
    assert len(pulls(story)) == 1


def test_a_webhook_for_another_agent_changes_nothing(story: Story) -> None:
    running(story)
    story.rest()
    before, asked = story.epic(), fetches(story)
    assert story.post(finished(story, id="bc-somebody-elses")) == 202
    story.settle()
    assert (story.epic(), fetches(story)) == (before, asked)
    story.wait_for(story.has(COMPLETED))


def test_a_webhooks_word_is_read_back_before_it_is_believed(story: Story) -> None:
    running(story)
    assert story.post(finished(story, status="ERROR")) == 202
    story.settle()

    assert story.task_is(1, TaskStatus.PROCESSING)()
    story.wait_for(story.has(COMPLETED))
    assert len(agents(story)) == 1


def test_a_forged_webhook_is_refused(story: Story) -> None:
    running(story)
    genuine = finished(story)
    forged = replace(genuine, headers=genuine.headers | {"X-Webhook-Signature": "sha256=00"})
    assert story.post(forged) == 401
    # The secret of one run signs nothing for another.
    other = replace(genuine, url=genuine.url.partition("=")[0] + "=another-run")
    assert story.post(other) == 401
    story.wait_for(story.has(COMPLETED))


def test_a_webhook_of_a_run_nobody_knows_is_not_found(story: Story) -> None:
    running(story)
    body = finished(story).body
    signature = sign(derive_run_secret(MASTER_SECRET, "another-run"), body)
    headers = {"Content-Type": "application/json", "X-Webhook-Signature": signature}
    assert story.post(Webhook(f"{APP_URL}/webhooks/cursor/1?run=another-run", headers, body)) == 404
    story.wait_for(story.has(COMPLETED))
