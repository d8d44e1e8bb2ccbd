"""What the commands about single tasks do."""

from dataclasses import replace
from typing import Literal

from bot.core.commands import Fix, Merge, Restart, Retry, Skip
from bot.core.commands.answers import Answer, refuse, reply
from bot.core.effects import ClosePullRequest
from bot.core.events import CommandGiven
from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, Fixes, FixKind, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.transitions.agent_run.launch import (
    begin_again,
    give_up_pull_request,
    launch,
    stop,
)
from bot.core.transitions.epic.endings import ended, forget_final_pull_request
from bot.core.transitions.pull_request.fix_rounds import send_back
from bot.core.transitions.pull_request.waiting import fetch
from bot.core.transitions.steering import activate, requeue
from bot.core.transitions.transition import Transition, sentence

# An agent is told at most this many characters in one go.
MAX_QUEUED_INSTRUCTION = 12_000
_RUNNING = (EpicStatus.ACTIVE, EpicStatus.PAUSED)
_NOT_RUNNING = "This epic is not running. `/orchestra start` goes on with what is not done."


def retry(transition: Transition, command: Retry, event: CommandGiven) -> Answer | None:
    """Try failed tasks again; the first goes at once, the others in their order."""
    if transition.epic.status not in _RUNNING:
        return refuse(_NOT_RUNNING)
    which = command.task if command.task is not None else task_of(transition, event)
    chosen = _chosen(transition, which)
    if isinstance(chosen, Answer):
        return chosen
    first, *others = chosen
    for task in others:
        requeue(transition, task, _failure(task))
    busy = any(transition.epic.under_way()) or transition.epic.base_red is not None
    if first.is_final_pull_request:
        _bring_home_again(transition, first)
    elif busy or transition.epic.pause_cause is PauseCause.PERSON:
        requeue(transition, first, _failure(first))
    if transition.epic.pause_cause is PauseCause.PERSON:
        what = "The final pull request" if first.is_final_pull_request else f"Task {first.number}"
        return reply(f"{what} goes again once the epic is resumed.")
    activate(transition)
    if not (busy or first.is_final_pull_request):
        fixes = first.fixes.reset()
        begin_again(
            transition, transition.update(first, retries_used=0, ended_at=None, fixes=fixes)
        )
    return None


def _failure(task: Task) -> str | None:
    return task.failure if task.status is TaskStatus.FAILED else None


def _bring_home_again(transition: Transition, task: Task) -> None:
    """Judge the final pull request again; one that is not open any more is opened anew."""
    if task.pull_request is None or not task.pull_request.is_open:
        forget_final_pull_request(transition)
    else:
        transition.update(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)


def _chosen(transition: Transition, which: int | Literal["all"] | None) -> list[Task] | Answer:
    failed = [task for task in transition.epic.tasks if task.status is TaskStatus.FAILED]
    if which in ("all", None):
        return failed or refuse("No task has failed, so there is nothing to retry.")
    task = transition.epic.task(int(which))
    if task is None:
        return no_task(transition, int(which))
    if task.status not in (TaskStatus.FAILED, TaskStatus.SKIPPED):
        return refuse(f"Task {which} has not failed, so there is nothing to retry.")
    return [task]


def no_task(transition: Transition, number: int) -> Answer:
    """Refuse a number that no task has."""
    last = max((task.number for task in transition.epic.tasks), default=0)
    if not last:
        return refuse("Tasks get their numbers when the epic starts.")
    return refuse(f"There is no task {number}; the last one is {last}.")


def task_of(transition: Transition, event: CommandGiven) -> int | None:
    """The task whose pull request the comment is on."""
    if event.pull_request is None:
        return None
    for task in transition.epic.tasks:
        if task.pull_request_number == event.pull_request:
            return task.number
    return None


def _named(
    transition: Transition, verb: str, number: int | None, event: CommandGiven
) -> Task | Answer:
    """The task that a command is about, where the epic is one that can be steered."""
    if transition.epic.status not in _RUNNING:
        return refuse(_NOT_RUNNING)
    number = number if number is not None else task_of(transition, event)
    if number is None and _is_all_but_home(transition.epic):
        number = FINAL_PULL_REQUEST
    if number is None:
        return refuse(f"Which task? `/orchestra {verb} N` names it.")
    return transition.epic.task(number) or no_task(transition, number)


def _is_all_but_home(epic: Epic) -> bool:
    """Whether the final pull request, which has no number for people, is all that is left."""
    return [task.number for task in epic.tasks if not _is_over(task)] == [FINAL_PULL_REQUEST]


def _is_over(task: Task) -> bool:
    return task.status.is_final and not task.is_final_pull_request


def restart(transition: Transition, command: Restart, event: CommandGiven) -> Answer | None:
    """Begin a task from scratch: new branch, new agent, the old pull request closed."""
    task = _named(transition, "restart", command.task, event)
    if isinstance(task, Answer):
        return task
    if task.is_final_pull_request:
        return refuse("The final pull request has no agent, so there is nothing to begin anew.")
    if task.status in (TaskStatus.COMPLETED, TaskStatus.PENDING):
        has = "is merged" if task.merge_sha else "has not begun"
        return refuse(f"{sentence(task.name)} {has}, so there is nothing to begin anew.")
    task = stop(transition, task)
    _give_up_pull_request(transition, task)
    task = requeue(
        transition,
        transition.update(
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
        ),
    )
    transition.log(f"@{event.by} had it begun anew", task.number)
    if transition.epic.pause_cause is PauseCause.PERSON:
        return reply(f"{sentence(task.name)} begins anew once the epic is resumed.")
    busy = any(transition.epic.under_way()) or transition.epic.base_red is not None
    activate(transition)
    if not busy:
        launch(transition, task)
    return None


