from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import optional_task
from bot.core.commands.targets import is_done, meant
from bot.core.events import CommandGiven
from bot.core.model.identifiers import TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.teardown import stop
from bot.core.transitions.epic.endings import ended
from bot.core.transitions.epic.pausing import continue_after_money, end_pause
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Skip:
    """Leave a task out; None is the task whose pull request the comment stands on."""

    verb: ClassVar[str] = "skip"
    usage: ClassVar[str] = "skip [N]"
    example: ClassVar[str] = "skip 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, Refusal) else cls(task)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Leave a task out; its pull request stays open with a note."""
        task = meant(transition.epic, self.verb, self.task, event.pull_request, cannot_skip)
        if isinstance(task, Refusal):
            return task
        if refusal := cannot_skip(task):
            return refusal
        has_failed = task.status is TaskStatus.FAILED
        task = stop(transition, task)
        ended(transition, task, TaskStatus.SKIPPED)
        transition.log(Notice(kind=NoticeKind.SKIPPED, by=event.by), task.number)
        if task.pull_request is not None and task.pull_request.is_open:
            message = Message(kind=MessageKind.SKIPPED, task=task.number, to=event.by)
            transition.comment(message, f"skipped:{task.number}", task.pull_request.number)
        pause = transition.epic.pause
        if has_failed and pause is not None and pause.ends_by_itself:
            _continue_without(transition)
        elif pause is not None and pause.spent_task == task.number:
            continue_after_money(transition)
        return None


def cannot_skip(task: Task) -> Refusal | None:
    """Refuse where the task is done, or left out already."""
    if task.status is TaskStatus.SKIPPED:
        return Refusal(kind=RefusalKind.TASK_SKIPPED, task=task.number)
    return is_done(task)


def _continue_without(transition: Transition) -> None:
    """End the pause, but not the epic over another failure that nobody has decided on."""
    failed = [task for task in transition.epic.tasks if task.status is TaskStatus.FAILED]
    if failed and transition.epic.next_task() is None:
        reason = Pause(kind=PauseKind.TASK_FAILED, task=failed[0].number, failure=failed[0].failure)
        transition.update_epic(pause=reason)
    else:
        end_pause(transition)
