"""What a global id stands for, and whether the asker may."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from graphql import GraphQLError

from sandbox.github.errors import Refusal
from sandbox.github.state import (
    CheckSuite,
    Comment,
    Issue,
    PullRequest,
    Repository,
    ReviewThread,
    node_id,
)
from sandbox.github.wire.http import Call

Found: TypeAlias = Issue | Comment | ReviewThread


def refuse(kind: str, message: str) -> GraphQLError:
    """Make an error of GitHub's form, with its `type` beside the message."""
    return GraphQLError(message, extensions={"type": kind})


def no_repository(name: str) -> GraphQLError:
    """Return what GitHub says of a repository that is not there, or not for the asker."""
    return refuse("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")


def permitted(call: Call, repository: Repository, need: str, role: str) -> None:
    """FORBIDDEN or NOT_FOUND unless the actor may do what `need` or `role` stands for."""
    method = "GET" if need.endswith("=read") else "POST"
    try:
        replace(call.route, method=method, needs=(need,), role=role).check(call.actor, repository)
    except Refusal as refusal:
        if refusal.status == 404:
            raise no_repository(repository.full_name) from refusal
        raise refuse("FORBIDDEN", refusal.message) from refusal


@contextmanager
def refusals_told() -> Iterator[None]:
    """Make what REST would answer 405, 409 or 422 an UNPROCESSABLE error here."""
    try:
        yield
    except Refusal as refusal:
        raise refuse("UNPROCESSABLE", refusal.message) from refusal


def find(call: Call, identity: str) -> Found:
    """Find an issue, pull request (its issue), comment or review thread by its global id."""
    for repository in call.github.repositories.values():
        things: list[Found] = [
            *repository.issues.values(),
            *repository.comments.values(),
            *(thread for pull in repository.pulls for thread in pull.threads),
        ]
        for one in things:
            if one.node_id == identity:
                permitted(call, repository, "metadata=read", "read")
                return one
    message = f"Could not resolve to a node with the global id of '{identity}'"
    raise refuse("NOT_FOUND", message)


def find_suite(call: Call, identity: str) -> tuple[Repository, CheckSuite] | None:
    """Find the check suite of that global id, with its repository."""
    for repository in call.github.repositories.values():
        for suite in repository.check_suites.values():
            if node_id("CS", suite.id) == identity:
                permitted(call, repository, "checks=read", "read")
                return repository, suite
    return None


def find_pull(call: Call, identity: str, need: str = "pull_requests=write") -> PullRequest:
    """Find the pull request, for somebody who may do `need`."""
    found = find(call, identity)
    if not isinstance(found, Issue) or found.pull is None:
        raise refuse("NOT_FOUND", "Could not resolve to a PullRequest node.")
    permitted(call, found.repository, need, "write")
    return found.pull
