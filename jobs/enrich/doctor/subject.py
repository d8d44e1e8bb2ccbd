"""What is examined, and how an examination that is cut short is reported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from bot.clients.errors import ClientError
from bot.clients.github.app import Installation
from bot.clients.github.issues import Issue
from bot.clients.github.repository import RepositoryClient
from bot.core.model.epic import Epic
from bot.core.model.findings import Finding, FindingKind, Topic
from bot.core.model.identifiers import RepositoryName, TaskStatus
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.settings import EpicSettings, TaskSource
from bot.core.model.task import Task
from bot.core.text.checklist import Checklist, Item, parse_checklist
from bot.core.transitions.epic.settings import EPIC_BRANCH_PLACE, base_for
from bot.services import Services


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A repository under its `settings`, their `mistakes`, and the epic in it, if there is one.

    `repository_id` is known where the repository is stored: then its month's budget is looked at.
    """

    services: Services
    github: RepositoryClient
    repository: RepositoryName
    default_branch: str
    settings: EpicSettings
    mistakes: tuple[SettingsMistake, ...] = ()
    epic: Epic | None = None
    repository_id: int | None = None

    @property
    def base(self) -> str:
        """The branch to examine: an epic branch starts as the default branch."""
        if self.epic is not None:
            branch, is_own = base_for(self.epic, None)
            return self.default_branch if is_own else branch
        named = self.settings.base_branch or self.default_branch
        return self.default_branch if EPIC_BRANCH_PLACE in named else named

    @property
    def issue(self) -> int | None:
        """The epic's number."""
        return self.epic.issue_number if self.epic else None

    @cached_property
    def installation(self) -> Installation:
        """The App's installation on the repository; raises a ClientError."""
        return self.services.github.installation(self.repository)

    @cached_property
    def checklist(self) -> Checklist | ClientError | None:
        """The tasks as GitHub shows them now, or why they could not be read; None without an epic.

        Sub-issues that are tasks stand for items.
        """
        if self.issue is None:
            return None
        try:
            if self.settings.task_source is TaskSource.SUB_ISSUES:
                return _of_sub_issues(self.github.sub_issues(self.issue))
            return parse_checklist(self.github.issue(self.issue).body)
        except ClientError as error:
            return error

    def open_tasks(self) -> tuple[Task, ...]:
        """Return the epic's tasks that are not done, before the start as they are in the issue."""
        if self.epic is not None and self.epic.tasks:
            return tuple(task for task in self.epic.checklist_tasks if not task.status.is_final)
        if not isinstance(self.checklist, Checklist):
            return ()
        return tuple(
            Task(number=number, title=item.title, options=item.options, status=TaskStatus.PENDING)
            for number, item in enumerate(self.checklist.items, 1)
            if not item.done
        )


def _of_sub_issues(issues: Iterable[Issue]) -> Checklist:
    items = (
        Item(title=one.title, description="", done=not one.is_open, line=place)
        for place, one in enumerate(issues, 1)
    )
    return Checklist(items=tuple(items), mistakes=(), goal="")


def attempted(topic: Topic, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what is found; where a service keeps back the rest, that is the last finding."""
    try:
        yield from found
    except ClientError as error:
        kind, quote = FindingKind.UNAVAILABLE, error.message
        yield Finding(kind=kind, topic=topic, service=error.service, quote=quote)
