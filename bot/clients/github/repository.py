"""What Orchestra does in one repository. Routes are named as GitHub's REST reference names them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NotRequired, TypedDict

from bot.clients.errors import NotFound
from bot.clients.github import branches, merging, rules, snapshot
from bot.clients.github.api import Api
from bot.clients.github.merging import MergeAnswer, MergeRoutes
from bot.clients.github.rules import RepositoryAbout
from bot.core.identifiers import CommitSha, Login
from bot.core.snapshots import BranchRules, PullRequestSnapshot

_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"
_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
_CHECK_RUNS = "/repos/{owner}/{repo}/check-runs"
_PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
_MARK_READY = """\
mutation MarkReady($id: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
}
"""
# Our clock and GitHub's may disagree when a comment is looked for "since" a time of ours.
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Issue:
    """An issue as it now stands."""

    title: str
    body: str
    is_open: bool
    labels: tuple[str, ...]


@dataclass(frozen=True)
class AppIdentity:
    """Who we are on GitHub; `owner` is the account that registered the App."""

    id: int
    slug: str
    owner: Login


class CheckAction(TypedDict):
    """A button on a completed check run: at most 20, 40 and 20 characters."""

    label: str
    description: str
    identifier: str


class CheckOutput(TypedDict):
    """What a check run shows. A `conclusion` belongs to `completed` alone; at most 3 actions."""

    name: str
    status: Literal["queued", "in_progress", "completed"]
    conclusion: str | None
    title: str
    summary: str
    actions: NotRequired[list[CheckAction]]


class RepositoryClient:
    """One repository through one installation; cheap to make, safe to share between threads.

    Every method raises a ClientError: RateLimited, TransientError (its `answer_lost` true when a
    write may have been carried out), NotFound, Unauthorized, or PermanentError.
    """

    def __init__(self, api: Api, routes: MergeRoutes, identity: Callable[[], AppIdentity]) -> None:
        self._api = api
        self._routes = routes
        self._identity = identity

    def is_us(self, login: str) -> bool:
        """Whether that is our App's own login. GET /app, once per process."""
        return login == f"{self._identity().slug}[bot]"

    def permission_of(self, login: str) -> str:
        """admin, write, read or none. GET …/collaborators/{username}/permission."""
        route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission"
        try:
            word: str = self._api.call(route, username=login)["permission"]
        except NotFound:
            return "none"
        return word

    def about(self) -> RepositoryAbout:
        """The repository's settings. GET /repos/{owner}/{repo}."""
        return rules.about(self._api)

    def issue(self, number: int) -> Issue:
        """The issue. GET …/issues/{issue_number}."""
        found = self._api.call(f"GET {_ISSUE}", issue_number=number)
        return Issue(
            title=found["title"],
            body=found["body"] or "",
            is_open=found["state"] == "open",
            labels=tuple(label["name"] for label in found["labels"]),
        )

    def set_issue_body(self, number: int, body: str) -> None:
        """Replace the whole body. PATCH …/issues/{issue_number}."""
        self._api.call(f"PATCH {_ISSUE}", issue_number=number, json={"body": body})

    def close_issue(self, number: int) -> None:
        """Close as completed. PATCH …/issues/{issue_number}."""
        done = {"state": "closed", "state_reason": "completed"}
        self._api.call(f"PATCH {_ISSUE}", issue_number=number, json=done)

    def add_label(self, number: int, label: str) -> None:
        """Add one label, made if missing. POST …/issues/{issue_number}/labels."""
        self._api.call(f"POST {_ISSUE}/labels", issue_number=number, json={"labels": [label]})

    def create_comment(self, number: int, body: str) -> int:
        """The new comment's id. POST …/issues/{issue_number}/comments."""
        made = self._api.call(f"POST {_ISSUE}/comments", issue_number=number, json={"body": body})
        comment_id: int = made["id"]
        return comment_id

    def update_comment(self, comment_id: int, body: str) -> None:
        """Replace a comment's text; NotFound when deleted. PATCH …/issues/comments/{comment_id}."""
        self._api.call(f"PATCH {_COMMENT}", comment_id=comment_id, json={"body": body})

    def find_comment(self, number: int, marker: str, since: datetime) -> int | None:
        """Our App's first comment with `marker` since then. GET …/issues/{issue_number}/comments.

        `since` is by our clock; GitHub compares it with the comment's last change.
        """
        start = (since - _CLOCK_SKEW).strftime("%Y-%m-%dT%H:%M:%SZ")
        route = f"GET {_ISSUE}/comments"
        us = self._identity()
        for comment in self._api.pages(route, params={"since": start}, issue_number=number):
            app = comment.get("performed_via_github_app") or {}
            login = (comment.get("user") or {}).get("login")
            if marker in (comment["body"] or "") and (
                app.get("id") == us.id or self.is_us(login or "")
            ):
                comment_id: int = comment["id"]
                return comment_id
        return None

    def add_reaction(self, comment_id: int, content: str) -> int:
        """The reaction's id, also when it was there. POST …/comments/{comment_id}/reactions."""
        route = f"POST {_COMMENT}/reactions"
        made = self._api.call(route, comment_id=comment_id, json={"content": content})
        reaction_id: int = made["id"]
        return reaction_id

    def remove_reaction(self, comment_id: int, reaction_id: int) -> None:
        """Take it away, if it is there. DELETE …/comments/{comment_id}/reactions/{reaction_id}."""
        route = f"DELETE {_COMMENT}/reactions/{{reaction_id}}"
        self._api.answer(route, accept=(404,), comment_id=comment_id, reaction_id=reaction_id)

    def branch_rules(self, branch: str) -> BranchRules:
        """What a merge into it takes.

        GET …/rules/branches/{branch}, GET …/branches/{branch} and GET /repos/{owner}/{repo}.
        """
        return rules.branch_rules(self._api, branch)

    def branch_has_checks(self, branch: str) -> bool:
        """Whether its head carries any check run or status. GraphQL Commit.statusCheckRollup."""
        return snapshot.branch_has_checks(self._api, branch)

    def branch_exists(self, branch: str) -> bool:
        """Whether there is a branch of exactly that name. GET …/git/ref/{ref}."""
        return branches.head_of(self._api, branch) is not None

    def create_branch(self, branch: str, source: str) -> None:
        """Make it at a SHA or another branch's head. POST …/git/refs.

        Existing at that commit is fine; at another: PermanentError.
        """
        branches.create_branch(self._api, branch, source)

    def delete_branch(self, branch: str) -> None:
        """Delete it, if it is there. DELETE …/git/refs/{ref}."""
        branches.delete_branch(self._api, branch)

    def commits_ahead(self, base: str, branch: str) -> int | None:
        """How many commits `base` lacks; None without `branch`. GET …/compare/{basehead}."""
        return branches.commits_ahead(self._api, base, branch)

    def pull_request(self, number: int) -> PullRequestSnapshot:
        """The pull request with its checks, those of our own App too. GraphQL pullRequest."""
        return snapshot.pull_request_snapshot(self._api, number)

    def pull_request_for_branch(self, branch: str) -> int | None:
        """The open one, else the newest. GET /repos/{owner}/{repo}/pulls?head=."""
        return branches.pull_request_for_branch(self._api, branch)

    def open_pull_request(
        self, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> int:
        """Its number, also when it was there already. POST /repos/{owner}/{repo}/pulls."""
        wanted = {"head": head, "base": base, "title": title, "body": body, "draft": draft}
        return branches.open_pull_request(self._api, wanted)

    def set_pull_request_body(self, number: int, body: str) -> None:
        """Replace the whole body. PATCH …/pulls/{pull_number}."""
        self._api.call(f"PATCH {_PULL}", pull_number=number, json={"body": body})

    def mark_ready(self, node_id: str) -> None:
        """Take it out of draft, which REST cannot. GraphQL markPullRequestReadyForReview."""
        self._api.graphql("MarkReady", _MARK_READY, {"id": node_id})

    def merge(
        self, number: int, *, head: CommitSha, method: str, title: str, message: str
    ) -> MergeAnswer:
        """Merge while `head` is the head. PUT …/merge-async, where missing PUT …/merge."""
        request = {
            "sha": head,
            "merge_method": method,
            "commit_title": title,
            "commit_message": message,
        }
        return merging.merge(self._api, self._routes, number, request)

    def merge_result(self, number: int, uuid: str) -> MergeAnswer:
        """How the merge under `uuid` stands. GET …/merge-async/{uuid}."""
        return merging.merge_result(self._api, number, uuid)

    def create_check(self, sha: CommitSha, content: CheckOutput) -> int:
        """The new check run's id. POST /repos/{owner}/{repo}/check-runs."""
        json = {"head_sha": sha, **_check_body(content)}
        check_run_id: int = self._api.call(f"POST {_CHECK_RUNS}", json=json)["id"]
        return check_run_id

    def update_check(self, check_run_id: int, content: CheckOutput) -> None:
        """Show something else. PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}."""
        route = f"PATCH {_CHECK_RUNS}/{{check_run_id}}"
        self._api.call(route, check_run_id=check_run_id, json=_check_body(content))


def _check_body(content: CheckOutput) -> dict[str, object]:
    body: dict[str, object] = {
        "name": content["name"],
        "status": content["status"],
        "output": {"title": content["title"], "summary": content["summary"]},
        "actions": content.get("actions", []),
    }
    if content["conclusion"] is not None:
        body["conclusion"] = content["conclusion"]
    return body
