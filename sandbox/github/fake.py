"""`GitHub`: the world as tests, the demo and other stand-ins use it from Python."""

from functools import cached_property

from sandbox.github.rest.application import Application
from sandbox.github.steps.checks import CheckActs
from sandbox.github.steps.installations import InstallationActs
from sandbox.github.steps.issues import IssueActs
from sandbox.github.steps.pulls import PullActs
from sandbox.github.steps.repositories import RepositoryActs


class GitHub(InstallationActs, RepositoryActs, IssueActs, PullActs, CheckActs):
    """The world with everything that is done to it."""

    @cached_property
    def asgi(self) -> Application:
        """The API as an ASGI application."""
        return Application(self)
