"""A pull request, its checks, reviews and base, and what happened to it, in one GraphQL query."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from bot.clients.errors import NotFound, PermanentError, TransientError
from bot.clients.github import commit_checks
from bot.clients.github.api import Api
from bot.clients.github.branches import head_of
from bot.clients.github.commit_checks import CommitChecks
from bot.clients.github.failures import SERVICE
from bot.clients.github.people import is_bot, login_of
from bot.clients.github.suites import time_of
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.observations import BaseBranch, PullRequestSnapshot, Review, ReviewState

# The head is taken from the commit that carries the checks, so that the two belong together.
# `pushedDate` is not asked for: GitHub has announced its removal and answers null. The base's
# checks are asked for by `base_branch` alone where there are over 100.
_QUERY = (
    """\
query PullRequestSnapshot($owner: String!, $repo: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: $number) {
      number id url title body state isDraft merged isCrossRepository createdAt
      mergeable mergeStateStatus reviewDecision headRefName headRefOid baseRefName baseRefOid
      author { __typename login }
      headRef { name }
      mergeCommit { oid }
      mergedBy { __typename login }
      mergeQueueEntry { position }
      autoMergeRequest { enabledAt }
      baseRef { target { ...Checks } }
      changedFiles files(first: 100) { nodes { path changeType } }
      latestOpinionatedReviews(first: 100, writersOnly: true) { nodes { ...Opinion } }
      ofAnybody: latestOpinionatedReviews(first: 100) { nodes { ...Opinion } }
      reviewRequests(first: 100) {
        nodes {
          requestedReviewer {
            __typename
            ... on Bot { login }
            ... on Team { slug }
            ... on User { login }
          }
        }
      }
      reviewThreads(last: 100) { nodes { isResolved } }
      ready: timelineItems(last: 1, itemTypes: [READY_FOR_REVIEW_EVENT]) {
        nodes { ... on ReadyForReviewEvent { createdAt } }
      }
      drafted: timelineItems(last: 1, itemTypes: [CONVERT_TO_DRAFT_EVENT]) {
        nodes { ... on ConvertToDraftEvent { createdAt actor { __typename login } } }
      }
      closed: timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) {
        nodes { ... on ClosedEvent { actor { __typename login } } }
      }
      commits(last: 1) {
        nodes {
          commit { ...Checks status { contexts { isRequired(pullRequestNumber: $number) } } }
        }
      }
    }
  }
}
fragment Opinion on PullRequestReview {
  fullDatabaseId state submittedAt author { __typename login } commit { oid }
}
"""
    + commit_checks.FRAGMENTS
)
_BASE_QUERY = (
    """\
query BaseBranch($owner: String!, $repo: String!, $ref: String!, $after: String) {
  repository(owner: $owner, name: $repo) {
    ref(qualifiedName: $ref) { target { ...Checks } }
  }
}
"""
    + commit_checks.FRAGMENTS
)
# Without `members: read` a team that is asked for a review has no name for us.
_OPTIONAL = (*commit_checks.OPTIONAL, "requestedReviewer")
_OPINIONS = {state.name: state for state in ReviewState}

Json = dict[str, Any]


def pull_request_snapshot(api: Api, number: int) -> PullRequestSnapshot:
    """Read the pull request; more queries only where its head or base has over 100 checks.

    Raises NotFound, PermanentError where it is open without a commit, and TransientError when the
    head moves while its checks are read.
    """
    first, head = _page(api, number, None), CommitChecks(api)
    after = head.add(_head(first))
    while after:
        after = head.add(_head(_page(api, number, after)))
    return _snapshot(first, head, _base_of(api, first), _files(api, first))


def base_branch(api: Api, branch: str) -> BaseBranch:
    """Read the branch's head; empty without the branch, of which REST is asked as well.

    Raises TransientError when the head moves meanwhile, or the two answers differ.
    """
    found, after = CommitChecks(api), None
    while True:
        variables = {**api.path, "ref": f"refs/heads/{branch}", "after": after}
        data = api.graphql("BaseBranch", _BASE_QUERY, variables, optional=commit_checks.OPTIONAL)
        ref = (data.get("repository") or {}).get("ref") or {}
        if not ref and head_of(api, branch) is not None:
            raise TransientError(SERVICE, f"GraphQL does not show the branch {branch}")
        after = found.add(ref.get("target") or {})
        if not after:
            return found.base(branch)


def _page(api: Api, number: int, after: str | None) -> Json:
    variables = {**api.path, "number": number, "after": after}
    data = api.graphql("PullRequestSnapshot", _QUERY, variables, optional=_OPTIONAL)
    found: Json | None = (data.get("repository") or {}).get("pullRequest")
    if found is None:
        raise NotFound(SERVICE, f"there is no pull request {number}", status=404)
    return found


def _head(pull: Json) -> Json:
    """Return the head's commit; one that was pushed back to its base has none of its own."""
    newest = next(_nodes(pull["commits"]), None)
    if newest is not None:
        head: Json = newest["commit"]
        return head
    if pull["state"] == "OPEN":
        message = f"pull request {pull['number']} has no commits left"
        raise PermanentError(SERVICE, message, status=422)
    return {"oid": pull["headRefOid"]}


