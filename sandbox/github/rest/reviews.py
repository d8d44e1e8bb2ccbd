"""Reviews, conversations about lines, and requests for a review."""

from typing import Any

from sandbox.github.errors import not_found
from sandbox.github.operations import reviews
from sandbox.github.payloads import pulls as pull_payloads
from sandbox.github.payloads import reviews as payloads
from sandbox.github.rest.pulls import PULL, READ, WRITE, pull_of
from sandbox.github.state import ReviewComment
from sandbox.github.wire.http import Answer, Call, paged, repo_route

REVIEW = PULL + "/reviews/{review_id:int}"


@repo_route("GET", PULL + "/reviews", READ)
def list_reviews(call: Call) -> Answer:
    """`pulls/list-reviews`."""
    pull = pull_of(call)
    return paged(call, pull.reviews, lambda one: payloads.review(call.github, pull, one))


@repo_route("POST", PULL + "/reviews", WRITE)
def create_review(call: Call) -> Answer:
    """`pulls/create-review`, submitted at once."""
    pull = pull_of(call)
    event, body = call.text("event"), call.text("body", "")
    comments = [(one["path"], one["line"], one["body"]) for one in call.body.get("comments", [])]
    made = reviews.submit(call.github, pull, call.actor, event, body=body, comments=comments)
    return Answer(200, payloads.review(call.github, pull, made))


@repo_route("GET", REVIEW, READ)
def get_review(call: Call) -> Answer:
    """`pulls/get-review`."""
    pull = pull_of(call)
    one = reviews.find(pull, call.params["review_id"])
    return Answer(200, payloads.review(call.github, pull, one))


@repo_route("PUT", REVIEW + "/dismissals", WRITE, role="write")
def dismiss_review(call: Call) -> Answer:
    """`pulls/dismiss-review`."""
    pull = pull_of(call)
    one = reviews.find(pull, call.params["review_id"])
    call.text("message")
    reviews.dismiss(call.github, pull, one, call.actor)
    return Answer(200, payloads.review(call.github, pull, one))


def _comments(call: Call) -> list[ReviewComment]:
    every = [comment for thread in pull_of(call).threads for comment in thread.comments]
    return sorted(every, key=lambda one: one.id)


@repo_route("GET", PULL + "/comments", READ)
def list_comments(call: Call) -> Answer:
    """`pulls/list-review-comments`."""
    return paged(call, _comments(call), lambda one: payloads.comment(call.github, one))


@repo_route("GET", REVIEW + "/comments", READ)
def list_comments_of_review(call: Call) -> Answer:
    """`pulls/list-comments-for-review`, without the lines that its schema leaves out."""
    review = reviews.find(pull_of(call), call.params["review_id"])
    found = [one for one in _comments(call) if one.review is review]
    return paged(call, found, lambda one: payloads.comment(call.github, one))


@repo_route("GET", "/pulls/comments/{comment_id:int}", READ)
def get_comment(call: Call) -> Answer:
    """`pulls/get-review-comment`."""
    found = reviews.find_comment(call.repository, call.params["comment_id"])
    return Answer(200, payloads.comment(call.github, found))


@repo_route("POST", PULL + "/comments/{comment_id:int}/replies", WRITE)
def create_reply(call: Call) -> Answer:
    """`pulls/create-reply-for-review-comment`."""
    found = reviews.find_comment(call.repository, call.params["comment_id"])
    if found.thread.pull is not pull_of(call):
        raise not_found()
    made = reviews.reply(call.github, found, call.actor, call.text("body"))
    shown = payloads.comment(call.github, made)
    return Answer(201, shown, {"location": shown["url"]})


def _named(call: Call) -> tuple[list[Any], list[Any]]:
    return call.body.get("reviewers", []), call.body.get("team_reviewers", [])


@repo_route("GET", PULL + "/requested_reviewers", READ)
def list_requested(call: Call) -> Answer:
    """`pulls/list-requested-reviewers`."""
    shown = pull_payloads.simple(call.github, pull_of(call))
    return Answer(200, {"users": shown["requested_reviewers"], "teams": shown["requested_teams"]})


@repo_route("POST", PULL + "/requested_reviewers", WRITE, role="write")
def request_reviewers(call: Call) -> Answer:
    """`pulls/request-reviewers`."""
    pull = pull_of(call)
    reviews.ask(call.github, pull, call.actor, *_named(call))
    return Answer(201, pull_payloads.simple(call.github, pull))


@repo_route("DELETE", PULL + "/requested_reviewers", WRITE, role="write")
def unrequest_reviewers(call: Call) -> Answer:
    """`pulls/remove-requested-reviewers`."""
    pull = pull_of(call)
    reviews.unask(call.github, pull, call.actor, *_named(call))
    return Answer(200, pull_payloads.simple(call.github, pull))
