"""Where an agent starts: a branch or commit, or an open pull request."""

import re
from dataclasses import dataclass

from sandbox.cursor import life
from sandbox.cursor.bodies import repository_name
from sandbox.cursor.http import RefusedError
from sandbox.cursor.state import PullRequest
from sandbox.cursor.world import World

# The fake for GitHub is not at github.com.
PULL_REQUEST = re.compile(r"https?://[\w.:-]+/([\w.-]+/[\w.-]+)/pull/(\d+)")


@dataclass(frozen=True)
class GivenPullRequest:
    """A pull request that was there before the agent."""

    number: int
    html_url: str


@dataclass(frozen=True)
class Source:
    """What the agent works on; `pull_request`'s head is `ref`, and its base `onto`."""

    repository: str
    ref: str
    pull_request: PullRequest | None = None
    onto: str | None = None


def source_of(
    world: World, *, repository_url: str | None, ref: str | None, pull_request_url: str | None
) -> Source:
    """Return the source a request names; 400 in the real service's words for one not to be seen."""
    if pull_request_url is not None:
        return _pull_request(world, pull_request_url)
    if repository_url is None:
        raise RefusedError(400, "repository_required", "A repository is required")
    repository = repository_name(repository_url)
    if ref is None:
        text = "Failed to determine repository default branch"
        raise RefusedError(400, "validation_error", text)
    if not life.ref_exists(world, repository, ref):
        text = f"Failed to verify existence of branch '{ref}' in repository {repository}"
        raise RefusedError(400, "validation_error", text)
    return Source(repository, ref)


def _pull_request(world: World, url: str) -> Source:
    found = PULL_REQUEST.fullmatch(url)
    repository, number = (found[1], int(found[2])) if found else ("", 0)
    branches = world.host.pull_request_branches(repository, number) if found else None
    if branches is None:
        raise RefusedError(400, "pr_resolution_failed", f"Failed to resolve pull request {url}")
    return Source(repository, branches[0], GivenPullRequest(number, url), branches[1])