def _base_of(api: Api, pull: Json) -> BaseBranch:
    commit = (pull["baseRef"] or {}).get("target") or {}
    if commit_checks.next_page(commit):
        return base_branch(api, pull["baseRefName"])
    found = CommitChecks(api)
    found.add(commit)
    return found.base(pull["baseRefName"])


def _files(api: Api, pull: Json) -> tuple[tuple[str, ...], bool]:
    """Return the paths it changes, of a renamed file both, and whether these are all.

    GraphQL has no earlier path. GET …/pulls/{pull_number}/files, at most 3,000, is read only where
    a file was renamed or there are over a hundred.
    """
    nodes = list(_nodes(pull["files"]))
    moved = any(one["changeType"] == "RENAMED" for one in nodes)
    if pull["state"] != "OPEN" or not (moved or pull["changedFiles"] > len(nodes)):
        return tuple(one["path"] for one in nodes), True
    route = "GET /repos/{owner}/{repo}/pulls/{pull_number}/files"
    listed = list(api.pages(route, params={}, pull_number=pull["number"]))
    earlier = (one.get("previous_filename") for one in listed)
    paths = tuple(dict.fromkeys([*(one["filename"] for one in listed), *filter(None, earlier)]))
    return paths, len(listed) >= pull["changedFiles"]


def _snapshot(
    pull: Json, head: CommitChecks, base: BaseBranch, files: tuple[tuple[str, ...], bool]
) -> PullRequestSnapshot:
    is_open, merge_commit = pull["state"] == "OPEN", pull["mergeCommit"]
    drafted = _last(pull.get("drafted") or {"nodes": ()})
    closer = _last(pull["closed"]).get("actor")
    return PullRequestSnapshot(
        number=pull["number"],
        node_id=pull["id"],
        url=pull["url"],
        title=pull["title"],
        body=pull["body"],
        author=login_of(pull["author"]),
        head_sha=CommitSha(head.commit["oid"]),
        head_branch=pull["headRefName"],
        head_branch_exists=pull["headRef"] is not None,
        base_branch=pull["baseRefName"],
        base_sha=CommitSha(pull["baseRefOid"]),
        base=base,
        is_same_repository=not pull["isCrossRepository"],
        is_open=is_open,
        is_draft=pull["isDraft"],
        is_merged=pull["merged"],
        opened_at=datetime.fromisoformat(pull["createdAt"]),
        drafted_at=time_of(drafted.get("createdAt")),
        drafted_by=_login(drafted.get("actor")),
        drafted_by_bot=is_bot(drafted.get("actor")),
        ready_at=time_of(_last(pull["ready"]).get("createdAt")),
        merge_sha=CommitSha(merge_commit["oid"]) if merge_commit and pull["merged"] else None,
        merged_by=_login(pull["mergedBy"]),
        closed_by=None if is_open else _login(closer),
        closed_by_bot=not is_open and closer is not None and is_bot(closer),
        mergeable={"MERGEABLE": True, "CONFLICTING": False}.get(pull["mergeable"]),
        merge_state=pull["mergeStateStatus"].lower(),
        review_decision=pull["reviewDecision"],
        reviews=tuple(_reviews(pull)),
        requested_reviewers=tuple(_requested(pull)),
        unresolved_threads=sum(not one["isResolved"] for one in _nodes(pull["reviewThreads"])),
        files=files[0],
        all_files_known=files[1],
        queue_position=(pull["mergeQueueEntry"] or {}).get("position"),
        auto_merge=pull["autoMergeRequest"] is not None,
        checks=head.counting(),
    )


def _reviews(pull: Json) -> Iterator[Review]:
    """Yield those of people with write permission, which no number of others hides, then these."""
    writers = {one["fullDatabaseId"]: one for one in _nodes(pull["latestOpinionatedReviews"])}
    anybody = {one["fullDatabaseId"]: one for one in _nodes(pull.get("ofAnybody"))}
    for number, one in {**writers, **anybody}.items():
        if one["state"] in _OPINIONS:
            yield Review(
                id=int(number),
                by=login_of(one["author"]),
                state=_OPINIONS[one["state"]],
                sha=CommitSha((one["commit"] or {}).get("oid", "")),
                submitted_at=datetime.fromisoformat(one["submittedAt"]),
                is_bot=is_bot(one["author"]),
                may_write=number in writers,
            )


def _requested(pull: Json) -> Iterator[str]:
    for one in _nodes(pull["reviewRequests"]):
        if asked := one["requestedReviewer"]:
            yield asked["slug"] if asked["__typename"] == "Team" else login_of(asked)


def _nodes(connection: Json | None) -> Iterator[Json]:
    yield from filter(None, (connection or {}).get("nodes") or ())


def _last(connection: Json) -> Json:
    return next(iter(connection["nodes"]), {})


def _login(actor: Json | None) -> Login | None:
    return None if actor is None else login_of(actor)
