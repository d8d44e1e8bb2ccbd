"""Webhooks to the App: which it gets, and how they look on the wire."""

import json
import uuid
from typing import Any

from sandbox.github.payloads import base, repositories
from sandbox.github.state import Installation, Repository, User, node_id
from sandbox.github.state.world import World
from sandbox.github.webhooks import deliveries
from sandbox.webhooks import Webhook, sign

ALWAYS_SENT = frozenset({"installation", "installation_repositories", "ping"})


def emit(
    github: World, event: str, repository: Repository, sender: User, payload: dict[str, Any]
) -> None:
    """Send `event` of `repository` if an installation of the App covers it and wants it."""
    wanted = github.app.events
    installation = github.installation_of(repository)
    if installation is None or installation.suspended_at:
        return
    if wanted is not None and event not in wanted:
        return
    body = {
        **payload,
        "repository": repositories.minimal(github, repository),
        "installation": {
            "id": installation.id,
            "node_id": node_id("MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9u", installation.id),
        },
        "sender": base.user(github, sender),
    }
    if repository.owner.kind == "Organization":
        body["organization"] = base.organization(github, repository.owner)
    post(github, event, body)


def emit_installation(
    github: World,
    installation: Installation,
    action: str,
    sender: User,
    event: str = "installation",
    **more: Any,
) -> None:
    """Send an `installation` event (or another that only the App itself concerns)."""
    covered = [one for one in github.repositories.values() if installation.covers(one)]
    payload: dict[str, Any] = {
        "action": action,
        "installation": base.installation(github, installation),
        "sender": base.user(github, sender),
        **more,
    }
    if event == "installation":
        payload["repositories"] = [base.short_repository(one) for one in covered]
        payload["requester"] = None
    post(github, event, payload)


def emit_repositories(
    github: World, installation: Installation, action: str, names: list[str], sender: User
) -> None:
    """Send `installation_repositories`, action `added` or `removed`."""
    changed = [base.short_repository(github.repository(name)) for name in names]
    emit_installation(
        github,
        installation,
        action,
        sender,
        "installation_repositories",
        repositories_added=changed if action == "added" else [],
        repositories_removed=changed if action == "removed" else [],
        repository_selection="selected",
        requester=None,
    )


def ping(github: World) -> None:
    """Send the `ping` that GitHub sends when a webhook is set up."""
    hook = {
        "type": "App",
        "id": github.hook_id,
        "name": "web",
        "active": True,
        "events": github.app.events or ["*"],
        "config": {"content_type": "json", "insecure_ssl": "0", "url": github.webhook_url},
        "created_at": base.time_or_none(github.app.created_at),
        "updated_at": base.time_or_none(github.app.created_at),
        "app_id": github.app.id,
        "deliveries_url": f"{github.url}/app/hook/deliveries",
    }
    post(
        github,
        "ping",
        {"zen": "Keep it logically awesome.", "hook_id": github.hook_id, "hook": hook},
    )


def post(github: World, event: str, payload: dict[str, Any]) -> None:
    """Sign `payload` and send it; nothing where no webhook address is set."""
    if not github.webhook_url:
        return
    body = json.dumps(payload, separators=(",", ":")).encode()
    headers = {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "User-Agent": f"GitHub-Hookshot/{uuid.uuid4().hex[:7]}",
        "X-GitHub-Delivery": str(uuid.uuid4()),
        "X-GitHub-Event": event,
        "X-GitHub-Hook-ID": str(github.hook_id),
        "X-GitHub-Hook-Installation-Target-ID": str(github.app.id),
        "X-GitHub-Hook-Installation-Target-Type": "integration",
    }
    if github.webhook_secret:
        headers["X-Hub-Signature-256"] = sign(github.webhook_secret, body)
    deliveries.send(github, Webhook(github.webhook_url, headers, body))
