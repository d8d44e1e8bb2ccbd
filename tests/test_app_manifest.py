from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.web.delivery_filter import WITH_OPEN_EPIC
from jobs.enrich.doctor.installation import EVENTS, PERMISSIONS
from jobs.ingest.batch import OF_A_REPOSITORY, OF_AN_INSTALLATION

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parent.parent / "app.yml").read_text())

# The permission that lets an App subscribe to an event, where one of several will do any of them:
# https://docs.github.com/en/webhooks/webhook-events-and-payloads, "Availability" of each event.
ALLOWED_BY = {
    "branch_protection_rule": {"administration"},
    "check_run": {"checks"},
    "check_suite": {"checks"},
    "create": {"contents"},
    "delete": {"contents"},
    "issue_comment": {"issues", "pull_requests"},
    "issues": {"issues"},
    "label": {"issues", "metadata", "pull_requests"},
    "member": {"members"},
    "merge_group": {"merge_queues"},
    "pull_request": {"pull_requests"},
    "pull_request_review": {"pull_requests"},
    "pull_request_review_comment": {"pull_requests"},
    "pull_request_review_thread": {"pull_requests"},
    "push": {"contents"},
    "repository": {"metadata"},
    "repository_ruleset": {"administration"},
    "status": {"statuses"},
    "sub_issues": {"issues"},
    "workflow_run": {"actions"},
}
SENT_ANYWAY = {"installation", "installation_repositories", "github_app_authorization"}


def test_the_app_is_private() -> None:
    assert MANIFEST["public"] is False


def test_github_would_take_it() -> None:
    assert {"name", "url", "hook_attributes"} <= set(MANIFEST)
    assert MANIFEST["hook_attributes"]["url"].endswith("/webhooks/github")
    assert set(MANIFEST["default_permissions"].values()) <= {"read", "write"}


@pytest.mark.parametrize("event", MANIFEST["default_events"])
def test_every_event_is_allowed_by_a_permission(event: str) -> None:
    assert ALLOWED_BY[event] & set(MANIFEST["default_permissions"])


def test_events_are_listed_once_and_only_where_there_is_a_choice() -> None:
    events = MANIFEST["default_events"]
    assert len(events) == len(set(events))
    assert not SENT_ANYWAY & set(events)


def test_events_are_those_that_are_let_in_and_routed() -> None:
    events = set(MANIFEST["default_events"])
    assert events == OF_A_REPOSITORY.keys() == WITH_OPEN_EPIC.keys() - SENT_ANYWAY
    assert OF_AN_INSTALLATION.keys() == WITH_OPEN_EPIC.keys() & SENT_ANYWAY


def test_doctor_asks_for_what_the_manifest_says() -> None:
    assert MANIFEST["default_permissions"] == PERMISSIONS
    assert tuple(sorted(MANIFEST["default_events"])) == EVENTS


def test_every_permission_and_event_has_its_reason() -> None:
    text = (Path(__file__).parent.parent / "app.yml").read_text()
    entries = [f"  {name}: {level}" for name, level in MANIFEST["default_permissions"].items()]
    entries += [f"  - {event}" for event in MANIFEST["default_events"]]
    lines = text.splitlines()
    for entry in entries:
        [line] = [line for line in lines if line.split(" #")[0] == entry]
        assert " # " in line
