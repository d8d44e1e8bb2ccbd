"""The checks and statuses on a commit, by check suite.

`statusCheckRollup` is not used: it hides suites without check runs, such as a workflow that awaits
an approval or has not come to its next job.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from bot.clients.errors import TransientError
from bot.clients.github.api import Api
from bot.clients.github.failures import SERVICE
from bot.clients.github.suites import counting_checks, from_status, of_branch
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import BaseBranch, Check, CheckState

_RUNS = """\
pageInfo { hasNextPage endCursor }
nodes { databaseId name status conclusion startedAt completedAt detailsUrl }"""
# To be appended to a query that has `...Checks` in a commit and `$after` among its variables.
FRAGMENTS = f"""\
fragment Checks on Commit {{
  oid
  checkSuites(first: 50, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    nodes {{
      id databaseId status conclusion createdAt
      app {{ databaseId slug }}
      branch {{ name }}
      workflowRun {{
        databaseId event workflow {{ databaseId name state }} file {{ path repositoryName }}
      }}
      checkRuns(first: 100, filterBy: {{checkType: ALL}}) {{ {_RUNS} }}
    }}
  }}
  status {{ contexts {{ context state createdAt targetUrl }} }}
}}
"""
_MORE_RUNS = f"""\
query CheckRuns($suite: ID!, $after: String) {{
  node(id: $suite) {{
    ... on CheckSuite {{
      checkRuns(first: 100, after: $after, filterBy: {{checkType: ALL}}) {{ {_RUNS} }}
    }}
  }}
}}
"""
# Without `actions: read` GitHub does not tell from which workflow a check run is.
OPTIONAL = ("workflowRun",)

Json = dict[str, Any]


@dataclass
class CommitChecks:
    """The checks of one commit, put together from the pages of a query."""

    api: Api
    commit: Json = field(default_factory=dict)
    suites: list[Json] = field(default_factory=list)

    def add(self, commit: Json) -> str | None:
        """Return the cursor of the next page. Raises TransientError for another commit's."""
        if self.commit and commit.get("oid") != self.commit["oid"]:
            raise TransientError(SERVICE, "the branch moved while its checks were read")
        self.commit = self.commit or commit
        self.suites += (_complete(self.api, suite) for suite in suites_of(commit))
        return next_page(commit)

    def counting(self, branch: str | None = None) -> tuple[Check, ...]:
        """Return what counts of it, by name; for `branch` alone where given."""
        statuses = (self.commit.get("status") or {}).get("contexts") or ()
        suites = self.suites if branch is None else of_branch(self.suites, branch)
        found = [*counting_checks(suites), *map(from_status, statuses)]
        return tuple(sorted(found, key=lambda check: (check.name, check.id or 0)))

    def base(self, branch: str) -> BaseBranch:
        """Return the branch whose head it is; runs of our own App say nothing about it."""
        if not self.commit:
            return BaseBranch()
        checks = [check for check in self.counting(branch) if check.app_id != self.api.app_id]
        return BaseBranch(
            sha=CommitSha(self.commit["oid"]),
            has_checks=bool(checks),
            failed_checks=_names(checks, CheckState.FAILED),
            interrupted_checks=_names(checks, CheckState.INTERRUPTED, CheckState.BLOCKED),
            interrupted_runs=_runs(checks),
            checks=tuple(checks),
        )


def next_page(commit: Json) -> str | None:
    """Return the cursor of the page after this one, if there is one."""
    return _next(commit.get("checkSuites") or {})


def suites_of(commit: Json) -> Iterator[Json]:
    """Yield the check suites on this page."""
    yield from filter(None, (commit.get("checkSuites") or {}).get("nodes") or ())


def _complete(api: Api, suite: Json) -> Json:
    """Read the check runs of a suite that has over 100 of them."""
    runs = suite["checkRuns"]
    nodes, after = list(runs["nodes"] or ()), _next(runs)
    while after:
        variables = {"suite": suite["id"], "after": after}
        page = (api.graphql("CheckRuns", _MORE_RUNS, variables).get("node") or {}).get("checkRuns")
        nodes += (page or {}).get("nodes") or ()
        after = _next(page or {})
    return {**suite, "checkRuns": {"nodes": nodes}}


def _next(connection: Json) -> str | None:
    page = connection.get("pageInfo") or {}
    return page["endCursor"] if page.get("hasNextPage") else None


def _runs(checks: Iterable[Check]) -> tuple[int, ...]:
    """Return the workflow runs that were cancelled and that no later one replaces."""
    cancelled = (check for check in checks if check.state is CheckState.INTERRUPTED)
    runs = (check.workflow_run for check in cancelled if check.is_actions)
    return tuple(dict.fromkeys(run for run in runs if run is not None))


def _names(checks: Iterable[Check], *states: CheckState) -> tuple[str, ...]:
    return tuple(dict.fromkeys(check.name for check in checks if check.state in states))
