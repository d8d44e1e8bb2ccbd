"""The root of GraphQL: queries and mutations, with permissions checked as REST does."""

from dataclasses import replace
from typing import Any

from graphql import GraphQLError

from sandbox.clock import github_time
from sandbox.github import pulls
from sandbox.github.errors import Refusal
from sandbox.github.graphql import nodes
from sandbox.github.graphql.connections import Node
from sandbox.github.model import Comment, Issue, PullRequest, Repository
from sandbox.github.routes.http import Call


def refuse(kind: str, message: str) -> GraphQLError:
    """An error of GitHub's form, with its `type` beside the message."""
    return GraphQLError(message, extensions={"type": kind})


def permitted(call: Call, repository: Repository, need: str, role: str) -> None:
    """FORBIDDEN or NOT_FOUND unless the actor may do what `need` or `role` stands for."""
    try:
        replace(call.route, needs=(need,), role=role).check(call.actor, repository)
    except Refusal as refusal:
        if refusal.status == 404:
            raise _no_repository(repository.full_name) from refusal
        raise refuse("FORBIDDEN", refusal.message) from refusal


def _no_repository(name: str) -> GraphQLError:
    return refuse("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")


class Root:
    """Resolvers of Query and Mutation for one request."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._world = call.github

    def repository(self, _: Any, owner: str, name: str, **_more: Any) -> Node:
        """A repository with its issues and pull requests."""
        try:
            found = self._world.repository(f"{owner}/{name}")
        except Refusal as refusal:
            raise _no_repository(f"{owner}/{name}") from refusal
        permitted(self._call, found, "metadata=read", "read")
        return {
            **nodes.repository(self._world, found),
            "issue": lambda _, number: nodes.issue(self._world, self._issue(found, number)),
            "pullRequest": lambda _, number: nodes.pull_request(
                self._world, self._pull(found, number)
            ),
        }

    def _issue(self, repository: Repository, number: int) -> Issue:
        permitted(self._call, repository, "issues=read", "read")
        found = repository.issues.get(number)
        if found is None or found.pull:
            message = f"Could not resolve to an Issue with the number of {number}."
            raise refuse("NOT_FOUND", message)
        return found

    def _pull(self, repository: Repository, number: int) -> PullRequest:
        permitted(self._call, repository, "pull_requests=read", "read")
        found = repository.issues.get(number)
        if found is None or found.pull is None:
            message = f"Could not resolve to a PullRequest with the number of {number}."
            raise refuse("NOT_FOUND", message)
        return found.pull

    def viewer(self, _: Any) -> Node | None:
        """Who the token stands for."""
        return nodes.actor(self._world, self._call.actor.user)

    def node(self, _: Any, id: str) -> Node:  # noqa: A002 - GraphQL's name
        """An issue, pull request or comment by its global id."""
        found = self._find(id)
        if isinstance(found, Comment):
            return nodes.comment(self._world, found)
        if found.pull:
            return nodes.pull_request(self._world, found.pull)
        return nodes.issue(self._world, found)

    def _find(self, identity: str) -> Issue | Comment:
        for repository in self._world.repositories.values():
            things: list[Issue | Comment] = [
                *repository.issues.values(),
                *repository.comments.values(),
            ]
            for one in things:
                if one.node_id == identity:
                    permitted(self._call, repository, "metadata=read", "read")
                    return one
        message = f"Could not resolve to a node with the global id of '{identity}'"
        raise refuse("NOT_FOUND", message)

    def rate_limit(self, _: Any, **_more: Any) -> Node:
        """RateLimit; every query costs one point."""
        now = self._world.clock.now()
        return {
            "cost": 1,
            "limit": 5000,
            "nodeCount": 0,
            "remaining": 4999,
            "used": 1,
            "resetAt": github_time(now),
        }

    def _set_draft(self, data: dict[str, Any], draft: bool) -> Node:
        found = self._find(data["pullRequestId"])
        if not isinstance(found, Issue) or found.pull is None:
            raise refuse("NOT_FOUND", "Could not resolve to a PullRequest node.")
        permitted(self._call, found.repository, "pull_requests=write", "write")
        if not found.pull.open:
            raise refuse("UNPROCESSABLE", "Pull request is closed")
        pulls.set_draft(self._world, found.pull, self._call.actor, draft)
        return {
            "clientMutationId": data.get("clientMutationId"),
            "pullRequest": nodes.pull_request(self._world, found.pull),
        }

    def ready(self, _: Any, input: dict[str, Any]) -> Node:  # noqa: A002 - GraphQL's name
        """`markPullRequestReadyForReview`."""
        return self._set_draft(input, False)

    def to_draft(self, _: Any, input: dict[str, Any]) -> Node:  # noqa: A002 - GraphQL's name
        """`convertPullRequestToDraft`."""
        return self._set_draft(input, True)

    def minimize(self, _: Any, input: dict[str, Any]) -> Node:  # noqa: A002 - GraphQL's name
        """`minimizeComment`; the reason is kept in the REST API's words."""
        reason = input["classifier"].lower().replace("_", "-")
        return self._minimized(input, reason, "minimizedComment")

    def unminimize(self, _: Any, input: dict[str, Any]) -> Node:  # noqa: A002 - GraphQL's name
        """`unminimizeComment`."""
        return self._minimized(input, None, "unminimizedComment")

    def _minimized(self, data: dict[str, Any], reason: str | None, key: str) -> Node:
        found = self._find(data["subjectId"])
        if not isinstance(found, Comment):
            raise refuse("NOT_FOUND", "Could not resolve to a Minimizable node.")
        permitted(self._call, found.issue.repository, "issues=write", "write")
        found.minimized_reason = reason
        return {
            "clientMutationId": data.get("clientMutationId"),
            key: nodes.comment(self._world, found),
        }

    def values(self) -> Node:
        """The resolvers by GraphQL's names."""
        return {
            "id": "QUERY",
            "repository": self.repository,
            "viewer": self.viewer,
            "node": self.node,
            "rateLimit": self.rate_limit,
            "markPullRequestReadyForReview": self.ready,
            "convertPullRequestToDraft": self.to_draft,
            "minimizeComment": self.minimize,
            "unminimizeComment": self.unminimize,
        }
