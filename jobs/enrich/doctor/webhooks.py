"""Whether webhooks reach this server: Cursor's by its address, GitHub's by what was delivered."""

from collections.abc import Iterator, Sequence

from bot.clients.github.app import WebhookDelivery
from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from jobs.enrich.doctor.subject import Subject


def examine_address(subject: Subject) -> Iterator[Finding]:
    """Say whether agents' providers may be given our address."""
    reachable = subject.services.settings.webhooks_reachable
    kind = Kind.WEBHOOKS_REACHABLE if reachable else Kind.NOT_HTTPS
    yield Finding(kind=kind, topic=Topic.ADDRESS)


def examine_deliveries(subject: Subject) -> Iterator[Finding]:
    """Look at what GitHub delivered of this account's lately. One request.

    GitHub delivers nothing again by itself, and lists each attempt.
    """
    topic = Topic.WEBHOOKS
    installation, latest = subject.installation.id, subject.services.github.deliveries()
    ours = [one for one in latest if one.installation_id == installation]
    if not ours:
        yield Finding(kind=Kind.NO_WEBHOOKS, topic=topic, total=len(latest))
        return
    arrived = {one.guid for one in ours if one.arrived}
    total = len({one.guid for one in ours})
    failed = next((one.status for one in ours if one.guid not in arrived), None)
    yield Finding(
        kind=_kind(ours, failed),
        topic=topic,
        count=len(arrived),
        total=total,
        quote=failed,
        at=ours[0].at,
    )


def _kind(ours: Sequence[WebhookDelivery], failed: str | None) -> Kind:
    """Judge by the newest: a server that was away for a while is back."""
    if failed is None:
        return Kind.WEBHOOKS_ARRIVE
    return Kind.WEBHOOKS_FAILED if ours[0].arrived else Kind.WEBHOOKS_FAIL
