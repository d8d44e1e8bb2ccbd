"""Merges that GitHub makes by itself once its rules are satisfied."""

from dataclasses import replace

from bot.core.effects import EnableAutoMerge
from bot.core.events import AutoMergeSet, MergeRefused, PullRequestFetched
from bot.core.merge_policy import Verdict
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import MergeRefusal, PullRequest
from bot.core.model.reasons import Failure, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.retry import after_refused_merge
from bot.core.transitions.agent_run.teardown import cancel_merge, stop
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.pull_request.merge_request import message, method, title
from bot.core.transitions.pull_request.waiting import fetch, wait
from bot.core.transitions.transition import Transition, quoted

MAX_REFUSALS = 5


def set_auto_merge(
    transition: Transition, task: Task, event: PullRequestFetched, verdict: Verdict
) -> None:
    """Have GitHub merge by itself what GitHub alone can judge."""
    snapshot, how = event.snapshot, method(transition.epic, event.rules.merge_methods)
    if isinstance(how, Failure):
        fail(transition, task, how)
        return
    task = wait(transition, task, verdict)
    assert task.pull_request is not None
    request = task.pull_request.with_merge(auto_merge_requested=True)
    task = transition.update(task, pull_request=request)
    transition.emit(
        EnableAutoMerge(
            task=task.number,
            number=snapshot.number,
            node_id=snapshot.node_id,
            head=snapshot.head_sha,
            method=how,
            title=title(task, snapshot.number),
            message=message(transition.epic, task),
            attempt=request.merge.number,
            fetched_at=event.fetched_at,
        )
    )


def auto_merge_set(transition: Transition, event: AutoMergeSet) -> None:
    """Remember that auto-merge is on, and switch it off if it is no longer wanted."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None:
        return
    request = replace(task.pull_request, auto_merge=True)
    task = transition.update(task, pull_request=request)
    transition.log(Notice(kind=NoticeKind.AUTO_MERGE_ENABLED), task.number)
    if request.merge.auto_merge_requested:
        cancel_if_unwanted(transition, task)
    else:
        # Something came in its way while GitHub was asked.
        cancel_merge(transition, task)


def cancel_if_unwanted(transition: Transition, task: Task) -> None:
    """Take back what was left to GitHub where nobody wants it any more."""
    if transition.epic.status is not EpicStatus.ACTIVE or not task.status.is_under_way:
        # This takes back whatever was left to GitHub.
        stop(transition, task)


def auto_merge_refused(
    transition: Transition, task: Task, request: PullRequest, event: MergeRefused
) -> None:
    """Try again a few times; these refusals use up no try at a merge of our own."""
    count = request.merge.auto_merges_refused + 1
    request = replace(request, fetches=0).with_merge(
        auto_merges_refused=count, auto_merge_requested=False
    )
    task = transition.update(task, pull_request=request)
    if task.status is not TaskStatus.PR_OPEN or transition.epic.status is not EpicStatus.ACTIVE:
        return
    quote = event.reason and quoted(event.reason)
    if event.needs_person or count >= MAX_REFUSALS:
        refusal = MergeRefusal(quote=quote, auto_merge=True)
        task = transition.update(task, pull_request=request.with_merge(refusal=refusal))
    task = transition.update(task, wait=Wait(kind=WaitKind.MERGE_RETRY, quote=quote))
    fetch(transition, task, after_refused_merge(count))
