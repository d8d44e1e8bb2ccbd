"""What the commands about single tasks do."""

from dataclasses import replace
from typing import Literal

from bot.core.checklist import MAX_TASKS, add_line, parse_checklist
from bot.core.commands import Add, Fix, Merge, Restart, Retry, Skip
from bot.core.decide.answers import Answer, refuse, reply
from bot.core.decide.checklist import follow
from bot.core.decide.fixing import send_back
from bot.core.decide.launching import begin_again, launch, stop
from bot.core.decide.outcomes import forget_final_pull_request, lift_pause
from bot.core.decide.steering import activate, drop, put_back
from bot.core.decide.turn import Turn, sentence
from bot.core.decide.waiting import look
from bot.core.effects import AddLine, ClosePullRequest
from bot.core.epic import Fixes, FixKind, PauseCause, Task
from bot.core.events import CommandGiven
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.messages import Message, MessageKind

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
        put_back(turn, task)
    busy = any(turn.epic.under_way()) or turn.epic.base_red is not None
    if first.is_final_pull_request:
        _bring_home_again(turn, first)
    elif busy or turn.epic.pause_cause is PauseCause.PERSON:
        put_back(turn, first)
    if turn.epic.pause_cause is PauseCause.PERSON:
        what = "The final pull request" if first.is_final_pull_request else f"Task {first.number}"
        return reply(f"{what} goes again once the epic is resumed.")
    activate(turn)
    if not (busy or first.is_final_pull_request):
        fixes = first.fixes.afresh()
        begin_again(turn, turn.put(first, retries_used=0, ended_at=None, fixes=fixes))
    return None


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
        return _no_task(turn, int(which))
    if task.status not in (TaskStatus.FAILED, TaskStatus.SKIPPED):
        return refuse(f"Task {which} has not failed, so there is nothing to retry.")
    return [task]


def _no_task(turn: Turn, number: int) -> Answer:
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
    if number is None:
        return refuse(f"Which task? `/orchestra {verb} N` names it.")
    return turn.epic.task(number) or _no_task(turn, number)


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
    task = stop(turn, task)
    drop(turn, task, TaskStatus.SKIPPED)
    turn.log(f"skipped by @{event.by}", task.number)
    if task.pull_request is not None and task.pull_request.is_open:
        message = Message(kind=MessageKind.SKIPPED, task=task.number, to=event.by)
        turn.say(message, f"skipped:{task.number}", task.pull_request.number)
    lift_pause(turn)
    return None


def add(turn: Turn, command: Add, event: CommandGiven) -> Answer | None:
    """Append a task to the checklist, or put it after another one."""
    epic = turn.epic
    after = epic.task(command.after) if command.after is not None else None
    if command.after is not None and after is None:
        return _no_task(turn, command.after)
    if len(parse_checklist(epic.body).items) >= MAX_TASKS:
        return refuse(f"The checklist is full: {MAX_TASKS} tasks are the most.")
    same = [item for item in parse_checklist(epic.body).items if item.title == command.title]
    after_title = after.title if after else None
    after_nth = after.same_title_before if after else 0
    body = add_line(epic.body, command.title, after_title, after_nth)
    if body is None:
        return refuse("The checklist as it stands takes no further line.")
    known = {task.number for task in epic.tasks}
    turn.change(body=body)
    if epic.tasks:
        follow(turn, parse_checklist(body).items)
    added = next((task for task in turn.epic.tasks if task.number not in known), None)
    number = added.number if added else 0
    turn.ask(
        AddLine(
            task=number,
            title=command.title,
            same_title_before=added.same_title_before if added else len(same),
            after=after_title,
            after_same_title_before=after_nth,
        )
    )
    turn.log(f"@{event.by} added “{command.title}”", number or None)
    if epic.status.is_final:
        return reply("Added. `/orchestra start` goes on with it.")
    return reply(f"Added as task {number}.") if number else None


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
        needs_person=False,
        waiting_for="a look at the pull request",
    )
    lift_pause(turn)
    turn.log(f"@{event.by} asked to merge it now", task.number)
    look(turn, task)
    return None


def fix(turn: Turn, command: Fix, event: CommandGiven) -> Answer | None:
    """Tell the task's agent something, at once or when its turn is over."""
    task = _named(turn, "fix", command.task, event)
    if isinstance(task, Answer):
        return task
    if task.status is TaskStatus.PROCESSING:
        turn.put(task, fixes=replace(task.fixes, wanted=command.text))
        turn.log(f"@{event.by} has a word for the agent", task.number)
        return reply("The agent is at work. It is told as soon as its turn is over.")
    request = task.pull_request
    open_request = request is not None and request.is_open
    fixable = task.status in (TaskStatus.PR_OPEN, TaskStatus.FAILED)
    if task.is_final_pull_request or not (fixable and open_request):
        return refuse(f"{sentence(task.name)} has no agent and no open pull request to be told of.")
    if turn.epic.pause_cause is PauseCause.PERSON:
        return refuse("This epic is paused. `/orchestra resume` first.")
    turn.log(f"@{event.by} sends the agent back", task.number)
    activate(turn)
    send_back(turn, turn.put(task, ended_at=None), FixKind.PERSON, command.text)
    return None
