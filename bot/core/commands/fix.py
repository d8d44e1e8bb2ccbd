from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import is_digits, not_a_number, task_number, without_task_word
from bot.core.commands.targets import held, is_done, meant
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.text.sanitize import one_line
from bot.core.text.visible import visible
from bot.core.transitions.epic.pausing import end_pause
from bot.core.transitions.mentions import acted
from bot.core.transitions.pull_request.fix_rounds import send_back
from bot.core.transitions.transition import Transition

MAX_FIX = 5_000
# An agent is given at most this many characters at once.
MAX_QUEUED_INSTRUCTION = 12_000


@dataclass(frozen=True)
class Fix:
    """Tell a task's agent something; None is the pull request's own task."""

    verb: ClassVar[str] = "fix"
    usage: ClassVar[str] = "fix [N] TEXT"
    example: ClassVar[str] = "fix 2 Use the logger that is there"

    task: int | None
    text: str

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb; a number before all others is always the task's."""
        task, rest = None, without_task_word(words)
        is_named, words = len(rest) < len(words), rest
        if words and (is_named or is_digits(words[0].rstrip(".:)"))):
            task = task_number(words[0])
            if task is None:
                return not_a_number(words[0], cls.usage)
            words = words[1:]
        text = one_line(visible(" ".join(words)))
        if not text:
            return Refusal(kind=RefusalKind.NO_INSTRUCTION, usage=cls.usage)
        if len(text) > MAX_FIX:
            kind = RefusalKind.INSTRUCTION_TOO_LONG
            return Refusal(kind=kind, count=len(text), limit=MAX_FIX, usage=cls.usage)
        return cls(task, text)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Tell the task's agent at once, when it has finished, or in the task's turn."""
        if self.task is None and event.pull_request is None and (named := self._named()):
            return named.carry_out(transition, event)
        epic = transition.epic
        task = meant(epic, self.verb, self.task, event.pull_request, partial(cannot_fix, epic))
        if isinstance(task, Refusal):
            return task
        if refusal := cannot_fix(epic, task):
            return refusal
        if task.status is TaskStatus.PROCESSING:
            return self._queue(transition, task, event)
        transition.log(Notice(kind=NoticeKind.FIX_REQUESTED, by=event.by), task.number)
        end_pause(transition)
        acted(transition, task.number)
        send_back(transition, task, FixKind.PERSON, self.text)
        sent = transition.epic.task(task.number)
        if sent is not None and sent.status is TaskStatus.PENDING:
            return Notice(kind=NoticeKind.FIX_AFTER_OTHERS, task=task.number)
        return None

    def _named(self) -> "Fix | None":
        """Return it for the task `#2` that its text begins with: on the issue a task is named."""
        first, _, rest = self.text.partition(" ")
        number = task_number(first)
        return Fix(number, rest) if number is not None and rest else None

    def _queue(self, transition: Transition, task: Task, event: CommandGiven) -> Answer:
        queued = "\n".join(filter(None, [task.fixes.queued_instruction, self.text]))
        if len(queued) > MAX_QUEUED_INSTRUCTION:
            kind, limit = RefusalKind.TOO_MANY_INSTRUCTIONS, MAX_QUEUED_INSTRUCTION
            return Refusal(kind=kind, count=len(queued), limit=limit)
        transition.update(task, fixes=replace(task.fixes, queued_instruction=queued))
        notice = Notice(kind=NoticeKind.INSTRUCTION_QUEUED, by=event.by, task=task.number)
        transition.log(notice, task.number)
        return notice


def cannot_fix(epic: Epic, task: Task) -> Refusal | None:
    """Refuse where the task has neither an agent at work nor an open pull request, or is held."""
    at_work = task.status is TaskStatus.PROCESSING
    is_open = task.pull_request is not None and task.pull_request.is_open
    fixable = is_open and task.status in (TaskStatus.PR_OPEN, TaskStatus.FAILED)
    if task.is_final_pull_request or not (at_work or fixable):
        return is_done(task) or Refusal(kind=RefusalKind.NO_AGENT, task=task.number)
    return held(epic)
