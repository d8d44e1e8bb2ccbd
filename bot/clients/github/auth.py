"""githubkit's authentication, by the path as it is sent.

githubkit decides between the App's own token and an installation's by the decoded path, parsed as
an address once more: a `#` or `?` in a branch's name is an error there, and a name that holds
slashes may look like another route.
"""

from dataclasses import dataclass, fields
from typing import Any

import httpx
from githubkit import AppAuthStrategy, AppInstallationAuthStrategy
from githubkit.auth.app import AppAuth


class RawPathAuth(AppAuth):
    """Tells routes by their encoded paths."""

    def _get_api_route(self, url: httpx.URL) -> httpx.URL:
        """Return the path below the API's address; what is encoded in it stays so."""
        base = self.github.config.base_url.raw_path.decode("ascii")
        path = url.raw_path.decode("ascii").partition("?")[0].removeprefix(base).lstrip("/")
        return httpx.URL(path="/" + path.replace("%", "%25"))


@dataclass
class AppStrategy(AppAuthStrategy):
    """As the App itself."""

    def get_auth_flow(self, github: Any) -> httpx.Auth:
        """Make the hook that signs each request."""
        return RawPathAuth(**_facts(super().get_auth_flow(github)))

    def installed(self, installation_id: int) -> "InstallationStrategy":
        """Return the way in of one of its installations."""
        return InstallationStrategy(**_facts(self.as_installation(installation_id)))


@dataclass
class InstallationStrategy(AppInstallationAuthStrategy):
    """As one of the App's installations."""

    def get_auth_flow(self, github: Any) -> httpx.Auth:
        """Make the hook that signs each request."""
        return RawPathAuth(**_facts(super().get_auth_flow(github)))


def _facts(one: Any) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one) if field.init}
