"""Opinions, conversations about lines, and who is asked."""

import json
from typing import Any

import pytest

from sandbox.github import BranchRules, GitHub, Refusal
from tests.sandbox.github.further_tour import LOOK, RESOLVE
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch

TWO_LINES: dict[str, str | None] = {"x.txt": "one\ntwo\n"}


def look(app: Person, number: int = 1) -> dict[str, Any]:
    answer = app.send("POST", "//graphql", {"query": LOOK, "variables": {"number": number}}).json()
    found: dict[str, Any] = answer["data"]["repository"]["pullRequest"]
    return found


def test_a_conversation(github: GitHub, app: Person) -> None:
    opened_pull(github, "x", files=TWO_LINES)
    review = github.review(
        REPO, 1, "REQUEST_CHANGES", "no", by="bob", comments=[("x.txt", 2, "Why two?")]
    )
    first = app.send("GET", "/pulls/1/comments").json()[0]
    assert (first["path"], first["line"], first["body"]) == ("x.txt", 2, "Why two?")
    reply = app.send("POST", f"/pulls/1/comments/{first['id']}/replies", {"body": "Because."})
    assert reply.status_code == 201
    assert reply.json()["in_reply_to_id"] == first["id"]
    [thread] = look(app)["reviewThreads"]["nodes"]
    said = [
        (one["author"], one["body"], one["pullRequestReview"]["databaseId"] == review.id)
        for one in thread["comments"]["nodes"]
    ]
    assert said == [
        ({"__typename": "User", "login": "bob"}, "Why two?", True),
        ({"__typename": "Bot", "login": "orchestra"}, "Because.", False),
    ]
    assert (thread["isResolved"], thread["isOutdated"], thread["line"]) == (False, False, 2)
    pushed_branch(github, "x", {"x.txt": "one\n2\n"})
    [thread] = look(app)["reviewThreads"]["nodes"]
    assert (thread["isOutdated"], thread["line"]) == (True, None)
    body = {"query": RESOLVE, "variables": {"id": thread["id"]}}
    assert app.send("POST", "//graphql", body).json()["data"]["resolveReviewThread"]["thread"] == {
        "isResolved": True
    }
    assert look(app)["reviewThreads"]["nodes"][0]["isResolved"] is True


def test_webhooks_of_a_review(github: GitHub, app: Person) -> None:
    opened_pull(github, "x")
    github.outbox.take()
    review = github.review(REPO, 1, "APPROVE", by="bob", comments=[("x.txt", 1, "nice")])
    github.resolve_threads(REPO, 1, by="bob")
    github.resolve_threads(REPO, 1, by="bob")
    github.dismiss_review(REPO, 1, review.id, by="alice")
    sent = [
        (hook.headers["X-GitHub-Event"], json.loads(hook.body)["action"])
        for hook in github.outbox.take()
    ]
    assert sent == [
        ("pull_request_review", "submitted"),
        ("pull_request_review_comment", "created"),
        ("pull_request_review_thread", "resolved"),
        ("pull_request_review", "dismissed"),
    ]


def test_only_opinions_of_writers(github: GitHub, app: Person) -> None:
    opened_pull(github, "x")
    github.review(REPO, 1, "APPROVE", by="mallory")
    github.review(REPO, 1, "REQUEST_CHANGES", "no", by="bob")
    github.review(REPO, 1, "APPROVE", by="bob")
    github.review(REPO, 1, "COMMENT", "hm", by="bob")
    github.review(REPO, 1, "COMMENT", "hm", by="alice")
    found = look(app)["latestOpinionatedReviews"]["nodes"]
    assert [(one["author"]["login"], one["state"]) for one in found] == [("bob", "APPROVED")]


def test_a_push_dismisses_what_is_stale(github: GitHub, app: Person) -> None:
    github.set_rules(REPO, "main", BranchRules(required_approvals=1, dismiss_stale_reviews=True))
    opened_pull(github, "x")
    github.review(REPO, 1, "APPROVE", by="bob")
    assert look(app)["latestOpinionatedReviews"]["nodes"][0]["state"] == "APPROVED"
    pushed_branch(github, "x", {"x.txt": "2\n"})
    assert look(app)["latestOpinionatedReviews"]["nodes"][0]["state"] == "DISMISSED"
    assert b'"dismissed"' in github.outbox.take()[-1].body


def test_requested_reviewers(github: GitHub, app: Person) -> None:
    github.team("acme", "painters", ["bob"])
    opened_pull(github, "x")
    wanted = {"reviewers": ["bob", "tara"], "team_reviewers": ["painters"]}
    shown = app.send("POST", "/pulls/1/requested_reviewers", wanted).json()
    assert [one["login"] for one in shown["requested_reviewers"]] == ["bob", "tara"]
    assert [one["slug"] for one in shown["requested_teams"]] == ["painters"]
    app.send("DELETE", "/pulls/1/requested_reviewers", {"reviewers": ["tara"]})
    asked = [one["requestedReviewer"] for one in look(app)["reviewRequests"]["nodes"]]
    assert asked == [
        {"__typename": "User", "login": "bob"},
        {"__typename": "Team", "slug": "painters"},
    ]
    github.review(REPO, 1, "COMMENT", "hm", by="bob")
    left = app.send("GET", "/pulls/1/requested_reviewers").json()
    assert (left["users"], len(left["teams"])) == ([], 1)


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"reviewers": ["cursor[bot]"]}, "from pull request author"),
        ({"reviewers": ["mallory"]}, "is not a collaborator"),
        ({"team_reviewers": ["nobody"]}, "is not a collaborator"),
    ],
)
def test_who_cannot_be_asked(
    github: GitHub, app: Person, wanted: dict[str, Any], says: str
) -> None:
    opened_pull(github, "x")
    answer = app.send("POST", "/pulls/1/requested_reviewers", wanted)
    assert answer.status_code == 422
    assert says in answer.json()["message"]


def test_refusals(github: GitHub, app: Person) -> None:
    opened_pull(github, "x")
    opened_pull(github, "y")
    with pytest.raises(Refusal):
        github.review(REPO, 1, "COMMENT", by="bob", comments=[("README.md", 1, "unchanged")])
    assert github.pull(REPO, 1).reviews == []
    comment = github.review(REPO, 1, "COMMENT", "hm", by="bob", comments=[("x.txt", 1, "?")])
    number = github.pull(REPO, 1).threads[0].comments[0].id
    for path, status in (
        (f"/pulls/2/comments/{number}/replies", 404),
        ("/pulls/1/comments/9/replies", 404),
    ):
        assert app.send("POST", path, {"body": "so"}).status_code == status
    dismissal = f"/pulls/1/reviews/{comment.id}/dismissals"
    assert app.send("PUT", dismissal, {"message": "m"}).status_code == 422
    assert app.send("PUT", "/pulls/1/reviews/9/dismissals", {"message": "m"}).status_code == 404
