"""What people see: the issue, comments, check runs."""

from dataclasses import dataclass, field
from typing import ClassVar

from bot.core.effects.base import Effect, Urgency
from bot.core.model.identifiers import CommitSha, RepositoryName
from bot.core.model.messages import Message
from bot.core.model.options import TaskOptions


@dataclass(frozen=True, kw_only=True)
class React(Effect):
    """Answer a command's comment with a reaction, and take the 👀 away."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    identity: ClassVar[tuple[str, ...]] = ("comment_id", "content")
    repeats: ClassVar[bool] = True
    comment_id: int
    content: str
    eyes_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class PostComment(Effect):
    """Post a new comment. `purpose` makes its hidden marker: one comment for each purpose."""

    urgency: ClassVar[Urgency] = Urgency.ANSWER
    identity: ClassVar[tuple[str, ...]] = ("issue", "purpose")
    issue: int
    purpose: str
    message: Message


@dataclass(frozen=True, kw_only=True)
class AddLabel(Effect):
    """Put the trigger label on the epic's issue."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("label",)
    repeats: ClassVar[bool] = True
    label: str


@dataclass(frozen=True, kw_only=True)
class TickBox(Effect):
    """Tick the task's box in the issue's body, changing nothing else."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("task",)
    task: int
    title: str
    same_title_before: int


@dataclass(frozen=True, kw_only=True)
class RestoreEdit(Effect):
    """Write `body`, if `written` by us still stands: a person's edit came just before our tick."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    repeats: ClassVar[bool] = True
    written: str
    body: str


@dataclass(frozen=True, kw_only=True)
class AddLine(Effect):
    """Add a task's line to the issue's checklist, changing nothing else.

    `given` tells the command that asked for it: the same title may be added again.
    """

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("given",)
    given: str
    task: int
    title: str
    same_title_before: int
    after: str | None
    after_same_title_before: int = 0
    options: TaskOptions = field(default_factory=TaskOptions)


@dataclass(frozen=True, kw_only=True)
class CloseIssue(Effect):
    """Close the epic's issue as completed."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    repeats: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class CloseReferencedIssue(Effect):
    """Close, as completed, the issue that the merged task was about."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    identity: ClassVar[tuple[str, ...]] = ("task",)
    repeats: ClassVar[bool] = True
    task: int
    repository: RepositoryName
    issue: int


@dataclass(frozen=True, kw_only=True)
class ReopenIssue(Effect):
    """Open the epic's issue again, which a merge of ours closed."""

    urgency: ClassVar[Urgency] = Urgency.TIDY
    repeats: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class UpdateCheckRun(Effect):
    """Show the task's state as a check run on `sha`."""

    urgency: ClassVar[Urgency] = Urgency.REPORT
    identity: ClassVar[tuple[str, ...]] = ("task",)
    repeats: ClassVar[bool] = True
    task: int
    sha: CommitSha


@dataclass(frozen=True, kw_only=True)
class UpdateProgressComment(Effect):
    """Write the progress comment as things now stand."""

    urgency: ClassVar[Urgency] = Urgency.REPORT
    repeats: ClassVar[bool] = True


@dataclass(frozen=True, kw_only=True)
class UpdateStateLabel(Effect):
    """Show the epic's state as a label of the issue, the only one of its kind."""

    urgency: ClassVar[Urgency] = Urgency.REPORT
    repeats: ClassVar[bool] = True
