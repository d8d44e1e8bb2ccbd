"""One mention for one state: what comes and goes calls nobody twice, and nothing is lost."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Self

import pytest

from bot.core import events
from bot.core.effects import PostComment
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.messages import MessageKind
from bot.core.model.observations import (
    BaseBranch,
    BranchRules,
    Check,
    CheckState,
    Review,
    ReviewState,
)
from bot.core.model.reasons import HoldKind
from bot.core.model.settings import MergeWhen
from bot.core.transitions.dispatch import decide
from tests.core.transitions.scenes import (
    ADA,
    GRACE,
    HEAD,
    NEXT,
    NOW,
    PAUSED_BY_FAILURE,
    command,
    epic,
    messages,
    seen,
    task,
)

BOT = Login("coderabbit[bot]")
RED = BaseBranch(sha=NEXT, has_checks=True, failed_checks=("test",))
ALSO_RED = replace(RED, failed_checks=("lint",))
GREEN = BaseBranch(sha=NEXT, has_checks=True)
MANUAL = {"merge_when": MergeWhen.MANUAL, "grace": 0, "checks_timeout": 10**6}
TOLD = (MessageKind.NEEDS_PERSON, MessageKind.PAUSED)
_MINUTE, _HOUR = 60.0, 3600.0


@dataclass
class Course:
    """What happens to an epic one after another, and the comments that call a person."""

    epic: Epic
    seconds: float = 0
    told: int = 0

    def then(self, event: events.Event, after: float = 5) -> Self:
        """Let `event` happen, so many seconds later."""
        self.seconds += after
        decision = decide(self.epic, event, NOW + timedelta(seconds=self.seconds))
        self.epic = decision.epic
        self.told += sum(one.kind in TOLD for one in messages(decision))
        return self

    def due(self) -> Self:
        """Let the time come for which the epic has asked."""
        assert self.epic.due_at is not None
        left = (self.epic.due_at - NOW).total_seconds() - self.seconds
        return self.then(events.TimePassed(), left)


def check(state: CheckState, name: str = "test") -> events.PullRequestFetched:
    """The pull request with one required check, not to be run again."""
    checks = (Check(name=name, state=state),)
    return seen({"required_checks": (name,)}, checks=checks, opened_at=NOW)


def blocked(*names: str, **facts: Any) -> events.PullRequestFetched:
    """Only a person lets these checks go on."""
    checks = tuple(Check(name=name, state=CheckState.BLOCKED) for name in names)
    return seen({}, checks=checks, **facts)


def asks(number: int, by: Login = BOT) -> events.PullRequestFetched:
    """That reviewer's latest review asks for changes, on another head each time."""
    requested = review(number, by, ReviewState.CHANGES_REQUESTED)
    return seen(reviews=(requested,), head_sha=CommitSha(f"{number:040}"))


def review(number: int, by: Login, state: ReviewState) -> Review:
    is_bot = by.endswith("[bot]")
    return Review(id=number, by=by, state=state, sha=HEAD, submitted_at=NOW, is_bot=is_bot)


RUNNING, BLOCKED = check(CheckState.RUNNING), check(CheckState.BLOCKED)


def test_a_check_that_comes_and_goes_calls_once_an_hour() -> None:
    course = Course(epic(settings=MANUAL))
    for _ in range(10):
        course.then(BLOCKED).then(RUNNING)
    assert course.told == 1
    course.then(BLOCKED)
    assert course.told == 1
    # It is still there when the hour is over.
    while course.seconds < _HOUR - _MINUTE:
        course.due()
        course.then(BLOCKED)
    while course.told == 1:
        course.due()
    assert _HOUR <= course.seconds < _HOUR + 2 * _MINUTE
    for _ in range(5):
        course.then(BLOCKED, _HOUR)
    assert course.told == 2


def test_what_came_back_and_went_away_is_not_told() -> None:
    course = Course(epic(settings=MANUAL))
    course.then(BLOCKED).then(RUNNING).then(BLOCKED).then(RUNNING).then(RUNNING, 2 * _HOUR)
    assert course.told == 1
    assert course.then(BLOCKED).told == 2


@pytest.mark.parametrize(
    ("fetches", "told"),
    [
        ([blocked("a"), blocked("a", "b"), blocked("b"), blocked("a")], 2),
        ([blocked("a", "b"), blocked("b"), blocked("a"), blocked("a", "b")], 1),
        ([blocked("a"), blocked("a", head_sha=NEXT), blocked("a")], 1),
        ([blocked(*map(str, range(300))), blocked(*map(str, range(150)))], 1),
        ([seen({"resolved_threads": True}, unresolved_threads=n) for n in (1, 3, 2)], 1),
        ([seen(is_draft=True, drafted_by=GRACE, drafted_at=NOW), blocked("a")], 2),
    ],
    ids=["one more", "fewer", "another head", "very many", "counts", "another blocker"],
)
def test_another_cause_is_told_and_the_same_is_not(
    fetches: list[events.PullRequestFetched], told: int
) -> None:
    course = Course(epic(settings=MANUAL))
    for fetched in (*fetches, *fetches):
        course.then(fetched)
    assert course.told == told


