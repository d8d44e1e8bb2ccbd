"""What the fake shows a person with a browser."""

import pytest
from starlette.testclient import TestClient

from sandbox.control import github_control
from sandbox.github import GitHub, Installation
from tests.sandbox.github.tour import REPO, opened_pull


@pytest.fixture
def browser(github: GitHub) -> TestClient:
    return TestClient(github_control(github), base_url=github.url)


def test_the_addresses_in_answers_are_pages(github: GitHub, browser: TestClient) -> None:
    github.open_issue(REPO, "Epic <1>", "- [ ] One\n\n<!-- hidden -->", by="alice")
    pull = opened_pull(github, "x", title="One & only")
    github.set_check_run(REPO, pull.head_sha, "test", conclusion="success")
    github.review(REPO, 2, "COMMENT", "Hm.", by="bob", comments=[("x.txt", 1, "Why?")])
    ada = {"authorization": "Bearer ghp_alice"}
    issue = browser.get(f"/repos/{REPO}/issues/1", headers=ada).json()
    shown = browser.get(issue["html_url"])
    assert shown.headers["content-type"].startswith("text/html")
    assert "Epic &lt;1&gt;" in shown.text
    request = browser.get(f"/repos/{REPO}/pulls/2", headers=ada).json()
    page = browser.get(request["html_url"]).text
    for words in ("One &amp; only", "test: success", "Hm.", "Why?", "x.txt", "+1"):
        assert words in page
    overview = browser.get(f"/{REPO}").text
    assert f'href="/{REPO}/pull/2"' in overview
    assert "Initial commit" in overview


def test_a_comment_from_the_page_reaches_the_app(
    github: GitHub, installation: Installation, browser: TestClient
) -> None:
    github.set_permission(REPO, "ada", "admin")
    github.open_issue(REPO, "Epic", by="alice")
    github.outbox.take()
    place = f"/{REPO}/issues/1"
    assert "/orchestra status" in browser.post(place, data={"body": "/orchestra status"}).text
    [hook] = github.outbox.take()
    assert hook.headers["X-GitHub-Event"] == "issue_comment"
    assert github.repository(REPO).issues[1].comments[0].user.login == "ada"
    assert browser.post(place, data={"body": " "}).status_code == 422
    foreign = browser.post(place, data={"body": "x"}, headers={"origin": "http://evil.test"})
    assert foreign.status_code == 403
    assert len(github.repository(REPO).issues[1].comments) == 1


def test_no_script_of_an_issue_runs(github: GitHub, browser: TestClient) -> None:
    github.open_issue(REPO, "Epic", "<script>alert(1)</script>", by="alice")
    policy = browser.get(f"/{REPO}/issues/1").headers["content-security-policy"]
    assert "default-src 'none'" in policy


def test_what_is_no_page_is_the_apis(github: GitHub, browser: TestClient) -> None:
    assert browser.get("/nobody/nothing").json()["message"] == "Not Found"
    assert browser.get(f"/{REPO}/issues/77").status_code == 404
    entries = len(github.ledger.entries)
    browser.get(f"/{REPO}")
    assert len(github.ledger.entries) == entries
