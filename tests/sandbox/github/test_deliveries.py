"""The App asks what became of its webhooks, and for another attempt."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox.clock import Clock
from sandbox.github import GitHub, Installation
from tests.sandbox.github.tour import REPO, AppClient, Person

APP = "//app/hook"


@pytest.fixture
def jwt(github: GitHub, client: AppClient) -> Person:
    """The App itself."""
    app = client.with_auth(client.auth.as_app())
    flow = app.auth.get_auth_flow(app)
    request = next(flow.sync_auth_flow(httpx.Request("GET", f"{github.url}/app")))
    return Person(github, request.headers["authorization"])


def asked(jwt: Person, query: str = "") -> list[dict[str, Any]]:
    answer = jwt.send("GET", f"{APP}/deliveries{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def sent(github: GitHub, *statuses: int) -> list[str]:
    """One webhook per status, answered so; returns their GUIDs."""
    github.outbox.take()
    for status in statuses:
        github.open_issue(REPO, f"Answered {status}", by="alice")
        held = github.outbox.take()
        github.outbox.delivered += [(webhook, status) for webhook in held]
    made = github.deliveries[-len(statuses) :]
    return [one.webhook.headers["X-GitHub-Delivery"] for one in made]


def test_what_was_not_tried_yet_is_not_listed(github: GitHub, jwt: Person) -> None:
    github.open_issue(REPO, "Held", by="alice")
    assert asked(jwt) == []


def test_deliveries_newest_first_by_status(
    github: GitHub, installation: Installation, jwt: Person
) -> None:
    first, second, third = sent(github, 202, 503, 0)
    assert [one["guid"] for one in asked(jwt)] == [third, second, first]
    assert [one["status"] for one in asked(jwt)] == [
        "failed to connect to host",
        "Service Unavailable",
        "OK",
    ]
    assert [one["guid"] for one in asked(jwt, "?status=failure")] == [second]
    assert [one["guid"] for one in asked(jwt, "?status=success")] == [first]
    shown = asked(jwt)[0]
    assert (shown["event"], shown["action"]) == ("issues", "opened")
    assert shown["installation_id"] == installation.id
    assert jwt.send("GET", f"{APP}/deliveries?status=odd").status_code == 422
    assert jwt.send("GET", f"{APP}/deliveries?cursor=odd").status_code == 400


def test_pages_follow_by_cursor(github: GitHub, jwt: Person) -> None:
    guids = sent(github, 202, 202, 202)
    first = jwt.send("GET", f"{APP}/deliveries?per_page=2")
    assert [one["guid"] for one in first.json()] == [guids[2], guids[1]]
    following = first.links["next"]["url"].partition(APP[1:])[2]
    rest = jwt.send("GET", APP + following)
    assert [one["guid"] for one in rest.json()] == [guids[0]]
    assert "next" not in rest.links


def test_another_attempt_has_the_same_guid_and_body(github: GitHub, jwt: Person) -> None:
    [guid] = sent(github, 502)
    [failed] = asked(jwt, "?status=failure")
    assert jwt.send("POST", f"{APP}/deliveries/{failed['id']}/attempts").status_code == 202
    [again] = github.outbox.take()
    github.outbox.delivered.append((again, 202))
    newest = asked(jwt)[0]
    assert (newest["guid"], newest["redelivery"], newest["status"]) == (guid, True, "OK")
    assert newest["id"] != failed["id"]
    whole = jwt.send("GET", f"{APP}/deliveries/{newest['id']}").json()
    assert whole["request"]["payload"]["issue"]["title"] == "Answered 502"
    assert whole["request"]["headers"] == again.headers


def test_after_three_days_a_delivery_is_gone(github: GitHub, jwt: Person, clock: Clock) -> None:
    sent(github, 502)
    [failed] = asked(jwt, "?status=failure")
    clock.advance(timedelta(days=3, seconds=1).total_seconds())
    assert asked(jwt) == []
    assert jwt.send("POST", f"{APP}/deliveries/{failed['id']}/attempts").status_code == 404


def test_the_address_can_be_changed_and_the_secret_is_not_shown(
    github: GitHub, jwt: Person, alice: Person
) -> None:
    config = jwt.send("GET", f"{APP}/config").json()
    assert (config["url"], config["secret"]) == ("http://bot.test/webhooks", "********")
    changed = jwt.send("PATCH", f"{APP}/config", {"url": "http://new.test/hook"})
    assert changed.json()["url"] == "http://new.test/hook"
    github.outbox.take()
    github.open_issue(REPO, "Later", by="alice")
    assert {one.url for one in github.outbox.take()} <= {"http://new.test/hook"}
    assert alice.send("GET", f"{APP}/config").status_code == 401
