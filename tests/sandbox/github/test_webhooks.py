"""Which webhooks the App gets, and what only a webhook says."""

import json
from typing import Any

import pytest

from sandbox.github import GitHub, Installation
from sandbox.webhooks import sign
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch


def _sent(github: GitHub) -> list[tuple[str, dict[str, Any]]]:
    return [(one.headers["X-GitHub-Event"], json.loads(one.body)) for one in github.outbox.take()]


def test_headers_and_envelope(github: GitHub, installation: Installation) -> None:
    github.outbox.take()
    github.open_issue(REPO, "Epic", by="alice")
    (hook,) = github.outbox.take()
    assert hook.headers["X-GitHub-Event"] == "issues"
    assert hook.headers["X-Hub-Signature-256"] == sign("s", hook.body)
    assert hook.headers["X-GitHub-Hook-Installation-Target-ID"] == str(github.app.id)
    assert hook.headers["User-Agent"].startswith("GitHub-Hookshot/")
    body = json.loads(hook.body)
    assert body["installation"]["id"] == installation.id
    assert body["repository"]["full_name"] == REPO
    assert (body["sender"]["login"], body["organization"]["login"]) == ("alice", "acme")
    assert body["issue"]["created_at"] == "2026-11-21T10:00:00Z"


def test_edited_says_what_was_there(github: GitHub, installation: Installation) -> None:
    github.open_issue(REPO, "Epic", "old", by="alice")
    github.outbox.take()
    github.edit_issue(REPO, 1, by="bob", body="new", title="Epic")
    ((event, body),) = _sent(github)
    assert (event, body["action"], body["changes"]) == (
        "issues",
        "edited",
        {"body": {"from": "old"}},
    )


def test_synchronize_follows_push(github: GitHub, installation: Installation) -> None:
    pull = opened_pull(github, "x")
    before = pull.head_sha
    github.outbox.take()
    after = pushed_branch(github, "x", {"x.txt": "2\n"})
    (first, push), (second, sync) = _sent(github)
    assert (first, second, sync["action"]) == ("push", "pull_request", "synchronize")
    assert (sync["before"], sync["after"], sync["number"]) == (before, after, 1)
    assert [one["id"] for one in push["commits"]] == [after]
    assert (push["ref"], push["created"], push["forced"]) == ("refs/heads/x", False, False)


def test_who_pushed_has_an_address(github: GitHub, installation: Installation) -> None:
    for login in ("alice", "cursor[bot]"):
        github.outbox.take()
        github.commit_files(REPO, "main", {"b.txt": login}, "Add b", login)
        [(_, push)] = _sent(github)
        number = github.user(login).id
        email = f"{number}+{login}@users.noreply.github.com"
        assert push["pusher"] == {"name": login, "email": email}
        assert push["head_commit"]["author"]["email"] == email


def test_merge_announces(github: GitHub, installation: Installation) -> None:
    github.open_issue(REPO, "Epic", by="alice")
    opened_pull(github, "x", body="Closes #1")
    github.outbox.take()
    github.merge_pull_request(REPO, 2, by="alice")
    found = [(event, body.get("action")) for event, body in _sent(github)]
    assert found == [("pull_request", "closed"), ("push", None), ("issues", "closed")]


def test_only_default_events(github: GitHub) -> None:
    github.register_app({"default_events": ["issue_comment"]})
    github.install("acme")
    github.open_issue(REPO, "Epic", by="alice")
    github.comment(REPO, 1, "/orchestra start", by="alice")
    assert [event for event, _ in _sent(github)] == ["installation", "issue_comment"]


@pytest.mark.parametrize("ended", ["suspend", "uninstall"])
def test_nothing_after_the_end(github: GitHub, installation: Installation, ended: str) -> None:
    getattr(github, ended)(installation)
    github.outbox.take()
    github.open_issue(REPO, "Epic", by="alice")
    assert _sent(github) == []


def test_bots_are_named_as_such(github: GitHub, app: Person) -> None:
    app.send("POST", "/issues", {"title": "t"})
    event, body = _sent(github)[-1]
    sender = body["sender"]
    assert (event, sender["login"], sender["type"]) == ("issues", "orchestra[bot]", "Bot")
    assert sender["url"].endswith("/users/orchestra%5Bbot%5D")
    assert sender["html_url"].endswith("/apps/orchestra")
    assert body["issue"]["performed_via_github_app"]["id"] == github.app.id


def test_buttons_reach_the_owner_only(github: GitHub, app: Person) -> None:
    sha = pushed_branch(github, "x")
    action = {"label": "Retry", "description": "Again", "identifier": "retry"}
    body = {"name": "o", "head_sha": sha, "conclusion": "neutral", "actions": [action]}
    run = app.send("POST", "/check-runs", body).json()["id"]
    other = github.set_check_run(REPO, sha, "test", conclusion="success")
    github.outbox.take()
    github.press_button(REPO, other.id, None, by="alice")
    github.press_button(REPO, run, "retry", by="alice")
    ((_, pressed),) = _sent(github)
    assert pressed["requested_action"] == {"identifier": "retry"}
    assert pressed["sender"]["login"] == "alice"
