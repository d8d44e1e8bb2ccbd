"""Send an agent back to its pull request, and what ends that: failed checks above all."""

from dataclasses import replace
from datetime import timedelta

from bot.core.effects import FetchFailures, ReplyToThread, RequestReview, RerunJobs
from bot.core.events import FailuresFetched, JobsRerun
from bot.core.merge_policy import Step, Verdict
from bot.core.model.fixes import FixKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.pull_request import PullRequest
from bot.core.model.reasons import Failure, FailureKind, Wait, WaitKind
from bot.core.model.task import Task
from bot.core.prompts.feedback import failures_text
from bot.core.transitions.agent_run.follow_up import prompt_again
from bot.core.transitions.agent_run.turn import take_turn
from bot.core.transitions.epic.endings import fail
from bot.core.transitions.pull_request.waiting import fetch, wait, waiting_task
from bot.core.transitions.transition import Transition

# A person, or the vendor's own agent, may be about to push a fix.
QUIET = timedelta(minutes=5)
# So many rounds in a row that leave as many checks failing are enough, however many are allowed.
MAX_STALE_ROUNDS = 2
# A workflow run ends a little later than its last job, and only then is it run again.
RERUN_SECONDS = 5.0


def send_back(transition: Transition, task: Task, kind: FixKind, text: str) -> None:
    """Give `text` to the task's agent, in the task's turn; launch another where it is gone."""
    assert task.pull_request is not None
    fixes = replace(
        task.fixes, under_way=kind, head=task.pull_request.head_sha, queued_instruction=None
    )
    if kind is not FixKind.PERSON:
        count = getattr(fixes, kind.value) + 1
        fixes = replace(fixes, **{kind.value: count})
    task = transition.update(task, fixes=fixes, feedback=text)
    if take_turn(transition, task):
        transition.log(Notice(kind=NoticeKind.AGENT_SENT_BACK, fix=kind), task.number)
    prompt_again(transition, task)


def end_round(transition: Transition, task: Task) -> Task:
    """Answer the reviewers if the agent that was sent back has pushed anything."""
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
    """Run failed jobs once more, wait for quiet, then send the agent back to them."""
    request, fixes = task.pull_request, task.fixes
    assert request is not None
    assert verdict.wait is not None
    request = replace(request, red_at=request.red_at or transition.now)
    task = transition.update(task, pull_request=request)
    jobs = tuple(check.id for check in verdict.checks if check.is_actions and check.id)
    failure = Failure(
        kind=FailureKind.CHECKS_FAILED,
        checks=verdict.wait.checks,
        pages=verdict.wait.pages,
        rounds=fixes.checks,
        merge_allowed=verdict.wait.merge_allowed,
    )
    if jobs and fixes.rerun_head != request.head_sha:
        effect = RerunJobs(task=task.number, head=request.head_sha, jobs=jobs)
        _rerun(transition, task, effect, verdict.wait)
    elif fixes.checks >= transition.epic.settings_for(task).ci_fixes:
        _fail_with_log(transition, task, verdict, failure)
    elif fixes.checked_head == request.head_sha:
        _fail_with_log(transition, task, verdict, replace(failure, pushed_nothing=True))
    elif fixes.stale_with(len(verdict.checks)) >= MAX_STALE_ROUNDS:
        _fail_with_log(transition, task, verdict, replace(failure, no_progress=True))
    else:
        _after_quiet(transition, task, request, verdict)


def checks_interrupted(transition: Transition, task: Task, verdict: Verdict) -> None:
    """Run cancelled workflows once more; what is none, or was cancelled again, is a person's."""
    request = task.pull_request
    assert request is not None
    assert verdict.wait is not None
    runs = tuple(dict.fromkeys(one.workflow_run for one in verdict.checks if one.workflow_run))
    if runs and task.fixes.rerun_head != request.head_sha:
        effect = RerunJobs(task=task.number, head=request.head_sha, runs=runs)
        _rerun(transition, task, effect, verdict.wait)
    else:
        wait(transition, task, replace(verdict, step=Step.ASK_PERSON, needs_person=True))


def _fail_with_log(transition: Transition, task: Task, verdict: Verdict, failure: Failure) -> None:
    """Fail, and fetch the log that people are then shown."""
    assert task.pull_request is not None
    fail(transition, task, failure)
    head, checks = task.pull_request.head_sha, verdict.checks
    transition.emit(FetchFailures(task=task.number, head=head, checks=checks))


def _rerun(transition: Transition, task: Task, effect: RerunJobs, red: Wait) -> None:
    transition.emit(effect, RERUN_SECONDS)
    task = transition.update(task, fixes=replace(task.fixes, rerun_head=effect.head))
    reason = replace(red, kind=WaitKind.CHECKS_RERUN)
    wait(transition, task, Verdict(step=Step.WAIT, wait=reason))


def _after_quiet(
    transition: Transition, task: Task, request: PullRequest, verdict: Verdict
) -> None:
    assert request.red_at is not None
    assert verdict.wait is not None
    ends = request.red_at + QUIET
    if transition.now < ends:
        reason = replace(verdict.wait, kind=WaitKind.QUIET, until=ends)
        wait(transition, task, replace(verdict, wait=reason, until=ends))
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
    wait(transition, task, verdict)


def jobs_rerun(transition: Transition, event: JobsRerun) -> None:
    """Fetch the checks of the failed jobs, which run again or may not be run again."""
    task = transition.epic.task(event.task)
    if task is None or task.pull_request is None or task.pull_request.head_sha != event.head:
        return
    if not event.refused:
        task = transition.update(task, pull_request=replace(task.pull_request, red_at=None))
        transition.log(Notice(kind=NoticeKind.JOBS_RERUN), task.number)
    fetch(transition, task)


def failures_fetched(transition: Transition, event: FailuresFetched) -> None:
    """Send the agent back with what failed, unless something has happened meanwhile."""
    _show_log(transition, event)
    task = waiting_task(transition, event.task, event.head)
    if task is None or task.pull_request is None or task.fixes.checked_head == event.head:
        return
    if event.agent_at_work:
        request = replace(task.pull_request, red_at=transition.now)
        reason = Wait(kind=WaitKind.AGENT_FIXING_UNASKED)
        task = transition.update(task, pull_request=request)
        wait(transition, task, Verdict(step=Step.WAIT, wait=reason))
        return
    failing = event.total or len(event.failures)
    fixes = replace(
        task.fixes,
        checked_head=event.head,
        failing=failing,
        stale=task.fixes.stale_with(failing),
    )
    task = transition.update(task, fixes=fixes)
    send_back(transition, task, FixKind.CHECKS, failures_text(event.failures))


def _show_log(transition: Transition, event: FailuresFetched) -> None:
    """Keep the log's end of a task that has failed for good."""
    task = transition.epic.task(event.task)
    if task is None or task.failure is None or task.failure.kind is not FailureKind.CHECKS_FAILED:
        return
    logs = [failure.log_tail for failure in event.failures if failure.log_tail]
    if logs and task.pull_request and task.pull_request.head_sha == event.head:
        transition.update(task, failure=replace(task.failure, log_tail=logs[0]))
