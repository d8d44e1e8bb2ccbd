"""A decision holds the epic's lock, and in SQLite everybody's: it must be quick at its worst."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.core import events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.task import Task
from bot.core.text import checklist
from bot.core.text.checklist import MAX_TASKS, parse_checklist
from bot.core.transitions.dispatch import decide
from tests.core.transitions import scenes

MAX_BODY = 65_536
LIMIT = 0.050
TRIES = 5


def _body() -> str:
    lines = [f"- [ ] Task number {n}\n\n  It is to be done well.\n" for n in range(MAX_TASKS)]
    text = "".join(lines)
    return text + "\nSome words of the goal. " * ((MAX_BODY - len(text)) // 25)


BODY = _body()


def _large() -> Epic:
    first = scenes.task()
    others = [
        Task(number=n, title=f"Task number {n - 1}", position=n - 1, status=TaskStatus.PENDING)
        for n in range(2, MAX_TASKS + 1)
    ]
    return scenes.epic(first, tasks=(first, *others), body=BODY)


EVENTS: dict[str, Callable[[], events.Event]] = {
    "time": events.TimePassed,
    "fetched": scenes.seen,
    "resume": lambda: scenes.command("resume", body=BODY),
    "start": lambda: scenes.command("start", body=BODY),
    "add": lambda: scenes.command("add one more"),
    "cancel": lambda: scenes.command("cancel"),
    "edit": lambda: events.BodyEdited(
        by=scenes.ADA,
        title="Widgets",
        body=BODY.replace("number 7", "number seven"),
        before=BODY,
        enrichment=events.Enrichment(permission="write"),
    ),
}


@pytest.mark.parametrize("name", EVENTS)
def test_the_largest_epic_is_decided_on_in_time(name: str) -> None:
    event, epic = EVENTS[name](), _large()

    def took() -> float:
        began = time.thread_time()
        decide(epic, event, scenes.NOW)
        return time.thread_time() - began

    # A text is parsed once, and its first parsing is another test's.
    took()
    assert min(took() for _ in range(TRIES)) < LIMIT


@pytest.mark.parametrize("name", EVENTS)
def test_no_text_is_parsed_twice_in_one_decision(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse: Any = checklist._BLOCKS.parse

    def counted(text: str) -> Any:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(checklist._BLOCKS, "parse", counted)
    parse_checklist.cache_clear()
    decide(_large(), EVENTS[name](), scenes.NOW)
    assert len(parsed) == len(set(parsed))
