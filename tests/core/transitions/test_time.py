"""A decision holds the epic's lock, and in SQLite everybody's: it must be quick at its worst."""

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.core import events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import TaskStatus
from bot.core.model.task import Task
from bot.core.text import inline_spans
from bot.core.text.checklist import MAX_TASKS, parse_checklist
from bot.core.text.visible import parse_blocks
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


# One decision on the first of these once held the lock for two minutes.
HOSTILE = ["* i\n 1. b\n", "- [ ] a\n", "> - > - x\n", "#\n", "\r", "- [ ] `a: b`\n 1. [ ] x\n"]
# Of few enough lines to be read at all.
HOSTILE += [f"- [ ] {'[a](<' * 30}\n", f"{'- ' * 50}[ ] a\n"]


def _hostile(piece: str) -> str:
    return (BODY[:9000] + piece * MAX_BODY)[:MAX_BODY]


def _large() -> Epic:
    first = scenes.task()
    others = [
        Task(number=n, title=f"Task number {n - 1}", position=n - 1, status=TaskStatus.PENDING)
        for n in range(2, MAX_TASKS + 1)
    ]
    return scenes.epic(first, tasks=(first, *others), body=BODY)


WORDS = (
    "stone",
    "notes",
    "onset",
    "tones",
    "seton",
    "steno",
    "intone",
    "tonnes",
    "sonnet",
    "tensor",
)


def _title(number: int, seed: int) -> str:
    """A title of nearly the longest length, of the same few letters as all others."""
    picked = random.Random(number * 1000 + seed).choices(WORDS, k=32)
    return " ".join(picked)[:190].strip()


def _all_reworded(status: TaskStatus, **facts: Any) -> Epic:
    """A paused epic of long titles, none of which stands in its checklist any more."""
    tasks = tuple(
        Task(number=n, title=_title(n, 1), position=n - 1, status=status, **facts)
        for n in range(1, MAX_TASKS + 3)
    )
    return scenes.epic(tasks=tasks, body=BODY, **scenes.PAUSED_BY_PERSON)


ALL_REWORDED = "".join(f"- [ ] {_title(n, 2)}\n" for n in range(1, MAX_TASKS + 1))
FAILED_BEFORE: dict[str, Any] = {
    "started_at": scenes.NOW,
    "failure": scenes.FAILURE,
    "pull_request_number": 10,
}
REWORDED: dict[str, Callable[[], Epic]] = {
    "pending": lambda: _all_reworded(TaskStatus.PENDING),
    "begun": lambda: _all_reworded(TaskStatus.FAILED, **FAILED_BEFORE),
}


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
    assert _time(_large(), EVENTS[name]()) < LIMIT


@pytest.mark.parametrize("name", REWORDED)
def test_a_checklist_with_every_line_reworded_is_matched_in_time(name: str) -> None:
    epic, resume = REWORDED[name](), scenes.command("resume", body=ALL_REWORDED)
    assert decide(epic, resume, scenes.NOW).epic.body == ALL_REWORDED
    assert _time(epic, resume) < LIMIT


def _time(epic: Epic, event: events.Event) -> float:
    def took() -> float:
        began = time.thread_time()
        decide(epic, event, scenes.NOW)
        return time.thread_time() - began

    # A text is parsed once, and its first parsing is another test's.
    took()
    return min(took() for _ in range(TRIES))


@pytest.mark.parametrize("name", EVENTS)
def test_no_text_is_parsed_twice_in_one_decision(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str] = []
    parse: Any = inline_spans.BLOCKS.parse

    def counted(text: str, *rest: Any) -> Any:
        parsed.append(text)
        return parse(text, *rest)

    monkeypatch.setattr(inline_spans.BLOCKS, "parse", counted)
    parse_checklist.cache_clear()
    parse_blocks.cache_clear()
    decide(_large(), EVENTS[name](), scenes.NOW)
    assert len(parsed) == len(set(parsed))


def _edited(before: str, after: str, permission: str) -> events.BodyEdited:
    enrichment = events.Enrichment(permission=permission)
    return events.BodyEdited(
        by=scenes.ADA, title="Widgets", body=after, before=before, enrichment=enrichment
    )


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_strangers_text_is_not_even_parsed(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[str] = []
    parse: Any = inline_spans.BLOCKS.parse

    def counted(text: str, *rest: Any) -> Any:
        parsed.append(text)
        return parse(text, *rest)

    monkeypatch.setattr(inline_spans.BLOCKS, "parse", counted)
    hostile = _hostile(piece)
    decided = decide(_large(), _edited(BODY, hostile, "read"), scenes.NOW)

    assert decided.epic.edit_not_used_by == scenes.ADA
    assert hostile not in parsed


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_is_decided_on_in_time_whoever_wrote_it(piece: str) -> None:
    hostile, epic = _hostile(piece), _large()
    ticked = BODY.replace("[ ]", "[x]")
    written = events.BodyWritten(before=hostile, after=ticked)
    for event in (
        _edited(BODY, hostile, "write"),
        _edited(hostile, BODY + "\n", "write"),
        _edited(hostile, hostile + "!", "write"),
        written,
        events.BodyWritten(before=ticked, after=hostile),
        scenes.command("start", body=hostile),
        scenes.command("resume", body=hostile),
    ):
        parse_checklist.cache_clear()
        parse_blocks.cache_clear()
        began = time.thread_time()
        decide(epic, event, scenes.NOW)
        assert time.thread_time() - began < 1.0
