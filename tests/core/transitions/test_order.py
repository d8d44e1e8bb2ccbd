"""Which tasks are launched when: one after another, side by side, or after others."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, RunId, TaskStatus
from bot.core.model.options import TaskOptions, TaskPriority
from bot.core.model.reasons import FailureKind, WaitKind
from bot.core.model.settings import OnFailure
from bot.core.model.task import Task
from bot.core.reservations import AgentSlot, Holder, Slot
from bot.core.transitions.dispatch import Decision, decide
from bot.core.transitions.timers import SLOT_RETRY
from tests.core.transitions.scenes import AT_WORK, FAILURE, NOW, asked, epic, task

COMPLETED, FAILED, PENDING = TaskStatus.COMPLETED, TaskStatus.FAILED, TaskStatus.PENDING


def other(number: int, status: TaskStatus = PENDING, **options: Any) -> Task:
    return Task(
        number=number,
        position=number - 1,
        title=f"task {number}",
        status=status,
        options=TaskOptions(**options),
    )


def of(*tasks: Task, at_a_time: int = 1, **settings: Any) -> Epic:
    return epic(tasks=tasks, settings={"max_parallel": at_a_time, **settings})


def step(before: Epic) -> Decision:
    return decide(before, events.TimePassed(), NOW)


def launched(decision: Decision) -> list[int]:
    return [one.task for one in asked(decision) if isinstance(one, effects.LaunchAgent)]


@pytest.mark.parametrize(
    ("before", "numbers"),
    [
        (of(other(1), other(2), other(3)), [1]),
        (of(other(1), other(2), other(3), at_a_time=2), [1, 2]),
        (of(other(1), other(2), other(3), at_a_time=5), [1, 2, 3]),
        (of(other(1, after=(2,)), other(2), at_a_time=5), [2]),
        (of(other(1, after=(2,)), other(2)), [2]),
        (of(other(1), other(2, after=(1,)), other(3), at_a_time=5), [1, 3]),
        (of(other(1, COMPLETED), other(2, after=(1,)), at_a_time=5), [2]),
        # What was left out is not waited for, nor what there is not.
        (of(other(1, TaskStatus.SKIPPED), other(2, after=(1,)), at_a_time=5), [2]),
        (of(other(2, after=(7,)), at_a_time=5), [2]),
        # By priority, where several may start.
        (of(other(1), other(2, priority=TaskPriority.HIGH), at_a_time=2), [2, 1]),
        (of(other(1, priority=TaskPriority.LOW), other(2), other(3), at_a_time=2), [2, 3]),
        # A task under way has a place, whatever it waits for.
        (of(task(), other(2), other(3), at_a_time=2), [2]),
        (of(task(TaskStatus.PROCESSING, runs=(AT_WORK,)), other(2), at_a_time=1), []),
    ],
)
def test_what_is_launched(before: Epic, numbers: list[int]) -> None:
    assert launched(step(before)) == numbers


def test_what_needs_a_failed_task_is_left_out_at_the_end() -> None:
    tasks = (other(1, FAILED), other(2, after=(1,)), other(3, after=(2,)), other(4))
    decision = step(of(*tasks, on_failure=OnFailure.CONTINUE))
    assert launched(decision) == [4]
    done = replace(decision.epic, tasks=(*tasks[:3], other(4, COMPLETED)))
    end = step(done).epic
    assert end.status is EpicStatus.PARTIAL_COMPLETED
    assert [one.status for one in end.tasks] == [FAILED, *[TaskStatus.SKIPPED] * 2, COMPLETED]
    failures = [end.tasks[place].failure for place in (1, 2)]
    assert [one and (one.kind, one.tasks) for one in failures] == [
        (FailureKind.DEPENDENCY, (1,)),
        (FailureKind.DEPENDENCY, (2,)),
    ]


def test_other_epics_that_leave_no_agent_are_shown_and_asked_again() -> None:
    held: dict[Slot, Holder] = {AgentSlot(task=2): Holder(count=3, issues=(7,))}
    before = of(other(1), other(2), at_a_time=2)
    decision = decide(before, events.TimePassed(), NOW, held)
    assert launched(decision) == [1]
    waiting = decision.epic.tasks[1]
    assert waiting.wait is not None
    assert (waiting.wait.kind, waiting.wait.count) == (WaitKind.AGENT_SLOT, 3)
    assert decision.epic.slot_wanted_since == NOW
    assert decision.epic.due_at is not None
    assert decision.epic.due_at <= NOW + SLOT_RETRY
    later = decide(decision.epic, events.TimePassed(), NOW + SLOT_RETRY)
    assert launched(later) == [2]
    assert later.epic.slot_wanted_since is None


def test_a_failure_lets_the_others_finish_but_launches_none() -> None:
    agents = (
        replace(AT_WORK, id=RunId("run-1")),
        replace(AT_WORK, id=RunId("run-2"), task_number=2, agent_id="bc-2"),
    )
    tasks = (
        task(TaskStatus.PROCESSING, runs=(agents[0],), pull_request=None, retries_used=9),
        replace(other(2, TaskStatus.PROCESSING), runs=(agents[1],)),
        other(3),
    )
    event = events.LaunchFailed(run=agents[0].id, failure=FAILURE, transient=False)
    decision = decide(of(*tasks, at_a_time=2), event, NOW)
    assert decision.epic.status is EpicStatus.PAUSED
    assert not any(isinstance(one, effects.StopAgent) for one in asked(decision))
    assert launched(decision) == []
    assert decision.epic.tasks[1].status is TaskStatus.PROCESSING
    # Only the running agent has a time limit yet.
    assert decision.epic.due_at == agents[1].deadline
