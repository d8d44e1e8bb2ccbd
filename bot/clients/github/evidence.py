"""What runs for pull requests into a branch, as the last merged ones show.

A workflow that runs only on pushes says nothing about pull requests. Where none was merged yet, the
branch's own head shows what there is. A workflow that was deleted or disabled since, or listens to
other events, runs no more. The branch itself tells, never a pull request.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from bot.clients.github import commit_checks
from bot.clients.github.api import Api
from bot.clients.github.suites import is_workflow, workflow_name
from bot.core.model.observations import PULL_REQUEST_EVENTS, ExpectedCheck

_QUERY = (
    """\
query ChecksOfMerged($owner: String!, $repo: String!, $base: String!, $ref: String!,
    $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequests(
      baseRefName: $base, states: [MERGED], first: 3, orderBy: {field: UPDATED_AT, direction: DESC}
    ) {
      nodes { commits(last: 1) { nodes { commit { ...Checks } } } }
    }
    ref(qualifiedName: $ref) { target { ...Checks } }
  }
}
"""
    + commit_checks.FRAGMENTS
)
# What runs a workflow on a pull request's head; `merge_group` does so on the merge queue's own.
_ON_HEADS = PULL_REQUEST_EVENTS - {"merge_group"}
_FILTERS = ("paths", "paths-ignore", "branches", "branches-ignore", "types")
_MAX_FILE_CHARACTERS = 100_000
# GitHub's own, such as `dynamic/github-code-scanning/codeql`, have no file in the repository.
_FOLDER = ".github/workflows/"
# Its file is the default branch's.
_TARGET = "pull_request_target"

Json = dict[str, Any]


@dataclass(frozen=True)
class _Files:
    """The workflows' `on:` by path, each as events and their filters; and what runs no more."""

    triggers: dict[str, Json]
    gone: Collection[str] = ()


def expected_checks(api: Api, base: str) -> tuple[ExpectedCheck, ...]:
    """Return what a pull request into `base` is to show, by name.

    Two queries: one of the checks, one of the workflows' files, read at the branch's head.
    """
    variables = {**api.path, "base": base, "ref": f"refs/heads/{base}", "after": None}
    data = api.graphql("ChecksOfMerged", _QUERY, variables, optional=commit_checks.OPTIONAL)
    repository = data.get("repository") or {}
    merged = [pull for pull in (repository.get("pullRequests") or {}).get("nodes") or () if pull]
    commits = [one["commit"] for pull in merged for one in pull["commits"]["nodes"]]
    on_base = (repository.get("ref") or {}).get("target")
    if not commits and on_base:
        commits = [on_base]
    suites = [suite for commit in commits for suite in commit_checks.suites_of(commit)]
    files = _files(api, base, suites)
    found = [
        *_workflows(suites, files, only_base=not merged),
        *_apps(suites, api.app_id),
        *_statuses(commits),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.name))


def _workflows(
    suites: Iterable[Json], files: _Files, *, only_base: bool
) -> Iterator[ExpectedCheck]:
    for suite in suites:
        run = suite["workflowRun"] or {}
        workflow = (run.get("workflow") or {}).get("databaseId")
        if workflow is None or _path(run) in files.gone or _is_disabled(run):
            continue
        listens = {
            event: filters
            for event, filters in files.triggers.get(_path(run), {}).items()
            if event in _ON_HEADS
        }
        # The branch's own head shows pushes: only the file tells what runs for pull requests.
        if listens if only_base else run["event"] in PULL_REQUEST_EVENTS:
            has_filters = bool(listens) and all(map(_has_filters, listens.values()))
            yield ExpectedCheck(
                name=workflow_name(suite),
                app_id=suite["app"]["databaseId"] if suite["app"] else None,
                app=suite["app"]["slug"] if suite["app"] else None,
                workflow=workflow,
                has_filters=has_filters,
            )


