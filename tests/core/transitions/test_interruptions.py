"""What happens around an epic pauses it, said where it can be said."""

from dataclasses import replace

import pytest

from bot.core import effects, events
from bot.core.model.epic import PauseCause, Task
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.rendering.next_line import waiting_for
from tests.core.transitions.scenes import (
    ADA,
    AT_WORK,
    REQUEST,
    SHOWN,
    after,
    asked,
    command,
    epic,
    first,
    kinds,
    later,
    seen,
    task,
)

BUSY = task(TaskStatus.PROCESSING, runs=(AT_WORK,), pull_request=None, pull_request_number=None)
APP, QUEUE = Login("orchestra[bot]"), Login("github-merge-queue[bot]")
STALE = Login("stale[bot]")


@pytest.mark.parametrize("kind", Interruption)
def test_every_kind_pauses_and_stops_the_agents(kind: Interruption) -> None:
    decision = after(epic(BUSY), events.Interrupted(kind=kind, by=ADA))
    assert (decision.epic.status, decision.epic.pause_cause) == (
        EpicStatus.PAUSED,
        PauseCause.PERSON,
    )
    assert (decision.epic.pause_reason or "").endswith("by @ada")
    assert (decision.epic.unreachable is not None) is kind.unreachable
    said = [] if kind.unreachable else ["PostComment"]
    assert kinds(decision) == ["StopAgent", *said]
    assert (len(decision.emitted) == 1) is kind.unreachable


@pytest.mark.parametrize("kind", [kind for kind in Interruption if kind.unreachable])
def test_nothing_is_asked_of_what_takes_nothing(kind: Interruption) -> None:
    gone = after(epic(), events.Interrupted(kind=kind))
    assert gone.emitted == ()
    for event in (seen(), events.PullRequestChanged(task=1), events.TimePassed()):
        assert after(gone.epic, event, now=later(9000)).emitted == ()


@pytest.mark.parametrize("kind", Interruption)
def test_made_good_says_how_to_go_on(kind: Interruption) -> None:
    paused = after(epic(), events.Interrupted(kind=kind)).epic
    decision = after(paused, events.InterruptionResolved(kind=kind))
    assert (decision.epic.status, decision.epic.unreachable) == (EpicStatus.PAUSED, None)
    comments = [one for one in asked(decision) if isinstance(one, effects.PostComment)]
    assert all("`/orchestra resume`" in one.message.text for one in comments)
    gone_for_good = ("transferred", "deleted", "renamed", "repository deleted")
    assert len(comments) == (0 if kind in gone_for_good else 1)
    resumed = after(decision.epic, command("resume"))
    assert "FetchPullRequest" in kinds(resumed)


MERGED = task(TaskStatus.COMPLETED, ended_at=later(-60))
LONG_MERGED = task(TaskStatus.COMPLETED, ended_at=later(-3600))
QUEUED = task(pull_request=replace(REQUEST, is_queued=True))
AUTO_MERGING = task(pull_request=replace(REQUEST, auto_merge=True))


@pytest.mark.parametrize(
    ("by", "merging", "undone"),
    [
        (APP, task(TaskStatus.MERGING), True),
        (APP, MERGED, True),
        # With auto-merge the end may be told before the pull request's.
        (APP, AUTO_MERGING, True),
        (QUEUE, QUEUED, True),
        (QUEUE, AUTO_MERGING, True),
        (QUEUE, task(TaskStatus.MERGING), True),
        (QUEUE, MERGED, True),
        (QUEUE, LONG_MERGED, False),
        (QUEUE, task(), False),
        (STALE, task(TaskStatus.MERGING), False),
        (STALE, MERGED, False),
        (ADA, task(TaskStatus.MERGING), False),
        (None, task(TaskStatus.MERGING), False),
    ],
)
def test_a_close_by_our_merge_is_undone_and_no_other(
    by: Login | None, merging: Task, undone: bool
) -> None:
    other = task(TaskStatus.PROCESSING, runs=(AT_WORK,))
    before = epic(tasks=(merging, replace(other, number=2)))
    event = events.Interrupted(kind=Interruption.CLOSED, by=by, by_us=by == APP)
    decision = after(before, event)
    assert ("ReopenIssue" in kinds(decision)) is undone
    assert (decision.epic.status is EpicStatus.ACTIVE) is undone


@pytest.mark.parametrize("kind", [kind for kind in Interruption if kind.unreachable])
def test_what_could_not_be_shown_is_shown_once_it_can(kind: Interruption) -> None:
    gone = after(epic(), events.Interrupted(kind=kind)).epic
    back = after(gone, events.InterruptionResolved(kind=kind))
    shown = {type(ask.effect) for ask in back.emitted if isinstance(ask.effect, SHOWN)}
    assert shown == {
        effects.UpdateProgressComment,
        effects.UpdateCheckRun,
        effects.UpdateStateLabel,
    }


@pytest.mark.parametrize("status", [EpicStatus.COMPLETED, EpicStatus.CANCELLED])
@pytest.mark.parametrize("kind", Interruption)
def test_an_ended_epic_is_left_in_peace(status: EpicStatus, kind: Interruption) -> None:
    decision = after(
        epic(task(TaskStatus.COMPLETED), status=status), events.Interrupted(kind=kind, by=ADA)
    )
    assert (decision.epic.status, kinds(decision)) == (status, [])


@pytest.mark.parametrize("kind", Interruption)
def test_a_pause_by_a_failure_becomes_a_person_s(kind: Interruption) -> None:
    stuck = task(
        TaskStatus.FAILED, failure="no", pull_request=None, pull_request_number=None, runs=()
    )
    reason = "task 1 failed: no"
    failed = epic(
        tasks=(stuck, replace(BUSY, number=2)),
        status=EpicStatus.PAUSED,
        pause_cause=PauseCause.FAILURE,
        pause_reason=reason,
    )
    decision = after(failed, events.Interrupted(kind=kind, by=ADA))
    assert decision.epic.pause_cause is PauseCause.PERSON
    assert kinds(decision) == ["StopAgent"]
    assert ((None, (decision.epic.pause_reason or "").removeprefix(f"{reason}; "))) in decision.log
    assert waiting_for(decision.epic, later(0)) == (
        f"a person ({decision.epic.pause_reason}); `/orchestra retry 1` or `/orchestra skip 1`,"
        " then `/orchestra resume`, goes on, `/orchestra cancel` ends it"
    )
    again = after(
        decision.epic, events.InterruptionResolved(kind=kind), command("retry 1"), command("resume")
    )
    assert again.epic.status is EpicStatus.ACTIVE


def test_what_is_no_epic_is_not_interrupted() -> None:
    before = epic(activated=False, status=EpicStatus.PENDING)
    decision = after(before, events.Interrupted(kind=Interruption.CLOSED, by=ADA))
    assert (decision.epic, decision.emitted) == (before, ())
    assert first(decision).status is TaskStatus.PR_OPEN
