"""Requested changes: given to the agent, answered, left to the reviewers."""

from dataclasses import replace

from bot.core.effects import FetchReviews
from bot.core.events import ReviewsFetched
from bot.core.merge_policy import Verdict
from bot.core.model.fixes import FixKind
from bot.core.model.reasons import Failure, FailureKind, WaitKind
from bot.core.model.task import Task
from bot.core.prompts.feedback import reviews_text
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.pull_request.fix_rounds import send_back
from bot.core.transitions.pull_request.waiting import wait, waiting_task
from bot.core.transitions.transition import Transition


def changes_requested(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Give the requested changes to the agent; afterwards wait for the reviewers."""
    fixes, request = task.fixes, task.pull_request
    assert request is not None
    assert verdict.wait is not None
    if all(review.id in fixes.reviews for review in verdict.reviews):
        _wait_for_reviewers(transition, task, verdict)
    elif task.is_final_pull_request:
        wait(transition, task, verdict)
    elif fixes.review >= transition.epic.settings.review_fixes:
        failure = Failure(
            kind=FailureKind.CHANGES_REQUESTED,
            people=verdict.wait.people,
            rounds=fixes.review,
            merge_allowed=verdict.wait.merge_allowed,
        )
        fail(transition, task, failure)
    else:
        transition.emit(FetchReviews(task=task.number, number=request.number))
        wait(transition, task, replace(verdict, needs_person=False))


def _wait_for_reviewers(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Ask for another review, unless the agent that was sent back has pushed nothing."""
    assert task.pull_request is not None
    assert verdict.wait is not None
    unchanged = task.pull_request.head_sha == task.fixes.reviewed_head
    kind = WaitKind.CHANGES_NOT_MADE if unchanged else WaitKind.REVIEW_AFTER_CHANGES
    wait(transition, task, replace(verdict, wait=replace(verdict.wait, kind=kind)))


def fetched(transition: Transition, event: ReviewsFetched) -> None:
    """Send the agent back with the reviewers' words."""
    task = waiting_task(transition, event.task)
    if task is None or task.pull_request is None:
        return
    new = [text for text in event.texts if text.review_id not in task.fixes.reviews]
    if not new:
        return
    threads = [thread for text in new for thread in text.threads if not thread.is_resolved]
    known, comments = task.fixes, [one.comments[0].id for one in threads if one.comments]
    fixes = replace(
        known,
        reviewed_head=task.pull_request.head_sha,
        reviews=(*known.reviews, *(text.review_id for text in new)),
        threads=tuple(dict.fromkeys((*known.threads, *comments))),
        reviewers=tuple(dict.fromkeys((*known.reviewers, *(text.by for text in new)))),
    )
    send_back(transition, transition.update(task, fixes=fixes), FixKind.REVIEW, reviews_text(new))
