"""Record this release's stories for the next one's upgrade test.

`python -m tests.upgrades.record RELEASE` at the release's commit writes `data/RELEASE/`, a file
for each story; names of stories after it record those alone.
"""

import itertools
import json
import re
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import httpx

from sandbox.clock import Clock
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from storage.migrate import migrate
from tests.crashes import Boundaries, watched
from tests.harness import Story, run_story
from tests.neighbours import Neighbours, neighbours
from tests.upgrades.databases import ClockedDatabase, database_at, read_rows
from tests.upgrades.journal import (
    Acted,
    Entry,
    Header,
    Journal,
    Outcome,
    Requested,
    Rows,
    Stop,
    Ticked,
    changes,
)
from tests.upgrades.numbers import Numbered, drawn_from, repeatable_uuids
from tests.upgrades.play import FURNISHING, outcome, wait
from tests.upgrades.stories import EPIC, STORIES, Plan
from tests.upgrades.world import MICROSECOND, START, do

DATA = Path(__file__).parent / "data"
HEADERS = ("accept", "content-type", "idempotency-key", "x-github-api-version")
_CHANCE = re.compile(r"`[^`]*`|@\w+|[0-9a-f]{6,}|[0-9]+|[A-Z]\w+_\w{8,}")
# What tells one stop from another: columns by table, some of which belong together.
TELLING: dict[str, tuple[tuple[str, ...], ...]] = {
    "epics": (
        ("status", "pause_cause", "pausing"),
        ("pause_reason",),
        ("base_red",),
        ("unreachable",),
        ("edit_not_used_by",),
        ("throttled_by",),
        ("start_at",),
        ("mistakes",),
        ("settings_mistakes",),
        ("has_epic_branch", "base_is_ready"),
    ),
    "tasks": (
        ("status", "needs_person", "merge_now"),
        ("waiting_for",),
        ("failure",),
        ("feedback",),
        ("retry_at",),
        ("pull_request",),
        ("fixes",),
    ),
    "agent_runs": (("status", "lost", "stop_requested", "running_since_turn"),),
    "effects": (("kind", "state", "again", "recalled"),),
    "inbox": (("kind",), ("needs_reading", "reading"), ("tries",)),
}
FINISHED = ("done", "withdrawn")


Shown = frozenset[str]


class Recorder(Boundaries):
    """Writes down what happens in one story, and the database at each boundary of its worker.

    `seen` are the databases of the stories before, by what they show.
    """

    def __init__(self, plan: Plan, clock: Clock, database: ClockedDatabase, seen: set[Shown]):
        super().__init__()
        self._plan, self._clock, self._seen = plan, clock, seen
        self._path = database.url.database or ""
        self._rows: Rows = {}
        self._written = False
        self._entries = 0
        self.step = 0
        self.lines: list[Entry | Stop | Outcome] = []
        self.shown: list[Shown] = []

    @property
    def at(self) -> int:
        """Microseconds since the story's start."""
        return round((self._clock.now() - START) / MICROSECOND)

    def number(self) -> int:
        """The place that the next entry gets."""
        return self._entries

    def add(self, entry: Entry) -> None:
        """Write an entry down."""
        self.lines.append(entry)
        self._entries += 1
        self._written |= isinstance(entry, Requested) and entry.method != "GET"

    @contextmanager
    def count(self) -> Iterator[None]:
        """A boundary lies behind the last thing that a worker does, too."""
        with super().count():
            yield
        self._stop("at rest")

    def cross(self, name: str) -> None:
        """Keep what the database holds if it is new, or if something was written elsewhere."""
        if threading.get_ident() == self._worker:
            self._stop(name)

    def _stop(self, where: str) -> None:
        rows = read_rows(self._path)
        changed = changes(self._rows, rows)
        if not changed and not self._written:
            return
        shown = what_shows(rows)
        if shown not in self._seen or self._plan.whole:
            self.lines.append(Stop(at=self.at, step=self.step, where=where, changes=changed))
            self.shown.append(shown)
            self._rows, self._written = rows, False
        self._seen.add(shown)


def what_shows(rows: Rows) -> Shown:
    """What is telling about a database: how things stand, and what is unfinished."""
    return frozenset(
        _CHANCE.sub("*", f"{table} {', '.join(columns)}: {value}")
        for table, groups in TELLING.items()
        for row in rows.get(table, {}).values()
        if row.get("handled_at") is None and row.get("state") not in FINISHED
        for columns in groups
        for value in _values([row[name] for name in columns])
    )


def _values(values: list[Any]) -> list[Any]:
    """The fields that are set in a column that holds an object, or else the values as they are."""
    with suppress(TypeError, ValueError):
        if isinstance(fields := json.loads(values[0]), dict):
            return [name for name, value in fields.items() if value]
    return [values]


def telling(stops: list[tuple[Shown, int]]) -> set[int]:
    """The places of few of these that together show everything, and take little time.

    Each comes with what it shows, and with how many requests are still to come.
    """
    left = set().union(*(shown for shown, _ in stops))
    found = set()
    while left:
        gains = [len(shown & left) / (10 + cost) for shown, cost in stops]
        best = gains.index(max(gains))
        found.add(best)
        left -= stops[best][0]
    return found


