"""A pull request's life: opened, brought up to date, reviewed, merged, closed, reverted."""

import re
from dataclasses import dataclass

from bot.clients.github import auto_merge, branches, merging, reviews, snapshot
from bot.clients.github.api import Api
from bot.clients.github.auto_merge import AutoMergeAnswer
from bot.clients.github.merging import MergeAnswer, MergeRoutes
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import PullRequestSnapshot, ReviewText

_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_MARK_READY = """\
mutation MarkReady($id: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
}
"""
_REVERT = """\
mutation Revert($id: ID!, $title: String!, $body: String!) {
  revertPullRequest(input: {pullRequestId: $id, title: $title, body: $body}) {
    revertPullRequest { number }
  }
}
"""
_UP_TO_DATE = re.compile(r"no new commits on the base|already up.to.date", re.I)
_CONFLICT = re.compile(r"\bconflict", re.I)


@dataclass(frozen=True)
class UpdateStarted:
    """GitHub merges the base into the branch in the background, or the branch has it all."""


@dataclass(frozen=True)
class UpdateRefused:
    """The branch stays as it is, and why. `conflict`: the two do not merge by themselves."""

    reason: str
    head_moved: bool = False
    conflict: bool = False


UpdateAnswer = UpdateStarted | UpdateRefused


class PullRequestRoutes:
    """What Orchestra does with pull requests."""

    _api: Api
    _routes: MergeRoutes

    def pull_request(self, number: int) -> PullRequestSnapshot:
        """Return the pull request and its checks, our own App's too. GraphQL pullRequest."""
        return snapshot.pull_request_snapshot(self._api, number)

    def base_of(self, number: int) -> str:
        """Return the branch that it goes, or was merged, into. GET …/pulls/{pull_number}."""
        base: str = self._api.call(f"GET {_PULL}", pull_number=number)["base"]["ref"]
        return base

    def pull_request_for_branch(self, branch: str) -> int | None:
        """Return the open one, else the newest. GET /repos/{owner}/{repo}/pulls?head=."""
        return branches.pull_request_for_branch(self._api, branch)

    def open_one_for_branch(self, branch: str, base: str) -> int | None:
        """Find one open from `branch` into `base`. GET /repos/{owner}/{repo}/pulls?head=&base=."""
        return branches.open_one_for_branch(self._api, branch, base)

    def open_ones_needing(self, branch: str) -> tuple[int, ...]:
        """Those whose head or base it is. GET /repos/{owner}/{repo}/pulls?base=, ?head=."""
        return branches.open_ones_needing(self._api, branch)

    def open_pull_request(
        self, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> int:
        """Its number, also when it was there already. POST /repos/{owner}/{repo}/pulls."""
        wanted = {
            "head": head,
            "base": base,
            "title": title,
            "body": body,
            "draft": draft,
        }
        return branches.open_pull_request(self._api, wanted)

    def set_pull_request_body(self, number: int, body: str) -> None:
        """Replace the whole body. PATCH …/pulls/{pull_number}."""
        self._api.call(f"PATCH {_PULL}", pull_number=number, json={"body": body})

    def close_pull_request(self, number: int) -> None:
        """Close it unmerged. PATCH …/pulls/{pull_number}."""
        self._api.call(f"PATCH {_PULL}", pull_number=number, json={"state": "closed"})

    def mark_ready(self, node_id: str) -> None:
        """Take it out of draft, which REST cannot. GraphQL markPullRequestReadyForReview."""
        self._api.graphql("MarkReady", _MARK_READY, {"id": node_id})

    def update_branch(self, number: int, head: CommitSha) -> UpdateAnswer:
        """Merge the base into the branch while `head` is its head. PUT …/update-branch."""
        answer = self._api.answer(
            f"PUT {_PULL}/update-branch",
            pull_number=number,
            json={"expected_head_sha": head},
            accept=(403, 409, 422),
        )
        if answer.status < 400:
            return UpdateStarted()
        reason = answer.message
        if _UP_TO_DATE.search(reason):
            return UpdateStarted()
        moved = merging.head_has_moved(reason)
        return UpdateRefused(reason, head_moved=moved, conflict=bool(_CONFLICT.search(reason)))

    def request_review(self, number: int, login: str) -> None:
        """Ask somebody to review, again too. POST …/pulls/{pull_number}/requested_reviewers.

        Raises PermanentError for somebody who cannot be asked.
        """
        route = f"POST {_PULL}/requested_reviewers"
        self._api.call(route, pull_number=number, json={"reviewers": [login]})

    def review_texts(self, number: int) -> tuple[ReviewText, ...]:
        """Return what writers who request changes ask for. GraphQL latestOpinionatedReviews."""
        return reviews.review_texts(self._api, number)

    def reply_to_thread(self, number: int, comment_id: int, body: str) -> int:
        """Reply, and return the reply's id; `comment_id` is the thread's first comment's.

        POST …/pulls/{pull_number}/comments/{comment_id}/replies.
        """
        route = f"POST {_PULL}/comments/{{comment_id}}/replies"
        made = self._api.call(route, pull_number=number, comment_id=comment_id, json={"body": body})
        reply_id: int = made["id"]
        return reply_id

    def revert_pull_request(self, node_id: str, title: str, body: str) -> int:
        """Open a pull request that undoes it; returns its number. GraphQL revertPullRequest."""
        variables = {"id": node_id, "title": title, "body": body}
        made = self._api.graphql("Revert", _REVERT, variables)["revertPullRequest"]
        number: int = made["revertPullRequest"]["number"]
        return number

    def merge(
        self,
        number: int,
        *,
        head: CommitSha,
        method: str,
        title: str,
        message: str,
        directly: bool = False,
    ) -> MergeAnswer:
        """Merge while `head` is the head, by the merge queue where the base has one.

        PUT …/merge-async, where missing, or `directly`, PUT …/merge.
        """
        request = {
            "sha": head,
            "merge_method": method,
            "commit_title": title,
            "commit_message": message,
        }
        return merging.merge(self._api, self._routes, number, request, directly=directly)

    def merge_result(self, number: int, uuid: str) -> MergeAnswer:
        """How the merge under `uuid` stands. GET …/merge-async/{uuid}."""
        return merging.merge_result(self._api, number, uuid)

    def dequeue(self, node_id: str) -> None:
        """Take it out of the merge queue, if it is there. GraphQL dequeuePullRequest."""
        auto_merge.dequeue(self._api, node_id)

    def enable_auto_merge(
        self, node_id: str, *, head: CommitSha, method: str, title: str, message: str
    ) -> AutoMergeAnswer:
        """Have GitHub merge `head` once its rules are met. GraphQL enablePullRequestAutoMerge."""
        return auto_merge.enable_auto_merge(
            self._api, node_id, head=head, method=method, title=title, message=message
        )

    def disable_auto_merge(self, node_id: str) -> None:
        """Call that off, if it is on. GraphQL disablePullRequestAutoMerge."""
        auto_merge.disable_auto_merge(self._api, node_id)
