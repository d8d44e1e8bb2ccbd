"""Webhooks of v0: told at the end of a turn, signed over the exact bytes.

Facts from Cursor's "Webhooks" page (docs.cursor.com/background-agent/api/webhooks).
"""

import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import github_time
from sandbox.cursor.state import Agent, Run
from sandbox.cursor.world import Delivery, World
from sandbox.webhooks import Outbox, Webhook, sign


def announce(world: World, agent: Agent, run: Run, at: datetime) -> None:
    """Send what the run's script wants sent about its end."""
    script = run.script.webhook
    if agent.webhook is None or script.deliver == "never" or not _told(run):
        return
    webhook = _webhook(agent, at)
    if script.deliver == "before_answer" and run is agent.runs[0]:
        world.urgent.append(webhook)
        return
    delivery = Delivery(webhook, agent, script.retries, script.retry_after)
    due = at + timedelta(seconds=script.delay)
    for _ in range(2 if script.deliver == "twice" else 1):
        world.timers.at(due, agent.id, lambda _: world.outbox.post(webhook))
    world.deliveries.append(delivery)


def send_again(world: World) -> None:
    """Put what its receiver refused with 5xx, or did not answer, back on its way."""
    unread = world.outbox.delivered[world.deliveries_read :]
    world.deliveries_read += len(unread)
    for webhook, status in unread:
        for delivery in world.deliveries:
            if delivery.webhook is webhook and (status == 0 or status >= 500):
                _retry(world, delivery)


def send_urgent(outbox: Outbox, webhooks: list[Webhook]) -> None:
    """Send what must arrive before the answer; the caller holds no lock."""
    for webhook in webhooks:
        outbox.delivered.append((webhook, outbox.send(webhook)))


def _retry(world: World, delivery: Delivery) -> None:
    if delivery.retries_left == 0:
        return
    delivery.retries_left -= 1
    due = world.clock.now() + timedelta(seconds=delivery.retry_after)
    world.timers.at(due, delivery.agent.id, lambda _: world.outbox.post(delivery.webhook))


def _told(run: Run) -> bool:
    script = run.script.webhook
    return (
        run.status in {"FINISHED", "ERROR"}
        or (run.status == "EXPIRED" and script.on_expired)
        or (run.status == "CANCELLED" and script.on_stop)
    )


def _webhook(agent: Agent, at: datetime) -> Webhook:
    assert agent.webhook is not None
    body = json.dumps(_payload(agent, at)).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Cursor-Agent-Webhook/1.0",
        "X-Webhook-Event": "statusChange",
        "X-Webhook-ID": str(uuid.uuid4()),
    }
    if agent.webhook.secret is not None:
        headers["X-Webhook-Signature"] = sign(agent.webhook.secret, body)
    return Webhook(agent.webhook.url, headers, body)


def _payload(agent: Agent, at: datetime) -> dict[str, Any]:
    target = {"url": agent.url, "branchName": agent.branch}
    if agent.pull_request is not None:
        target["prUrl"] = agent.pull_request.html_url
    payload: dict[str, Any] = {
        "event": "statusChange",
        "timestamp": github_time(at),
        "id": agent.id,
        "status": agent.status,
        "source": {"repository": f"https://github.com/{agent.repository}", "ref": agent.ref},
        "target": target,
    }
    if agent.latest.result is not None:
        payload["summary"] = agent.latest.result
    return payload
