from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import (
    not_a_number,
    task_number,
    unexpected,
    without_task_word,
)
from bot.core.commands.targets import no_such_task, not_running, task_of
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.follow_up import prompt_again
from bot.core.transitions.epic.pausing import end_pause, is_held, requeue
from bot.core.transitions.epic.scheduling import forget_final_pull_request
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Retry:
    """Try failed tasks again; None is the pull request's own task, or the failed ones."""

    verb: ClassVar[str] = "retry"
    usage: ClassVar[str] = "retry [N|all]"
    example: ClassVar[str] = "retry 2"

    task: int | Literal["all"] | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        words = without_task_word(words)
        if not words:
            return cls()
        if refusal := unexpected(words[1:], cls.usage):
            return refusal
        if words[0].lower() == "all":
            return cls("all")
        if number := task_number(words[0]):
            return cls(number)
        return not_a_number(words[0], cls.usage, RefusalKind.NOT_ALL_OR_A_TASK_NUMBER)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Try failed tasks again; the first runs as soon as it may, the others in their order."""
        epic = transition.epic
        chosen = not_running(epic) or self._chosen(epic, event)
        if isinstance(chosen, Refusal):
            return chosen
        first, *others = chosen
        for task in others:
            requeue(transition, task, _failure(task))
        if first.is_final_pull_request:
            _evaluate_final_again(transition, first)
        else:
            first = requeue(transition, first, _failure(first))
        if is_held(epic):
            return Notice(kind=NoticeKind.RETRY_AFTER_RESUME, task=first.number)
        end_pause(transition)
        if not first.is_final_pull_request:
            prompt_again(transition, first)
        return None

    def _chosen(self, epic: Epic, event: CommandGiven) -> list[Task] | Refusal:
        which = self.task if self.task is not None else task_of(epic, event.pull_request)
        if which in ("all", None):
            failed = [task for task in epic.tasks if task.status is TaskStatus.FAILED]
            return failed or Refusal(kind=RefusalKind.NO_TASK_FAILED)
        task = epic.task(int(which))
        if task is None:
            return no_such_task(epic, int(which))
        return cannot_retry(task) or [task]


def cannot_retry(task: Task) -> Refusal | None:
    """Refuse where the task has not failed and was not skipped."""
    if task.status in (TaskStatus.FAILED, TaskStatus.SKIPPED):
        return None
    return Refusal(kind=RefusalKind.TASK_NOT_FAILED, task=task.number)


def _failure(task: Task) -> Failure | None:
    return task.failure if task.status is TaskStatus.FAILED else None


def _evaluate_final_again(transition: Transition, task: Task) -> None:
    """Evaluate the final pull request again; one that is not open is replaced by another."""
    if task.pull_request is None or not task.pull_request.is_open:
        forget_final_pull_request(transition)
    else:
        transition.update(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)
