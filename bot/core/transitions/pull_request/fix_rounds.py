"""Sending an agent back to its pull request: over checks, reviews, conflicts, a person's word."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.commands import PREFIX
from bot.core.effects import (
    FetchFailures,
    FetchReviews,
    ReplyToThread,
    RequestReview,
    RerunJobs,
    UpdateBranch,
)
from bot.core.events import (
    BranchUpdated,
    FailuresFetched,
    JobsRerun,
    ReviewsFetched,
    UpdateRefused,
)
from bot.core.merge_policy import Step, Verdict
from bot.core.model.epic import FixKind, PullRequest, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.prompts.feedback import conflict_text, failures_text, reviews_text
from bot.core.transitions.agent_run.launch import begin_again
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.pull_request.waiting import fetch, wait
from bot.core.transitions.transition import Transition

# A person, or the vendor's own agent, may be about to push a fix.
QUIET = timedelta(minutes=5)
UPDATE_FETCH = 10.0
# A workflow run ends a little later than its last job, and only then is it run again.
RERUN_SECONDS = 5.0
# GitHub merges the base into a branch within seconds.
UPDATE_PATIENCE = timedelta(minutes=10)


def send_back(transition: Transition, task: Task, kind: FixKind, text: str) -> None:
    """Tell the task's agent what is to be put right; another one goes on where it is gone."""
    assert task.pull_request is not None
    fixes = replace(
        task.fixes, under_way=kind, head=task.pull_request.head_sha, queued_instruction=None
    )
    if kind is not FixKind.PERSON:
        count = getattr(fixes, kind.value) + 1
        fixes = replace(fixes, **{kind.value: count})
    transition.log(f"sending the agent back to its pull request ({kind.value})", task.number)
    begin_again(transition, transition.update(task, fixes=fixes, feedback=text))


def round_over(transition: Transition, task: Task) -> Task:
    """The agent's turn is over: answer the reviewers, if it pushed anything."""
    fixes, request = task.fixes, task.pull_request
    if fixes.under_way is None or request is None:
        return task
    if request.head_sha != fixes.head:
        for comment in fixes.threads:
            transition.emit(
                ReplyToThread(number=request.number, comment_id=comment, head=request.head_sha)
            )
        for login in fixes.reviewers:
            transition.emit(
                RequestReview(number=request.number, login=login, head=request.head_sha)
            )
        fixes = replace(fixes, threads=(), reviewers=())
    return transition.update(task, fixes=replace(fixes, under_way=None), feedback=None)


