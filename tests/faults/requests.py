"""What an undisturbed epic asks of GitHub and Cursor, and the stories made of it."""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.model.identifiers import EpicStatus
from sandbox.ledger import Entry
from tests.databases import fresh_database
from tests.fakes import Fakes
from tests.faults import answers
from tests.faults.answers import Wrong
from tests.harness import Story, run_story
from tests.stories.steps import ONE, configure

# By version of Cursor's API: how the settings file wants it merged; without one, as is usual.
METHODS = {"v0": "merge", "v1": "squash"}
TIMES = (1, 3)
# What is asked more often than this is asked alike.
MAX_NTH, MAX_NTH_OF_GRAPHQL = 3, 2


@dataclass(frozen=True)
class Asked:
    """The request numbered `nth` of its kind, in an epic with that version of Cursor's API."""

    version: str
    service: str
    kind: str
    nth: int
    has_lists: bool


@dataclass(frozen=True)
class FaultStory:
    """A request that is answered wrongly, `times` in a row."""

    asked: Asked
    wrong: Wrong
    times: int

    @property
    def name(self) -> str:
        """What tells it from all others, today and tomorrow."""
        asked = self.asked
        return f"{asked.version}, {asked.kind} no. {asked.nth}: {self.wrong.name} × {self.times}"

    def is_of_sample(self, size: int) -> bool:
        """Whether it is one in `size` of those about the first request of a kind, by its name."""
        if self.asked.nth > 1:
            return False
        return int.from_bytes(hashlib.sha256(self.name.encode()).digest()[:4]) % size == 0


def fault_stories(near: Fakes, directory: Path) -> list[FaultStory]:
    """Every request of an undisturbed epic with every answer that it may get instead."""
    return [
        FaultStory(asked, wrong, times)
        for asked in _asked(near, directory)
        for wrong in _answers(asked)
        for times in TIMES
    ]


def set_the_scene(story: Story) -> None:
    """Commit the settings file of the version that has one."""
    method = METHODS[story.services.settings.cursor_api_version]
    if method != "squash":
        configure(story, f"merge: {{method: {method}}}\n")


def _asked(near: Fakes, directory: Path) -> list[Asked]:
    """Each request once, by the first version of Cursor's API with which it is made.

    How often the progress comment is edited depends on how fast this machine is: what two epics ask
    counts.
    """
    found: dict[tuple[str, int], Asked] = {}
    for version in METHODS:
        first, second = (
            _numbered(near, directory / f"{version}-{time}", version)
            for time in ("first", "second")
        )
        for key, asked in first.items():
            if key in second:
                found.setdefault(key, asked)
    return list(found.values())


def _numbered(near: Fakes, directory: Path, version: str) -> dict[tuple[str, int], Asked]:
    found: dict[tuple[str, int], Asked] = {}
    counts: Counter[str] = Counter()
    for service, entry in _undisturbed(near, directory, version):
        counts[entry.kind] += 1
        nth = counts[entry.kind]
        if nth <= (MAX_NTH_OF_GRAPHQL if entry.kind.startswith("GraphQL") else MAX_NTH):
            asked = Asked(version, service, entry.kind, nth, _has_lists(entry.answer))
            found[entry.kind, nth] = asked
    return found


def _undisturbed(near: Fakes, directory: Path, version: str) -> list[tuple[str, Entry]]:
    with (
        fresh_database("sqlite") as database,
        run_story(near, database, directory, version=version) as story,
    ):
        set_the_scene(story)
        story.start(ONE)
        story.wait_for(story.has(EpicStatus.COMPLETED))
        story.wait(60)
        github = [("GitHub", one) for one in story.github.ledger.entries if one.actor]
        return github + [("Cursor", one) for one in story.cursor.ledger.entries]


def _answers(asked: Asked) -> Iterator[Wrong]:
    is_read = asked.kind.startswith(("GET ", "GraphQL "))
    if asked.service == "Cursor":
        yield from answers.CURSOR
        yield from () if is_read else answers.CURSOR_WRITES
    elif asked.kind.startswith("GraphQL "):
        yield from answers.GRAPHQL
    else:
        yield from answers.REST
        yield from answers.READS if is_read else answers.WRITES
        yield from answers.OF_KIND.get(asked.kind, ())
    if asked.has_lists and asked.service == "GitHub" and is_read:
        yield answers.EMPTY


def _has_lists(body: Any) -> bool:
    if isinstance(body, dict):
        return any(_has_lists(value) for value in body.values())
    return isinstance(body, list) and bool(body)
