"""Which workflows a branch has, and what ran on the pull requests of ours that went into it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.clients.github.api import Api
from bot.clients.github.evidence import triggers_of
from bot.core.model.observations import PULL_REQUEST_EVENTS
from bot.core.text.branches import is_ours

FOLDER = ".github/workflows"
_SUFFIXES = (".yml", ".yaml")
_QUERY = """\
query BranchWorkflows(
  $owner: String!, $repo: String!, $base: String!, $ref: String!, $root: String!, $folder: String!
) {
  repository(owner: $owner, name: $repo) {
    root: object(expression: $root) { id }
    folder: object(expression: $folder) {
      ... on Tree { entries { name object { ... on Blob { text } } } }
    }
    ref(qualifiedName: $ref) { target { ...Suites } }
    pullRequests(
      baseRefName: $base, first: 10, orderBy: {field: CREATED_AT, direction: DESC}
    ) {
      nodes {
        number state headRefName isCrossRepository
        commits(last: 1) { nodes { commit { ...Suites } } }
      }
    }
  }
}
fragment Suites on Commit {
  checkSuites(first: 50) {
    nodes {
      conclusion
      app { databaseId }
      workflowRun { event workflow { name } }
      checkRuns(first: 1) { totalCount }
    }
  }
  status { contexts { context } }
}
"""
_OPTIONAL = ("root", "folder", "workflowRun")

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Workflow:
    """A workflow by its file's name, and the events that run it; none where it is unreadable."""

    file: str
    events: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class EarlierPullRequest:
    """An earlier pull request of ours: whether checks began on it.

    `awaiting` are the workflows that a person has to let run.
    """

    number: int
    ran: bool
    awaiting: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class BranchWorkflows:
    """What runs for pull requests into a branch.

    `files` is None where GitHub does not show us files. `apps` are the ids of those that have
    reported, or were to report, something on the branch or on one of its last ten pull requests.
    `earlier` is the newest of ours that tells something.
    """

    files: tuple[Workflow, ...] | None
    apps: frozenset[int]
    earlier: EarlierPullRequest | None


def of_branch(api: Api, branch: str) -> BranchWorkflows:
    """Return the workflows of a branch. One query of GraphQL."""
    variables = {
        **api.path,
        "base": branch,
        "ref": f"refs/heads/{branch}",
        "root": f"refs/heads/{branch}:",
        "folder": f"refs/heads/{branch}:{FOLDER}",
    }
    data = api.graphql("BranchWorkflows", _QUERY, variables, optional=_OPTIONAL)
    repository = data.get("repository") or {}
    pulls = [one for one in (repository.get("pullRequests") or {}).get("nodes") or () if one]
    commits = [(repository.get("ref") or {}).get("target") or {}, *map(_head, pulls)]
    return BranchWorkflows(
        files=tuple(_files(repository.get("folder") or {})) if repository.get("root") else None,
        apps=frozenset(_app(suite) for commit in commits for suite in _suites(commit)) - {0},
        earlier=_newest_of_ours(pulls, api.app_id),
    )


def _files(folder: Json) -> Iterator[Workflow]:
    for entry in folder.get("entries") or ():
        if entry["name"].endswith(_SUFFIXES):
            triggers = triggers_of((entry.get("object") or {}).get("text"))
            yield Workflow(file=entry["name"], events=frozenset(map(str, triggers)))


def _newest_of_ours(pulls: list[Json], own_app: int) -> EarlierPullRequest | None:
    """Return the newest that tells something: nothing may have begun yet on one that is open.

    One that was closed unmerged may never have been meant to be checked.
    """
    ours = (one for one in pulls if is_ours(one["headRefName"]) and not one["isCrossRepository"])
    for pull in ours:
        found = _seen_on(pull, own_app)
        if found.ran or found.awaiting or pull["state"] == "MERGED":
            return found
    return None


def _seen_on(pull: Json, own_app: int) -> EarlierPullRequest:
    commit = _head(pull)
    suites = list(_suites(commit))
    awaiting = [suite for suite in suites if suite["conclusion"] == "ACTION_REQUIRED"]
    statuses = (commit.get("status") or {}).get("contexts")
    return EarlierPullRequest(
        number=pull["number"],
        ran=bool(statuses) or any(_ran(suite, own_app) for suite in suites),
        awaiting=tuple(sorted({_workflow(suite) for suite in awaiting if suite["workflowRun"]})),
    )


def _ran(suite: Json, own_app: int) -> bool:
    """Return whether something began for a pull request; pushes alone are no evidence of that."""
    event = (suite["workflowRun"] or {}).get("event")
    for_pull_request = event is None or event in PULL_REQUEST_EVENTS
    began = bool((suite["checkRuns"] or {}).get("totalCount"))
    return began and for_pull_request and _app(suite) != own_app


def _head(pull: Json) -> Json:
    nodes = (pull.get("commits") or {}).get("nodes") or ()
    return next((one["commit"] for one in nodes if one), {})


def _suites(commit: Json) -> Iterator[Json]:
    yield from filter(None, (commit.get("checkSuites") or {}).get("nodes") or ())


def _app(suite: Json) -> int:
    return (suite.get("app") or {}).get("databaseId") or 0


def _workflow(suite: Json) -> str:
    return str((suite["workflowRun"].get("workflow") or {}).get("name") or "")
