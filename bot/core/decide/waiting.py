"""What a task waits for, and when it is looked at again."""

from dataclasses import replace

from bot.core.commands import PREFIX
from bot.core.decide.turn import Turn, sentence
from bot.core.effects import LookAtPullRequest
from bot.core.epic import Task
from bot.core.merge_gate import Verdict
from bot.core.messages import Message, MessageKind

# Webhooks come first; these looks are for those that get lost.
LOOKS_SECONDS = (60.0, 120.0, 300.0, 600.0)


def look(turn: Turn, task: Task, after: float = 0) -> None:
    """Ask for a look at the task's pull request."""
    if task.pull_request_number is not None:
        turn.ask(
            LookAtPullRequest(
                task=task.number,
                number=task.pull_request_number,
                base=turn.epic.base_of(task),
            ),
            after,
        )


def wait(turn: Turn, task: Task, verdict: Verdict) -> Task:
    """Look again when the verdict changes by itself, or else ever more rarely."""
    request = task.pull_request
    assert request is not None
    again = turn.in_seconds(LOOKS_SECONDS[min(request.looks, len(LOOKS_SECONDS) - 1)])
    if verdict.until is not None:
        again = min(again, verdict.until)
    reason = verdict.reason
    if verdict.may_be_merged and not task.is_final_pull_request:
        reason += f"; `{PREFIX} merge {task.number}` merges it now"
    if task.waiting_for != reason:
        turn.log(f"waiting for {verdict.reason}", task.number)
    return turn.put(
        task,
        pull_request=replace(request, looks=request.looks + 1),
        waiting_for=reason,
        needs_person=verdict.needs_person,
        look_at=again,
    )


def ask_person(turn: Turn, task: Task, verdict: Verdict) -> None:
    """Wait, and tell the epic's starter once for each head."""
    task = wait(turn, task, verdict)
    request = task.pull_request
    assert request is not None
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=turn.epic.started_by,
        text=f"{sentence(task.name)} waits for {task.waiting_for}.",
        task=task.number,
    )
    turn.say(message, f"ask:{task.number}:{request.head_sha}")
