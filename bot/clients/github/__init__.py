"""GitHub, as the App sees it: `GitHubApp` gives a `RepositoryClient` for each repository."""

from bot.clients.github.app import GitHubApp, Installation, WebhookDelivery
from bot.clients.github.auto_merge import AutoMergeAnswer, AutoMergeEnabled, MergeDirectly
from bot.clients.github.checks import CheckAction, CheckOutput
from bot.clients.github.contents import FileAnswer
from bot.clients.github.issues import AppIdentity, Issue
from bot.clients.github.merging import (
    Enqueued,
    MergeAnswer,
    MergedAt,
    MergePending,
    MergeRefused,
    is_workflow_refusal,
)
from bot.clients.github.pulls import UpdateAnswer, UpdateRefused, UpdateStarted
from bot.clients.github.repository import RepositoryClient
from bot.clients.github.rules import RepositoryAbout
from bot.clients.github.workflows import BranchWorkflows, EarlierPullRequest, Workflow

__all__ = [
    "AppIdentity",
    "AutoMergeAnswer",
    "AutoMergeEnabled",
    "BranchWorkflows",
    "CheckAction",
    "CheckOutput",
    "EarlierPullRequest",
    "Enqueued",
    "FileAnswer",
    "GitHubApp",
    "Installation",
    "Issue",
    "MergeAnswer",
    "MergeDirectly",
    "MergePending",
    "MergeRefused",
    "MergedAt",
    "RepositoryAbout",
    "RepositoryClient",
    "UpdateAnswer",
    "UpdateRefused",
    "UpdateStarted",
    "WebhookDelivery",
    "Workflow",
    "is_workflow_refusal",
]
