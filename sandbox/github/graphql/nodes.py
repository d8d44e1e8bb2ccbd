"""The records as GraphQL sees them: dictionaries whose functions are called when asked for."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github import checks, pulls
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.model import (
    CheckRun,
    Comment,
    Issue,
    Label,
    PullRequest,
    Repository,
    Review,
    Status,
    User,
    node_id,
)
from sandbox.github.payloads.base import time_or_none
from sandbox.github.payloads.issues import issue_page
from sandbox.github.payloads.repositories import page
from sandbox.github.store import FileChange
from sandbox.github.world import World

EVENT_TYPES = {
    "CLOSED_EVENT": "ClosedEvent",
    "REOPENED_EVENT": "ReopenedEvent",
    "READY_FOR_REVIEW_EVENT": "ReadyForReviewEvent",
    "CONVERT_TO_DRAFT_EVENT": "ConvertToDraftEvent",
}


def actor(world: World, account: User | None) -> Node | None:
    """An Actor; a bot's login has no `[bot]` here."""
    if account is None:
        return None
    return {
        "__typename": account.kind,
        "id": account.node_id,
        "login": account.login.removesuffix("[bot]"),
        "databaseId": account.id,
        "url": f"{world.url}/{account.login}",
    }


def repository(world: World, found: Repository) -> Node:
    """Repository."""
    return {
        "__typename": "Repository",
        "id": node_id("R", found.id),
        "databaseId": found.id,
        "name": found.name,
        "nameWithOwner": found.full_name,
        "owner": actor(world, found.owner),
        "isPrivate": found.private,
        "isArchived": found.archived,
        "url": page(world, found),
        "defaultBranchRef": lambda _: branch(found, found.default_branch),
        "ref": lambda _, qualifiedName: branch(  # noqa: N803 - GraphQL's name
            found, qualifiedName.removeprefix("refs/heads/")
        ),
    }


def branch(found: Repository, name: str) -> Node | None:
    """Ref."""
    sha = found.git.head(name)
    if sha is None:
        return None
    return {
        "__typename": "Ref",
        "id": node_id("REF", found.id) + name,
        "name": name,
        "target": commit(found, sha),
    }


def commit(found: Repository, sha: str) -> Node:
    """Commit, with its checks."""
    record = found.git.commit(sha)
    when = github_time(record.committer.when)
    return {
        "__typename": "Commit",
        "id": node_id("C", found.id) + sha,
        "oid": sha,
        "message": record.message,
        "committedDate": when,
        "pushedDate": None,
        "statusCheckRollup": lambda _: _rollup(found, sha),
    }


def _rollup(found: Repository, sha: str) -> Node | None:
    state = checks.rollup_state(found, sha)
    if state is None:
        return None
    contexts: list[CheckRun | Status] = [
        *checks.latest_runs(found, sha),
        *checks.latest_statuses(found, sha),
    ]

    def page_of(_: Any, **bounds: Any) -> Node:
        return connection(contexts, _context, **bounds)

    return {"id": node_id("SCR", found.id) + sha, "state": state, "contexts": page_of}


def _context(one: CheckRun | Status) -> Node:
    if isinstance(one, Status):
        return {
            "__typename": "StatusContext",
            "id": node_id("SC", one.id),
            "context": one.context,
            "state": one.state.upper(),
            "description": one.description,
            "createdAt": github_time(one.created_at),
            "targetUrl": one.target_url,
        }
    return {
        "__typename": "CheckRun",
        "id": node_id("CR", one.id),
        "databaseId": one.id,
        "name": one.name,
        "status": one.status.upper(),
        "conclusion": one.conclusion.upper() if one.conclusion else None,
        "startedAt": github_time(one.started_at),
        "completedAt": time_or_none(one.completed_at),
        "detailsUrl": one.details_url,
        "title": one.title,
        "summary": one.summary,
        "checkSuite": {
            "id": node_id("CS", one.suite_id),
            "databaseId": one.suite_id,
            "app": {
                "id": node_id("A", one.app.id),
                "databaseId": one.app.id,
                "slug": one.app.slug,
                "name": one.app.slug,
            },
        },
    }


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


def _shared(world: World, found: Issue) -> Node:
    def labels(_: Any, **bounds: Any) -> Node:
        return connection(found.labels, _label, **bounds)

    def comments(_: Any, **bounds: Any) -> Node:
        return connection(found.comments, lambda one: comment(world, one), **bounds)

    return {
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
    return {
        **_shared(world, found),
        "__typename": "Issue",
        "databaseId": found.id,
        "state": found.state.upper(),
        "stateReason": reason,
    }


def pull_request(world: World, pull: PullRequest) -> Node:
    """PullRequest; asking for it starts the computation of `mergeable`."""
    known = {True: "MERGEABLE", False: "CONFLICTING", None: "UNKNOWN"}[pull.mergeable]
    state = pulls.mergeable_state(pull).upper()
    pulls.compute_mergeable(pull)
    found = pull.repository
    return {
        **_shared(world, pull.issue),
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
        "reviewDecision": pulls.decision(pull),
        "autoMergeRequest": None,
        "isInMergeQueue": False,
        "isMergeQueueEnabled": False,
        "isCrossRepository": False,
        **_changed(pull),
        **_pull_connections(world, pull),
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
        return {"path": one.path, "additions": one.additions, "deletions": one.deletions}

    def files(_: Any, **bounds: Any) -> Node:
        return connection(_changes(pull), file, **bounds)

    def commits(_: Any, **bounds: Any) -> Node:
        def one_commit(sha: str) -> Node:
            return {"id": node_id("PRC", pull.id) + sha, "commit": commit(pull.repository, sha)}

        shas = [one.sha for one in git.between(pull.base_sha, pull.head_sha)]
        return connection(shas, one_commit, **bounds)

    def reviews(_: Any, states: list[str] | None = None, **bounds: Any) -> Node:
        found = [one for one in pull.reviews if states is None or one.state in states]
        return connection(found, lambda one: _review(world, pull, one), **bounds)

    def latest(_: Any, **bounds: Any) -> Node:
        found = pulls.latest_reviews(pull)
        return connection(found, lambda one: _review(world, pull, one), **bounds)

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
        "reviews": reviews,
        "latestReviews": latest,
        "reviewThreads": lambda _, **bounds: connection([], dict, **bounds),
        "timelineItems": timeline,
    }


def _review(world: World, pull: PullRequest, one: Review) -> Node:
    return {
        "id": node_id("PRR", one.id),
        "databaseId": one.id,
        "state": one.state,
        "author": actor(world, one.user),
        "body": one.body,
        "submittedAt": github_time(one.submitted_at),
        "commit": commit(pull.repository, one.commit_id),
        "isMinimized": False,
        "minimizedReason": None,
    }


def _event(world: World, pull: PullRequest, index: int, event: tuple[str, Any, User]) -> Node:
    kind, when, by = event
    return {
        "__typename": kind,
        "id": node_id("EV", pull.id) + str(index),
        "createdAt": github_time(when),
        "actor": actor(world, by),
    }
