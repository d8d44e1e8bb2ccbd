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
from bot.core.transitions.agent_run.launch import begin_again, launch, look_no_more, stop
from bot.core.transitions.epic.endings import ended, forget_final_pull_request
from bot.core.transitions.pull_request.fix_rounds import send_back
from bot.core.transitions.pull_request.waiting import look
from bot.core.transitions.steering import activate, put_back
from bot.core.transitions.transition import Turn, sentence

# An agent is told at most this many characters in one go.
MAX_WANTED = 12_000
_RUNNING = (EpicStatus.ACTIVE, EpicStatus.PAUSED)
_NOT_RUNNING = "This epic is not running. `/orchestra start` goes on with what is not done."


def retry(turn: Turn, command: Retry, event: CommandGiven) -> Answer | None:
    """Try failed tasks again; the first goes at once, the others in their order."""
    if turn.epic.status not in _RUNNING:
        return refuse(_NOT_RUNNING)
    which = command.task if command.task is not None else task_of(turn, event)
    chosen = _chosen(turn, which)
    if isinstance(chosen, Answer):
        return chosen
    first, *others = chosen
    for task in others:
        put_back(turn, task, _failure(task))
    busy = any(turn.epic.under_way()) or turn.epic.base_red is not None
    if first.is_final_pull_request:
        _bring_home_again(turn, first)
    elif busy or turn.epic.pause_cause is PauseCause.PERSON:
        put_back(turn, first, _failure(first))
    if turn.epic.pause_cause is PauseCause.PERSON:
        what = "The final pull request" if first.is_final_pull_request else f"Task {first.number}"
        return reply(f"{what} goes again once the epic is resumed.")
    activate(turn)
    if not (busy or first.is_final_pull_request):
        fixes = first.fixes.afresh()
        begin_again(turn, turn.put(first, retries_used=0, ended_at=None, fixes=fixes))
    return None


def _failure(task: Task) -> str | None:
    return task.failure if task.status is TaskStatus.FAILED else None


def _bring_home_again(turn: Turn, task: Task) -> None:
    """Judge the final pull request again; one that is not open any more is opened anew."""
    if task.pull_request is None or not task.pull_request.is_open:
        forget_final_pull_request(turn)
    else:
        turn.put(task, status=TaskStatus.PR_OPEN, failure=None, ended_at=None)


def _chosen(turn: Turn, which: int | Literal["all"] | None) -> list[Task] | Answer:
    failed = [task for task in turn.epic.tasks if task.status is TaskStatus.FAILED]
    if which in ("all", None):
        return failed or refuse("No task has failed, so there is nothing to retry.")
    task = turn.epic.task(int(which))
    if task is None:
        return no_task(turn, int(which))
    if task.status not in (TaskStatus.FAILED, TaskStatus.SKIPPED):
        return refuse(f"Task {which} has not failed, so there is nothing to retry.")
    return [task]


def no_task(turn: Turn, number: int) -> Answer:
    """Refuse a number that no task has."""
    last = max((task.number for task in turn.epic.tasks), default=0)
    if not last:
        return refuse("Tasks get their numbers when the epic starts.")
    return refuse(f"There is no task {number}; the last one is {last}.")


def task_of(turn: Turn, event: CommandGiven) -> int | None:
    """The task whose pull request the comment is on."""
    if event.pull_request is None:
        return None
    for task in turn.epic.tasks:
        if task.pull_request_number == event.pull_request:
            return task.number
    return None


def _named(turn: Turn, verb: str, number: int | None, event: CommandGiven) -> Task | Answer:
    """The task that a command is about, where the epic is one that can be steered."""
    if turn.epic.status not in _RUNNING:
        return refuse(_NOT_RUNNING)
    number = number if number is not None else task_of(turn, event)
    if number is None and _is_all_but_home(turn.epic):
        number = FINAL_PULL_REQUEST
    if number is None:
        return refuse(f"Which task? `/orchestra {verb} N` names it.")
    return turn.epic.task(number) or no_task(turn, number)


def _is_all_but_home(epic: Epic) -> bool:
    """Whether the final pull request, which has no number for people, is all that is left."""
    return [task.number for task in epic.tasks if not _is_over(task)] == [FINAL_PULL_REQUEST]


def _is_over(task: Task) -> bool:
    return task.status.is_final and not task.is_final_pull_request


def restart(turn: Turn, command: Restart, event: CommandGiven) -> Answer | None:
    """Begin a task from scratch: new branch, new agent, the old pull request closed."""
    task = _named(turn, "restart", command.task, event)
    if isinstance(task, Answer):
        return task
    if task.is_final_pull_request:
        return refuse("The final pull request has no agent, so there is nothing to begin anew.")
    if task.status in (TaskStatus.COMPLETED, TaskStatus.PENDING):
        has = "is merged" if task.merge_sha else "has not begun"
        return refuse(f"{sentence(task.name)} {has}, so there is nothing to begin anew.")
    task = stop(turn, task)
    _give_up_pull_request(turn, task)
    task = put_back(
        turn,
        turn.put(
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
            look_at=None,
        ),
    )
    turn.log(f"@{event.by} had it begun anew", task.number)
    if turn.epic.pause_cause is PauseCause.PERSON:
        return reply(f"{sentence(task.name)} begins anew once the epic is resumed.")
    busy = any(turn.epic.under_way()) or turn.epic.base_red is not None
    activate(turn)
    if not busy:
        launch(turn, task)
    return None


