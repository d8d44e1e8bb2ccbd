"""Issues and comments as GraphQL sees them."""

from datetime import datetime
from typing import Any

from sandbox.clock import github_time
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.graphql.repository_nodes import actor, repository
from sandbox.github.payloads.base import time_or_none
from sandbox.github.payloads.issues import issue_page
from sandbox.github.state import Comment, Issue, Label, User, node_id
from sandbox.github.state.world import World


def _label(one: Label) -> Node:
    return {
        "id": node_id("LA", one.id),
        "name": one.name,
        "color": one.color,
        "description": one.description,
    }


def comment(world: World, found: Comment) -> Node:
    """IssueComment."""
    return {
        "__typename": "IssueComment",
        "id": found.node_id,
        "databaseId": found.id,
        "body": found.body,
        "author": actor(world, found.user),
        "createdAt": github_time(found.created_at),
        "updatedAt": github_time(found.updated_at),
        "url": f"{issue_page(world, found.issue)}#issuecomment-{found.id}",
        "isMinimized": found.minimized_reason is not None,
        "minimizedReason": found.minimized_reason,
    }


def _revisions(found: Issue) -> list[tuple[datetime, User]]:
    """List the revisions: an edited text's first version is its first revision."""
    return [(found.created_at, found.user), *found.edits] if found.edits else []


def shared(world: World, found: Issue) -> Node:
    """Return what issues and pull requests have in common."""

    def labels(_: Any, **bounds: Any) -> Node:
        return connection(found.labels, _label, **bounds)

    def comments(_: Any, **bounds: Any) -> Node:
        return connection(found.comments, lambda one: comment(world, one), **bounds)

    def edits(_: Any, **bounds: Any) -> Node:
        return connection(list(reversed(_revisions(found))), one_edit, **bounds)

    def one_edit(one: tuple[datetime, User]) -> Node:
        at, editor = github_time(one[0]), actor(world, one[1])
        return {"editedAt": at, "createdAt": at, "updatedAt": at, "editor": editor}

    at, editor = found.edits[-1] if found.edits else (None, None)
    return {
        "lastEditedAt": time_or_none(at),
        "editor": actor(world, editor) if editor else None,
        "userContentEdits": edits,
        "id": found.node_id,
        "number": found.number,
        "title": found.title,
        "body": found.body or "",
        "url": issue_page(world, found),
        "createdAt": github_time(found.created_at),
        "updatedAt": github_time(found.updated_at),
        "closedAt": time_or_none(found.closed_at),
        "closed": found.state == "closed",
        "locked": found.locked,
        "author": actor(world, found.user),
        "labels": labels,
        "comments": comments,
        "repository": lambda _: repository(world, found.repository),
    }


def issue(world: World, found: Issue) -> Node:
    """Issue."""
    reason = found.state_reason.upper() if found.state_reason else None

    def timeline(
        _: Any,
        itemTypes: list[str] | None = None,  # noqa: N803 - GraphQL's name
        **bounds: Any,
    ) -> Node:
        events: list[tuple[datetime, Node]] = []
        if itemTypes is None or "RENAMED_TITLE_EVENT" in itemTypes:
            events += [
                (one[0], _renamed(world, found, index, one))
                for index, one in enumerate(found.renames)
            ]
        if itemTypes is None or "SUB_ISSUE_ADDED_EVENT" in itemTypes:
            events += [
                (one[0], _added(world, found, index, one)) for index, one in enumerate(found.added)
            ]
        in_order = [node for _, node in sorted(events, key=lambda one: one[0])]
        return connection(in_order, lambda node: node, **bounds)

    return {
        **shared(world, found),
        "__typename": "Issue",
        "databaseId": found.id,
        "state": found.state.upper(),
        "stateReason": reason,
        "timelineItems": timeline,
    }


def _added(world: World, found: Issue, index: int, added: tuple[datetime, User, Issue]) -> Node:
    """SubIssueAddedEvent."""
    at, by, sub_issue = added
    return {
        "__typename": "SubIssueAddedEvent",
        "id": node_id("SIAE", found.id) + str(index),
        "createdAt": github_time(at),
        "actor": actor(world, by),
        "subIssue": lambda _: issue(world, sub_issue),
    }


def _renamed(
    world: World, found: Issue, index: int, rename: tuple[datetime, User, str, str]
) -> Node:
    """RenamedTitleEvent; other events of an issue are not imitated."""
    at, by, before, after = rename
    return {
        "__typename": "RenamedTitleEvent",
        "id": node_id("RTE", found.id) + str(index),
        "createdAt": github_time(at),
        "actor": actor(world, by),
        "previousTitle": before,
        "currentTitle": after,
    }
