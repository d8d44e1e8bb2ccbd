"""Pull requests as GraphQL sees them."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.git.store import FileChange
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.graphql.issue_nodes import shared
from sandbox.github.graphql.repository_nodes import actor, branch, commit, repository
from sandbox.github.graphql.review_nodes import connections_of_reviews
from sandbox.github.operations import merge_queue, mergeability, opinions
from sandbox.github.payloads.base import time_or_none
from sandbox.github.state import PullRequest, QueueEntry, User, node_id
from sandbox.github.state.world import World

EVENT_TYPES = {
    "CLOSED_EVENT": "ClosedEvent",
    "REOPENED_EVENT": "ReopenedEvent",
    "READY_FOR_REVIEW_EVENT": "ReadyForReviewEvent",
    "CONVERT_TO_DRAFT_EVENT": "ConvertToDraftEvent",
}


def pull_request(world: World, pull: PullRequest) -> Node:
    """PullRequest; asking for it starts the computation of `mergeable`."""
    known = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}[pull.mergeable]
    state = mergeability.mergeable_state(pull).upper()
    mergeability.compute_mergeable(pull)
    found = pull.repository
    return {
        **shared(world, pull.issue),
        "__typename": "PullRequest",
        "databaseId": pull.id,
        "state": "MERGED" if pull.merged_at else pull.issue.state.upper(),
        "isDraft": pull.draft,
        "merged": pull.merged_at is not None,
        "mergedAt": time_or_none(pull.merged_at),
        "mergedBy": actor(world, pull.merged_by),
        "mergeCommit": commit(found, pull.merge_sha) if pull.merge_sha else None,
        "headRefOid": pull.head_sha,
        "headRefName": pull.head,
        "headRef": lambda _: branch(found, pull.head),
        "headRepository": lambda _: repository(world, found),
        "baseRefOid": pull.base_sha,
        "baseRefName": pull.base,
        "baseRef": lambda _: branch(found, pull.base),
        "baseRepository": lambda _: repository(world, found),
        "mergeable": known,
        "mergeStateStatus": state,
        "reviewDecision": opinions.decision(pull),
        "autoMergeRequest": _auto_merge(world, pull),
        "isInMergeQueue": pull.queue_entry is not None,
        "isMergeQueueEnabled": found.rules_of(pull.base).merge_queue is not None,
        "mergeQueueEntry": queue_entry(world, pull.queue_entry, pull),
        "isCrossRepository": False,
        **_changed(pull),
        **_pull_connections(world, pull),
        **connections_of_reviews(world, pull),
    }


def _auto_merge(world: World, pull: PullRequest) -> Node | None:
    wanted = pull.auto_merge
    if wanted is None:
        return None
    return {
        "enabledAt": github_time(wanted.enabled_at),
        "enabledBy": actor(world, wanted.actor.user),
        "mergeMethod": wanted.method.upper(),
        "commitHeadline": wanted.title,
        "commitBody": wanted.message,
    }


def queue_entry(world: World, entry: QueueEntry | None, pull: PullRequest) -> Node | None:
    """MergeQueueEntry; one that has left the queue has position 0."""
    if entry is None:
        return None
    return {
        "id": entry.node_id,
        "position": merge_queue.position(entry) if pull.queue_entry is entry else 0,
        "state": entry.state,
        "enqueuedAt": github_time(entry.enqueued_at),
        "enqueuer": actor(world, entry.actor.user),
        "jump": entry.jump,
        "pullRequest": lambda *_: pull_request(world, pull),
    }


def _changes(pull: PullRequest) -> list[FileChange]:
    git = pull.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    return git.changes(common, pull.head_sha)


def _changed(pull: PullRequest) -> Node:
    return {
        "changedFiles": lambda _: len(_changes(pull)),
        "additions": lambda _: sum(one.additions for one in _changes(pull)),
        "deletions": lambda _: sum(one.deletions for one in _changes(pull)),
    }


def _pull_connections(world: World, pull: PullRequest) -> Node:
    git = pull.repository.git

    def file(one: FileChange) -> Node:
        return {
            "path": one.path,
            "additions": one.additions,
            "deletions": one.deletions,
            "changeType": "DELETED" if one.status == "removed" else one.status.upper(),
        }

    def files(_: Any, **bounds: Any) -> Node:
        return connection(_changes(pull), file, **bounds)

    def commits(_: Any, **bounds: Any) -> Node:
        def one_commit(sha: str) -> Node:
            return {"id": node_id("PRC", pull.id) + sha, "commit": commit(pull.repository, sha)}

        shas = [one.sha for one in git.between(pull.base_sha, pull.head_sha)]
        return connection(shas, one_commit, **bounds)

    def timeline(
        _: Any,
        itemTypes: list[str] | None = None,  # noqa: N803 - GraphQL's name
        **bounds: Any,
    ) -> Node:
        wanted = EVENT_TYPES.values() if itemTypes is None else map(EVENT_TYPES.get, itemTypes)
        kinds = set(wanted)
        events = [one for one in enumerate(pull.issue.timeline) if one[1][0] in kinds]
        return connection(events, lambda one: _event(world, pull, *one), **bounds)

    return {
        "files": files,
        "commits": commits,
        "timelineItems": timeline,
    }


def _event(world: World, pull: PullRequest, index: int, event: tuple[str, Any, User]) -> Node:
    kind, when, by = event
    return {
        "__typename": kind,
        "id": node_id("EV", pull.id) + str(index),
        "createdAt": github_time(when),
        "actor": actor(world, by),
    }