class _Wire(httpx.BaseTransport):
    """A transport whose requests are written down."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        recorder: Recorder,
        service: Literal["github", "cursor"],
    ) -> None:
        self._inner, self._recorder, self._service = inner, recorder, service

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        status = 0
        request.read()
        try:
            response = self._inner.handle_request(request)
            response.read()
            status = response.status_code
            return response
        finally:
            self._recorder.add(
                Requested(
                    at=self._recorder.at,
                    service=self._service,
                    credential=_credential(request.headers.get("authorization", "")),
                    method=request.method,
                    target=request.url.raw_path.decode(),
                    headers={
                        name: request.headers[name] for name in HEADERS if name in request.headers
                    },
                    body=request.content.decode(),
                    status=status,
                )
            )

    def close(self) -> None:
        self._inner.close()


def _credential(authorization: str) -> Literal["app", "installation", "key", "none"]:
    _, _, text = authorization.partition(" ")
    if text.startswith("ghs_"):
        return "installation"
    if text.count(".") == 2:
        return "app"
    return "key" if text else "none"


def record(
    near: Neighbours, directory: Path, plan: Plan, seen: set[Shown]
) -> tuple[Journal, list[Shown]]:
    """Play the story; returns what happened, and what each stop shows."""
    clock = Clock(START)
    with ExitStack() as stack:
        database = stack.enter_context(database_at("sqlite", "head", clock))
        header = Header(revision=migrate(database), cursor=plan.cursor)
        recorder = Recorder(plan, clock, database, seen)
        stack.enter_context(repeatable_uuids())
        furnishing = stack.enter_context(ExitStack())
        furnishing.enter_context(drawn_from(FURNISHING))

        def prepare(github: GitHub, cursor: Cursor) -> None:
            furnishing.close()
            near.github.current = Numbered(github.asgi, recorder.number)
            near.cursor.current = Numbered(cursor.asgi, recorder.number)

        running = run_story(
            near, database, directory, version=plan.cursor, clock=clock, prepare=prepare
        )
        story = stack.enter_context(running)
        story.issue, story.expects_readers = EPIC, False
        _write_down_ticks(story, recorder)
        _write_down_requests(story, recorder)
        with watched(story, recorder):
            for number, step in enumerate(plan.steps):
                recorder.step = number
                for one in step.acts:
                    acted = Acted(at=recorder.at, name=one.name, arguments=one.arguments)
                    do(story.github, story.cursor, recorder.number(), acted)
                    recorder.add(acted)
                wait(story, step)
            recorder.lines.append(Outcome(world=outcome(story)))
    return Journal(header=header, lines=recorder.lines), recorder.shown


def _write_down_ticks(story: Story, recorder: Recorder) -> None:
    """Both fakes' clocks are one entry; the harness lets Cursor's go second."""
    github, cursor = story.github, story.cursor
    ticks: list[Callable[[], None]] = [github.tick, cursor.tick]

    def tick() -> None:
        with drawn_from(recorder.number()):
            for one in ticks:
                one()
        recorder.add(Ticked(at=recorder.at))

    setattr(github, "tick", tick)  # noqa: B010 - a method of one object
    setattr(cursor, "tick", lambda: None)  # noqa: B010


def _write_down_requests(story: Story, recorder: Recorder) -> None:
    transport: Any = story.services.github._transport
    http: Any = story.services.cursor_http
    transport._pool = _Wire(transport._pool, recorder, "github")
    http._transport = _Wire(http._transport, recorder, "cursor")


def main(release: str, *names: str) -> None:
    """Record the named stories, or all."""
    data = DATA / release
    data.mkdir(parents=True, exist_ok=True)
    seen: set[Shown] = set()
    journals: dict[str, Journal] = {}
    shown: list[tuple[Shown, int]] = []
    with (
        tempfile.TemporaryDirectory(prefix="orchestra-") as directory,
        neighbours(Path(directory)) as near,
    ):
        for name in names or STORIES:
            journal, more = record(near, Path(directory) / name, STORIES[name], seen)
            journals[name] = journal
            shown += zip(more, _requests_to_come(journal), strict=True)
        _mark(journals, telling(shown))
        for name, journal in journals.items():
            path = data / f"{name}.jsonl.xz"
            journal.write(path, near.github_url, near.cursor_url)
            some = sum(stop.telling for stop in journal.stops)
            print(f"{name}: {len(journal.stops)} stops, {some} of them telling", flush=True)


def _requests_to_come(journal: Journal) -> list[int]:
    """How many requests follow each stop."""
    left = sum(isinstance(line, Requested) for line in journal.lines)
    found = []
    for line in journal.lines:
        left -= isinstance(line, Requested)
        if isinstance(line, Stop):
            found.append(left)
    return found


def _mark(journals: dict[str, Journal], places: set[int]) -> None:
    place = itertools.count()
    for journal in journals.values():
        journal.lines = [
            replace(line, telling=next(place) in places) if isinstance(line, Stop) else line
            for line in journal.lines
        ]


if __name__ == "__main__":
    main(*sys.argv[1:])
