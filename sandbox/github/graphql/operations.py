"""The root of GraphQL's queries, with permissions checked as REST does."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.errors import Refusal
from sandbox.github.graphql import issue_nodes, pull_nodes, repository_nodes, review_nodes
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.graphql.finding import find, find_suite, no_repository, permitted, refuse
from sandbox.github.graphql.mutations import Mutations
from sandbox.github.state import Comment, Issue, PullRequest, Repository, ReviewThread
from sandbox.github.wire.http import Call


class Root:
    """Resolvers of Query for one request, Mutation's beside them."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._world = call.github

    def repository(
        self,
        _: Any,
        owner: str,
        name: str,
        followRenames: bool = True,  # noqa: N803 - GraphQL's name
    ) -> Node:
        """Find a repository with its issues and pull requests, by an earlier name too."""
        full_name = f"{owner}/{name}"
        try:
            moved = self._world.moved.get(full_name.lower()) if followRenames else None
            found = moved or self._world.repository(full_name)
        except Refusal as refusal:
            raise no_repository(full_name) from refusal
        permitted(self._call, found, "metadata=read", "read")
        return {
            **repository_nodes.repository(self._world, found),
            "issue": lambda _, number: issue_nodes.issue(self._world, self._issue(found, number)),
            "pullRequests": lambda _, **wanted: self._pulls(found, **wanted),
            "pullRequest": lambda _, number: pull_nodes.pull_request(
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

    def _pulls(
        self,
        repository: Repository,
        baseRefName: str | None = None,  # noqa: N803 - GraphQL's name
        states: list[str] | None = None,
        orderBy: Node | None = None,  # noqa: N803 - GraphQL's name
        **bounds: Any,
    ) -> Node:
        permitted(self._call, repository, "pull_requests=read", "read")
        found = [
            pull
            for pull in repository.pulls
            if baseRefName in (None, pull.base) and (states is None or _state(pull) in states)
        ]
        if orderBy is not None:
            reverse = orderBy["direction"] == "DESC"
            by = "created_at" if orderBy["field"] == "CREATED_AT" else "updated_at"
            found.sort(key=lambda pull: getattr(pull.issue, by), reverse=reverse)
        return connection(found, lambda pull: pull_nodes.pull_request(self._world, pull), **bounds)

    def _pull(self, repository: Repository, number: int) -> PullRequest:
        permitted(self._call, repository, "pull_requests=read", "read")
        found = repository.issues.get(number)
        if found is None or found.pull is None:
            message = f"Could not resolve to a PullRequest with the number of {number}."
            raise refuse("NOT_FOUND", message)
        return found.pull

    def viewer(self, _: Any) -> Node | None:
        """Who the token stands for."""
        return repository_nodes.actor(self._world, self._call.actor.user)

    def node(self, _: Any, id: str) -> Node:  # noqa: A002 - GraphQL's name
        """Find an issue, pull request, comment or review thread by its global id."""
        if suite := find_suite(self._call, id):
            return repository_nodes.check_suite(*suite)
        found = find(self._call, id)
        if isinstance(found, Comment):
            return issue_nodes.comment(self._world, found)
        if isinstance(found, ReviewThread):
            return review_nodes.thread(self._world, found)
        if found.pull:
            return pull_nodes.pull_request(self._world, found.pull)
        return issue_nodes.issue(self._world, found)

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

    def values(self) -> Node:
        """Return the resolvers by GraphQL's names."""
        return {
            "id": "QUERY",
            "repository": self.repository,
            "viewer": self.viewer,
            "node": self.node,
            "rateLimit": self.rate_limit,
            **Mutations(self._call).values(),
        }


def _state(pull: PullRequest) -> str:
    if pull.merged_at is not None:
        return "MERGED"
    return "OPEN" if pull.open else "CLOSED"
