"""The checks and statuses on a commit, as GraphQL's StatusCheckRollup has them."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, Check, CheckState

# To be appended to a query that has `...Checks` in a commit and `$after` among its variables.
FRAGMENTS = """\
fragment Checks on Commit {
  oid
  statusCheckRollup {
    contexts(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        __typename
        ... on CheckRun {
          databaseId name status conclusion completedAt detailsUrl
          checkSuite { app { databaseId slug } workflowRun { workflow { databaseId } } }
        }
        ... on StatusContext { context state createdAt targetUrl }
      }
    }
  }
}
"""
# Without `actions: read` GitHub does not tell from which workflow a check run is.
OPTIONAL = ("workflowRun",)

_ACTIONS = "github-actions"
_PASSED = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
_STATUS_STATES = {
    "EXPECTED": CheckState.RUNNING,
    "PENDING": CheckState.RUNNING,
    "SUCCESS": CheckState.PASSED,
}

Json = dict[str, Any]


def contexts_of(commit: Json) -> Iterator[Json]:
    """The check runs and statuses on this page."""
    yield from filter(None, _connection(commit).get("nodes") or ())


def next_page(commit: Json) -> str | None:
    """The cursor of the page after this one, if there is one."""
    page = _connection(commit).get("pageInfo") or {}
    return page["endCursor"] if page.get("hasNextPage") else None


def _connection(commit: Json) -> Json:
    connection: Json = (commit.get("statusCheckRollup") or {}).get("contexts") or {}
    return connection


def base_of(commit: Json | None, contexts: Iterable[Json], own_app_id: int) -> BaseBranch:
    """The branch whose head it is; runs of our own App say nothing about it."""
    if not commit:
        return BaseBranch()
    checks = [check for check in newest_checks(contexts) if check.app_id != own_app_id]
    failed = (check.name for check in checks if check.state is CheckState.FAILED)
    return BaseBranch(
        sha=CommitSha(commit["oid"]),
        has_checks=bool(checks),
        failed_checks=tuple(dict.fromkeys(failed)),
    )


def newest_checks(contexts: Iterable[Json]) -> tuple[Check, ...]:
    """One check per name, App and workflow, the newest, by name.

    A check of ours hides nobody else's, nor does a job one of the same name in another workflow.
    """
    newest: dict[tuple[str, int, int], tuple[int, Check]] = {}
    for context in contexts:
        check, age = _check(context), context.get("databaseId") or 0
        key = (check.name, check.app_id or 0, _workflow(context))
        if key not in newest or newest[key][0] < age:
            newest[key] = (age, check)
    return tuple(newest[key][1] for key in sorted(newest))


def _workflow(context: Json) -> int:
    run = (context.get("checkSuite") or {}).get("workflowRun") or {}
    return (run.get("workflow") or {}).get("databaseId") or 0


def _check(context: Json) -> Check:
    if context["__typename"] == "StatusContext":
        return _from_status(context)
    conclusion = context["conclusion"] or ""
    if context["status"] != "COMPLETED":
        state = CheckState.RUNNING
    else:
        state = CheckState.PASSED if conclusion in _PASSED else CheckState.FAILED
    app = context["checkSuite"]["app"] or {}
    return Check(
        name=context["name"],
        state=state,
        id=context["databaseId"],
        conclusion=conclusion.lower(),
        skipped=conclusion == "SKIPPED",
        is_actions=app.get("slug") == _ACTIONS,
        app_id=app.get("databaseId"),
        completed_at=time_of(context["completedAt"]),
        url=context["detailsUrl"],
    )


def _from_status(context: Json) -> Check:
    state = _STATUS_STATES.get(context["state"], CheckState.FAILED)
    done = state is not CheckState.RUNNING
    return Check(
        name=context["context"],
        state=state,
        conclusion=context["state"].lower() if done else "",
        completed_at=time_of(context["createdAt"]) if done else None,
        url=context["targetUrl"],
    )


def time_of(text: str | None) -> datetime | None:
    """GitHub's time as one of ours."""
    return datetime.fromisoformat(text) if text else None
