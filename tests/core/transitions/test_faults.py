"""What we failed on ourselves again and again reaches a person, whatever it was."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.effects import EFFECT_KINDS
from bot.core.events import EVENT_KINDS
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, RunId, TaskStatus
from bot.core.model.messages import MessageKind
from bot.core.model.reasons import FailureKind, PauseKind
from bot.core.model.refusals import RefusalKind
from bot.core.ways_on import ways_for_task, ways_on
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from bot.rendering.next_line import needs
from tests.core.transitions.scenes import (
    ADA,
    AT_WORK,
    NOW,
    PAUSED_BY_PERSON,
    RUN,
    after,
    asked,
    command,
    epic,
    first,
    kinds,
    messages,
    task,
)

STEPS = ["LaunchAgent", "SendFollowUp", "FetchWork", "OpenPullRequest", "MergePullRequest"]
LAUNCHING = replace(RUN, status=AgentStatus.CREATING, agent_id=None, ended_at=None)
UNDER_WAY = {
    "launching": task(
        TaskStatus.PROCESSING, runs=(LAUNCHING,), pull_request=None, pull_request_number=None
    ),
    "at work": task(TaskStatus.PROCESSING, runs=(AT_WORK,)),
    "open": task(),
    "merging": task(TaskStatus.MERGING),
}


@pytest.mark.parametrize("state", UNDER_WAY)
@pytest.mark.parametrize("kind", STEPS)
def test_a_task_that_can_come_no_further_ends_at_a_person(kind: str, state: str) -> None:
    decision = after(epic(UNDER_WAY[state]), events.Parked(kind=kind, task=1))
    failed = first(decision)
    assert failed.failure is not None
    assert (failed.status, failed.failure.kind) == (TaskStatus.FAILED, FailureKind.INTERNAL)
    assert (failed.failure.effect, decision.epic.status) == (kind, EpicStatus.PAUSED)
    assert [(one.kind, one.to) for one in messages(decision)] == [(MessageKind.PAUSED, ADA)]
    verbs = {way.verb for way in (*ways_on(decision.epic), *ways_for_task(decision.epic, failed))}
    assert {"skip", "restart"} <= verbs
    assert verbs & {"retry", "resume"}
    [need] = needs(epic_view(decision.epic, NOW))
    assert "an error in Orchestra itself" in need.text
    assert need.ways


@pytest.mark.parametrize("kind", sorted({*EFFECT_KINDS, *EVENT_KINDS} - {"PostComment"}))
@pytest.mark.parametrize("about", [None, 1, 2, 99])
def test_whatever_is_put_aside_is_told_to_somebody(kind: str, about: int | None) -> None:
    decision = after(epic(), events.Parked(kind=kind, task=about))
    assert {one.to for one in messages(decision)} == {ADA}
    view = epic_view(decision.epic, NOW)
    for message in messages(decision):
        assert "@ada" in message_comment(message, view, "x")


def test_a_comment_that_cannot_be_posted_leads_to_no_other_one() -> None:
    decision = after(epic(), events.Parked(kind="PostComment"))
    assert messages(decision) == []
    assert decision.log


def test_the_same_fault_is_told_once_a_day() -> None:
    once, twice = (
        [one.key for one in asked(after(epic(), events.Parked(kind="TickBox", task=1), now=now))]
        for now in (NOW, NOW.replace(hour=NOW.hour + 2))
    )
    assert once == twice


@pytest.mark.parametrize(
    "before",
    [
        epic(UNDER_WAY["open"], **PAUSED_BY_PERSON),
        epic(UNDER_WAY["open"], settings={"on_failure": "continue"}),
    ],
    ids=["paused", "on_failure is continue"],
)
def test_a_task_that_fails_without_a_pause_is_told_too(before: Epic) -> None:
    decision = after(before, events.Parked(kind="MarkReady", task=1))
    assert first(decision).status is TaskStatus.FAILED
    [message] = messages(decision)
    assert (message.kind, message.to, message.task) == (MessageKind.NEEDS_PERSON, ADA, 1)
    text = message_comment(message, epic_view(decision.epic, NOW), "x")
    assert "/orchestra skip 1" in text


def test_what_another_run_was_about_fails_nothing() -> None:
    before = epic(UNDER_WAY["at work"])
    decision = after(before, events.Parked(kind="WorkFetched", task=1, run=RunId("earlier")))
    assert first(decision).status is TaskStatus.PROCESSING


@pytest.mark.parametrize(
    ("facts", "answered"),
    [({}, ["React", "PostComment"]), ({"permission": "read"}, ["React"])],
    ids=["ada", "a stranger"],
)
def test_a_command_that_was_put_aside_is_answered(
    facts: dict[str, Any], answered: list[str]
) -> None:
    given = command("retry 1", **facts)
    decision = after(epic(), events.Parked(kind="CommandGiven", command=given))
    assert kinds(decision) == answered
    [react] = [one for one in asked(decision) if isinstance(one, effects.React)]
    assert react.content == "confused"
    refused = [one.refusal.kind for one in messages(decision) if one.refusal is not None]
    assert refused == [RefusalKind.INTERNAL_ERROR][: len(answered) - 1]


@pytest.mark.parametrize("kind", ["CreateBaseBranch", "BaseReady"])
def test_an_epic_without_its_branch_is_paused(kind: str) -> None:
    before = epic(base_is_ready=False, has_epic_branch=True)
    decision = after(before, events.Parked(kind=kind))
    assert decision.epic.pause is not None
    assert decision.epic.pause.kind is PauseKind.NO_BASE_BRANCH
    assert "CreateBaseBranch" in kinds(after(decision.epic, command("resume")))


@pytest.mark.parametrize("kind", ["FetchBase", "BaseFetched"])
def test_a_scheduled_start_does_not_wait_for_ever(kind: str) -> None:
    before = epic(status=EpicStatus.PENDING, start_at=NOW)
    assert after(before, events.Parked(kind=kind)).epic.status is EpicStatus.ACTIVE
