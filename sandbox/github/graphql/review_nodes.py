"""Reviews and their conversations as GraphQL sees them."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.graphql.repository_nodes import actor, commit
from sandbox.github.operations import opinions
from sandbox.github.payloads.issues import issue_page
from sandbox.github.payloads.reviews import line_now
from sandbox.github.state import (
    PullRequest,
    Review,
    ReviewComment,
    ReviewThread,
    Team,
    User,
    node_id,
)
from sandbox.github.state.world import World


def connections_of_reviews(world: World, pull: PullRequest) -> Node:
    """PullRequest's connections to reviews, threads, and requests for a review."""

    def shown(found: list[Review], bounds: Node) -> Node:
        return connection(found, lambda one: _review(world, pull, one), **bounds)

    def every(_: Any, states: list[str] | None = None, **bounds: Any) -> Node:
        found = [one for one in pull.reviews if states is None or one.state in states]
        return shown(found, bounds)

    def opinionated(
        _: Any,
        writersOnly: bool = False,  # noqa: N803 - GraphQL's name
        **bounds: Any,
    ) -> Node:
        return shown(opinions.opinions(pull, writersOnly), bounds)

    def threads(_: Any, **bounds: Any) -> Node:
        return connection(pull.threads, lambda one: thread(world, one), **bounds)

    def requests(_: Any, **bounds: Any) -> Node:
        return connection(pull.requested, lambda one: _request(world, pull, one), **bounds)

    return {
        "reviews": every,
        "latestReviews": lambda _, **bounds: shown(opinions.latest(pull), bounds),
        "latestOpinionatedReviews": opinionated,
        "reviewThreads": threads,
        "reviewRequests": requests,
    }


def _review(world: World, pull: PullRequest, one: Review) -> Node:
    return {
        "id": node_id("PRR", one.id),
        "databaseId": one.id,
        "fullDatabaseId": str(one.id),
        "state": one.state,
        "authorCanPushToRepository": pull.repository.role_of(one.user)
        in ("write", "maintain", "admin"),
        "author": actor(world, one.user),
        "body": one.body,
        "submittedAt": github_time(one.submitted_at),
        "commit": commit(pull.repository, one.commit_id),
        "isMinimized": False,
        "minimizedReason": None,
    }


def _request(world: World, pull: PullRequest, asked: User | Team) -> Node:
    if isinstance(asked, Team):
        shown: Node | None = {
            "__typename": "Team",
            "id": asked.node_id,
            "databaseId": asked.id,
            "name": asked.slug,
            "slug": asked.slug,
        }
    else:
        shown = actor(world, asked)
    return {"id": node_id("RR", pull.id) + str(asked.id), "requestedReviewer": shown}


def thread(world: World, one: ReviewThread) -> Node:
    """PullRequestReviewThread; its line is null once the code there has changed."""
    line = line_now(one)

    def comments(_: Any, **bounds: Any) -> Node:
        return connection(one.comments, lambda found: _comment(world, found), **bounds)

    return {
        "__typename": "PullRequestReviewThread",
        "id": one.node_id,
        "isResolved": one.resolved_by is not None,
        "isOutdated": line is None,
        "resolvedBy": actor(world, one.resolved_by),
        "path": one.path,
        "line": line,
        "originalLine": one.line,
        "comments": comments,
    }


def _comment(world: World, one: ReviewComment) -> Node:
    pull = one.thread.pull
    return {
        "__typename": "PullRequestReviewComment",
        "id": node_id("PRRC", one.id),
        "databaseId": one.id,
        "fullDatabaseId": str(one.id),
        "body": one.body,
        "author": actor(world, one.user),
        "createdAt": github_time(one.created_at),
        "path": one.thread.path,
        "line": line_now(one.thread),
        "url": f"{issue_page(world, pull.issue)}#discussion_r{one.id}",
        "pullRequestReview": _review(world, pull, one.review),
    }