def _give_up_pull_request(transition: Transition, task: Task) -> None:
    give_up_pull_request(transition, task)
    request = task.pull_request
    if request is not None and request.is_open:
        message = Message(kind=MessageKind.RESTARTED, task=task.number)
        transition.comment(message, f"restarted:{task.number}:{task.attempts}", request.number)
        transition.emit(ClosePullRequest(number=request.number))


def skip(transition: Transition, command: Skip, event: CommandGiven) -> Answer | None:
    """Leave a task out; its pull request stays open with a note."""
    task = _named(transition, "skip", command.task, event)
    if isinstance(task, Answer):
        return task
    if task.status in (TaskStatus.COMPLETED, TaskStatus.SKIPPED):
        return refuse(f"{sentence(task.name)} is {task.status.lower()} already.")
    has_failed = task.status is TaskStatus.FAILED
    task = stop(transition, task)
    ended(transition, task, TaskStatus.SKIPPED)
    transition.log(f"skipped by @{event.by}", task.number)
    if task.pull_request is not None and task.pull_request.is_open:
        text = f"{sentence(task.name)} was skipped."
        message = Message(kind=MessageKind.SKIPPED, text=text, task=task.number, to=event.by)
        transition.comment(message, f"skipped:{task.number}", task.pull_request.number)
    if has_failed and transition.epic.pause_cause is PauseCause.FAILURE:
        _go_on_without(transition)
    return None


def _go_on_without(transition: Transition) -> None:
    """Lift the pause, but do not end the epic over another failure that nobody has decided on."""
    failed = [task for task in transition.epic.tasks if task.status is TaskStatus.FAILED]
    if failed and transition.epic.next_task() is None:
        transition.update_epic(pause_reason=f"{failed[0].name} failed: {failed[0].failure}")
    else:
        activate(transition)


def merge(transition: Transition, command: Merge, event: CommandGiven) -> Answer | None:
    """Merge a pull request although the policy would wait; GitHub's own rules still hold."""
    task = _named(transition, "merge", command.task, event)
    if isinstance(task, Answer):
        return task
    request = task.pull_request
    if task.status is TaskStatus.MERGING:
        return reply(f"{sentence(task.name)} is being merged already.")
    if task.status not in (TaskStatus.PR_OPEN, TaskStatus.FAILED) or not (
        request and request.is_open
    ):
        return refuse(f"{sentence(task.name)} has no open pull request to merge.")
    if transition.epic.pause_cause is PauseCause.PERSON:
        return refuse("This epic is paused. `/orchestra resume` first, then merge.")
    task = transition.update(
        task,
        status=TaskStatus.PR_OPEN,
        failure=None,
        ended_at=None,
        merge_now=True,
        pull_request=request.reset(),
        needs_person=False,
        waiting_for="a look at the pull request",
    )
    activate(transition)
    transition.log(f"@{event.by} asked to merge it now", task.number)
    fetch(transition, task)
    return None


def fix(transition: Transition, command: Fix, event: CommandGiven) -> Answer | None:
    """Tell the task's agent something, at once, when its turn is over, or in the task's turn."""
    task = _named(transition, "fix", command.task, event)
    if isinstance(task, Answer):
        return task
    at_work = task.status is TaskStatus.PROCESSING
    is_open = task.pull_request is not None and task.pull_request.is_open
    fixable = is_open and task.status in (TaskStatus.PR_OPEN, TaskStatus.FAILED)
    if task.is_final_pull_request or not (at_work or fixable):
        return refuse(f"{sentence(task.name)} has no agent and no open pull request to be told of.")
    if transition.epic.pause_cause is PauseCause.PERSON:
        return refuse("This epic is paused. `/orchestra resume` first.")
    if at_work:
        return _tell_later(transition, task, command.text, event)
    transition.log(f"@{event.by} sends the agent back", task.number)
    activate(transition)
    if _must_wait(transition, task):
        return _fix_in_turn(transition, task, command.text)
    send_back(transition, transition.update(task, ended_at=None), FixKind.PERSON, command.text)
    return None


def _tell_later(transition: Transition, task: Task, text: str, event: CommandGiven) -> Answer:
    queued_instruction = "\n".join(filter(None, [task.fixes.queued_instruction, text]))
    if len(queued_instruction) > MAX_QUEUED_INSTRUCTION:
        return refuse("The agent is at work and takes no more until its turn is over.")
    transition.update(task, fixes=replace(task.fixes, queued_instruction=queued_instruction))
    transition.log(f"@{event.by} has a word for the agent", task.number)
    return reply("The agent is at work. It is told as soon as its turn is over.")


def _must_wait(transition: Transition, task: Task) -> bool:
    """Whether another agent is at work, or nothing may be launched."""
    others = any(other.number != task.number for other in transition.epic.under_way())
    return others or (task.status is TaskStatus.FAILED and transition.epic.base_red is not None)


def _fix_in_turn(transition: Transition, task: Task, text: str) -> Answer:
    assert task.pull_request is not None
    head = task.pull_request.head_sha
    task = requeue(transition, task)
    fixes = replace(task.fixes, under_way=FixKind.PERSON, head=head)
    transition.update(task, fixes=fixes, feedback=text)
    return reply(f"{sentence(task.name)} goes again with these words in its turn.")
