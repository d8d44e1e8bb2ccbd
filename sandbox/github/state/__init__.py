"""What the fake stores: plain records, changed only by the operations."""

from sandbox.github.state.accounts import ROLES, Actor, App, Installation, Team, User, node_id
from sandbox.github.state.checks import CheckRun, CheckSuite, Status, Workflow
from sandbox.github.state.repositories import (
    Activity,
    AutoMerge,
    Comment,
    Issue,
    Label,
    MergeRequest,
    PullRequest,
    QueueEntry,
    Reaction,
    Repository,
    Review,
    ReviewComment,
    ReviewThread,
)
from sandbox.github.state.rules import BranchRules, MergeQueue

__all__ = [
    "ROLES",
    "Activity",
    "Actor",
    "App",
    "AutoMerge",
    "BranchRules",
    "CheckRun",
    "CheckSuite",
    "Comment",
    "Installation",
    "Issue",
    "Label",
    "MergeQueue",
    "MergeRequest",
    "PullRequest",
    "QueueEntry",
    "Reaction",
    "Repository",
    "Review",
    "ReviewComment",
    "ReviewThread",
    "Status",
    "Team",
    "User",
    "Workflow",
    "node_id",
]
