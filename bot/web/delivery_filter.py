"""Which of GitHub's webhooks can concern an epic. The others are forgotten before any write."""

from collections.abc import Container, Mapping
from typing import Any

from bot.core.text.comment_parser import may_command

ANY = None
COMMAND = "created, with /orchestra at a line's start"

_ACCOUNT: Mapping[str, Container[str] | None] = {
    "installation": ANY,
    "installation_repositories": ANY,
    "repository": ANY,
}
_ISSUES = {
    "closed",
    "deleted",
    "edited",
    "labeled",
    "locked",
    "reopened",
    "transferred",
    "unlabeled",
    "unlocked",
}

# Event -> actions, as in docs.github.com/webhooks/webhook-events-and-payloads. What passes anywhere
# may begin an epic, or concern one that has ended: commands, and the buttons that stand for them.
ANYWHERE: Mapping[str, Container[str] | None] = {
    **_ACCOUNT,
    "issues": _ISSUES,
    "issue_comment": {COMMAND},
    "pull_request_review": {COMMAND},
    "check_run": {"requested_action"},
}
# Where people write commands, and the part of the payload that has the text.
_COMMANDED = {
    ("issue_comment", "created"): "comment",
    ("pull_request_review", "submitted"): "review",
}
WITH_OPEN_EPIC: Mapping[str, Container[str] | None] = {
    **_ACCOUNT,
    "issues": _ISSUES,
    "issue_comment": {COMMAND, "deleted"},
    "pull_request": {
        "auto_merge_disabled",
        "auto_merge_enabled",
        "closed",
        "converted_to_draft",
        "dequeued",
        "edited",
        "enqueued",
        "locked",
        "opened",
        "ready_for_review",
        "reopened",
        "review_request_removed",
        "review_requested",
        "synchronize",
        "unlocked",
    },
    "pull_request_review": {COMMAND, "submitted", "edited", "dismissed"},
    "pull_request_review_comment": {"created", "deleted"},
    "pull_request_review_thread": {"resolved", "unresolved"},
    "check_run": {"completed", "requested_action"},
    "check_suite": {"completed"},
    "status": ANY,
    "push": ANY,
    "delete": ANY,
}


def may_matter(event: str, payload: Mapping[str, Any], open_repositories: Container[int]) -> bool:
    """Whether the webhook is worth a row; `open_repositories` have an epic under way."""
    repository = _part(payload, "repository").get("id")
    is_open = isinstance(repository, int) and repository in open_repositories
    wanted = WITH_OPEN_EPIC if is_open else ANYWHERE
    if event not in wanted:
        return False
    actions = wanted[event]
    return actions is ANY or _action(event, payload) in actions


def _action(event: str, payload: Mapping[str, Any]) -> str:
    action = str(payload.get("action"))
    part = _COMMANDED.get((event, action))
    text = _part(payload, part).get("body") if part else None
    return COMMAND if isinstance(text, str) and may_command(text) else action


def _part(payload: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object under `name`, or an empty one: event kinds differ in what they carry."""
    part = payload.get(name)
    return part if isinstance(part, Mapping) else {}
