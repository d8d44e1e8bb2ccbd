"""A person at GitHub's REST API, and the director at the sandbox's control routes."""

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

from sandbox.demo.scenarios import Scenario

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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(self, path: str, **query: str) -> Any:
        """The JSON at `path`."""
        return self._client.get(path, params=query).raise_for_status().json()

    def post(self, path: str, body: Any) -> Any:
        """What posting `body` to `path` answers."""
        return self._client.post(path, json=body).raise_for_status().json()

    def open_issue(self, title: str, body: str) -> int:
        """Open an issue; returns its number."""
        return int(self.post("/issues", {"title": title, "body": body})["number"])

    def label(self, issue: int, name: str) -> None:
        """Put a label on."""
        self.post(f"/issues/{issue}/labels", {"labels": [name]})

    def comment(self, issue: int, text: str) -> None:
        """Comment on the issue."""
        self.post(f"/issues/{issue}/comments", {"body": text})

    def issue(self, number: int) -> dict[str, Any]:
        """The issue as it is now."""
        found: dict[str, Any] = self.get(f"/issues/{number}")
        return found

    def progress_comment(self, issue: int) -> str | None:
        """The bot's first comment, the one it edits; None before there is one."""
        comments = self.get(f"/issues/{issue}/comments", per_page="100")
        texts = [str(one["body"]) for one in comments if one["user"]["login"] == BOT]
        return next(iter(texts), None)

    def pulls(self) -> list[dict[str, Any]]:
        """All pull requests, oldest first."""
        found = self.get("/pulls", state="all", per_page="100")
        return sorted(found, key=lambda pull: int(pull["number"]))

    def checks(self, sha: str) -> list[dict[str, Any]]:
        """Everybody's check runs on a commit but the bot's own."""
        runs = self.get(f"/commits/{sha}/check-runs")["check_runs"]
        return [run for run in runs if run["app"]["slug"] != BOT.removesuffix("[bot]")]


def direct(scenario: Scenario, github_url: str, cursor_url: str, repository: str) -> None:
    """Tell the sandbox how checks and agents are to behave."""
    with httpx.Client(timeout=10, trust_env=False) as client:
        place = f"{github_url}/_sandbox/repositories/{repository}"
        client.put(f"{place}/checks", json=dict(scenario.checks)).raise_for_status()
        client.put(f"{place}/rules", json=dict(scenario.rules)).raise_for_status()
        for plan in scenario.plans:
            client.post(f"{cursor_url}/_sandbox/plans", json=dict(plan)).raise_for_status()


def save_records(directory: Path, github_url: str, cursor_url: str) -> None:
    """Write all requests, answers and webhooks so far, as `github-ledger.json` and so on."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, url in (("github", github_url), ("cursor", cursor_url)):
        for kind in ("ledger", "webhooks"):
            answer = httpx.get(f"{url}/_sandbox/{kind}", timeout=30, trust_env=False)
            text = json.dumps(answer.raise_for_status().json(), indent=1)
            (directory / f"{name}-{kind}.json").write_text(text, "utf-8")
