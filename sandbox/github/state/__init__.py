"""What the stand-in remembers: plain records, changed only by the operations beside it."""

from sandbox.github.state.accounts import ROLES, Actor, App, Installation, Team, User, node_id
from sandbox.github.state.checks import CheckRun, Status
from sandbox.github.state.issues import Comment, Issue, Label, Reaction
from sandbox.github.state.pulls import (
    AutoMerge,
    MergeRequest,
    PullRequest,
    QueueEntry,
    Review,
    ReviewComment,
    ReviewThread,
)
from sandbox.github.state.repositories import BranchRules, MergeQueue, Repository

__all__ = [
    "ROLES",
    "Actor",
    "App",
    "AutoMerge",
    "BranchRules",
    "CheckRun",
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
    "node_id",
]
