"""Accounts, repositories, branches, commits and checks as GraphQL sees them.

Nodes are dictionaries whose functions are called when asked for.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.clock import github_time
from sandbox.github.git.objects import Leaf
from sandbox.github.graphql.connections import Node, connection
from sandbox.github.operations import checks, suites
from sandbox.github.payloads.base import time_or_none
from sandbox.github.payloads.checks import suite_state
from sandbox.github.payloads.repositories import page
from sandbox.github.state import App, CheckRun, CheckSuite, Repository, Status, User, node_id
from sandbox.github.state.world import World


def actor(world: World, account: User | None) -> Node | None:
    """Return an Actor; a bot's login has no `[bot]` here."""
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
        "object": lambda _, expression: git_object(found, expression),
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
        "checkSuites": lambda _, **bounds: connection(
            suites.suites_on(found, sha), lambda suite: check_suite(found, suite), **bounds
        ),
        "status": lambda _: _status(found, sha),
    }


def _status(found: Repository, sha: str) -> Node | None:
    contexts = checks.latest_statuses(found, sha)
    return {"contexts": [_context(found, one) for one in contexts]} if contexts else None


def check_suite(found: Repository, suite: CheckSuite) -> Node:
    """CheckSuite, with its runs."""
    runs = suites.suite_runs(found, suite)
    status, conclusion = suite_state(suite, runs)

    def page_of(_: Any, filterBy: Node | None = None, **bounds: Any) -> Node:  # noqa: N803
        wanted = runs if (filterBy or {}).get("checkType") == "ALL" else suites.latest(runs)
        return connection(wanted, lambda run: _context(found, run), **bounds)

    return {
        "__typename": "CheckSuite",
        "id": node_id("CS", suite.id),
        "databaseId": suite.id,
        "status": status.upper(),
        "conclusion": conclusion.upper() if conclusion else None,
        "createdAt": github_time(suite.created_at),
        "app": _app(suite.app),
        "branch": {"id": node_id("REF", found.id), "name": suite.branch} if suite.branch else None,
        "workflowRun": _workflow_run(found, suite),
        "checkRuns": page_of,
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
        return connection(contexts, lambda one: _context(found, one), **bounds)

    return {"id": node_id("SCR", found.id) + sha, "state": state, "contexts": page_of}


def _context(found: Repository, one: CheckRun | Status) -> Node:
    if isinstance(one, Status):
        return {
            "__typename": "StatusContext",
            "id": node_id("SC", one.id),
            "context": one.context,
            "state": one.state.upper(),
            "description": one.description,
            "createdAt": github_time(one.created_at),
            "targetUrl": one.target_url,
            "isRequired": lambda _, **pull: _is_required(found, one.context, **pull),
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
        "checkSuite": lambda _: check_suite(found, found.check_suites[one.suite_id]),
        "isRequired": lambda _, **pull: _is_required(found, one.name, **pull),
    }


def _is_required(found: Repository, name: str, pullRequestNumber: int) -> bool:  # noqa: N803
    pull = found.issues[pullRequestNumber].pull
    assert pull is not None
    rules = found.rules_of(pull.base)
    return name in (*rules.required_checks, *rules.classic_checks)


def _app(app: App) -> Node:
    return {
        "id": node_id("A", app.id),
        "databaseId": app.id,
        "slug": app.slug,
        "name": app.slug,
    }


def _workflow_run(found: Repository, suite: CheckSuite) -> Node | None:
    """Return the run of GitHub Actions that a suite is; here both have one number."""
    if suite.workflow is None:
        return None
    return {
        "id": node_id("WFR", suite.id),
        "databaseId": suite.id,
        "event": suite.event,
        "file": {
            "id": node_id("WFF", suite.id),
            "path": suite.workflow.path,
            "repositoryName": found.ci.foreign.get(suite.workflow.name, found.full_name),
        },
        "workflow": {
            "id": node_id("W", suite.workflow.id),
            "databaseId": suite.workflow.id,
            "name": suite.workflow.name,
            "state": "DISABLED_MANUALLY" if suite.workflow.name in found.ci.disabled else "ACTIVE",
        },
    }


def git_object(found: Repository, expression: str) -> Node | None:
    """Blob or Tree of `branch:path`, the root Tree without a path; `HEAD` is the default branch."""
    name, _, path = expression.partition(":")
    branch_name = found.default_branch if name == "HEAD" else name.removeprefix("refs/heads/")
    sha = found.git.head(branch_name)
    files = found.git.files_at(sha) if sha else {}
    if path in files:
        return _blob(found, path, files[path])
    below = [one for one in files if one.startswith(f"{path}/" if path else "")]
    return _tree(found, path, files, below) if below else None


def _blob(found: Repository, path: str, leaf: Leaf) -> Node:
    return {
        "__typename": "Blob",
        "id": node_id("B", found.id) + path,
        "oid": "0" * 40,
        "text": found.git.text(leaf),
    }


def _tree(found: Repository, path: str, files: Mapping[str, Leaf], below: list[str]) -> Node:
    """Return the directory; of its own directories the names alone."""
    start = len(path) + 1 if path else 0
    names = dict.fromkeys(one[start:].partition("/")[0] for one in below)

    def entry(name: str) -> Node:
        whole = f"{path}/{name}" if path else name
        is_file = whole in files
        content = _blob(found, whole, files[whole]) if is_file else None
        return {"name": name, "type": "blob" if is_file else "tree", "object": content}

    return {
        "__typename": "Tree",
        "id": node_id("T", found.id) + path,
        "oid": "0" * 40,
        "entries": lambda _: [entry(name) for name in sorted(names)],
    }