def checks_failed(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Run what may be flaky once more, wait for quiet, then have the agent see to it."""
    request, fixes, most = task.pull_request, task.fixes, transition.epic.settings.ci_fixes
    assert request is not None
    request = replace(request, red_at=request.red_at or transition.now)
    task = transition.update(task, pull_request=request)
    jobs = tuple(check.id for check in verdict.checks if check.is_actions and check.id)
    if jobs and fixes.rerun_head != request.head_sha:
        _rerun(transition, task, jobs, verdict)
    elif task.is_final_pull_request or fixes.checks >= most:
        fail(transition, task, _after(verdict.reason, fixes.checks))
    elif fixes.checked_head == request.head_sha:
        fail(transition, task, f"{verdict.reason}, and the agent pushed nothing more")
    else:
        _after_quiet(transition, task, request, verdict)


def _after(reason: str, rounds: int) -> str:
    if not rounds:
        return reason
    return f"{reason} (the agent was sent back to it {rounds} time{'s' if rounds > 1 else ''})"


def _rerun(transition: Transition, task: Task, jobs: tuple[int, ...], verdict: Verdict) -> None:
    request = task.pull_request
    assert request is not None
    transition.emit(RerunJobs(task=task.number, head=request.head_sha, jobs=jobs), RERUN_SECONDS)
    fixes = replace(task.fixes, rerun_head=request.head_sha)
    task = transition.update(task, fixes=fixes)
    wait(
        transition, task, replace(verdict, reason=f"another run of what failed ({verdict.reason})")
    )


def _after_quiet(
    transition: Transition, task: Task, request: PullRequest, verdict: Verdict
) -> None:
    assert request.red_at is not None
    due = request.red_at + QUIET
    if transition.now < due:
        reason = f"a push, as {verdict.reason}; at {due:%H:%M:%S} UTC its agent is sent back to it"
        wait(transition, task, replace(verdict, reason=reason, until=due))
        return
    run = task.run
    transition.emit(
        FetchFailures(
            task=task.number,
            head=request.head_sha,
            checks=verdict.checks,
            agent_id=run.agent_id if run else None,
        )
    )
    wait(transition, task, replace(verdict, reason=f"a look at why {verdict.reason}"))


def jobs_rerun(transition: Transition, event: JobsRerun) -> None:
    """The failed jobs run again, or may not be run again: the next look counts."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    if not event.refused:
        task = transition.update(task, pull_request=replace(task.pull_request, red_at=None))
        transition.log("failed jobs run once more: they may be flaky", task.number)
    fetch(transition, task)


def failures_read(transition: Transition, event: FailuresFetched) -> None:
    """Send the agent back with what failed, unless something has happened meanwhile."""
    task = _waiting(transition, event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    if task.fixes.checked_head == event.head:
        return
    if event.agent_at_work:
        request = replace(task.pull_request, red_at=transition.now)
        reason = "the agent, which is at work on it unasked"
        wait(
            transition,
            transition.update(task, pull_request=request),
            Verdict(step=Step.WAIT, reason=reason),
        )
        return
    task = transition.update(task, fixes=replace(task.fixes, checked_head=event.head))
    send_back(transition, task, FixKind.CHECKS, failures_text(event.failures))


def _waiting(transition: Transition, number: int) -> Task | None:
    """The task, while its pull request waits in an active epic."""
    task = transition.epic.task(number)
    waits = task is not None and task.status is TaskStatus.PR_OPEN
    return task if waits and transition.epic.status is EpicStatus.ACTIVE else None


def changes_requested(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Give what reviewers ask for to the agent; then it is for them to look again."""
    fixes, request = task.fixes, task.pull_request
    assert request is not None
    if all(review.id in fixes.reviews for review in verdict.reviews):
        _wait_for_reviewers(transition, task, request, verdict)
    elif task.is_final_pull_request:
        wait(transition, task, verdict)
    elif fixes.review >= transition.epic.settings.review_fixes:
        fail(transition, task, _after(_requested(verdict), fixes.review))
    else:
        transition.emit(FetchReviews(task=task.number, number=request.number))
        wait(transition, task, replace(verdict, needs_person=False))


def _wait_for_reviewers(
    transition: Transition, task: Task, request: PullRequest, verdict: Verdict
) -> None:
    """What they asked for was done, unless the agent it was given to has pushed nothing."""
    by = " and ".join(f"@{review.by}" for review in verdict.reviews)
    if request.head_sha != task.fixes.reviewed_head:
        wait(transition, task, replace(verdict, reason=f"{by} to look at the changes again"))
        return
    reason = (
        f"a person, as {by} requested changes and the agent pushed nothing;"
        f" `{PREFIX} fix {task.number} TEXT` sends it back"
    )
    wait(transition, task, replace(verdict, reason=reason))


def _requested(verdict: Verdict) -> str:
    return "changes requested by " + " and ".join(f"@{review.by}" for review in verdict.reviews)


def reviews_read(transition: Transition, event: ReviewsFetched) -> None:
    """Send the agent back with the reviewers' words."""
    task = _waiting(transition, event.task)
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


def update(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Have GitHub merge the base into the branch, once for each head; then it is a person's."""
    request = task.pull_request
    assert request is not None
    if task.fixes.updated_head != request.head_sha:
        transition.emit(
            UpdateBranch(task=task.number, number=request.number, head=request.head_sha)
        )
        request = replace(request, update_asked_at=transition.now, update_refusal=None)
        fixes = replace(task.fixes, updated_head=request.head_sha)
        task = transition.update(task, fixes=fixes, pull_request=request)
        transition.log(
            f"bringing the branch up to date with {transition.epic.base_of(task)}", task.number
        )
    elif request.update_refusal is not None:
        _not_updated(transition, task, request.update_refusal)
        return
    elif transition.now >= _update_ends(transition, request):
        _not_updated(transition, task, "GitHub was asked to, and did not do it")
        return
    wait(transition, task, replace(verdict, until=_update_ends(transition, request)))


def _update_ends(transition: Transition, request: PullRequest) -> datetime:
    return (request.update_asked_at or request.head_seen_at or transition.now) + UPDATE_PATIENCE


def _not_updated(transition: Transition, task: Task, why: str) -> None:
    reason = f"its branch to be brought up to date with `{transition.epic.base_of(task)}` ({why})"
    wait(transition, task, Verdict(step=Step.ASK_PERSON, reason=reason, needs_person=True))


def updated(transition: Transition, event: BranchUpdated) -> None:
    """GitHub has merged the base into the branch, or is about to."""
    task = transition.epic.task(event.task)
    if task is not None:
        fetch(transition, task, UPDATE_FETCH)


def update_refused(transition: Transition, event: UpdateRefused) -> None:
    """A conflict is for the agent; anything else for a person."""
    task = _waiting(transition, event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    if event.conflict:
        conflict(transition, task)
        return
    refusal = event.reason.rstrip(".")
    request = replace(task.pull_request, update_refusal=refusal)
    _not_updated(transition, transition.update(task, pull_request=request), refusal)


def conflict(transition: Transition, task: Task) -> None:
    """First GitHub is asked to update the branch, then the agent to resolve the conflict."""
    request, fixes = task.pull_request, task.fixes
    assert request is not None
    base = transition.epic.base_of(task)
    if fixes.updated_head != request.head_sha:
        verdict = Verdict(step=Step.UPDATE, reason=f"an update from `{base}`, as it conflicts")
        update(transition, task, verdict)
    elif task.is_final_pull_request or fixes.conflict >= transition.epic.settings.conflict_fixes:
        fail(transition, task, "merge conflict")
    else:
        send_back(transition, task, FixKind.CONFLICT, conflict_text(base))
