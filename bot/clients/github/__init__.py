"""GitHub, as the App sees it: `GitHubApp` gives a `RepositoryClient` for each repository."""

from bot.clients.github.app import GitHubApp
from bot.clients.github.merging import MergeAnswer, MergedAt, MergePending, MergeRefused
from bot.clients.github.repository import (
    AppIdentity,
    CheckAction,
    CheckOutput,
    Issue,
    RepositoryClient,
)
from bot.clients.github.rules import RepositoryAbout
from bot.clients.github.transport import OnCall

__all__ = [
    "AppIdentity",
    "CheckAction",
    "CheckOutput",
    "GitHubApp",
    "Issue",
    "MergeAnswer",
    "MergePending",
    "MergeRefused",
    "MergedAt",
    "OnCall",
    "RepositoryAbout",
    "RepositoryClient",
]
