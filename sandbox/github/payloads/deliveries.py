"""Deliveries of webhooks, and where they go."""

from http import HTTPStatus

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload
from sandbox.github.state.deliveries import Delivery


def delivery_item(found: Delivery, status: int) -> Payload:
    """`hook-delivery-item`."""
    payload = found.payload
    return {
        "id": found.id,
        "guid": found.webhook.headers["X-GitHub-Delivery"],
        "delivered_at": github_time(found.at),
        "redelivery": found.redelivery,
        "duration": 0.1,
        "status": _words(status),
        "status_code": status,
        "event": found.webhook.headers["X-GitHub-Event"],
        "action": payload.get("action"),
        "installation_id": (payload.get("installation") or {}).get("id"),
        "repository_id": (payload.get("repository") or {}).get("id"),
        "throttled_at": None,
    }


def delivery(found: Delivery, status: int) -> Payload:
    """`hook-delivery`: the same with request and answer."""
    return {
        **delivery_item(found, status),
        "url": found.webhook.url,
        "request": {"headers": found.webhook.headers, "payload": found.payload},
        "response": {"headers": {}, "payload": None},
    }


def webhook_config(url: str, secret: str) -> Payload:
    """`webhook-config`; a secret is not shown."""
    config = {"content_type": "json", "insecure_ssl": "0", "url": url}
    return {**config, "secret": "********"} if secret else config


def _words(status: int) -> str:
    """`OK`, GitHub's words for no answer, or the status's own."""
    if status == 0:
        return "failed to connect to host"
    return "OK" if 200 <= status < 300 else HTTPStatus(status).phrase
