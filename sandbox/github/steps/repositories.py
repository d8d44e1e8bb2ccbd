"""Repositories, their branches and rules."""

from collections.abc import Mapping

from sandbox.github.operations import branches, transfers
from sandbox.github.state import ROLES, BranchRules, Repository
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks


class RepositoryActs(World):
    """What is done to a repository as a whole, and to its branches."""

    def set_permission(self, full_name: str, login: str, role: str) -> None:
        """Give `login` a role: admin, maintain, write, triage, read or none."""
        if role not in ROLES:
            raise ValueError(f"no such role: {role}")
        self.repository(full_name).roles[self.user(login).login] = role

    def rename_repository(self, full_name: str, name: str, by: str = "octocat") -> None:
        """Rename; the old name answers 301 to the new one."""
        with self.lock:
            found = self.repositories.pop(full_name.lower())
            for one in self.installations.values():
                if one.covers(found) and one.repositories is not None:
                    one.repositories.add(name)
            before, found.name = found.name, name
            self.repositories[found.full_name.lower()] = found
            self.moved[full_name.lower()] = found
            changes = {"repository": {"name": {"from": before}}}
            payload = {"action": "renamed", "changes": changes}
            hooks.emit(self, "repository", found, self.user(by), payload)

    def rename_branch(self, full_name: str, branch: str, name: str, *, by: str) -> None:
        """Rename a branch; the old name answers 301 to the new one."""
        with self.lock:
            found = self.repository(full_name)
            branches.rename(self, found, self.person(by), branch, name)

    def archive_repository(self, full_name: str, by: str = "octocat") -> None:
        """Archive: read-only from now on."""
        with self.lock:
            found = self.repository(full_name)
            found.archived = True
            hooks.emit(self, "repository", found, self.user(by), {"action": "archived"})

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

    def force_push(self, full_name: str, branch: str, sha: str, by: str) -> None:
        """Point a branch at any commit, whatever it loses by that."""
        with self.lock:
            branches.move(self, self.repository(full_name), self.person(by), branch, sha)

    def delete_branch(self, full_name: str, branch: str, by: str) -> None:
        """Delete a branch."""
        with self.lock:
            branches.delete(self, self.repository(full_name), self.person(by), branch)

    def unarchive_repository(self, full_name: str, by: str = "octocat") -> None:
        """Bring an archived repository back."""
        with self.lock:
            found = self.repository(full_name)
            found.archived = False
            hooks.emit(self, "repository", found, self.user(by), {"action": "unarchived"})

    def transfer_repository(self, full_name: str, owner: str, by: str = "octocat") -> Repository:
        """Give the repository to another owner; the old name answers 301."""
        with self.lock:
            to = self._account(owner, "Organization")
            return transfers.transfer_repository(
                self, self.repository(full_name), to, self.user(by)
            )

    def delete_repository(self, full_name: str, by: str = "octocat") -> None:
        """Delete: nothing of it is found from now on."""
        with self.lock:
            found = self.repository(full_name)
            hooks.emit(self, "repository", found, self.user(by), {"action": "deleted"})
            del self.repositories[full_name.lower()]

    def change_settings(
        self,
        full_name: str,
        *,
        allow_auto_merge: bool | None = None,
        delete_branch_on_merge: bool | None = None,
        private: bool | None = None,
        free_plan: bool | None = None,
    ) -> None:
        """Switch settings of the repository; None leaves one as it is.

        A private one on the `free_plan` has no rules and no protected branches.
        """
        with self.lock:
            found = self.repository(full_name)
            if allow_auto_merge is not None:
                found.allow_auto_merge = allow_auto_merge
            if delete_branch_on_merge is not None:
                found.delete_branch_on_merge = delete_branch_on_merge
            if private is not None:
                found.private = private
            if free_plan is not None:
                found.free_plan = free_plan

    def set_rules(self, full_name: str, branch: str, rules: BranchRules | None) -> None:
        """Set what the branch demands; None: nothing any more."""
        with self.lock:
            known = self.repository(full_name).rules
            known.pop(branch, None)
            if rules is not None:
                known[branch] = rules
