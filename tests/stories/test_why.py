"""`orchestra why`: an operator is told what an epic waits for, and what would move it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core.effects import UpdateProgressComment
from bot.core.model.identifiers import EpicStatus
from jobs.handlers.registry import HANDLERS
from jobs.operations.why import UnknownEpicError, explain, parse
from sandbox.github import CheckScript
from tests.harness import Story
from tests.stories.agents import ONE


def why(story: Story, address: str | None = None) -> str:
    return explain(story.services, address or f"{story.home.upper()}#{story.issue}")


def test_a_task_under_way_is_told_with_what_it_waits_for(story: Story) -> None:
    story.github.repository(story.home).ci.checks["build"] = CheckScript(after=3000)
    story.start(ONE)
    story.wait(120)
    text = why(story)
    assert f"{story.home}#{story.issue} is ACTIVE, base main" in text
    assert "1  PR_OPEN  #" in text
    assert "waits for checks_running" in text
    assert "By itself\n  " in text
    assert "\n  0 workers are alive: start `orchestra worker`" in text
    assert "The clock last looked for work at " in text
    assert "](" not in text


def test_a_pause_is_told_with_the_commands_that_end_it(story: Story) -> None:
    story.start(ONE)
    story.comment("/orchestra pause")
    story.settle()
    text = why(story)
    assert "A person is needed\n  @ada paused the epic." in text
    assert "`/orchestra resume`" in text


def test_an_effect_that_we_fail_on_is_told_with_our_fault(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object) -> Any:
        raise ZeroDivisionError("gho_secret")

    faulty = replace(HANDLERS[UpdateProgressComment], perform=raising)
    monkeypatch.setitem(HANDLERS, UpdateProgressComment, faulty)
    story.open_epic(ONE)
    story.settle()
    text = why(story)
    assert "Not done yet" in text
    assert "our own fault, " in text
    assert "ZeroDivisionError" in text
    assert "gho_secret" not in text


def test_an_ended_epic_stands_still_for_good(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert "is COMPLETED" in why(story)
    assert "Nothing more happens" in why(story)


@pytest.mark.parametrize(
    "address", ["acme/widgets", "acme/widgets#", "#3", "widgets#3", "acme/widgets#x", "", "a/b#0x1"]
)
def test_what_names_no_issue_is_answered_with_the_form(address: str) -> None:
    with pytest.raises(UnknownEpicError, match="write it as owner/repo#3"):
        parse(address)


@pytest.mark.parametrize(
    "address",
    [
        "acme/widgets#12",
        " acme/widgets#12 ",
        "https://github.com/acme/widgets/issues/12",
        "https://github.com/acme/widgets/issues/12/",
        "https://github.com/acme/widgets/issues/12#issuecomment-345",
        "https://github.com/acme/widgets/issues/12?reload=1",
    ],
)
def test_an_address_may_be_copied_from_a_page(address: str) -> None:
    repository, issue = parse(address)
    assert (str(repository), issue) == ("acme/widgets", 12)


def test_an_issue_that_is_no_epic_is_said_to_be_none(story: Story) -> None:
    with pytest.raises(UnknownEpicError, match="acme/other#1 is no epic here"):
        why(story, "acme/other#1")
