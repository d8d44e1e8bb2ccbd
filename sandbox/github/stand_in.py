"""`GitHub`: the world as tests, the demo and other stand-ins use it from Python."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from sandbox.github import branches, checks, comments, hooks, issues, merging, pulls, reviews
from sandbox.github.model import (
    ROLES,
    CheckRun,
    Comment,
    Installation,
    Issue,
    PullRequest,
    Review,
    Status,
)
from sandbox.github.routes.application import Application
from sandbox.github.world import World


class GitHub(World):
    """What people, and machines other than the App, do to the world.

    Each act is the very function behind the REST route of the same purpose; it raises
    `errors.Refusal` where the API would refuse.
    """

    @cached_property
    def asgi(self) -> Application:
        """The API as an ASGI application."""
        return Application(self)

    def install(
        self, account: str, repositories: list[str] | None = None, by: str = "octocat"
    ) -> Installation:
        """Install the App on all, or the named, repositories of `account`."""
        with self.lock:
            owner = self._account(account, "Organization")
            made = Installation(self.new_id(), self.app, owner, self.clock.now())
            if repositories is not None:
                made.repositories = {name.rpartition("/")[2] for name in repositories}
            self.installations[made.id] = made
            hooks.emit_installation(self, made, "created", self.user(by))
            return made

    def suspend(self, installation: Installation, by: str = "octocat") -> None:
        """Suspend the installation: its tokens are refused, webhooks stop."""
        with self.lock:
            installation.suspended_at = self.clock.now()
            installation.suspended_by = self.user(by)
            hooks.emit_installation(self, installation, "suspend", self.user(by))

    def unsuspend(self, installation: Installation, by: str = "octocat") -> None:
        """Bring a suspended installation back."""
        with self.lock:
            installation.suspended_at = installation.suspended_by = None
            hooks.emit_installation(self, installation, "unsuspend", self.user(by))

    def uninstall(self, installation: Installation, by: str = "octocat") -> None:
        """Remove the installation; its tokens are worthless from now on."""
        with self.lock:
            hooks.emit_installation(self, installation, "deleted", self.user(by))
            installation.deleted = True

    def change_repositories(
        self,
        installation: Installation,
        *,
        add: list[str] | None = None,
        remove: list[str] | None = None,
        by: str = "octocat",
    ) -> None:
        """Add repositories to, or remove them from, an installation on selected ones."""
        with self.lock:
            chosen = installation.repositories or set()
            for action, names in (("added", add or []), ("removed", remove or [])):
                if not names:
                    continue
                short = {name.rpartition("/")[2] for name in names}
                chosen = chosen | short if action == "added" else chosen - short
                installation.repositories = chosen
                hooks.emit_repositories(self, installation, action, names, self.user(by))

    def set_permission(self, full_name: str, login: str, role: str) -> None:
        """Give `login` a role: admin, maintain, write, triage, read or none."""
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        self.repository(full_name).roles[self.user(login).login] = role

    def rename_repository(self, full_name: str, name: str, by: str = "octocat") -> None:
        """Rename; the old name answers 301 to the new one."""
        with self.lock:
            found = self.repositories.pop(full_name.lower())
            before, found.name = found.name, name
            self.repositories[found.full_name.lower()] = found
            self.moved[full_name.lower()] = found
            changes = {"repository": {"name": {"from": before}}}
            payload = {"action": "renamed", "changes": changes}
            hooks.emit(self, "repository", found, self.user(by), payload)

    def archive_repository(self, full_name: str, by: str = "octocat") -> None:
        """Archive: read-only from now on."""
        with self.lock:
            found = self.repository(full_name)
            found.archived = True
            hooks.emit(self, "repository", found, self.user(by), {"action": "archived"})

    def ping(self) -> None:
        """Send the `ping` webhook."""
        hooks.ping(self)

    def commit_files(
        self,
        full_name: str,
        branch: str,
        files: Mapping[str, str | None],
        message: str,
        author_login: str,
        *,
        base: str | None = None,
    ) -> str:
        """Commit to `branch` (made from `base` if missing) and return the SHA.

        A text of None removes the file. Fires `create`, `push`, `pull_request.synchronize`.
        """
        with self.lock:
            repository, actor = self.repository(full_name), self.person(author_login)
            return branches.commit_files(
                self, repository, actor, branch, files, message=message, base_ref=base
            )

    def delete_branch(self, full_name: str, branch: str, by: str) -> None:
        """Delete a branch."""
        with self.lock:
            branches.delete(self, self.repository(full_name), self.person(by), branch)

    def open_pull_request(
        self,
        full_name: str,
        *,
        head: str,
        base: str,
        title: str,
        body: str | None,
        author_login: str,
        draft: bool = False,
    ) -> PullRequest:
        """Open a pull request from a branch of the same repository."""
        with self.lock:
            return pulls.create(
                self,
                self.repository(full_name),
                self.person(author_login),
                head=head,
                base=base,
                title=title,
                body=body,
                draft=draft,
            )

    def pull(self, full_name: str, number: int) -> PullRequest:
        """The pull request."""
        return pulls.find(self.repository(full_name), number)

    def issue(self, full_name: str, number: int) -> Issue:
        """The issue or pull request."""
        return issues.find(self.repository(full_name), number)

    def open_issue(
        self,
        full_name: str,
        title: str,
        body: str | None = None,
        *,
        by: str,
        labels: list[str] | None = None,
    ) -> Issue:
        """Open an issue."""
        with self.lock:
            repository = self.repository(full_name)
            return issues.create(self, repository, self.person(by), title, body, labels=labels)

    def edit_issue(self, full_name: str, number: int, *, by: str, **changes: Any) -> None:
        """Change title, body, labels, state or state_reason."""
        with self.lock:
            issues.edit(self, self.issue(full_name, number), self.person(by), changes)

    def delete_issue(self, full_name: str, number: int, *, by: str) -> None:
        """Delete an issue."""
        with self.lock:
            issues.delete(self, self.issue(full_name, number), self.person(by))

    def comment(self, full_name: str, number: int, body: str, *, by: str) -> Comment:
        """Comment on an issue or pull request."""
        with self.lock:
            return comments.create(self, self.issue(full_name, number), self.person(by), body)

    def edit_comment(self, comment: Comment, body: str, *, by: str) -> None:
        """Replace a comment's text."""
        with self.lock:
            comments.edit(self, comment, self.person(by), body)

    def delete_comment(self, comment: Comment, *, by: str) -> None:
        """Delete a comment."""
        with self.lock:
            comments.delete(self, comment, self.person(by))

    def label(self, full_name: str, number: int, *names: str, by: str) -> None:
        """Put labels on."""
        with self.lock:
            issues.add_labels(self, self.issue(full_name, number), self.person(by), list(names))

    def unlabel(self, full_name: str, number: int, name: str, *, by: str) -> None:
        """Take a label off."""
        with self.lock:
            issues.remove_label(self, self.issue(full_name, number), self.person(by), name)

    def close(self, full_name: str, number: int, *, by: str, reason: str | None = None) -> None:
        """Close an issue, or a pull request unmerged."""
        with self.lock:
            found = self.issue(full_name, number)
            issues.set_state(self, found, self.person(by), "closed", reason)

    def reopen(self, full_name: str, number: int, *, by: str) -> None:
        """Reopen an issue or pull request."""
        with self.lock:
            found, actor = self.issue(full_name, number), self.person(by)
            if found.pull:
                pulls.set_state(self, found.pull, actor, "open")
            else:
                issues.set_state(self, found, actor, "open")

    def ready_for_review(self, full_name: str, number: int, *, by: str) -> None:
        """Take a pull request out of draft."""
        with self.lock:
            pulls.set_draft(self, self.pull(full_name, number), self.person(by), False)

    def merge_pull_request(
        self, full_name: str, number: int, *, by: str, method: str = "merge"
    ) -> str:
        """Merge and return the base branch's new SHA."""
        with self.lock:
            pull = self.pull(full_name, number)
            return merging.merge(self, pull, self.person(by), method=method)

    def review(self, full_name: str, number: int, event: str, body: str = "", *, by: str) -> Review:
        """Review: event APPROVE, REQUEST_CHANGES or COMMENT."""
        with self.lock:
            pull, actor = self.pull(full_name, number), self.person(by)
            return reviews.submit(self, pull, actor, event, body=body)

    def set_check_run(self, full_name: str, sha: str, name: str, **data: Any) -> CheckRun:
        """Create, or update, the CI's check run `name` on `sha` with a REST body's fields."""
        with self.lock:
            repository = self.repository(full_name)
            runs = checks.latest_runs(repository, sha)
            for run in runs:
                if run.name == name and run.app is self.ci_app:
                    checks.update(self, repository, run, data)
                    return run
            whole = {"name": name, "head_sha": sha, **data}
            return checks.create(self, repository, self.ci_app, whole)

    def set_status(self, full_name: str, sha: str, context: str, state: str) -> Status:
        """Add a commit status by the CI."""
        with self.lock:
            data = {"context": context, "state": state}
            repository = self.repository(full_name)
            return checks.set_status(self, repository, sha, self.ci_app.bot, data)

    def press_button(
        self, full_name: str, check_run_id: int, identifier: str | None, *, by: str
    ) -> None:
        """Press a check run's action button; None is Re-run."""
        with self.lock:
            repository = self.repository(full_name)
            run = checks.find(repository, check_run_id)
            checks.press(self, repository, run, self.user(by), identifier)
