"""The GitHub fake as the place where the Cursor fake's agents push."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox.github import GitHub
from sandbox.github.errors import Refusal

AGENT_LOGIN = "cursor[bot]"


@dataclass(frozen=True)
class OpenedPullRequest:
    """What an agent learns of the pull request it opened."""

    number: int
    html_url: str


@dataclass(frozen=True)
class GitHubHost:
    """Branches, commits and pull requests of a GitHub fake in the same process."""

    github: GitHub

    def branch_head(self, full_name: str, branch: str) -> str | None:
        """Return the branch's commit, None when branch or repository cannot be seen."""
        with self.github.lock:
            try:
                return self.github.repository(full_name).git.head(branch)
            except Refusal:
                return None

    def pull_request_branches(self, full_name: str, number: int) -> tuple[str, str] | None:
        """Head and base of a pull request, None when it cannot be seen."""
        with self.github.lock:
            try:
                pull = self.github.pull(full_name, number)
            except Refusal:
                return None
            return (pull.head, pull.base) if pull.issue.state == "open" else None

    def commit_files(
        self,
        full_name: str,
        branch: str,
        files: Mapping[str, str | None],
        message: str,
        *,
        author_login: str,
        base: str | None = None,
    ) -> str:
        """Commit to `branch`, made from `base` if it does not exist; None deletes a file."""
        return self.github.commit_files(full_name, branch, files, message, author_login, base=base)

    def close_pull_request(self, full_name: str, number: int, *, author_login: str) -> None:
        """Close a pull request without merging it."""
        self.github.close(full_name, number, by=author_login)

    def open_pull_request(
        self,
        full_name: str,
        *,
        head: str,
        base: str,
        title: str,
        body: str,
        author_login: str,
        draft: bool,
    ) -> OpenedPullRequest:
        """Open a pull request."""
        pull = self.github.open_pull_request(
            full_name,
            head=head,
            base=base,
            title=title,
            body=body,
            author_login=author_login,
            draft=draft,
        )
        url = f"https://github.com/{full_name}/pull/{pull.number}"
        return OpenedPullRequest(pull.number, url)
