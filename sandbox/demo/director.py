"""The director behind the curtain, at the sandbox's control routes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass(frozen=True)
class Director:
    """Tells the sandbox what is to happen to one repository; raises httpx.HTTPError if refused."""

    github_url: str
    cursor_url: str
    repository: str
    cursor_key: str = ""

    def agents(self) -> list[dict[str, Any]]:
        """All agents as Cursor's API lists them, oldest first; none without a key."""
        if not self.cursor_key:
            return []
        url, key = f"{self.cursor_url}/v0/agents", (self.cursor_key, "")
        asked = httpx.get(url, params={"limit": "100"}, auth=key, timeout=10, trust_env=False)
        found: list[dict[str, Any]] = asked.raise_for_status().json()["agents"]
        return found[::-1]

    def at_work(self) -> list[dict[str, Any]]:
        """Return the agents that have not ended."""
        return [one for one in self.agents() if one["status"] in ("CREATING", "RUNNING")]

    def behave(
        self,
        *,
        checks: Mapping[str, Any],
        rules: Mapping[str, Any],
        plans: Iterable[Mapping[str, Any]],
    ) -> None:
        """Say how checks, branches and agents are to behave."""
        self._send("PUT", f"{self._place}/checks", checks)
        self._send("PUT", f"{self._place}/rules", rules)
        for plan in plans:
            self._send("POST", f"{self.cursor_url}/_sandbox/plans", plan)

    def commit(self, files: Mapping[str, str], message: str, login: str = "ada") -> None:
        """Push a commit to main."""
        act = {"branch": "main", "files": files, "message": message, "author_login": login}
        self._send("POST", f"{self._place}/acts/commit_files", act)

    def follow_ups(self) -> list[str]:
        """Return what agents that had ended their work were told, oldest first."""
        asked = httpx.get(f"{self.cursor_url}/_sandbox/ledger", timeout=10, trust_env=False)
        return [
            str(one["request"]["prompt"]["text"])
            for one in asked.raise_for_status().json()
            if one["kind"].endswith("/followup") and one["status"] == 200
        ]

    @property
    def _place(self) -> str:
        return f"{self.github_url}/_sandbox/repositories/{self.repository}"

    def _send(self, method: str, url: str, body: Mapping[str, Any]) -> None:
        sent = httpx.request(method, url, json=dict(body), timeout=10, trust_env=False)
        sent.raise_for_status()


def save_records(directory: Path, github_url: str, cursor_url: str) -> None:
    """Write all requests, answers and webhooks so far, as `github-ledger.json` and so on."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, url in (("github", github_url), ("cursor", cursor_url)):
        for kind in ("ledger", "webhooks"):
            answer = httpx.get(f"{url}/_sandbox/{kind}", timeout=30, trust_env=False)
            text = json.dumps(answer.raise_for_status().json(), indent=1)
            (directory / f"{name}-{kind}.json").write_text(text, "utf-8")
