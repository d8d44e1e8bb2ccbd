"""Merging, at once or in the background. What GitHub says to it is a value, not an exception."""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from bot.clients.errors import NotFound
from bot.clients.github.api import Answer, Api
from bot.clients.github.snapshot import pull_request_snapshot
from bot.core.model.identifiers import CommitSha

_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_REFUSALS = (400, 403, 404, 405, 409, 422)
_HEAD_MOVED = re.compile(
    r"head[ _](branch|commit|sha|ref|oid)\b.*\b(modified|changed|moved|match|current head)", re.I
)
_NOT_AUTHORIZED = re.compile(r"\bnot authorized to merge\b", re.I)
_PASSING = re.compile(r"\bbase (branch )?was modified\b|\bmerge already in progress\b", re.I)
_WORKFLOWS = re.compile(r"\bworkflows?`? (file|permission|scope)|\.github/workflows\b", re.I)
_NEEDS_WORKFLOWS = (
    "the pull request changes workflow files, and the App lacks the `workflows` permission"
)
_DROPPED = "the merge queue took the pull request out again"
# What stands for the uuid when the merge queue has it: the pull request itself is asked then.
QUEUED = "merge-queue"


@dataclass(frozen=True)
class MergedAt:
    """Merged; `sha` is the commit that stands on the base branch."""

    sha: CommitSha


@dataclass(frozen=True)
class MergePending:
    """GitHub merges later; ask again under `uuid`."""

    uuid: str


@dataclass(frozen=True)
class Enqueued(MergePending):
    """In the merge queue of its base branch, which merges when it comes to it."""

    uuid: str = QUEUED


@dataclass(frozen=True)
class MergeRefused:
    """Not merged, and why.

    `other_call`: that we may not merge was said of the asynchronous merge, so that the synchronous
    one may still do it.
    """

    reason: str
    other_call: bool = False


MergeAnswer = MergedAt | MergePending | MergeRefused


@dataclass
class MergeRoutes:
    """Whether this GitHub lacks the asynchronous merge, as older servers do.

    Each process finds that out by itself, within one merge.
    """

    asynchronous_missing: bool = field(default=False)


def merge(
    api: Api, routes: MergeRoutes, number: int, request: dict[str, str], *, directly: bool = False
) -> MergeAnswer:
    """PUT …/merge-async, or PUT …/merge where the first is not there, or `directly`.

    `request` holds `sha`, `merge_method`, `commit_title` and `commit_message`.
    """
    if not (routes.asynchronous_missing or directly):
        route = f"PUT {_PULL}/merge-async"
        answer = api.answer(route, pull_number=number, json=request, accept=_REFUSALS)
        if answer.status != 404:
            return _judged(api, number, answer)
    route = f"PUT {_PULL}/merge"
    answer = api.answer(route, pull_number=number, json=request, accept=_REFUSALS)
    # A missing pull request answers 404 to both.
    routes.asynchronous_missing |= answer.status != 404 and not directly
    if answer.status == 200:
        return MergedAt(CommitSha(answer.body["sha"]))
    return _refused(answer)


def merge_result(api: Api, number: int, uuid: str) -> MergeAnswer:
    """GET …/merge-async/{uuid}, kept by GitHub for 24 hours; of a queued one, the pull request."""
    if uuid == QUEUED:
        return _from_queue(api, number)
    # There too `enqueued` is the last word, whatever the queue makes of it.
    route = f"GET {_PULL}/merge-async/{{uuid}}"
    try:
        answer = api.answer(route, pull_number=number, uuid=uuid)
    except NotFound:
        return MergeRefused("GitHub does not know that merge any more")
    return _judged(api, number, answer)


def head_has_moved(reason: str) -> bool:
    """Whether GitHub refuses because the head is another than the one named."""
    return bool(_HEAD_MOVED.search(reason))


def is_not_authorized(reason: str) -> bool:
    """Whether GitHub says that we may not merge, which it did of merges in the background alone.

    https://github.com/github/gh-stack/issues/497
    """
    return bool(_NOT_AUTHORIZED.search(reason))


def is_passing(reason: str) -> bool:
    """Whether another merge came first: no fault of this head, however often it happens.

    The base moved under it, or somebody's merge of the same pull request is under way
    (https://github.com/JSONbored/loopover/pull/5042).
    """
    return bool(_PASSING.search(reason))


def is_workflow_refusal(reason: str) -> bool:
    """Whether GitHub refuses for workflow files that the App may not change."""
    return bool(_WORKFLOWS.search(reason))


def _judged(api: Api, number: int, answer: Answer) -> MergeAnswer:
    """Judge a body of `status` and `details`, as both asynchronous routes give it."""
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    details = body.get("details") or {}
    match body.get("status"):
        case "merged":
            return _merged(api, number, details.get("sha"))
        case "pending" if details.get("uuid"):
            return MergePending(details["uuid"])
        case "enqueued":
            return Enqueued()
    refused = _refused(answer)
    return replace(refused, other_call=is_not_authorized(refused.reason))


def _merged(api: Api, number: int, sha: str | None) -> MergeAnswer:
    found = sha or pull_request_snapshot(api, number).merge_sha
    if found is None:
        return MergeRefused("GitHub says it is merged but names no commit")
    return MergedAt(CommitSha(found))


def _from_queue(api: Api, number: int) -> MergeAnswer:
    pull = pull_request_snapshot(api, number)
    if pull.merge_sha:
        return MergedAt(pull.merge_sha)
    if not pull.is_open:
        return MergeRefused("the pull request was closed")
    return MergeRefused(_DROPPED) if pull.queue_position is None else Enqueued()


def _refused(answer: Answer) -> MergeRefused:
    reason = answer.message
    if is_workflow_refusal(reason) and answer.status != 404:
        return MergeRefused(_NEEDS_WORKFLOWS)
    return MergeRefused(reason)
