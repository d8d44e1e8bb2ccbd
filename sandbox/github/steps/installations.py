"""The App's installations, and the teams beside them."""

from sandbox.github.state import Installation, Team
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks


class InstallationActs(World):
    """Installing the App and taking it away again."""

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
        """Add repositories to, or remove them from, an installation, on selected ones from then."""
        with self.lock:
            chosen = installation.repositories
            if chosen is None:
                every = self.repositories.values()
                chosen = {one.name for one in every if installation.covers(one)}
            for action, names in (("added", add or []), ("removed", remove or [])):
                if not names:
                    continue
                short = {name.rpartition("/")[2] for name in names}
                chosen = chosen | short if action == "added" else chosen - short
                installation.repositories = chosen
                hooks.emit_repositories(self, installation, action, names, self.user(by))

    def ping(self) -> None:
        """Send the `ping` webhook."""
        hooks.ping(self)

    def team(self, organization: str, slug: str, members: list[str]) -> Team:
        """Make a team of these people, in place of what it was before."""
        with self.lock:
            owner = self._account(organization, "Organization")
            logins = {self.user(login).login.lower() for login in members}
            made = Team(self.new_id(), owner, slug, logins)
            self.teams[organization.lower(), slug.lower()] = made
            return made