def _apps(suites: Iterable[Json], own_app_id: int) -> Iterator[ExpectedCheck]:
    for suite in suites:
        app = suite["app"] or {}
        ran = any(suite["checkRuns"]["nodes"] or ())
        # Whose workflow it was is not shown to an App that may not read actions.
        is_known = is_workflow(suite) and suite["workflowRun"]
        if ran and not is_known and app.get("databaseId") not in (None, own_app_id):
            yield ExpectedCheck(name=app["slug"], app_id=app["databaseId"], app=app["slug"])


def _statuses(commits: Iterable[Json]) -> Iterator[ExpectedCheck]:
    for commit in commits:
        for context in (commit.get("status") or {}).get("contexts") or ():
            yield ExpectedCheck(name=context["context"])


def _path(run: Json) -> str:
    return (run.get("file") or {}).get("path") or ""


def _is_disabled(run: Json) -> bool:
    """Return whether the workflow starts for nothing.

    `DELETED` is about the default branch alone: the branch's own file tells.
    """
    return str(run["workflow"].get("state") or "").startswith("DISABLED_")


def _files(api: Api, base: str, suites: Iterable[Json]) -> _Files:
    """Read the workflows' files at the head of `base`, and see which run for pull requests no more.

    Those are gone, or listen to other events by now. The branch's root is read along: without it,
    GitHub does not show us files at all.
    """
    runs = [run for suite in suites if _path(run := suite["workflowRun"] or {})]
    paths = sorted({_path(run) for run in runs})
    targets = sorted({_path(run) for run in runs if run["event"] == _TARGET})
    if not paths:
        return _Files({})
    branch = f"refs/heads/{base}"
    names = {f"file{index}": f"{branch}:{path}" for index, path in enumerate(paths)}
    names |= {f"default{index}": f"HEAD:{path}" for index, path in enumerate(targets)}
    found = _objects(api, {"root": f"{branch}:", **names})
    at_base = {path: found.get(f"file{index}") for index, path in enumerate(paths)}
    still = {path for index, path in enumerate(targets) if found.get(f"default{index}")}
    own = {_path(run) for run in runs if _is_own(api, run)}
    missing = {path for path in own - still if not at_base[path]} if found.get("root") else set()
    triggers = {path: triggers_of((file or {}).get("text")) for path, file in at_base.items()}
    other = {path for path, on in triggers.items() if on and PULL_REQUEST_EVENTS.isdisjoint(on)}
    return _Files(triggers, missing | (other & own).difference(targets))


def _is_own(api: Api, run: Json) -> bool:
    """Return whether its file is this repository's: organizations require workflows of others."""
    repository = str((run.get("file") or {}).get("repositoryName") or "").lower()
    own = "/{owner}/{repo}".format_map(api.path).lower()
    return _path(run).startswith(_FOLDER) and f"/{repository}".endswith(own)


def _objects(api: Api, expressions: dict[str, str]) -> Json:
    """Return git objects by name, null for what is not there or is not shown to us."""
    variables = {**api.path, **expressions}
    parameters = "".join(f", ${name}: String!" for name in expressions)
    fields = "".join(
        f"\n    {name}: object(expression: ${name}) {{ id ... on Blob {{ text }} }}"
        for name in expressions
    )
    query = (
        f"query WorkflowFiles($owner: String!, $repo: String!{parameters}) {{\n"
        f"  repository(owner: $owner, name: $repo) {{{fields}\n  }}\n}}\n"
    )
    data = api.graphql("WorkflowFiles", query, variables, optional=tuple(expressions))
    return data.get("repository") or {}


def triggers_of(text: str | None) -> Json:
    """Return the events that a workflow file listens to, with their filters; none if unreadable.

    https://docs.github.com/en/actions/reference/workflow-syntax-for-github-actions#on
    """
    if not text or len(text) > _MAX_FILE_CHARACTERS:
        return {}
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    # YAML 1.1 reads the key `on` as true.
    listens = content.get("on", content.get(True))
    if isinstance(listens, str):
        return {listens: None}
    if isinstance(listens, list):
        return {event: None for event in listens if isinstance(event, str)}
    return listens if isinstance(listens, dict) else {}


def _has_filters(filters: object) -> bool:
    return isinstance(filters, dict) and any(name in filters for name in _FILTERS)
