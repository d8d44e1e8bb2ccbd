"""A pull request, its checks and what happened to it, in one GraphQL query."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from bot.clients.errors import NotFound, TransientError
from bot.clients.github.api import Api
from bot.clients.github.failures import SERVICE
from bot.core.identifiers import CommitSha, Login
from bot.core.snapshots import BaseBranch, Check, CheckState, PullRequestSnapshot

# The head is taken from the commit that carries the checks, so that the two belong together.
# `pushedDate` is not asked for: GitHub has announced its removal and answers null.
_QUERY = """\
query PullRequestSnapshot($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      number id url title body state isDraft merged mergeable reviewDecision isCrossRepository
      createdAt headRefName baseRefName baseRefOid
      mergeCommit { oid }
      mergedBy { __typename login }
      baseRef {
        target { ... on Commit { statusCheckRollup { contexts(first: 1) { totalCount } } } }
      }
      ready: timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) {
        nodes { ... on ReadyForReviewEvent { createdAt } }
      }
      closed: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { actor { __typename login } } }
      }
      commits(last: 1) {
        nodes {
          commit {
            oid
            committedDate
            statusCheckRollup {
              contexts(first: 100, after: $after) {
                pageInfo { hasNextPage endCursor }
                nodes {
                  __typename
                  ... on CheckRun {
                    databaseId name status conclusion completedAt detailsUrl
                    checkSuite { app { databaseId } }
                  }
                  ... on StatusContext { context state createdAt targetUrl }
                }
              }
            }
          }
        }
      }
    }
  }
}
"""
_BRANCH_QUERY = """\
query BranchChecks($owner: String!, $repo: String!, $ref: String!) {
  repository(owner: $owner, name: $repo) {
    ref(qualifiedName: $ref) {
      target { ... on Commit { statusCheckRollup { contexts(first: 1) { totalCount } } } }
    }
  }
}
"""
_PASSED = frozenset({"SUCCESS", "NEUTRAL", "SKIPPED"})
_STATUS_STATES = {
    "EXPECTED": CheckState.RUNNING,
    "PENDING": CheckState.RUNNING,
    "SUCCESS": CheckState.PASSED,
}

Json = dict[str, Any]


def pull_request_snapshot(api: Api, number: int) -> PullRequestSnapshot:
    """Read the pull request; more queries only where its head has over 100 checks.

    Raises NotFound, and TransientError when the head moves while its checks are read.
    """
    first = _page(api, number, None)
    head = _head(first)
    contexts = list(_contexts(head))
    page = _contexts_page(head)
    while page.get("hasNextPage"):
        head = _head(_page(api, number, page["endCursor"]))
        if head["oid"] != _head(first)["oid"]:
            raise TransientError(SERVICE, "the pull request's head moved while it was read")
        contexts += _contexts(head)
        page = _contexts_page(head)
    return _snapshot(first, contexts)


def branch_has_checks(api: Api, branch: str) -> bool:
    """Whether any check run or status is on the branch's head; False without the branch."""
    variables = {**api.path, "ref": f"refs/heads/{branch}"}
    data = api.graphql("BranchChecks", _BRANCH_QUERY, variables)
    ref = (data.get("repository") or {}).get("ref") or {}
    return _has_checks(ref.get("target"))


def _page(api: Api, number: int, after: str | None) -> Json:
    variables = {**api.path, "number": number, "after": after}
    data = api.graphql("PullRequestSnapshot", _QUERY, variables)
    found: Json | None = (data.get("repository") or {}).get("pullRequest")
    if found is None:
        raise NotFound(SERVICE, f"there is no pull request {number}", status=404)
    return found


def _head(pull: Json) -> Json:
    head: Json = pull["commits"]["nodes"][0]["commit"]
    return head


def _contexts_page(commit: Json) -> Json:
    rollup = commit["statusCheckRollup"]
    page: Json = rollup["contexts"]["pageInfo"] if rollup else {}
    return page


def _contexts(commit: Json) -> Iterator[Json]:
    rollup = commit["statusCheckRollup"]
    yield from filter(None, rollup["contexts"]["nodes"] if rollup else ())


def _snapshot(pull: Json, contexts: Iterable[Json]) -> PullRequestSnapshot:
    head, is_open = _head(pull), pull["state"] == "OPEN"
    merge_commit, base = pull["mergeCommit"], pull["baseRef"] or {}
    return PullRequestSnapshot(
        number=pull["number"],
        node_id=pull["id"],
        url=pull["url"],
        title=pull["title"],
        body=pull["body"],
        head_sha=CommitSha(head["oid"]),
        head_branch=pull["headRefName"],
        base_branch=pull["baseRefName"],
        base_sha=CommitSha(pull["baseRefOid"]),
        is_open=is_open,
        is_draft=pull["isDraft"],
        is_merged=pull["merged"],
        opened_at=datetime.fromisoformat(pull["createdAt"]),
        pushed_at=_time(head["committedDate"]),
        ready_at=_time(_last(pull["ready"]).get("createdAt")),
        merge_sha=CommitSha(merge_commit["oid"]) if merge_commit and pull["merged"] else None,
        merged_by=_login(pull["mergedBy"]),
        closed_by=None if is_open else _login(_last(pull["closed"]).get("actor")),
        mergeable={"MERGEABLE": True, "CONFLICTING": False}.get(pull["mergeable"]),
        review_decision=pull["reviewDecision"],
        base=BaseBranch(has_checks=_has_checks(base.get("target"))),
        is_same_repository=not pull["isCrossRepository"],
        checks=newest_checks(contexts),
    )


def newest_checks(contexts: Iterable[Json]) -> tuple[Check, ...]:
    """One check per name and App, the newest, by name: a check of ours hides nobody else's."""
    newest: dict[tuple[str, int], tuple[int, Check]] = {}
    for context in contexts:
        check, age = _check(context), context.get("databaseId") or 0
        key = (check.name, check.app_id or 0)
        if key not in newest or newest[key][0] < age:
            newest[key] = (age, check)
    return tuple(newest[key][1] for key in sorted(newest))


def _check(context: Json) -> Check:
    if context["__typename"] == "StatusContext":
        return _from_status(context)
    conclusion = context["conclusion"] or ""
    if context["status"] != "COMPLETED":
        state = CheckState.RUNNING
    else:
        state = CheckState.PASSED if conclusion in _PASSED else CheckState.FAILED
    return Check(
        name=context["name"],
        state=state,
        conclusion=conclusion.lower(),
        skipped=conclusion == "SKIPPED",
        app_id=(context["checkSuite"]["app"] or {}).get("databaseId"),
        completed_at=_time(context["completedAt"]),
        url=context["detailsUrl"],
    )


def _from_status(context: Json) -> Check:
    state = _STATUS_STATES.get(context["state"], CheckState.FAILED)
    done = state is not CheckState.RUNNING
    return Check(
        name=context["context"],
        state=state,
        conclusion=context["state"].lower() if done else "",
        completed_at=_time(context["createdAt"]) if done else None,
        url=context["targetUrl"],
    )


def _has_checks(commit: Json | None) -> bool:
    rollup = (commit or {}).get("statusCheckRollup")
    return bool(rollup and rollup["contexts"]["totalCount"])


def _last(connection: Json) -> Json:
    return next(iter(connection["nodes"]), {})


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _login(actor: Json | None) -> Login | None:
    """The login as REST and webhooks write it; GraphQL leaves out a bot's `[bot]`."""
    if actor is None:
        return None
    suffix = "[bot]" if actor["__typename"] == "Bot" else ""
    return Login(actor["login"].removesuffix("[bot]") + suffix)
