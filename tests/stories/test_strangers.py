"""Strangers cost little, and what stops an epic overtakes what sets it going."""

import time
from typing import Any

import httpx
import pytest

from bot.core.model.identifiers import EpicStatus
from sandbox.github import Fault
from tests.harness import REPOSITORY, Story
from tests.stories.steps import ONE, answers

PERMISSION = "GET .*/collaborators/{}/permission"
TEN = "\n".join(f"/orchestra {verb}" for verb in ("start", "retry", "cancel", "status", "help") * 2)
SLOWEST_CANCEL = 5.0  # seconds
SUPERSEDED = "Superseded by @\u200b{}'s `{}`, so this was not done."


def pending(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()


def launches(story: Story) -> list[str]:
    return [one.kind for one in story.cursor.ledger.entries if one.kind.startswith("POST")]


@pytest.mark.both_databases
@pytest.mark.parametrize("stop", ["cancel", "pause", "abort", "stop"])
@pytest.mark.parametrize("start", ["start", "go model=o3", "resume"])
def test_a_start_and_a_stop_right_after_it_never_launch(
    story: Story, start: str, stop: str
) -> None:
    pending(story)
    first = story.comment(f"/orchestra {start}")
    story.comment(f"/orchestra {stop}")
    story.settle()
    story.wait(120, step=60)
    assert launches(story) == []
    assert story.reactions(first) == ["confused"]
    verb = {"abort": "cancel", "stop": "pause"}.get(stop, stop)
    assert SUPERSEDED.format("ada", verb) in answers(story)


def test_what_comes_after_the_stop_is_carried_out(story: Story) -> None:
    pending(story)
    for line in ("start", "pause", "start"):
        story.comment(f"/orchestra {line}")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert SUPERSEDED.format("ada", "pause") in answers(story)


def test_no_start_is_carried_out_while_its_own_stop_cannot_be_read(story: Story) -> None:
    pending(story)
    story.comment("/orchestra start")
    story.comment("/orchestra cancel")
    story.github.faults.add(Fault(PERMISSION.format("ada"), status=502, times=3))
    story.settle()
    story.wait(60, step=5)
    assert launches(story) == []
    assert story.epic().status is EpicStatus.CANCELLED
    answers(story)


def test_a_strangers_stop_supersedes_nothing(story: Story) -> None:
    pending(story)
    story.comment("/orchestra start")
    story.comment("/orchestra cancel", by="mallory")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert not [one for one in answers(story) if "Superseded" in one]


@pytest.mark.both_databases
def test_nobody_waits_for_a_stranger_about_whom_github_does_not_answer(story: Story) -> None:
    pending(story)
    story.github.faults.add(Fault(PERMISSION.format("mallory"), status=502, times=4))
    for line in ("cancel", "start", "cancel\n/orchestra pause"):
        story.comment(f"/orchestra {line}", by="mallory")
    story.settle()
    started = story.comment("/orchestra start")
    story.settle()
    assert story.epic().started_by == "ada"
    assert story.reactions(started) == ["+1"]
    assert len(launches(story)) == 1
    story.wait_for(story.has(EpicStatus.COMPLETED))
    answers(story)


def times_of_stops(story: Story) -> list[float]:
    """When, in seconds of this process's work, agents are asked to stop from now on."""
    found: list[float] = []
    http: Any = story.services.agents_http
    send = http._transport._inner.handle_request

    def handle_request(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/stop"):
            found.append(time.process_time())
        answer: httpx.Response = send(request)
        return answer

    http._transport._inner.handle_request = handle_request
    return found


@pytest.mark.both_databases
def test_a_reader_with_two_hundred_commands_costs_little(story: Story) -> None:
    story.start(ONE)
    before = len(story.requests(""))
    comments = [story.comment(TEN, by="mallory") for _ in range(20)]
    stops = times_of_stops(story)
    # Of this process alone, which is GitHub, web and worker in one: others may be busy.
    began = time.process_time()
    story.comment("/orchestra cancel")
    story.settle()
    assert stops[0] - began < SLOWEST_CANCEL
    assert story.epic().status is EpicStatus.CANCELLED
    asked = story.requests("")[before:]
    of_the_reader = [one for one in asked if "/permission" in one.kind or "/reactions" in one.kind]
    assert len(of_the_reader) <= 26
    assert len(asked) <= 40
    assert [story.reactions(one) for one in comments] == [["confused"]] * 20
    assert len([one for one in answers(story) if "mallory" in one]) == 1
    # A cancel is read before all of them.
    kinds = [one.kind for one in asked]
    assert "permission" in kinds[0]
    assert len([one for one in kinds if "permission" in one]) == 2


def test_words_come_once_a_day(story: Story) -> None:
    pending(story)
    for _ in range(3):
        story.comment("/orchestra start", by="mallory")
        story.settle()
    assert len(answers(story)) == 1
    story.pass_time(25 * 3600)
    story.comment("/orchestra start", by="mallory")
    story.settle()
    assert len(answers(story)) == 2
    assert story.github.repository(REPOSITORY).name
