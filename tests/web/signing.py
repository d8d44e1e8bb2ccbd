"""Signed requests as GitHub and Cursor send them."""

import hashlib
import hmac
import json
from typing import Any

GITHUB_SECRETS = ("new secret", "old secret")
MASTERS = ("new master", "old master")


def sign(secret: str, body: bytes) -> str:
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def delivery(
    event: str,
    payload: Any,
    *,
    guid: str = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
    secret: str = GITHUB_SECRETS[0],
) -> dict[str, Any]:
    """Keyword arguments of a POST: `payload` is sent as JSON, or as it is when it is bytes."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    headers = {
        "content-type": "application/json",
        "x-github-event": event,
        "x-github-delivery": guid,
        "x-hub-signature-256": sign(secret, body),
    }
    return {"content": body, "headers": headers}


def status_change(secret: str, **payload: Any) -> dict[str, Any]:
    """Keyword arguments of a POST by Cursor."""
    body = json.dumps({"event": "statusChange", **payload}).encode()
    headers = {"content-type": "application/json", "x-webhook-signature": sign(secret, body)}
    return {"content": body, "headers": headers}
