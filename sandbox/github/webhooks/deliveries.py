"""The webhooks of the App: sent, listed for three days, sent again."""

from dataclasses import replace
from datetime import timedelta

from sandbox.github.errors import not_found
from sandbox.github.state.deliveries import FIRST_ID, Delivery
from sandbox.github.state.world import World
from sandbox.webhooks import Webhook

# Docs page: webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks.
KEPT = timedelta(days=3)


def send(github: World, webhook: Webhook, *, redelivery: bool = False) -> Delivery:
    """Hand `webhook` to the outbox and remember it."""
    number = FIRST_ID + len(github.deliveries)
    made = Delivery(number, webhook, github.clock.now(), redelivery)
    github.deliveries.append(made)
    github.outbox.post(webhook)
    return made


def attempted(github: World) -> list[tuple[Delivery, int]]:
    """List what was sent and when answered with which status, newest first; 0 is no answer."""
    statuses = {id(webhook): status for webhook, status in list(github.outbox.delivered)}
    oldest = github.clock.now() - KEPT
    return [
        (one, statuses[id(one.webhook)])
        for one in reversed(github.deliveries)
        if one.at >= oldest and id(one.webhook) in statuses
    ]


def find(github: World, number: int) -> tuple[Delivery, int]:
    """One of them, or 404."""
    for one, status in attempted(github):
        if one.id == number:
            return one, status
    raise not_found()


def send_again(github: World, number: int) -> None:
    """Send it to where the App's webhooks now go, with the same GUID and payload."""
    one, _ = find(github, number)
    send(github, replace(one.webhook, url=github.webhook_url), redelivery=True)
