from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import optional_task
from bot.core.commands.targets import is_done, meant
from bot.core.effects import ClosePullRequest
from bot.core.events import CommandGiven
from bot.core.model.fixes import Fixes
from bot.core.model.identifiers import TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.transitions.agent_run.launch import launch
from bot.core.transitions.agent_run.teardown import give_up_pull_request, stop
from bot.core.transitions.epic.pausing import end_pause, is_held, requeue
from bot.core.transitions.transition import Transition


@dataclass(frozen=True)
class Restart:
    """Do a task from scratch; None is the one whose pull request the comment stands on."""

    verb: ClassVar[str] = "restart"
    usage: ClassVar[str] = "restart [N]"
    example: ClassVar[str] = "restart 2"

    task: int | None = None

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        return task if isinstance(task, Refusal) else cls(task)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Begin a task from scratch: new branch, new agent, the old pull request closed."""
        task = meant(transition.epic, self.verb, self.task, event.pull_request, cannot_restart)
        if isinstance(task, Refusal):
            return task
        if refusal := cannot_restart(task):
            return refusal
        task = stop(transition, task)
        _give_up_pull_request(transition, task)
        task = _from_scratch(transition, task)
        transition.log(Notice(kind=NoticeKind.RESTARTED, by=event.by), task.number)
        if is_held(transition.epic):
            return Notice(kind=NoticeKind.RESTART_AFTER_RESUME, task=task.number)
        end_pause(transition)
        launch(transition, task)
        return None


def cannot_restart(task: Task) -> Refusal | None:
    """Refuse where no agent has worked on the task, or its work is merged."""
    if task.is_final_pull_request:
        return Refusal(kind=RefusalKind.NO_AGENT, task=task.number)
    if task.status is TaskStatus.PENDING:
        return Refusal(kind=RefusalKind.TASK_NOT_BEGUN, task=task.number)
    return is_done(task)


def _give_up_pull_request(transition: Transition, task: Task) -> None:
    give_up_pull_request(transition, task)
    request = task.pull_request
    if request is not None and request.is_open:
        message = Message(kind=MessageKind.RESTARTED, task=task.number)
        transition.comment(message, f"restarted:{task.number}:{task.attempts}", request.number)
        transition.emit(ClosePullRequest(number=request.number))


def _from_scratch(transition: Transition, task: Task) -> Task:
    task = transition.update(
        task,
        pull_request=None,
        pull_request_number=None,
        branch=None,
        pushed_branch=None,
        base_sha=None,
        fixes=Fixes(),
        feedback=None,
        merge_now=False,
        retry_at=None,
        due_at=None,
    )
    return requeue(transition, task)
