"""No agent gets work without its task's slot, whoever asks for it."""

from dataclasses import replace

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, TaskStatus
from bot.core.model.notices import NoticeKind
from bot.core.model.task import Task
from bot.core.reservations import AgentSlot, Holder, Slot
from bot.core.transitions.dispatch import Decision, decide
from bot.core.transitions.timers import SLOT_RETRY
from tests.core.transitions.scenes import (
    AT_WORK,
    FAILURE,
    HEAD,
    NOW,
    PAUSED_BY_FAILURE,
    PAUSED_BY_PERSON,
    RUN,
    asked,
    command,
    epic,
    first,
    later,
    notices,
    task,
)

FAILED = task(TaskStatus.FAILED, failure=FAILURE)
STOPPED = replace(RUN, status=AgentStatus.STOPPED, stop_requested=True)
SENT = replace(AT_WORK, status=AgentStatus.CREATING, prompt_index=2)
HELD: dict[Slot, Holder] = {AgentSlot(task=number): Holder(issue=9) for number in (1, 2)}
# Everything that gives an agent work.
WAYS: dict[str, tuple[Epic, events.Event]] = {
    "start": (epic(tasks=(), status=EpicStatus.PENDING), command("start")),
    "retry": (epic(FAILED, **PAUSED_BY_FAILURE), command("retry 1")),
    "retry all": (epic(FAILED, **PAUSED_BY_FAILURE), command("retry all")),
    "restart": (epic(task(TaskStatus.PROCESSING, runs=(AT_WORK,))), command("restart 1")),
    "fix of a failed task": (epic(FAILED, **PAUSED_BY_FAILURE), command("fix 1 Use tabs.")),
    "fix of an open pull request": (epic(), command("fix 1 Use tabs.")),
    "resume": (
        epic(task(TaskStatus.PROCESSING, runs=(STOPPED,), retry_at=NOW), **PAUSED_BY_PERSON),
        command("resume"),
    ),
    "a retry that is due": (
        epic(task(TaskStatus.PROCESSING, failure=FAILURE, retry_at=later(-1))),
        events.TimePassed(),
    ),
    "a refused follow-up": (
        epic(task(TaskStatus.PROCESSING, runs=(SENT,))),
        events.FollowUpRefused(run=RUN.id, reason="gone"),
    ),
    "a stopped agent": (
        epic(task(TaskStatus.PROCESSING, runs=(STOPPED,), pull_request=None)),
        events.WorkFetched(task=1, run=RUN.id, commits_ahead=1),
    ),
    "failed checks": (epic(), events.FailuresFetched(task=1, head=HEAD, failures=())),
}


def given_work(decision: Decision) -> list[effects.LaunchAgent | effects.SendFollowUp]:
    found = (effects.LaunchAgent, effects.SendFollowUp)
    return [one for one in asked(decision) if isinstance(one, found)]


@pytest.mark.parametrize("way", WAYS)
def test_no_agent_gets_work_without_its_slot(way: str) -> None:
    decision = decide(*WAYS[way], NOW)
    [effect] = given_work(decision)
    assert AgentSlot(task=effect.task) in decision.reserved


@pytest.mark.parametrize("way", WAYS)
def test_a_task_whose_slot_is_held_elsewhere_waits_for_its_turn(way: str) -> None:
    decision = decide(*WAYS[way], NOW, HELD)
    assert given_work(decision) == []
    assert decision.reserved == ()
    assert first(decision).status is TaskStatus.PENDING
    assert decision.epic.due_at == NOW + SLOT_RETRY
    [effect] = given_work(decide(decision.epic, events.TimePassed(), NOW + SLOT_RETRY))
    assert effect.task == 1


@pytest.mark.parametrize("text", ["retry 1", "restart 1", "fix 1 Use tabs."])
def test_a_command_about_one_task_waits_for_the_other(text: str) -> None:
    other = Task(number=2, title="two", status=TaskStatus.PROCESSING, runs=(AT_WORK,))
    decision = decide(epic(FAILED, tasks=(FAILED, other)), command(text), NOW)
    assert given_work(decision) == []
    assert first(decision).status is TaskStatus.PENDING


def test_what_a_person_wrote_is_kept_until_the_turn_comes() -> None:
    decision = decide(epic(), command("fix 1 Use tabs."), NOW, HELD)
    assert notices(decision) == [NoticeKind.FIX_AFTER_OTHERS]
    [effect] = given_work(decide(decision.epic, events.TimePassed(), NOW + SLOT_RETRY))
    assert "Use tabs." in effect.prompt


def test_a_round_that_waits_for_its_turn_is_counted_once() -> None:
    before, event = WAYS["failed checks"]
    decision = decide(before, event, NOW, HELD)
    after = decide(decision.epic, events.TimePassed(), NOW + SLOT_RETRY)
    assert first(after).fixes.checks == 1
