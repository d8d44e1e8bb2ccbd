"""A person at GitHub's REST API."""

import base64
from collections.abc import Mapping
from typing import Any, Self

import httpx

BOT = "orchestra[bot]"


class Person:
    """`login` acting on and looking at one repository, in a `with` block.

    Every method raises httpx.HTTPError when refused.
    """

    def __init__(self, github_url: str, repository: str, login: str = "ada") -> None:
        self._client = httpx.Client(
            base_url=f"{github_url}/repos/{repository}",
            headers={"Authorization": f"Bearer ghp_{login}"},
            timeout=10,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def get(self, path: str, **query: str) -> Any:
        """Return the JSON at `path`."""
        return self._client.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        """Return what posting `body` to `path` answers."""
        return self._client.post(path, json=body).raise_for_status().json()

    def open_issue(self, title: str, body: str) -> int:
        """Open an issue; returns its number."""
        return int(self.post("/issues", {"title": title, "body": body})["number"])

    def edit_issue(self, issue: int, body: str) -> None:
        """Replace the issue's text."""
        self._client.patch(f"/issues/{issue}", json={"body": body}).raise_for_status()

    def label(self, issue: int, name: str) -> None:
        """Put a label on."""
        self.post(f"/issues/{issue}/labels", {"labels": [name]})

    def comment(self, issue: int, text: str) -> None:
        """Comment on the issue."""
        self.post(f"/issues/{issue}/comments", {"body": text})

    def issue(self, number: int) -> dict[str, Any]:
        """Return the issue as it is now."""
        found: dict[str, Any] = self.get(f"/issues/{number}")
        return found

    def progress_comment(self, issue: int) -> str | None:
        """Return the bot's first comment, the one it edits; None before there is one."""
        return next(iter(self.comments(issue)), None)

    def comments(self, issue: int) -> list[str]:
        """Return the bot's comments, oldest first."""
        found = self.get(f"/issues/{issue}/comments", per_page="100")
        return [str(one["body"]) for one in found if one["user"]["login"] == BOT]

    def pulls(self) -> list[dict[str, Any]]:
        """All pull requests, oldest first."""
        found = self.get("/pulls", state="all", per_page="100")
        return sorted(found, key=lambda pull: int(pull["number"]))

    def pull(self, number: int) -> dict[str, Any]:
        """Return the pull request as it is now, with `mergeable` and `mergeable_state`."""
        found: dict[str, Any] = self.get(f"/pulls/{number}")
        return found

    def review(self, pull: int, event: str, text: str, *comments: Mapping[str, Any]) -> None:
        """Review: `event` as the REST API has it, `comments` with path, line and body."""
        review = {"event": event, "body": text, "comments": list(comments)}
        self.post(f"/pulls/{pull}/reviews", review)

    def line_comments(self, pull: int) -> list[dict[str, Any]]:
        """Return what was said about lines of a pull request, oldest first."""
        found: list[dict[str, Any]] = self.get(f"/pulls/{pull}/comments", per_page="100")
        return found

    def file(self, path: str, branch: str = "main") -> str:
        """Return a file's text."""
        content = self.get(f"/contents/{path}", ref=branch)["content"]
        return base64.b64decode(content).decode()

    def checks(self, sha: str) -> list[dict[str, Any]]:
        """Everybody's check runs on a commit but the bot's own."""
        runs = self.get(f"/commits/{sha}/check-runs")["check_runs"]
        return [run for run in runs if run["app"]["slug"] != BOT.removesuffix("[bot]")]
