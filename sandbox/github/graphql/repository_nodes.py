"""Accounts, repositories, branches, commits and checks as GraphQL sees them.

Nodes are dictionaries whose functions are called when asked for.
"""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.operations import checks
from sandbox.github.payloads.base import time_or_none
from sandbox.github.payloads.repositories import page
from sandbox.github.state import CheckRun, Repository, Status, User, node_id
from sandbox.github.state.world import World


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
        "autoMergeAllowed": found.allow_auto_merge,
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
            "workflowRun": _workflow_run(one),
            "app": {
                "id": node_id("A", one.app.id),
                "databaseId": one.app.id,
                "slug": one.app.slug,
                "name": one.app.slug,
            },
        },
    }


def _workflow_run(one: CheckRun) -> Node | None:
    """The run of GitHub Actions that a suite is; here both have one number."""
    if one.app.slug != "github-actions":
        return None
    return {
        "id": node_id("WFR", one.suite_id),
        "databaseId": one.suite_id,
        # The fake's suites are one for all of an App's runs of a head: one workflow.
        "workflow": {"id": node_id("W", one.app.id), "databaseId": one.app.id, "name": "CI"},
    }
