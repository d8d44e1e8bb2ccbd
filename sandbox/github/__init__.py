"""A stand-in for GitHub: REST, GraphQL and webhooks over one world with real git repositories.

`GitHub(clock, directory)` is the world; `.asgi` serves it, `.tick()` moves it on. Repositories
are bare git repositories below `directory`: `git clone` takes `repository(...).git_dir`.
"""

from sandbox.github.ci import CheckScript
from sandbox.github.errors import Refusal
from sandbox.github.faults import Fault, rate_limited
from sandbox.github.model import (
    BranchRules,
    Comment,
    Installation,
    Issue,
    MergeQueue,
    PullRequest,
    Repository,
)
from sandbox.github.stand_in import GitHub

__all__ = [
    "BranchRules",
    "CheckScript",
    "Comment",
    "Fault",
    "GitHub",
    "Installation",
    "Issue",
    "MergeQueue",
    "PullRequest",
    "Refusal",
    "Repository",
    "rate_limited",
]
