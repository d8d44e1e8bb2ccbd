"""`GitHub`: the world as tests, the demo and other stand-ins use it from Python."""

from functools import cached_property

from sandbox.github.acts.checks import CheckActs
from sandbox.github.acts.installations import InstallationActs
from sandbox.github.acts.issues import IssueActs
from sandbox.github.acts.pulls import PullActs
from sandbox.github.acts.repositories import RepositoryActs
from sandbox.github.routes.application import Application


class GitHub(InstallationActs, RepositoryActs, IssueActs, PullActs, CheckActs):
    """The world with everything that is done to it."""

    @cached_property
    def asgi(self) -> Application:
        """The API as an ASGI application."""
        return Application(self)
