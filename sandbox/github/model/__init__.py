"""What the stand-in remembers: plain records, changed only by the operations beside it."""

from sandbox.github.model.accounts import (
    ROLES,
    Actor,
    App,
    Installation,
    Team,
    User,
    node_id,
)
from sandbox.github.model.checks import CheckRun, Status
from sandbox.github.model.issues import Comment, Issue, Label, Reaction
from sandbox.github.model.pulls import (
    AutoMerge,
    MergeRequest,
    PullRequest,
    QueueEntry,
    Review,
    ReviewComment,
    ReviewThread,
)
from sandbox.github.model.repositories import BranchRules, MergeQueue, Repository

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
