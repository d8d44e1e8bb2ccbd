"""When an agent is sent back to its own pull request, and when no more."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.fixes import Fixes, FixKind
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.observations import (
    Check,
    CheckFailure,
    CheckState,
    Review,
    ReviewState,
    ReviewText,
    ReviewThread,
    ThreadComment,
)
from bot.core.model.reasons import Wait, WaitKind
from tests.core.transitions.scenes import (
    GRACE,
    HEAD,
    NEXT,
    NOW,
    PAUSED_BY_FAILURE,
    REQUEST,
    RUN,
    after,
    asked,
    command,
    epic,
    first,
    fixes,
    kinds,
    later,
    seen,
    task,
    waits_for,
)

JOB = Check(name="test", state=CheckState.FAILED, id=5, is_actions=True)
STATUS = Check(name="ci", state=CheckState.FAILED)
RED = replace(REQUEST, red_at=NOW)
READ = events.FailuresFetched(
    task=1, head=HEAD, failures=(CheckFailure(name="test", conclusion="failure"),)
)
ASKING = Review(id=7, by=GRACE, state=ReviewState.CHANGES_REQUESTED, sha=HEAD, submitted_at=NOW)
THREAD = ReviewThread(path="a.py", line=3, comments=(ThreadComment(id=70, by=GRACE, body="No."),))
WORDS = events.ReviewsFetched(
    task=1, texts=(ReviewText(review_id=7, by=GRACE, body="Please.", threads=(THREAD,)),)
)
ROUND = Fixes(
    review=1,
    under_way=FixKind.REVIEW,
    head=HEAD,
    reviewed_head=HEAD,
    reviews=(7,),
    threads=(70,),
    reviewers=(GRACE,),
)
ANSWERS = [
    effects.ReplyToThread(number=10, comment_id=70, head=NEXT),
    effects.RequestReview(number=10, login=GRACE, head=NEXT),
]
REFUSED = events.UpdateRefused(task=1, head=HEAD, reason="no", conflict=True)


@pytest.mark.parametrize(
    ("check", "known", "request_", "now", "expected"),
    [
        (JOB, Fixes(), REQUEST, 0, ["RerunJobs"]),
        (STATUS, Fixes(), REQUEST, 0, []),
        (JOB, Fixes(rerun_head=HEAD), RED, 299, []),
        (JOB, Fixes(rerun_head=HEAD), RED, 300, ["FetchFailures"]),
        (STATUS, Fixes(checks=1), RED, 300, ["FetchFailures"]),
        (STATUS, Fixes(checks=2), RED, 300, ["PostComment", "FetchFailures"]),
        (STATUS, Fixes(checks=1, checked_head=HEAD), RED, 300, ["PostComment", "FetchFailures"]),
        (JOB, Fixes(checks=2), RED, 300, ["RerunJobs"]),
    ],
)
def test_checks_failed(
    check: Check, known: Fixes, request_: Any, now: float, expected: list[str]
) -> None:
    before = epic(task(fixes=known, pull_request=request_))
    decision = after(before, seen(checks=(check,)), now=later(now))
    assert kinds(decision) == expected
    assert (first(decision).status is TaskStatus.FAILED) is ("PostComment" in expected)


def test_a_push_restarts_the_quiet_minutes() -> None:
    before = epic(task(pull_request=RED))
    decision = after(before, seen(checks=(STATUS,), head_sha=NEXT), now=later(400))
    assert kinds(decision) == []
    assert first(decision).due_at == later(460)
    request = first(decision).pull_request
    assert request is not None
    assert request.red_at == later(400)


def test_green_again_forgets_the_red() -> None:
    decision = after(epic(task(pull_request=RED)), seen(is_draft=True))
    request = first(decision).pull_request
    assert request is not None
    assert request.red_at is None


@pytest.mark.parametrize(
    ("event", "status", "sent"),
    [
        (READ, TaskStatus.PROCESSING, 1),
        (replace(READ, head=NEXT), TaskStatus.PR_OPEN, 0),
        (replace(READ, agent_at_work=True), TaskStatus.PR_OPEN, 0),
    ],
    ids=["told", "pushed meanwhile", "at work unasked"],
)
def test_failures_read(event: events.FailuresFetched, status: TaskStatus, sent: int) -> None:
    decision = after(epic(task(pull_request=RED)), event, now=later(300))
    assert (first(decision).status, fixes(decision).checks) == (status, sent)
    assert kinds(decision).count("SendFollowUp") == sent


def test_the_log_of_what_failed_for_good_is_shown() -> None:
    logged = (CheckFailure(name="test", conclusion="failure", log_tail="GREY"),)
    before = epic(task(fixes=Fixes(checks=2), pull_request=RED))
    failed = after(before, seen(checks=(STATUS,)), now=later(300)).epic
    for head, shown in ((NEXT, None), (HEAD, "GREY")):
        failure = first(after(failed, replace(READ, failures=logged, head=head))).failure
        assert failure is not None
        assert failure.log_tail == shown


def test_the_same_head_is_told_once() -> None:
    told = task(pull_request=RED, fixes=Fixes(checks=1, checked_head=HEAD))
    assert kinds(after(epic(told), READ)) == []


@pytest.mark.parametrize(
    ("known", "expected", "status"),
    [
        (Fixes(), ["FetchReviews"], TaskStatus.PR_OPEN),
        (Fixes(reviews=(7,)), ["PostComment"], TaskStatus.PR_OPEN),
        (Fixes(review=4), ["FetchReviews"], TaskStatus.PR_OPEN),
        (Fixes(review=5), ["PostComment"], TaskStatus.FAILED),
    ],
)
def test_changes_requested(known: Fixes, expected: list[str], status: TaskStatus) -> None:
    decision = after(epic(task(fixes=known)), seen(reviews=(ASKING,)))
    assert (kinds(decision), first(decision).status) == (expected, status)


def test_a_review_round() -> None:
    sent = after(epic(), WORDS)
    (follow_up,) = asked(sent)
    assert isinstance(follow_up, effects.SendFollowUp)
    assert "Please." in follow_up.prompt
    assert "a.py:3" in follow_up.prompt
    assert (fixes(sent).review, fixes(sent).reviews) == (1, (7,))
    assert kinds(after(sent.epic, WORDS)) == []


@pytest.mark.parametrize(
    ("head", "expected", "kind"),
    [
        (NEXT, ANSWERS, WaitKind.REVIEW_AFTER_CHANGES),
        (HEAD, [], WaitKind.CHANGES_NOT_MADE),
    ],
    ids=["pushed", "nothing pushed"],
)
def test_the_end_of_a_review_round(
    head: Any, expected: list[effects.Effect], kind: WaitKind
) -> None:
    before = epic(task(TaskStatus.PROCESSING, fixes=ROUND), {"grace": 0})
    decision = after(before, seen(reviews=(ASKING,), head_sha=head))
    *others, told = asked(decision)
    assert others == expected
    assert isinstance(told, effects.PostComment)
    waits = Wait(kind=kind, people=(GRACE,), merge_allowed=True)
    assert (told.message.task, told.message.wait, first(decision).wait) == (1, waits, waits)
    over = replace(ROUND, under_way=None)
    answered = replace(over, threads=(), reviewers=())
    assert fixes(decision) == (over if head == HEAD else answered)


def test_what_is_pushed_later_answers_the_reviewers_all_the_same() -> None:
    ended = after(epic(task(TaskStatus.PROCESSING, fixes=ROUND)), seen(reviews=(ASKING,)))
    sent = after(ended.epic, command("fix 1 Please push."))
    run = replace(RUN, status=AgentStatus.FINISHED)
    pushed = sent.epic.with_task(first(sent).with_run(run))
    assert asked(after(pushed, seen(reviews=(ASKING,), head_sha=NEXT)))[:2] == ANSWERS


def test_a_round_that_failed_is_answered_once_a_person_has_it_tried_again() -> None:
    failed = task(TaskStatus.FAILED, fixes=ROUND, runs=(replace(RUN, status=AgentStatus.FAILED),))
    paused = epic(failed, **PAUSED_BY_FAILURE)
    retried = after(paused, command("retry 1"))
    assert fixes(retried) == replace(ROUND, review=0)
    run = first(retried).run
    assert run is not None
    done = first(retried).with_run(replace(run, status=AgentStatus.FINISHED))
    assert asked(after(retried.epic.with_task(done), seen(head_sha=NEXT))) == ANSWERS
    assert asked(after(paused, command("resume"), seen(head_sha=NEXT))) == ANSWERS


@pytest.mark.parametrize(
    ("known", "expected", "status"),
    [
        (Fixes(), ["UpdateBranch"], TaskStatus.PR_OPEN),
        (Fixes(updated_head=HEAD), ["SendFollowUp"], TaskStatus.PROCESSING),
        (Fixes(updated_head=HEAD, conflict=1), ["PostComment"], TaskStatus.FAILED),
        (Fixes(conflict=1), ["UpdateBranch"], TaskStatus.PR_OPEN),
    ],
)
def test_a_conflict_first_updates_then_asks_then_fails(
    known: Fixes, expected: list[str], status: TaskStatus
) -> None:
    decision = after(epic(task(fixes=known)), seen(mergeable=False))
    assert (kinds(decision), first(decision).status) == (expected, status)


@pytest.mark.parametrize(
    ("event", "conflicts", "needs_person"),
    [
        (REFUSED, 1, False),
        (replace(REFUSED, conflict=False), 0, True),
        (replace(REFUSED, head=NEXT), 0, False),
    ],
)
def test_update_refused(event: events.Event, conflicts: int, needs_person: bool) -> None:
    decision = after(epic(task(fixes=Fixes(updated_head=HEAD))), event)
    assert (fixes(decision).conflict, first(decision).needs_person) == (conflicts, needs_person)


def test_a_refused_update_is_remembered_for_its_head() -> None:
    behind = replace(seen(), is_up_to_date=False)
    before = epic(task(fixes=Fixes(updated_head=HEAD)))
    refused = after(before, replace(REFUSED, conflict=False))
    assert kinds(refused) == ["PostComment"]
    again = after(refused.epic, behind)
    refused_update = Wait(kind=WaitKind.BRANCH_UPDATE_BY_PERSON, branch="main", quote="no")
    assert (first(again).wait, first(again).needs_person) == (refused_update, True)
    moved = after(again.epic, replace(seen(head_sha=NEXT), is_up_to_date=False))
    assert kinds(moved) == ["UpdateBranch"]


@pytest.mark.parametrize(
    ("seconds", "needs_person", "kind"),
    [(599, False, WaitKind.BRANCH_UPDATE), (600, True, WaitKind.BRANCH_UPDATE_BY_PERSON)],
)
def test_an_update_that_moves_nothing_is_a_persons(
    seconds: int, needs_person: bool, kind: WaitKind
) -> None:
    behind = replace(seen(), is_up_to_date=False)
    asked_for = after(epic(), behind, events.BranchUpdated(task=1), behind)
    later_on = after(asked_for.epic, behind, now=later(seconds))
    assert (first(later_on).needs_person, waits_for(later_on)) == (needs_person, kind)
    assert first(asked_for).due_at == later(120)


def test_what_is_reopened_is_updated_again() -> None:
    behind = replace(seen(), is_up_to_date=False)
    closed = after(epic(), behind, seen(is_open=False))
    assert first(closed).status is TaskStatus.FAILED
    assert "UpdateBranch" in kinds(after(closed.epic, behind))


@pytest.mark.parametrize("event", [READ, WORDS, replace(REFUSED, conflict=True)])
def test_merge_now_is_meant_for_what_was_there(event: events.Event) -> None:
    before = epic(task(merge_now=True, fixes=Fixes(updated_head=HEAD), pull_request=RED))
    decision = after(before, event)
    assert (first(decision).status, first(decision).merge_now) == (TaskStatus.PROCESSING, False)


def test_nothing_is_done_about_failures_while_checks_run() -> None:
    running = Check(name="e2e", state=CheckState.RUNNING)
    before = epic(task(pull_request=replace(REQUEST, head_seen_at=NOW)))
    decision = after(before, seen(checks=(JOB, running)), now=later(400))
    assert kinds(decision) == []
    request = first(decision).pull_request
    assert request is not None
    assert request.red_at is None
    done = after(decision.epic, seen(checks=(JOB,)), now=later(500))
    assert kinds(done) == ["RerunJobs"]


@pytest.mark.parametrize(
    ("cancelled", "is_run_again"),
    [
        (Check(name="test", state=CheckState.INTERRUPTED, workflow_run=3, is_actions=True), True),
        (Check(name="circle", state=CheckState.INTERRUPTED, id=6), False),
    ],
    ids=["a workflow", "of another App"],
)
def test_what_was_called_off_runs_once_more_where_it_can(
    cancelled: Check, is_run_again: bool
) -> None:
    decision = after(epic(), seen(checks=(cancelled,)))
    assert first(decision).needs_person is not is_run_again
    assert kinds(decision).count("RerunJobs") == is_run_again
    again = after(decision.epic, seen(checks=(cancelled,)))
    assert first(again).needs_person
    assert "RerunJobs" not in kinds(again)


@pytest.mark.parametrize("event", [READ, WORDS, REFUSED])
def test_a_paused_epic_sends_no_agent_back(event: events.Event) -> None:
    before = epic(status=EpicStatus.PAUSED)
    assert kinds(after(before, event)) == []


def test_being_limited_uses_up_nothing() -> None:
    before = epic(task(fixes=Fixes(checks=1, review=2), retries_used=1))
    decision = after(before, events.Throttled(service="GitHub", until=later(600)))
    assert first(decision) == before.task(1)


def test_refused_reruns_are_not_tried_again() -> None:
    before = epic(task(pull_request=RED, fixes=Fixes(rerun_head=HEAD)))
    decision = after(before, events.JobsRerun(task=1, head=HEAD, refused=True))
    assert kinds(decision) == ["FetchPullRequest"]
    request = first(decision).pull_request
    assert request is not None
    assert request.red_at == NOW


def test_progress_beyond_what_an_agent_is_told_of_counts() -> None:
    sent_back = Fixes(checks=1, failing=12, checked_head=NEXT)
    told = replace(READ, failures=READ.failures * 5, total=8)
    waiting = task(TaskStatus.PR_OPEN, fixes=sent_back, pull_request=RED)
    waiting = replace(waiting, wait=Wait(kind=WaitKind.CHECK_FAILURES))
    found = first(after(epic(waiting), told)).fixes
    assert (found.failing, found.stale) == (8, 0)
