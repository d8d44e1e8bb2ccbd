"""A fake for GitHub: REST, GraphQL and webhooks over one world with real git repositories.

`GitHub(clock, directory)` is the world; `.asgi` serves it, `.tick()` moves it on. Repositories
are bare git repositories below `directory`: `git clone` takes `repository(...).git_dir`.
"""

from sandbox.github.errors import Refusal
from sandbox.github.fake import GitHub
from sandbox.github.state import (
    BranchRules,
    Comment,
    Installation,
    Issue,
    MergeQueue,
    PullRequest,
    Repository,
)
from sandbox.github.state.ci import CheckScript
from sandbox.github.state.faults import Fault, rate_limited

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
