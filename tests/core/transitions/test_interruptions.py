"""What happens around an epic pauses it, and is said where it can be said."""

from dataclasses import replace

import pytest

from bot.core import effects, events
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Pause, PauseKind
from bot.core.model.task import Task
from tests.core.transitions.scenes import (
    ADA,
    AT_WORK,
    FAILURE,
    PAUSED_BY_FAILURE,
    REQUEST,
    SHOWN,
    after,
    command,
    epic,
    first,
    kinds,
    later,
    notices,
    seen,
    task,
)

BUSY = task(TaskStatus.PROCESSING, runs=(AT_WORK,), pull_request=None, pull_request_number=None)
APP, QUEUE = Login("orchestra[bot]"), Login("github-merge-queue[bot]")
STALE = Login("stale[bot]")


@pytest.mark.parametrize("kind", Interruption)
def test_every_kind_pauses_and_stops_the_agents(kind: Interruption) -> None:
    decision = after(epic(BUSY), events.Interrupted(kind=kind, by=ADA))
    pause = Pause(kind=PauseKind.INTERRUPTED, interruption=kind, by=ADA)
    assert (decision.epic.status, decision.epic.pause) == (EpicStatus.PAUSED, pause)
    assert decision.epic.unreachable is (kind if kind.unreachable else None)
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
def test_what_is_resolved_can_be_resumed(kind: Interruption) -> None:
    paused = after(epic(), events.Interrupted(kind=kind)).epic
    decision = after(paused, events.InterruptionResolved(kind=kind))
    assert (decision.epic.status, decision.epic.unreachable) == (EpicStatus.PAUSED, None)
    gone_for_good = ("transferred", "deleted", "renamed", "repository deleted")
    said = [] if kind in gone_for_good else [NoticeKind.INTERRUPTION_RESOLVED]
    assert notices(decision) == said
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
        TaskStatus.FAILED, failure=FAILURE, pull_request=None, pull_request_number=None, runs=()
    )
    failed = epic(tasks=(stuck, replace(BUSY, number=2)), **PAUSED_BY_FAILURE)
    decision = after(failed, events.Interrupted(kind=kind, by=ADA))
    pause = decision.epic.pause
    assert failed.pause is not None
    assert pause == replace(failed.pause, interruption=kind, by=ADA)
    assert not pause.ends_by_itself
    assert kinds(decision) == ["StopAgent"]
    notice = Notice(kind=NoticeKind.INTERRUPTED, interruption=kind, by=ADA)
    assert decision.log == ((None, notice),)
    again = after(
        decision.epic, events.InterruptionResolved(kind=kind), command("retry 1"), command("resume")
    )
    assert again.epic.status is EpicStatus.ACTIVE


def test_what_is_no_epic_is_not_interrupted() -> None:
    before = epic(activated=False, status=EpicStatus.PENDING)
    decision = after(before, events.Interrupted(kind=Interruption.CLOSED, by=ADA))
    assert (decision.epic, decision.emitted) == (before, ())
    assert first(decision).status is TaskStatus.PR_OPEN
