"""What a task waits for, and when it is looked at again."""

import hashlib
import re
from dataclasses import replace

from bot.core.commands import PREFIX
from bot.core.effects import FetchPullRequest
from bot.core.merge_policy import Verdict
from bot.core.model.epic import Task
from bot.core.model.identifiers import CommitSha
from bot.core.model.messages import Message, MessageKind
from bot.core.transitions.transition import Transition, sentence

# Webhooks come first; these looks are for those that get lost.
FETCH_SECONDS = (60.0, 120.0, 300.0, 600.0)
_NUMBER = re.compile(r"[0-9]+")


def fetch(transition: Transition, task: Task, after: float = 0) -> None:
    """Ask for a look at the task's pull request."""
    if task.pull_request_number is not None:
        transition.emit(
            FetchPullRequest(
                task=task.number,
                number=task.pull_request_number,
                base=transition.epic.base_of(task),
            ),
            after,
        )


def wait(transition: Transition, task: Task, verdict: Verdict) -> Task:
    """Look again when the verdict changes by itself, or else ever more rarely.

    Where only a person ends the wait, the epic's starter is told.
    """
    request = task.pull_request
    assert request is not None
    again = transition.in_seconds(FETCH_SECONDS[min(request.fetches, len(FETCH_SECONDS) - 1)])
    if verdict.until is not None:
        again = min(again, verdict.until)
    reason = verdict.reason
    if verdict.may_be_merged:
        which = "" if task.is_final_pull_request else f" {task.number}"
        reason += f"; `{PREFIX} merge{which}` merges it now"
    if task.waiting_for != reason:
        transition.log(f"waiting for {verdict.reason}", task.number)
    task = transition.update(
        task,
        pull_request=replace(request, fetches=request.fetches + 1),
        waiting_for=reason,
        needs_person=verdict.needs_person,
        due_at=again,
    )
    # What a red base needs has been said of the base.
    if verdict.needs_person and (transition.epic.base_red is None or task.is_final_pull_request):
        _ask_person(transition, task, request.head_sha, verdict.reason)
    return task


def _ask_person(transition: Transition, task: Task, head: CommitSha, reason: str) -> None:
    """Tell the epic's starter, once for each head and reason."""
    message = Message(
        kind=MessageKind.NEEDS_PERSON,
        to=transition.epic.started_by,
        text=f"{sentence(task.name)} waits for {task.waiting_for}.",
        task=task.number,
    )
    transition.comment(message, f"ask:{task.number}:{head}:{_digest(reason)}")


def _digest(reason: str) -> str:
    """The same for the same reason, however many it counts and whoever it names in brackets."""
    words = _NUMBER.sub("", reason.partition(" (")[0])
    return hashlib.sha256(words.encode()).hexdigest()[:8]
