"""What is examined, and how an examination that is cut short is reported."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from bot.clients.errors import ClientError
from bot.clients.github.app import Installation
from bot.clients.github.issues import Issue
from bot.clients.github.repository import RepositoryClient
from bot.core.model.epic import Epic
from bot.core.model.findings import Finding, FindingKind, Topic
from bot.core.model.identifiers import RepositoryName, TaskStatus
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.reference import Reference, Referenced, ReferencedIssue, ReferenceProblem
from bot.core.model.settings import EpicSettings, TaskSource
from bot.core.model.task import Task
from bot.core.text.checklist import Checklist
from bot.core.text.references import listed_tasks, shown_of_issue
from bot.core.transitions.epic.checklist import wrong_order
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

        They have the mistakes for which `start` would refuse them, by what is known of the issues
        that they are about.
        """
        if self.epic is None:
            return None
        try:
            body, referenced = self._listed(self.epic)
        except ClientError as error:
            return error
        found = listed_tasks(body, referenced, self.epic.repository)
        epic = replace(self.epic, referenced=referenced)
        return replace(found, mistakes=found.mistakes or wrong_order(epic, found))

    def _listed(self, epic: Epic) -> tuple[str, Referenced]:
        """Return the text and the issues that tasks are read from; raises a ClientError."""
        if self.settings.task_source is TaskSource.SUB_ISSUES:
            found = self.github.sub_issues(epic.issue_number)
            issues = tuple(_sub_issue(issue, epic.referenced) for issue in found)
            return epic.body, Referenced(issues=issues, are_tasks=True)
        known = Referenced() if epic.referenced.are_tasks else epic.referenced
        return self.github.issue(epic.issue_number).body, known

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


def _sub_issue(issue: Issue, known: Referenced) -> ReferencedIssue:
    """Return the issue as it is now, with what was known of it when it was read last."""
    reference = Reference(repository=issue.repository, number=issue.number)
    before = known.find(reference) or ReferencedIssue(reference=reference)
    description = shown_of_issue(issue.body)
    problem = ReferenceProblem.TOO_LONG if description is None else before.problem
    return replace(
        before,
        title=issue.title,
        description=description or "",
        is_open=issue.is_open,
        problem=problem,
    )


def attempted(topic: Topic, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield what is found; where a service keeps back the rest, that is the last finding."""
    try:
        yield from found
    except ClientError as error:
        kind, quote = FindingKind.UNAVAILABLE, error.message
        yield Finding(kind=kind, topic=topic, service=error.service, quote=quote)
