"""Bring a pull request's branch up to date with its base, by GitHub or by the agent."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.effects import UpdateBranch
from bot.core.events import BranchUpdated, UpdateRefused
from bot.core.merge_policy import Step, Verdict
from bot.core.model.fixes import FixKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import BranchUpdate, PullRequest
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.prompts.feedback import conflict_text
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.pull_request.fix_rounds import send_back
from bot.core.transitions.pull_request.waiting import fetch, wait, waiting_task
from bot.core.transitions.transition import Transition, quoted

UPDATE_FETCH = 10.0
# GitHub merges the base into a branch within seconds.
UPDATE_PATIENCE = timedelta(minutes=10)


def update(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Have GitHub merge the base into the branch, once for each head; then ask a person."""
    request = task.pull_request
    assert request is not None
    if task.fixes.updated_head != request.head_sha:
        task = _request(transition, task, request)
        assert task.pull_request is not None
        request = task.pull_request
    elif request.update.refusal is not None or transition.now >= _ends(transition, request):
        _ask_person(transition, task, request.update.refusal)
        return
    wait(transition, task, replace(verdict, until=_ends(transition, request)))


def _request(transition: Transition, task: Task, request: PullRequest) -> Task:
    """Ask GitHub to merge the base into the branch."""
    transition.emit(UpdateBranch(task=task.number, number=request.number, head=request.head_sha))
    base = transition.epic.base_of(task)
    transition.log(Notice(kind=NoticeKind.BRANCH_UPDATE_REQUESTED, branch=base), task.number)
    return transition.update(
        task,
        fixes=replace(task.fixes, updated_head=request.head_sha),
        pull_request=replace(request, update=BranchUpdate(asked_at=transition.now)),
    )


def _ends(transition: Transition, request: PullRequest) -> datetime:
    return (request.update.asked_at or request.head_seen_at or transition.now) + UPDATE_PATIENCE


def _ask_person(transition: Transition, task: Task, refusal: str | None) -> None:
    """Wait for a person to update the branch: GitHub refused, or (None) did not do it in time."""
    reason = Wait(
        kind=WaitKind.BRANCH_UPDATE_BY_PERSON,
        branch=transition.epic.base_of(task),
        quote=refusal,
    )
    wait(transition, task, Verdict(step=Step.ASK_PERSON, wait=reason, needs_person=True))


def updated(transition: Transition, event: BranchUpdated) -> None:
    """Fetch the pull request once GitHub has merged the base into its branch."""
    task = transition.epic.task(event.task)
    if task is not None:
        fetch(transition, task, UPDATE_FETCH)


def refused(transition: Transition, event: UpdateRefused) -> None:
    """Send the agent back over a conflict; ask a person about anything else."""
    task = waiting_task(transition, event.task, event.head)
    if task is None or task.pull_request is None:
        return
    if event.conflict:
        conflict(transition, task)
        return
    refusal = quoted(event.reason)
    request = replace(task.pull_request, update=replace(task.pull_request.update, refusal=refusal))
    _ask_person(transition, transition.update(task, pull_request=request), refusal)


def conflict(transition: Transition, task: Task) -> None:
    """Have GitHub update the branch first, then send the agent back to resolve the conflict."""
    request, fixes, base = task.pull_request, task.fixes, transition.epic.base_of(task)
    assert request is not None
    if fixes.updated_head != request.head_sha:
        reason = Wait(kind=WaitKind.BRANCH_UPDATE, branch=base, conflict=True)
        update(transition, task, Verdict(step=Step.UPDATE, wait=reason))
    elif fixes.conflict >= transition.epic.settings_for(task).conflict_fixes:
        failure = Failure(kind=FailureKind.MERGE_CONFLICT, branch=base, rounds=fixes.conflict)
        fail(transition, task, failure)
    else:
        send_back(transition, task, FixKind.CONFLICT, conflict_text(base))
