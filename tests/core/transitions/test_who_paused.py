"""A pause names who asked for it, and mentions nobody for their own act."""

from dataclasses import replace

import pytest

from bot.core import events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import AgentStatus, EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind
from bot.core.transitions.dispatch import Decision
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from bot.rendering.next_line import needs
from tests.core.transitions.scenes import (
    ADA,
    AT_WORK,
    NOW,
    PAUSED_BY_FAILURE,
    RUN,
    after,
    command,
    epic,
    first,
    messages,
    seen,
    task,
)

BOB, CAROL = Login("bob"), Login("carol")
REFUSED = Failure(kind=FailureKind.LAUNCH_REFUSED)
AT = "@\u200b"
WORKING = task(TaskStatus.PROCESSING, runs=(AT_WORK,))


def says(text: str, by: Login) -> events.CommandGiven:
    return replace(command(text), by=by)


def shown(epic_: Epic) -> str:
    [need] = needs(epic_view(epic_, NOW))
    return need.text


def comments(decision: Decision) -> list[str]:
    view = epic_view(decision.epic, NOW)
    return [message_comment(one, view, "x") for one in messages(decision)]


@pytest.mark.parametrize(
    ("people", "text"),
    [
        ([ADA], f"{AT}ada paused the epic."),
        ([ADA, ADA], f"{AT}ada paused the epic."),
        ([ADA, BOB], f"{AT}ada paused the epic. {AT}bob paused the epic as well."),
        ([ADA, BOB, CAROL], f"{AT}ada paused the epic. {AT}bob paused the epic as well."),
        ([BOB, ADA, BOB], f"{AT}bob paused the epic. {AT}ada paused the epic as well."),
    ],
)
@pytest.mark.parametrize("verb", ["pause", "stop"])
def test_each_who_pauses_is_named(verb: str, people: list[Login], text: str) -> None:
    decision = after(epic(), *(says(verb, by) for by in people))
    assert shown(decision.epic) == text


@pytest.mark.parametrize("verb", ["pause", "pause after"])
def test_a_pause_on_top_of_a_failure_is_shown(verb: str) -> None:
    failed = task(TaskStatus.FAILED)
    decision = after(epic(failed, **PAUSED_BY_FAILURE), says(verb, BOB))
    assert shown(decision.epic).endswith(f" {AT}bob paused the epic as well.")
    pause = decision.epic.pause
    assert pause is not None
    assert (pause.held, pause.held_by, pause.ends_by_itself) == (True, BOB, False)


@pytest.mark.parametrize(("by", "mentioned"), [(ADA, False), (BOB, True)])
def test_a_pause_after_the_task_names_who_asked(by: Login, mentioned: bool) -> None:
    asked = after(epic(), says("pause after", by), says("pause after", CAROL)).epic
    assert (asked.pausing, asked.pausing_by) == (True, by)
    ended = after(asked, seen(is_merged=True, is_open=False))
    assert ended.epic.pause == Pause(kind=PauseKind.AFTER_TASK, by=by)
    assert ended.epic.pausing_by is None
    [comment] = comments(ended)
    assert f"the running task has ended, and {AT}{by} asked to pause then" in comment.lower()
    assert ("@ada " in comment) is mentioned


def test_a_pause_after_the_task_outlives_its_failure() -> None:
    asked = after(epic(WORKING, settings={"retries": 0}), says("pause after", BOB)).epic
    report = events.LaunchFailed(run=RUN.id, failure=REFUSED, transient=False)
    failed = after(asked, report)
    assert first(failed).status is TaskStatus.FAILED
    pause = failed.epic.pause
    assert pause is not None
    assert (pause.kind, pause.held_by) == (PauseKind.TASK_FAILED, BOB)
    assert f"{AT}bob paused the epic as well." in shown(failed.epic)


def test_an_interruption_leaves_the_name_of_who_wanted_a_pause() -> None:
    asked = after(epic(WORKING), says("pause after", BOB)).epic
    closed = after(asked, events.Interrupted(kind=Interruption.CLOSED, by=ADA))
    assert shown(closed.epic) == f"{AT}ada closed the issue. {AT}bob paused the epic as well."
    [comment] = comments(closed)
    assert "@ada " not in comment


def test_whoever_closed_the_issue_and_paused_is_named_for_both() -> None:
    closed = after(epic(), events.Interrupted(kind=Interruption.CLOSED, by=BOB))
    paused = after(closed.epic, says("pause", BOB))
    assert shown(paused.epic) == f"{AT}bob closed the issue. {AT}bob paused the epic as well."


@pytest.mark.parametrize("text", ["resume", "pause", "cancel"])
def test_nobody_is_named_for_a_wish_that_is_over(text: str) -> None:
    working = epic(task(TaskStatus.PROCESSING, runs=(replace(RUN, status=AgentStatus.RUNNING),)))
    asked = after(working, says("pause after", BOB)).epic
    decided = after(asked, says(text, BOB)).epic
    assert (decided.pausing, decided.pausing_by) == (False, None)
    if decided.status is EpicStatus.PAUSED:
        assert decided.pause == Pause(kind=PauseKind.PERSON, by=BOB, held=True)
