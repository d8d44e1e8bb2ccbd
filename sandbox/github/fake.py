"""`GitHub`: the fake as tests, the demo and other fakes use it from Python."""

from functools import cached_property

from sandbox.github.application import Application
from sandbox.github.operations import mergeability, unattended
from sandbox.github.state import PullRequest
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

    def tick(self) -> None:
        """Do what is due, then work out what pull requests are mergeable and what GitHub merges."""
        with self.lock:
            self.do_what_is_due()
            for repository in list(self.repositories.values()):
                for pull in repository.pulls:
                    mergeability.compute_mergeable(pull)
                unattended.advance(self, repository)

    def mergeable_state(self, pull: PullRequest) -> str:
        """Return the REST API's word for how `pull` stands."""
        return mergeability.mergeable_state(pull)
