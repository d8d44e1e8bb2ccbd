from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import optional_task
from bot.core.commands.targets import no_such_task, task_of
from bot.core.events import CommandGiven
from bot.core.model.messages import Message, MessageKind
from bot.core.model.refusals import Refusal
from bot.core.text.references import listed_tasks
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Logs:
    """Ask what happened; with a task's number, which prompt its agent was given."""

    verb: ClassVar[str] = "logs"
    usage: ClassVar[str] = "logs [N]"
    example: ClassVar[str] = "logs 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, Refusal) else cls(task)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer:
        """Show the log; by itself, of the task that is under way."""
        epic = transition.epic
        number = self.task if self.task is not None else task_of(epic, event.pull_request)
        if number is None:
            under_way = next(epic.under_way(), None)
            number = under_way.number if under_way else None
        # Before the start it shows what the task's agent will be given.
        listed = listed_tasks(epic.body, epic.referenced, epic.repository)
        to_come = len(listed.items) if not epic.tasks else 0
        if number is not None and epic.task(number) is None and not 1 <= number <= to_come:
            return no_such_task(epic, number)
        return Message(kind=MessageKind.LOGS, task=number)
