"""Issues, their comments, labels and reactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clients.errors import NotFound
from bot.clients.github.api import Api
from bot.clients.github.failures import SERVICE
from bot.clients.github.people import login_of
from bot.core.events import IssueEdit
from bot.core.model.identifiers import Login, RepositoryName
from bot.core.model.reference import Reference

_EDITS = """\
query IssueEdits($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    issue(number: $number) {
      createdAt lastEditedAt
      editor { __typename login }
      userContentEdits(first: 100) { nodes { editedAt editor { __typename login } } }
      timelineItems(last: 100, itemTypes: [RENAMED_TITLE_EVENT]) {
        nodes {
          ... on RenamedTitleEvent { createdAt previousTitle actor { __typename login } }
        }
      }
    }
  }
}
"""
MAX_ADDED = 100
_ADDED = """\
query SubIssuesAdded($owner: String!, $repo: String!, $number: Int!) {
  repository(owner: $owner, name: $repo) {
    issue(number: $number) {
      timelineItems(last: 100, itemTypes: [SUB_ISSUE_ADDED_EVENT]) {
        nodes {
          ... on SubIssueAddedEvent {
            createdAt
            actor { __typename login }
            subIssue { number repository { nameWithOwner } }
          }
        }
      }
    }
  }
}
"""
_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number}"
_COMMENT = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
# Our clock and GitHub's may disagree when a comment is looked for "since" a time of ours.
_CLOCK_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Issue:
    """An issue as it now stands. `is_locked`: only collaborators may comment.

    `is_blocked`: GitHub knows of issues that it waits for. `repository` is where it is.
    """

    number: int
    title: str
    body: str
    is_open: bool
    labels: tuple[str, ...]
    updated_at: datetime
    repository: RepositoryName
    is_locked: bool = False
    is_pull_request: bool = False
    is_blocked: bool = False


@dataclass(frozen=True)
class AppIdentity:
    """Who we are on GitHub; `owner` is the account that registered the App."""

    id: int
    slug: str
    owner: Login

    @property
    def login(self) -> Login:
        """The login under which GitHub lists what we do."""
        return Login(f"{self.slug}[bot]")


class IssueRoutes:
    """What Orchestra does with issues."""

    _api: Api
    _identity: Callable[[], AppIdentity]

    def is_us(self, login: str) -> bool:
        """Whether that is our App's own login. GET /app, once per process."""
        return login == self._identity().login

    def issue(self, number: int) -> Issue:
        """Return the issue. GET …/issues/{issue_number}.

        NotFound has the status 410 for a deleted issue, 301 for one transferred to another
        repository; 404 may be either, where we cannot read the other repository.
        """
        found = self._api.call(f"GET {_ISSUE}", issue_number=number)
        self._raise_if_elsewhere(found)
        return _issue(found)

    def sub_issues(self, number: int) -> tuple[Issue, ...]:
        """List the sub-issues in their order, at most 100. GET …/issues/{number}/sub_issues.

        They may be in other repositories of the same owner.
        """
        route = f"GET {_ISSUE}/sub_issues"
        return tuple(_issue(one) for one in self._api.pages(route, params={}, issue_number=number))

    def sub_issues_added(self, number: int) -> tuple[tuple[Reference, IssueEdit], ...]:
        """List by whom and when sub-issues were added, oldest first; the newest MAX_ADDED.

        GraphQL SubIssueAddedEvent.
        """
        variables = {**self._api.path, "number": number}
        found = self._api.graphql("SubIssuesAdded", _ADDED, variables)["repository"]
        issue = found and found["issue"]
        if issue is None:
            raise NotFound(SERVICE, "the issue isn't there")
        return tuple(
            (
                Reference(
                    repository=RepositoryName.parse(one["subIssue"]["repository"]["nameWithOwner"]),
                    number=one["subIssue"]["number"],
                ),
                IssueEdit(by=login_of(one["actor"]), at=datetime.fromisoformat(one["createdAt"])),
            )
            for one in issue["timelineItems"]["nodes"]
            if one and one["subIssue"]
        )

    def blocked_by(self, number: int) -> tuple[Reference, ...]:
        """List the issues that it waits for. GET …/issues/{number}/dependencies/blocked_by."""
        route = f"GET {_ISSUE}/dependencies/blocked_by"
        found = self._api.pages(route, params={}, issue_number=number)
        return tuple(Reference(repository=_repository(one), number=one["number"]) for one in found)

    def _raise_if_elsewhere(self, issue: dict[str, Any]) -> None:
        """GitHub redirects to where an issue, or its whole repository, has moved."""
        shown = issue["repository_url"]
        if shown.lower().endswith("/{owner}/{repo}".format_map(self._api.path).lower()):
            return
        if shown != self._api.call("GET /repos/{owner}/{repo}")["url"]:
            where = "/".join(shown.split("/")[-2:])
            message = f"the issue was transferred to {where}#{issue['number']}"
            raise NotFound(SERVICE, message, status=301)

    def issue_edits(self, number: int) -> tuple[IssueEdit, ...]:
        """List the edits of its text by others than us, with their times.

        Of body and title at most the last 100 each. GraphQL Issue.userContentEdits and
        Issue.lastEditedAt, which know nothing of the title, and RenamedTitleEvent. The first
        version is no edit.
        """
        variables = {**self._api.path, "number": number}
        found = self._api.graphql("IssueEdits", _EDITS, variables)["repository"]
        issue = found and found["issue"]
        if issue is None:
            raise NotFound(SERVICE, "the issue isn't there")
        revisions = [
            (one["editedAt"], one["editor"]) for one in issue["userContentEdits"]["nodes"] if one
        ]
        if issue["lastEditedAt"]:
            revisions.append((issue["lastEditedAt"], issue["editor"]))
        edits = {
            IssueEdit(by=login_of(editor), at=datetime.fromisoformat(at))
            for at, editor in revisions
            if at > issue["createdAt"]
        }
        edits |= {
            IssueEdit(
                by=login_of(one["actor"]),
                at=datetime.fromisoformat(one["createdAt"]),
                title_before=one["previousTitle"],
            )
            for one in issue["timelineItems"]["nodes"]
            if one
        }
        return tuple(edit for edit in edits if not self.is_us(edit.by))

    def set_issue_body(self, number: int, body: str) -> None:
        """Replace the whole body. PATCH …/issues/{issue_number}."""
        self._change_issue(number, {"body": body})

    def close_issue(self, number: int) -> None:
        """Close as completed. PATCH …/issues/{issue_number}."""
        self._change_issue(number, {"state": "closed", "state_reason": "completed"})

    def reopen_issue(self, number: int) -> None:
        """Open it again. PATCH …/issues/{issue_number}."""
        self._change_issue(number, {"state": "open", "state_reason": "reopened"})

    def _change_issue(self, number: int, change: dict[str, str]) -> None:
        self._api.call(f"PATCH {_ISSUE}", issue_number=number, json=change)

    def add_label(self, number: int, label: str) -> tuple[str, ...]:
        """Add one label, made if missing; all there are now. POST …/issues/{number}/labels."""
        route = f"POST {_ISSUE}/labels"
        return _names(self._api.call(route, issue_number=number, json={"labels": [label]}))

    def remove_label(self, number: int, label: str) -> None:
        """Take it off, if it is there. DELETE …/issues/{issue_number}/labels/{name}."""
        route = f"DELETE {_ISSUE}/labels/{{name}}"
        self._api.answer(route, accept=(404,), issue_number=number, name=label)

    def create_comment(self, number: int, body: str) -> int:
        """Create a comment and return its id. POST …/issues/{issue_number}/comments."""
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
        """Add a reaction; returns its id, new or not. POST …/comments/{comment_id}/reactions."""
        route = f"POST {_COMMENT}/reactions"
        made = self._api.call(route, comment_id=comment_id, json={"content": content})
        reaction_id: int = made["id"]
        return reaction_id

    def remove_reaction(self, comment_id: int, reaction_id: int) -> None:
        """Take it away, if it is there. DELETE …/comments/{comment_id}/reactions/{reaction_id}."""
        route = f"DELETE {_COMMENT}/reactions/{{reaction_id}}"
        self._api.answer(route, accept=(404,), comment_id=comment_id, reaction_id=reaction_id)


def _issue(found: dict[str, Any]) -> Issue:
    # An Enterprise Server may not know of issues that wait for others.
    waits = found.get("issue_dependencies_summary") or {}
    return Issue(
        number=found["number"],
        title=found["title"],
        body=found["body"] or "",
        is_open=found["state"] == "open",
        labels=_names(found["labels"]),
        updated_at=datetime.fromisoformat(found["updated_at"]),
        repository=_repository(found),
        is_locked=found["locked"],
        is_pull_request=bool(found.get("pull_request")),
        is_blocked=bool(waits.get("total_blocked_by")),
    )


def _repository(found: dict[str, Any]) -> RepositoryName:
    owner, name = found["repository_url"].split("/")[-2:]
    return RepositoryName(owner, name)


def _names(labels: list[dict[str, Any]]) -> tuple[str, ...]:
    return tuple(label["name"] for label in labels)
