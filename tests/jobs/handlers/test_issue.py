"""What is changed about the epic's issue: its body's lines, its labels, open or closed."""

import pytest

from bot.clients.errors import PermanentError
from bot.core import events
from bot.core.effects import AddLine, CloseIssue, Effect, ReopenIssue, TickBox, UpdateStateLabel
from bot.core.model.identifiers import EpicStatus
from bot.core.model.settings import EpicSettings
from jobs.handlers.registry import HANDLERS
from tests.jobs.executing import BODY, World
from tests.jobs.fakes import REPOSITORY

THIRD = AddLine(given="9:1", task=3, title="Third", same_title_before=0, after=None)
SECOND_AGAIN = AddLine(given="9:1", task=3, title="Second", same_title_before=1, after="First")


def body(world: World) -> str:
    return world.context().github.issue(world.epic.issue_number).body


@pytest.mark.parametrize(
    ("effect", "after"),
    [
        (TickBox(task=2, title="Second", same_title_before=0), BODY.replace("[ ]", "[x]")),
        (THIRD, f"{BODY}- [ ] Third\n"),
        (SECOND_AGAIN, BODY.replace("- [ ]", "- [ ] Second\n- [ ]")),
    ],
)
def test_one_line_is_changed_once(world: World, effect: Effect, after: str) -> None:
    assert world.perform(effect) is None
    assert body(world) == after
    assert world.perform_again(effect) is None
    assert body(world) == after


@pytest.mark.parametrize(
    ("text", "full"), [("- [ ] one\n" * 50, True), ("```\nnever closed", False)]
)
def test_a_line_that_cannot_be_added(world: World, text: str, full: bool) -> None:
    number = world.epic.issue_number
    world.github.edit_issue(REPOSITORY, number, by="alice", body=text)
    assert world.perform(THIRD) == events.LineNotAdded(task=3, full=full)
    assert body(world) == text


def test_a_line_that_github_refuses() -> None:
    told = HANDLERS[AddLine].refused(THIRD, PermanentError("GitHub", "no"))
    assert told == events.LineNotAdded(task=3, reason="no")


def test_the_state_is_shown_as_one_label(world: World) -> None:
    number, shown = world.epic.issue_number, []
    world.github.label(REPOSITORY, number, "bug", "Orchestra: Failed", by="alice")
    for status in EpicStatus:
        world.put(status=status)
        world.perform(UpdateStateLabel())
        labels = world.context().github.issue(number).labels
        shown.append((status, {label.lower() for label in labels}))
    assert shown == [
        (EpicStatus.GENERATING_SPEC, {"bug"}),
        (EpicStatus.PENDING, {"bug"}),
        (EpicStatus.ACTIVE, {"bug", "orchestra: running"}),
        (EpicStatus.PAUSED, {"bug", "orchestra: paused"}),
        (EpicStatus.COMPLETED, {"bug", "orchestra: done"}),
        (EpicStatus.PARTIAL_COMPLETED, {"bug", "orchestra: done"}),
        (EpicStatus.FAILED, {"bug", "orchestra: failed"}),
        (EpicStatus.CANCELLED, {"bug", "orchestra: failed"}),
    ]


def test_labels_can_be_switched_off(world: World) -> None:
    world.perform(UpdateStateLabel())
    world.put(settings=EpicSettings(state_labels=False))
    world.perform(UpdateStateLabel())
    assert world.context().github.issue(world.epic.issue_number).labels == ()


def test_the_issue_is_closed_and_opened_again(world: World) -> None:
    number = world.epic.issue_number
    world.perform(CloseIssue())
    assert not world.context().github.issue(number).is_open
    for _ in range(2):
        world.perform(ReopenIssue())
        assert world.context().github.issue(number).is_open
