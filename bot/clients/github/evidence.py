"""What runs for pull requests into a branch, as the last merged ones show.

A workflow that runs only on pushes says nothing about pull requests. Where none was merged yet, the
branch's own head shows what there is.
"""

from collections.abc import Iterable, Iterator
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
_FILTERS = ("paths", "paths-ignore", "branches", "branches-ignore", "types")
_MAX_FILE_CHARACTERS = 100_000

Json = dict[str, Any]


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
    triggers = _triggers(api, base, suites)
    found = [
        *_workflows(suites, triggers, only_base=not merged),
        *_apps(suites, api.app_id),
        *_statuses(commits),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: one.name))


def _workflows(
    suites: Iterable[Json], triggers: dict[str, Json], *, only_base: bool
) -> Iterator[ExpectedCheck]:
    for suite in suites:
        run = suite["workflowRun"] or {}
        workflow = (run.get("workflow") or {}).get("databaseId")
        if workflow is None:
            continue
        listens = {
            event: filters
            for event, filters in triggers.get(_path(run), {}).items()
            if event in PULL_REQUEST_EVENTS
        }
        # The branch's own head shows pushes: only the file tells what runs for pull requests.
        if listens if only_base else run["event"] in PULL_REQUEST_EVENTS:
            has_filters = bool(listens) and all(map(_has_filters, listens.values()))
            yield ExpectedCheck(
                name=workflow_name(suite),
                app_id=suite["app"]["databaseId"] if suite["app"] else None,
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
            yield ExpectedCheck(name=app["slug"], app_id=app["databaseId"])


def _statuses(commits: Iterable[Json]) -> Iterator[ExpectedCheck]:
    for commit in commits:
        for context in (commit.get("status") or {}).get("contexts") or ():
            yield ExpectedCheck(name=context["context"])


def _path(run: Json) -> str:
    return (run.get("file") or {}).get("path") or ""


def _triggers(api: Api, base: str, suites: Iterable[Json]) -> dict[str, Json]:
    """Return the workflows' `on:` by path, each as events and their filters."""
    paths = sorted({path for suite in suites if (path := _path(suite["workflowRun"] or {}))})
    if not paths:
        return {}
    names = {f"file{index}": path for index, path in enumerate(paths)}
    variables = {**api.path, **{name: f"{base}:{path}" for name, path in names.items()}}
    parameters = "".join(f", ${name}: String!" for name in names)
    fields = "".join(
        f"\n    {name}: object(expression: ${name}) {{ ... on Blob {{ text }} }}" for name in names
    )
    query = (
        f"query WorkflowFiles($owner: String!, $repo: String!{parameters}) {{\n"
        f"  repository(owner: $owner, name: $repo) {{{fields}\n  }}\n}}\n"
    )
    data = api.graphql("WorkflowFiles", query, variables, optional=tuple(names))
    files = data.get("repository") or {}
    return {path: triggers_of((files.get(name) or {}).get("text")) for name, path in names.items()}


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
