"""What Orchestra does in one repository. Routes are named as GitHub's REST reference names them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.clients.errors import NotFound
from bot.clients.github import (
    branches,
    contents,
    evidence,
    pushes,
    reviews,
    rules,
    snapshot,
    workflows,
)
from bot.clients.github.api import Api
from bot.clients.github.checks import CheckAction, CheckOutput, CheckRoutes
from bot.clients.github.contents import FileAnswer
from bot.clients.github.issues import AppIdentity, Issue, IssueRoutes
from bot.clients.github.merging import MergeRoutes
from bot.clients.github.pulls import PullRequestRoutes
from bot.clients.github.pushes import Pushed
from bot.clients.github.rules import RepositoryAbout
from bot.clients.github.workflows import BranchWorkflows
from bot.core.model.identifiers import CommitSha, RepositoryName
from bot.core.model.observations import BaseBranch, BranchRules, ExpectedCheck, NamingRules

__all__ = ["AppIdentity", "CheckAction", "CheckOutput", "Issue", "RepositoryClient"]

_ROLES = frozenset({"admin", "maintain", "write", "triage", "read", "none"})


class RepositoryClient(IssueRoutes, PullRequestRoutes, CheckRoutes):
    """One repository through one installation; cheap to make, safe to share between threads.

    Every method raises a ClientError: RateLimited, TransientError (its `answer_lost` true when a
    write may have been carried out), NotFound, Unauthorized, or PermanentError.
    """

    def __init__(self, api: Api, routes: MergeRoutes, identity: Callable[[], AppIdentity]) -> None:
        self._api = api
        self._routes = routes
        self._identity = identity

    def beside(self, repository: RepositoryName) -> "RepositoryClient":
        """Return another repository, reached through the same installation as far as it goes."""
        api = self._api.within(owner=repository.owner, repo=repository.name)
        return RepositoryClient(api, self._routes, self._identity)

    def permission_of(self, login: str) -> str:
        """admin, maintain, write, triage, read or none; of a role made by an owner what it is like.

        Raises NotFound for an account that there is not. GET …/collaborators/{username}/permission.
        """
        route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission"
        found = self._api.call(route, username=login)
        role: str = found.get("role_name") or ""
        coarse: str = found["permission"]
        return role if role in _ROLES else coarse

    def is_team_member(self, team: str, login: str) -> bool:
        """Whether somebody is in `org/slug` or a team below it. An invitation is not enough.

        GET /orgs/{org}/teams/{team_slug}/memberships/{username}, which takes `members: read`.
        """
        route = "GET /orgs/{org}/teams/{team_slug}/memberships/{username}"
        org, _, slug = team.partition("/")
        try:
            found = self._api.call(route, org=org, team_slug=slug, username=login)
        except NotFound:
            return False
        active: bool = found["state"] == "active"
        return active

    def find_reply(self, number: int, marker: str) -> int | None:
        """Our App's comment with `marker` in one of its threads. GraphQL reviewThreads."""
        found = reviews.replies(self._api, number, marker)
        return next((reply_id for reply_id, by in found if self.is_us(by)), None)

    def about(self) -> RepositoryAbout:
        """Return the repository's settings. GET /repos/{owner}/{repo}."""
        return rules.about(self._api)

    def settings_file(self, etag: str | None, *, doubts: bool = False) -> FileAnswer:
        """`.github/orchestra.yml` of the default branch, unless `etag` is still its.

        With `doubts`, NotFound where it is not certain that there is none. GET …/contents/{path}.
        """
        return contents.settings_file(self._api, etag, doubts=doubts)

    def readme(self) -> str:
        """Return the text of the default branch's README, empty without one. GET …/readme."""
        return contents.readme(self._api)

    def paths(self, branch: str) -> tuple[str, ...]:
        """List the files of a branch, at most 2,000. GET …/git/trees/{tree_sha}."""
        return contents.paths(self._api, branch)

    def branch_rules(self, branch: str) -> BranchRules:
        """Return what a merge into it takes.

        GET …/rules/branches/{branch}, GET …/branches/{branch} (and …/protection where classic
        protection is on) and GET /repos/{owner}/{repo}.
        """
        return rules.branch_rules(self._api, branch)

    def naming_rules(self, branch: str) -> NamingRules:
        """Return what stands against a branch of that name. GET …/rules/branches/{branch}."""
        return rules.naming_rules(self._api, branch)

    def workflows(self, branch: str) -> BranchWorkflows:
        """Return what runs for pull requests into it, and ran on ours. GraphQL, one query."""
        return workflows.of_branch(self._api, branch)

    def expected_checks(self, base: str) -> tuple[ExpectedCheck, ...]:
        """List what a pull request into `base` is to show, as the last merged ones did. GraphQL."""
        return evidence.expected_checks(self._api, base)

    def base_branch(self, branch: str) -> BaseBranch:
        """Its head and the checks on it, not our own. GraphQL Commit.statusCheckRollup."""
        return snapshot.base_branch(self._api, branch)

    def branch_exists(self, branch: str) -> bool:
        """Whether there is a branch of exactly that name. GET …/git/ref/{ref}."""
        return branches.head_of(self._api, branch) is not None

    def renamed_to(self, branch: str) -> str | None:
        """Its name by now, where it was renamed. GET …/branches/{branch}."""
        return branches.renamed_to(self._api, branch)

    def first_branch_of(self, names: Iterable[str]) -> str | None:
        """Return the first of the names that is a branch's. GET …/git/ref/{ref}."""
        return next((name for name in names if self.branch_exists(name)), None)

    def create_branch(self, branch: str, source: str) -> None:
        """Make it at a SHA or another branch's head. POST …/git/refs.

        Existing at that commit is fine; at another: PermanentError.
        """
        branches.create_branch(self._api, branch, source)

    def delete_branch(self, branch: str) -> None:
        """Delete it, if it is there. DELETE …/git/refs/{ref}."""
        branches.delete_branch(self._api, branch)

    def commits_ahead(self, base: str, branch: str) -> int | None:
        """How many commits `base` lacks; None without `branch`. GET …/compare/{basehead}."""
        return branches.commits_ahead(self._api, base, branch)

    def commits_since(self, base: str, branch: str, since: datetime) -> int:
        """How many commits `base` lacks, if all were made since. GET …/compare/{basehead}."""
        return branches.commits_since(self._api, base, branch, since)

    def contains(self, ancestor: str, head: str) -> bool:
        """Whether `head` has that commit in its history. GET …/compare/{basehead}.

        Both are SHAs or branches; raises NotFound without either.
        """
        return branches.contains(self._api, ancestor, head)

    def pushes(self, branch: str) -> tuple[Pushed, ...]:
        """Who pushed to it, newest first, at most 100. GET /repos/{owner}/{repo}/activity."""
        return pushes.of_branch(self._api, branch)

    def merges_nothing_else(self, sha: str, onto: str, base: str) -> bool:
        """Whether the commit is but a merge of commits of `base` onto that one.

        GET …/commits/{ref} and two of GET …/compare/{basehead}.
        """
        return pushes.merges_nothing_else(self._api, sha, onto, base)

    def merge_base(self, base: str, head: str) -> CommitSha:
        """Return the newest commit that both have; raises NotFound. GET …/compare/{basehead}."""
        return branches.merge_base(self._api, base, head)
