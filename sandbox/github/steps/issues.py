"""Issues, comments and labels."""

from typing import Any

from sandbox.github.operations import comments, issues, pulls, transfers
from sandbox.github.state import App, Comment, Issue
from sandbox.github.state.world import World


class IssueActs(World):
    """What people do to issues, and to what pull requests share with them."""

    def issue(self, full_name: str, number: int) -> Issue:
        """Return the issue or pull request."""
        return issues.find(self, self.repository(full_name), number)

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

    def order_sub_issues(self, full_name: str, number: int, *numbers: int, by: str = "ada") -> None:
        """Make these the issue's sub-issues, in that order."""
        with self.lock:
            found = self.issue(full_name, number)
            before, now, actor = found.sub_issues, self.clock.now(), self.person(by)
            found.sub_issues = [self.issue(full_name, one) for one in numbers]
            found.added += [(now, actor.user, one) for one in found.sub_issues if one not in before]

    def block_issue(self, full_name: str, number: int, *, by: int) -> None:
        """Say that the issue waits for another one."""
        with self.lock:
            self.issue(full_name, number).blocked_by.append(self.issue(full_name, by))

    def delete_issue(self, full_name: str, number: int, *, by: str) -> None:
        """Delete an issue."""
        with self.lock:
            issues.delete(self, self.issue(full_name, number), self.person(by))

    def comment(
        self, full_name: str, number: int, body: str, *, by: str, through: App | None = None
    ) -> Comment:
        """Comment on an issue or pull request, maybe through an App that a person lets do so."""
        with self.lock:
            found, actor = self.issue(full_name, number), self.person(by)
            return comments.create(self, found, actor, body, through=through)

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

    def delete_label(self, full_name: str, name: str, *, by: str) -> None:
        """Delete a label from the repository, and so from its issues."""
        with self.lock:
            issues.delete_label(self, self.repository(full_name), self.person(by), name)

    def close(self, full_name: str, number: int, *, by: str, reason: str | None = None) -> None:
        """Close an issue, or a pull request unmerged."""
        with self.lock:
            found, actor = self.issue(full_name, number), self.person(by)
            if found.pull:
                pulls.set_state(self, found.pull, actor, "closed")
            else:
                issues.set_state(self, found, actor, "closed", reason)

    def reopen(self, full_name: str, number: int, *, by: str) -> None:
        """Reopen an issue or pull request."""
        with self.lock:
            found, actor = self.issue(full_name, number), self.person(by)
            if found.pull:
                pulls.set_state(self, found.pull, actor, "open")
            else:
                issues.set_state(self, found, actor, "open")

    def lock_issue(
        self, full_name: str, number: int, *, by: str, reason: str | None = None
    ) -> None:
        """Lock the conversation: only those with write permission speak on."""
        with self.lock:
            issues.set_lock(self, self.issue(full_name, number), self.person(by), reason, True)

    def unlock_issue(self, full_name: str, number: int, *, by: str) -> None:
        """Unlock the conversation."""
        with self.lock:
            issues.set_lock(self, self.issue(full_name, number), self.person(by), None, False)

    def transfer_issue(self, full_name: str, number: int, to: str, *, by: str) -> Issue:
        """Move an issue to the repository `to`; its old number answers 301."""
        with self.lock:
            found, repository = self.issue(full_name, number), self.repository(to)
            return transfers.transfer_issue(self, found, repository, self.person(by))