def reviewed(*, by: Login, rounds: int, agent_takes: float) -> Course:
    """A reviewer asks for changes again and again; the agent makes them each time."""
    course = Course(epic(settings={"grace": 0, "review_fixes": 99}))
    for number in range(1, rounds + 1):
        known = course.epic.task(1)
        assert known is not None
        done = replace(
            known,
            status=TaskStatus.PR_OPEN,
            fixes=replace(known.fixes, reviews=tuple(range(1, number))),
        )
        course.epic = course.epic.with_task(done)
        course.then(asks(number, by), agent_takes)
        known = course.epic.task(1)
        assert known is not None
        fixed = replace(known.fixes, reviews=tuple(range(1, number + 1)), reviewed_head=None)
        course.epic = course.epic.with_task(replace(known, fixes=fixed))
        course.then(asks(number, by), agent_takes)
    return course


@pytest.mark.parametrize(
    ("by", "agent_takes", "told"),
    [(BOT, 10.0, 1), (BOT, 2 * _HOUR, 1), (GRACE, 10.0, 1), (GRACE, 6 * _MINUTE, 5)],
)
def test_a_bot_s_rounds_call_once_and_a_person_s_each_time(
    by: Login, agent_takes: float, told: int
) -> None:
    course = reviewed(by=by, rounds=5, agent_takes=agent_takes)
    assert course.told == told
    if agent_takes < _MINUTE and by == GRACE:
        # However fast they were, the last word is not lost.
        assert course.then(events.TimePassed(), 10 * _MINUTE).told == told + 1


def test_an_approval_that_a_push_undid_is_asked_for_again() -> None:
    course = Course(epic(settings={"grace": 0, "merge_when": MergeWhen.APPROVED}))
    approval = review(7, GRACE, ReviewState.APPROVED)
    course.then(seen())
    approved = seen({"resolved_threads": True}, reviews=(approval,), unresolved_threads=1)
    course.then(approved)
    assert course.told == 2
    course.then(seen(reviews=(approval,), head_sha=NEXT))
    assert course.told == 2
    course.then(seen(reviews=(approval,), head_sha=NEXT), 10 * _MINUTE)
    assert course.told == 3
    # Whatever is pushed now, an approval is asked for anyway.
    for digit in "def":
        course.then(seen(reviews=(approval,), head_sha=CommitSha(digit * 40)))
    assert course.told == 3


@pytest.mark.parametrize(
    ("said", "by", "told"),
    [("merge 1", ADA, 2), ("merge 1", BOT, 1), ("status", ADA, 1), ("help", ADA, 1)],
)
def test_what_a_person_had_done_about_it_is_told_again(said: str, by: Login, told: int) -> None:
    required = seen(review_decision="REVIEW_REQUIRED")
    course = Course(epic(settings={"grace": 0})).then(required)
    course.then(by_whom(command(said), by)).then(required)
    assert course.told == told


def by_whom(given: events.CommandGiven, by: Login) -> events.CommandGiven:
    """The command as that account gives it, which may."""
    assert given.enrichment is not None
    return replace(given, by=by)


def test_a_pause_is_no_end_of_what_a_task_waits_for() -> None:
    course = Course(epic(settings=MANUAL)).then(seen())
    for _ in range(4):
        course.then(command("pause")).then(command("resume")).then(seen())
    waits = course.epic.task(1)
    assert waits is not None
    assert waits.needs_person
    # Each pause is answered where whoever would be told has asked for it.
    assert course.told == 1 + 4


@pytest.mark.parametrize(
    ("resumed_by", "told"), [(GRACE, 1), (ADA, 4)], ids=["whoever paused", "another person"]
)
def test_somebody_who_pauses_and_resumes_calls_once(resumed_by: Login, told: int) -> None:
    course = Course(epic(settings=MANUAL)).then(seen())
    before = course.told
    for _ in range(4):
        course.then(by_whom(command("pause"), GRACE)).then(by_whom(command("resume"), resumed_by))
    course.then(by_whom(command("pause"), GRACE))
    assert course.told - before == told + (resumed_by == ADA)
    if resumed_by == GRACE:
        assert course.due().told - before == 2
        assert course.epic.due_at is None


def closed_and_reopened(course: Course, *, by: Login) -> None:
    course.then(seen(is_open=False, head_branch_exists=True, closed_by=by)).then(seen())


