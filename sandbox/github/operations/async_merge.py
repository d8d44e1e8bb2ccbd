"""The asynchronous merge: asked for now, its rules looked at when it is executed."""

import uuid
from datetime import timedelta
from typing import Any

from sandbox.github.errors import Refusal, not_found, unprocessable
from sandbox.github.operations import merge_queue, merging
from sandbox.github.payloads import pulls as payloads
from sandbox.github.state import Actor, MergeRequest, PullRequest
from sandbox.github.state.world import World

KEPT = timedelta(hours=24)
ENQUEUED = "Pull request was added to the merge queue."


def request(
    github: World, pull: PullRequest, actor: Actor, body: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    """`PUT …/merge-async`: status code and body; rules are looked at when it is executed."""
    if pull.merged_at:
        details = {"message": "Pull request is already merged.", "sha": pull.merge_sha}
        return 200, {"status": "merged", "details": details}
    if pull.queue_entry:
        return 200, {"status": "enqueued", "details": {"message": ENQUEUED}}
    if not pull.open or pull.draft:
        word = "still a draft" if pull.open else "closed"
        details = {"message": f"Pull request is {word}."}
        return 400, {"status": "failed", "details": details}
    for other in pull.repository.merge_requests.values():
        if other.pull is pull and other.status == "pending":
            message = "A merge request already exists for this pull request."
            return 409, payloads.merge_request(other, message)
    method = body.get("merge_method")
    if method is not None and method not in merging.METHODS:
        raise Refusal(422, "Validation Failed")
    made = MergeRequest(
        str(uuid.uuid4()),
        pull,
        actor,
        method,
        body.get("merge_action") or "default",
        body.get("sha") or pull.head_sha,
        body.get("commit_title"),
        body.get("commit_message"),
        github.clock.now() + timedelta(seconds=github.merge_async_delay),
    )
    pull.repository.merge_requests[made.uuid] = made
    github.later(github.merge_async_delay, lambda: _execute(github, made))
    return 202, payloads.merge_request(made)


def _execute(github: World, wanted: MergeRequest) -> None:
    wanted.finished_at = github.clock.now()
    try:
        if not github.authorizes_enqueuers:
            # https://github.com/github/gh-stack/issues/497
            raise Refusal(403, "Enqueuer is not authorized to merge")
        if _through_queue(wanted):
            merging.check(wanted.pull, wanted.actor, wanted.expected_sha)
            merge_queue.enter(github, wanted.pull, wanted.actor)
            wanted.status, wanted.detail = "enqueued", ENQUEUED
        else:
            _merge(github, wanted)
    except Refusal as refusal:
        wanted.status, wanted.detail = "failed", refusal.message


def _through_queue(wanted: MergeRequest) -> bool:
    pull = wanted.pull
    queue = pull.repository.rules_of(pull.base).merge_queue
    if wanted.action == "merge_queue" and queue is None:
        raise unprocessable("The base branch does not have a merge queue.")
    return queue is not None and wanted.action != "direct_merge"


def _merge(github: World, wanted: MergeRequest) -> None:
    wanted.sha = merging.merge(
        github,
        wanted.pull,
        wanted.actor,
        method=wanted.method or "merge",
        sha=wanted.expected_sha,
        title=wanted.title,
        message=wanted.message,
    )
    wanted.status, wanted.detail = "merged", "Pull request was merged."


def result(github: World, pull: PullRequest, number: str) -> dict[str, Any]:
    """`GET …/merge-async/{uuid}`; 404 when unknown or 24 hours old."""
    found = pull.repository.merge_requests.get(number)
    if found is None or found.pull is not pull:
        raise not_found()
    if found.finished_at and github.clock.now() - found.finished_at > KEPT:
        raise not_found()
    message = "Merge request is in progress." if found.status == "pending" else ""
    return payloads.merge_request(found, message)
