"""The root of GraphQL's mutations; each input's `clientMutationId` comes back."""

from collections.abc import Callable
from typing import Any

from sandbox.github.errors import Refusal, unprocessable
from sandbox.github.graphql import issue_nodes, pull_nodes, repository_nodes, review_nodes
from sandbox.github.graphql.connections import Node
from sandbox.github.graphql.finding import (
    find,
    find_pull,
    permitted,
    refusals_told,
    refuse,
)
from sandbox.github.operations import (
    auto_merge,
    merge_queue,
    mergeability,
    merging,
    pulls,
    reverting,
    reviews,
)
from sandbox.github.state import AutoMerge, Comment, PullRequest, ReviewThread
from sandbox.github.wire.http import Call

Mutation = Callable[[Node], Node]


class Mutations:
    """Resolvers of Mutation for one request."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._world = call.github

    def values(self) -> dict[str, Callable[..., Node]]:
        """Return the resolvers by GraphQL's names."""
        named: dict[str, Mutation] = {
            "markPullRequestReadyForReview": lambda data: self._set_draft(data, False),
            "convertPullRequestToDraft": lambda data: self._set_draft(data, True),
            "minimizeComment": self._minimize,
            "unminimizeComment": self._unminimize,
            "enqueuePullRequest": self._enqueue,
            "dequeuePullRequest": self._dequeue,
            "enablePullRequestAutoMerge": self._enable_auto_merge,
            "disablePullRequestAutoMerge": self._disable_auto_merge,
            "resolveReviewThread": lambda data: self._resolve(data, True),
            "unresolveReviewThread": lambda data: self._resolve(data, False),
            "revertPullRequest": self._revert,
        }
        return {name: _answered(mutation) for name, mutation in named.items()}

    def _pull(self, pull: PullRequest) -> Node:
        return {
            "actor": repository_nodes.actor(self._world, self._call.actor.user),
            "pullRequest": pull_nodes.pull_request(self._world, pull),
        }

    def _set_draft(self, data: Node, draft: bool) -> Node:
        pull = find_pull(self._call, data["pullRequestId"])
        if not pull.open:
            raise unprocessable("Pull request is closed")
        pulls.set_draft(self._world, pull, self._call.actor, draft)
        return self._pull(pull)

    def _minimize(self, data: Node) -> Node:
        """Keep the reason in the REST API's words."""
        reason = data["classifier"].lower().replace("_", "-")
        return {"minimizedComment": self._minimized(data, reason)}

    def _unminimize(self, data: Node) -> Node:
        return {"unminimizedComment": self._minimized(data, None)}

    def _minimized(self, data: Node, reason: str | None) -> Node:
        found = find(self._call, data["subjectId"])
        if not isinstance(found, Comment):
            raise refuse("NOT_FOUND", "Could not resolve to a Minimizable node.")
        permitted(self._call, found.issue.repository, "issues=write", "write")
        found.minimized_reason = reason
        return issue_nodes.comment(self._world, found)

    def _enqueue(self, data: Node) -> Node:
        pull = find_pull(self._call, data["pullRequestId"], "contents=write")
        if pull.repository.rules_of(pull.base).merge_queue is None:
            raise unprocessable("The base branch does not have a merge queue.")
        if pull.queue_entry:
            raise unprocessable("Pull request is already in the queue")
        merging.check(pull, self._call.actor, data.get("expectedHeadOid"))
        entry = merge_queue.enter(self._world, pull, self._call.actor, bool(data.get("jump")))
        return {"mergeQueueEntry": pull_nodes.queue_entry(self._world, entry, pull)}

    def _dequeue(self, data: Node) -> Node:
        pull = find_pull(self._call, data["id"], "contents=write")
        entry = merge_queue.leave(self._world, pull, self._call.actor, "MANUAL")
        return {"mergeQueueEntry": pull_nodes.queue_entry(self._world, entry, pull)}

    def _enable_auto_merge(self, data: Node) -> Node:
        pull = find_pull(self._call, data["pullRequestId"])
        if data.get("expectedHeadOid") not in (None, pull.head_sha):
            raise Refusal(409, "Head branch was modified. Review and try the merge again.")
        mergeability.compute_mergeable(pull)
        wanted = AutoMerge(
            self._call.actor,
            self._world.clock.now(),
            data["mergeMethod"].lower(),
            data.get("commitHeadline"),
            data.get("commitBody"),
        )
        auto_merge.enable(self._world, pull, wanted)
        return self._pull(pull)

    def _disable_auto_merge(self, data: Node) -> Node:
        pull = find_pull(self._call, data["pullRequestId"])
        if pull.auto_merge is None:
            raise unprocessable("Can't disable auto-merge for this pull request.")
        auto_merge.disable(self._world, pull, self._call.actor, "Disabled by user")
        return self._pull(pull)

    def _resolve(self, data: Node, resolved: bool) -> Node:
        found = find(self._call, data["threadId"])
        if not isinstance(found, ReviewThread):
            raise refuse("NOT_FOUND", "Could not resolve to a PullRequestReviewThread node.")
        permitted(self._call, found.pull.repository, "pull_requests=write", "write")
        reviews.resolve(self._world, found, self._call.actor, resolved)
        return {"thread": review_nodes.thread(self._world, found)}

    def _revert(self, data: Node) -> Node:
        pull = find_pull(self._call, data["pullRequestId"])
        permitted(self._call, pull.repository, "contents=write", "write")
        made = reverting.revert(
            self._world,
            pull,
            self._call.actor,
            title=data.get("title"),
            body=data.get("body"),
            draft=bool(data.get("draft")),
        )
        return {**self._pull(pull), "revertPullRequest": pull_nodes.pull_request(self._world, made)}


def _answered(mutation: Mutation) -> Callable[..., Node]:
    def resolve(_: Any, input: Node) -> Node:  # noqa: A002 - GraphQL's name
        with refusals_told():
            return {"clientMutationId": input.get("clientMutationId"), **mutation(input)}

    return resolve
