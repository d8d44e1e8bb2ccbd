from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar, Self

from bot.core.commands.answers import Answer
from bot.core.commands.arguments import optional_task
from bot.core.commands.targets import held, is_done, meant, task_of
from bot.core.events import CommandGiven
from bot.core.model.epic import Epic
from bot.core.model.identifiers import Login, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pushes import MAX_PUSHES, NO_COMMIT, Push
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.refusals import Refusal, RefusalKind
from bot.core.model.task import Task
from bot.core.transitions.epic.pausing import end_pause
from bot.core.transitions.mentions import acted
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.transition import Transition

# One that is pending waits for its turn to be sent back to its agent.
_MERGEABLE = (TaskStatus.PR_OPEN, TaskStatus.FAILED, TaskStatus.PENDING)


@dataclass(frozen=True)
class Merge:
    """Merge now; None is the pull request that the comment stands on.

    `by_pull_request`: the number was written as `#7`, as that of a pull request is.
    """

    verb: ClassVar[str] = "merge"
    usage: ClassVar[str] = "merge [N]"
    example: ClassVar[str] = "merge 2"

    task: int | None = None
    by_pull_request: bool = False

    @classmethod
    def parse(cls, words: Sequence[str]) -> Self | Refusal:
        """Read the words after the verb."""
        task = optional_task(words, cls.usage)
        by_pull_request = bool(words) and words[0].startswith("#")
        return task if isinstance(task, Refusal) else cls(task, by_pull_request)

    def carry_out(self, transition: Transition, event: CommandGiven) -> Answer | None:
        """Merge a pull request although the policy would wait; GitHub's own rules still hold."""
        epic = transition.epic
        number = self.task
        if self.by_pull_request:
            number = task_of(epic, number) or number
        task = meant(epic, self.verb, number, event.pull_request, partial(cannot_merge, epic))
        if isinstance(task, Refusal):
            return task
        if task.status is TaskStatus.MERGING:
            return Notice(kind=NoticeKind.ALREADY_MERGING, task=task.number)
        if refusal := cannot_merge(epic, task):
            return refusal
        task = transition.update(
            task,
            status=TaskStatus.PR_OPEN,
            failure=None,
            ended_at=None,
            merge_now=True,
            pull_request=task.pull_request and task.pull_request.without_refusal(),
            needs_person=False,
            wait=Wait(kind=WaitKind.PULL_REQUEST),
        )
        end_pause(transition)
        acted(transition, task.number)
        task = _vouched(transition, task, event.by)
        transition.log(Notice(kind=NoticeKind.MERGE_NOW, by=event.by), task.number)
        fetch(transition, task)
        return None


def _vouched(transition: Transition, task: Task, by: Login) -> Task:
    """Whoever asks for the merge answers for the head as it was last seen, not for later ones."""
    request = task.pull_request
    assert request is not None
    branch = request.head_branch or task.branch or ""
    head = request.head_sha
    vouch = Push(branch=branch, before=NO_COMMIT, after=head, by=by, vouched=True)
    return transition.update(task, pushes=(*task.pushes, vouch)[-MAX_PUSHES:])


def cannot_merge(epic: Epic, task: Task) -> Refusal | None:
    """Refuse where the task has no open pull request to merge, or the epic is held."""
    is_open = task.pull_request is not None and task.pull_request.is_open
    if task.status not in _MERGEABLE or not is_open:
        none = Refusal(kind=RefusalKind.NO_OPEN_PULL_REQUEST, task=task.number)
        return is_done(task) or none
    return held(epic)