def _give_up_pull_request(turn: Turn, task: Task) -> None:
    look_no_more(turn, task)
    request = task.pull_request
    if request is not None and request.is_open:
        message = Message(kind=MessageKind.RESTARTED, task=task.number)
        turn.say(message, f"restarted:{task.number}:{task.attempts}", request.number)
        turn.ask(ClosePullRequest(number=request.number))


def skip(turn: Turn, command: Skip, event: CommandGiven) -> Answer | None:
    """Leave a task out; its pull request stays open with a note."""
    task = _named(turn, "skip", command.task, event)
    if isinstance(task, Answer):
        return task
    if task.status in (TaskStatus.COMPLETED, TaskStatus.SKIPPED):
        return refuse(f"{sentence(task.name)} is {task.status.lower()} already.")
    has_failed = task.status is TaskStatus.FAILED
    task = stop(turn, task)
    ended(turn, task, TaskStatus.SKIPPED)
    turn.log(f"skipped by @{event.by}", task.number)
    if task.pull_request is not None and task.pull_request.is_open:
        text = f"{sentence(task.name)} was skipped."
        message = Message(kind=MessageKind.SKIPPED, text=text, task=task.number, to=event.by)
        turn.say(message, f"skipped:{task.number}", task.pull_request.number)
    if has_failed and turn.epic.pause_cause is PauseCause.FAILURE:
        _go_on_without(turn)
    return None


def _go_on_without(turn: Turn) -> None:
    """Lift the pause, but do not end the epic over another failure that nobody has decided on."""
    failed = [task for task in turn.epic.tasks if task.status is TaskStatus.FAILED]
    if failed and turn.epic.next_task() is None:
        turn.change(pause_reason=f"{failed[0].name} failed: {failed[0].failure}")
    else:
        activate(turn)


def merge(turn: Turn, command: Merge, event: CommandGiven) -> Answer | None:
    """Merge a pull request although the policy would wait; GitHub's own rules still hold."""
    task = _named(turn, "merge", command.task, event)
    if isinstance(task, Answer):
        return task
    request = task.pull_request
    if task.status is TaskStatus.MERGING:
        return reply(f"{sentence(task.name)} is being merged already.")
    if task.status not in (TaskStatus.PR_OPEN, TaskStatus.FAILED) or not (
        request and request.is_open
    ):
        return refuse(f"{sentence(task.name)} has no open pull request to merge.")
    if turn.epic.pause_cause is PauseCause.PERSON:
        return refuse("This epic is paused. `/orchestra resume` first, then merge.")
    task = turn.put(
        task,
        status=TaskStatus.PR_OPEN,
        failure=None,
        ended_at=None,
        merge_now=True,
        pull_request=request.afresh(),
        needs_person=False,
        waiting_for="a look at the pull request",
    )
    activate(turn)
    turn.log(f"@{event.by} asked to merge it now", task.number)
    look(turn, task)
    return None


def fix(turn: Turn, command: Fix, event: CommandGiven) -> Answer | None:
    """Tell the task's agent something, at once, when its turn is over, or in the task's turn."""
    task = _named(turn, "fix", command.task, event)
    if isinstance(task, Answer):
        return task
    at_work = task.status is TaskStatus.PROCESSING
    is_open = task.pull_request is not None and task.pull_request.is_open
    fixable = is_open and task.status in (TaskStatus.PR_OPEN, TaskStatus.FAILED)
    if task.is_final_pull_request or not (at_work or fixable):
        return refuse(f"{sentence(task.name)} has no agent and no open pull request to be told of.")
    if turn.epic.pause_cause is PauseCause.PERSON:
        return refuse("This epic is paused. `/orchestra resume` first.")
    if at_work:
        return _tell_later(turn, task, command.text, event)
    turn.log(f"@{event.by} sends the agent back", task.number)
    activate(turn)
    if _must_wait(turn, task):
        return _fix_in_turn(turn, task, command.text)
    send_back(turn, turn.put(task, ended_at=None), FixKind.PERSON, command.text)
    return None


def _tell_later(turn: Turn, task: Task, text: str, event: CommandGiven) -> Answer:
    wanted = "\n".join(filter(None, [task.fixes.wanted, text]))
    if len(wanted) > MAX_WANTED:
        return refuse("The agent is at work and takes no more until its turn is over.")
    turn.put(task, fixes=replace(task.fixes, wanted=wanted))
    turn.log(f"@{event.by} has a word for the agent", task.number)
    return reply("The agent is at work. It is told as soon as its turn is over.")


def _must_wait(turn: Turn, task: Task) -> bool:
    """Whether another agent is at work, or nothing may be launched."""
    others = any(other.number != task.number for other in turn.epic.under_way())
    return others or (task.status is TaskStatus.FAILED and turn.epic.base_red is not None)


def _fix_in_turn(turn: Turn, task: Task, text: str) -> Answer:
    assert task.pull_request is not None
    head = task.pull_request.head_sha
    task = put_back(turn, task)
    fixes = replace(task.fixes, under_way=FixKind.PERSON, head=head)
    turn.put(task, fixes=fixes, feedback=text)
    return reply(f"{sentence(task.name)} goes again with these words in its turn.")
