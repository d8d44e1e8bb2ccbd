"""What the account's owner has granted the App."""

from collections.abc import Iterator

from bot.core.model.findings import Finding, Topic
from bot.core.model.findings import FindingKind as Kind
from jobs.enrich.doctor.subject import Subject

# As in app.yml: what the App needs, and which events it has to receive.
PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
EVENTS = (
    "check_run",
    "check_suite",
    "delete",
    "issue_comment",
    "issues",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "pull_request_review_thread",
    "push",
    "repository",
    "status",
)
_LEVELS = ("read", "write", "admin")


def examine(subject: Subject) -> Iterator[Finding]:
    """Compare permissions and events with what app.yml asks for. One request."""
    topic, found = Topic.INSTALLATION, subject.installation
    if found.suspended_at is not None:
        yield Finding(kind=Kind.SUSPENDED, topic=topic)
    if not subject.services.serves(subject.repository.owner):
        yield Finding(kind=Kind.NOT_SERVED, topic=topic, word=subject.repository.owner)
    missing = tuple(
        f"{name} ({level})"
        for name, level in PERMISSIONS.items()
        if _level(found.permissions.get(name)) < _level(level)
    )
    kind = Kind.PERMISSIONS_MISSING if missing else Kind.PERMISSIONS_GRANTED
    yield Finding(kind=kind, topic=topic, names=missing)
    unsubscribed = tuple(name for name in EVENTS if name not in found.events)
    kind = Kind.EVENTS_MISSING if unsubscribed else Kind.EVENTS_SUBSCRIBED
    yield Finding(kind=kind, topic=topic, names=unsubscribed)


def _level(word: str | None) -> int:
    return _LEVELS.index(word) if word in _LEVELS else -1
