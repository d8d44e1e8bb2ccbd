"""githubkit's models take every answer and every webhook."""

import json
from typing import Any

import pytest
from githubkit import webhooks

from sandbox.clock import Clock
from sandbox.github import GitHub, Installation
from sandbox.webhooks import sign
from tests.sandbox.github import further_tour, tour

EVENTS = {
    "check_run": {"completed", "created", "requested_action", "rerequested"},
    "check_suite": {"completed"},
    "create": {""},
    "delete": {""},
    "installation": {"created", "deleted", "suspend", "unsuspend"},
    "installation_repositories": {"added", "removed"},
    "issue_comment": {"created", "deleted", "edited"},
    "issues": {
        "closed",
        "deleted",
        "edited",
        "labeled",
        "locked",
        "opened",
        "reopened",
        "transferred",
        "unlabeled",
        "unlocked",
    },
    "ping": {""},
    "pull_request": {
        "auto_merge_disabled",
        "auto_merge_enabled",
        "closed",
        "dequeued",
        "edited",
        "enqueued",
        "labeled",
        "opened",
        "ready_for_review",
        "reopened",
        "review_request_removed",
        "review_requested",
        "synchronize",
    },
    "pull_request_review": {"dismissed", "submitted"},
    "pull_request_review_comment": {"created"},
    "pull_request_review_thread": {"resolved", "unresolved"},
    "push": {""},
    "repository": {"archived", "deleted", "renamed", "transferred", "unarchived"},
    "status": {""},
}


@pytest.fixture
def toured(
    github: GitHub, clock: Clock, client: tour.AppClient, installation: Installation
) -> GitHub:
    tour.tour_issues(client)
    tour.tour_repository(github, client)
    tour.tour_pulls(github, clock, client)
    tour.tour_app(client, installation)
    further_tour.tour_reviews(github, client)
    further_tour.tour_rules(github, client)
    further_tour.tour_merging(github, clock, client)
    further_tour.tour_actions(github, clock, client)
    further_tour.tour_moves(github, client, installation)
    tour.tour_events(github, installation)
    tour.tour_deliveries(github, client)
    return github


def test_all_answers_and_webhooks_parse(toured: GitHub) -> None:
    seen: dict[str, set[str]] = {}
    for hook in toured.outbox.take():
        event, body = hook.headers["X-GitHub-Event"], json.loads(hook.body)
        parsed: Any = webhooks.parse(event, hook.body)
        assert parsed.model_dump()
        assert hook.headers["X-Hub-Signature-256"] == sign("s", hook.body)
        assert "number" in body or event != "pull_request"
        seen.setdefault(event, set()).add(body.get("action", ""))
    for event, actions in EVENTS.items():
        assert actions <= seen[event], event
    refused = [entry for entry in toured.ledger.entries if entry.status >= 400]
    assert [(entry.kind, entry.status) for entry in refused] == []