def test_a_pause_that_comes_and_goes_by_itself_calls_once_an_hour() -> None:
    course = Course(epic(settings=MANUAL)).then(seen())
    for _ in range(4):
        closed_and_reopened(course, by=BOT)
    assert course.told == 2
    course.then(seen(is_open=False, closed_by=BOT))
    assert course.epic.status is EpicStatus.PAUSED
    assert course.told == 2
    assert course.due().told == 3
    assert course.seconds >= _HOUR


def test_the_same_failure_after_a_resume_is_told() -> None:
    course = Course(epic(settings=MANUAL))
    for _ in range(3):
        course.then(seen(is_open=False, closed_by=BOT)).then(command("resume"))
    assert course.told == 3


@pytest.mark.parametrize(
    ("fetched", "digest"), [(seen(), "8720df15"), (blocked("b", "a"), "effea253")]
)
def test_the_first_comment_has_the_marker_of_the_release_before(
    fetched: events.PullRequestFetched, digest: str
) -> None:
    decision = decide(epic(settings=MANUAL), fetched, NOW)
    (posted,) = (one.effect for one in decision.emitted if isinstance(one.effect, PostComment))
    assert posted.purpose == f"ask:1:{HEAD}:{digest}"


def test_two_tasks_call_once_each() -> None:
    second = replace(task(), number=2, title="two", branch="b2", pull_request_number=11)
    request = second.pull_request
    assert request is not None
    second = replace(second, pull_request=replace(request, number=11))
    course = Course(epic(tasks=(task(), second), settings=MANUAL))
    for _ in range(5):
        course.then(seen()).then(seen(task_number=2, number=11, head_branch="b2"))
    assert course.told == 2


def base(found: BaseBranch) -> events.BaseFetched:
    return events.BaseFetched(branch="main", base=found, rules=BranchRules())


def test_a_base_that_is_red_and_green_and_red_calls_once_an_hour() -> None:
    course = Course(epic(settings=MANUAL))
    for _ in range(5):
        course.then(base(RED)).then(base(GREEN))
    course.then(base(replace(RED, sha=HEAD)))
    assert course.told == 1
    course.then(base(replace(RED, sha=HEAD)), _HOUR)
    assert course.told == 2
    course.then(base(GREEN)).then(base(ALSO_RED))
    assert course.told == 3


def throttled(seconds: float, service: str = "Cursor") -> events.Throttled:
    until = NOW + timedelta(seconds=seconds)
    return events.Throttled(service=service, reason=HoldKind.LIMITED, until=until)


def test_a_service_that_refuses_with_breaks_calls_once_an_hour() -> None:
    course = Course(epic())
    course.then(throttled(2 * _HOUR)).then(throttled(2 * _HOUR))
    assert course.told == 1
    course.then(throttled(4 * _HOUR), 2 * _HOUR + 10 * _MINUTE)
    assert course.told == 2
    course.epic = replace(course.epic, throttled_until=NOW + timedelta(seconds=course.seconds))
    course.then(throttled(9 * _HOUR), 3 * _MINUTE)
    assert course.told == 2
    course.then(throttled(9 * _HOUR), _HOUR)
    assert course.told == 3


def test_each_service_that_refuses_calls_in_each_spell() -> None:
    course = Course(epic())
    course.then(throttled(2 * _HOUR)).then(throttled(2 * _HOUR, "GitHub"))
    assert course.told == 2
    course.then(throttled(9 * _HOUR), 4 * _HOUR).then(throttled(9 * _HOUR, "GitHub"))
    assert course.told == 4


def test_a_label_taken_off_and_put_on_again_calls_once_each() -> None:
    off = events.Interrupted(kind=Interruption.UNLABELLED, by=BOT)
    on = events.InterruptionResolved(kind=Interruption.UNLABELLED)
    posted = 0
    before = epic()
    for _ in range(5):
        for event in (off, on):
            decision = decide(before, event, NOW)
            before, posted = decision.epic, posted + len(messages(decision))
    assert posted == 2


def test_what_nobody_could_be_told_is_told_later() -> None:
    away = replace(epic(settings=MANUAL), unreachable=Interruption.ARCHIVED)
    course = Course(away).then(seen())
    assert course.told == 0
    course.epic = replace(course.epic, unreachable=None)
    assert course.then(seen()).told == 1


def test_an_epic_paused_before_this_was_kept_tells_its_next_pause() -> None:
    course = Course(epic(task(TaskStatus.FAILED), **PAUSED_BY_FAILURE))
    assert course.then(events.TimePassed()).told == 0
    course.then(command("retry 1")).then(seen(is_open=False, closed_by=BOT))
    assert course.told == 1
