"""Record this release's stories for the next one's upgrade test.

`python -m tests.upgrades.record` at the release's commit writes `tests/upgrades/data/COMMIT/`.
Names of stories given as arguments are recorded alone. Then delete the data of older releases: an
upgrade leads through each release.
"""

import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
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
_CHANCE = re.compile(r"`[^`]*`|@\w+|[0-9a-f]{6,}|[0-9]+")
# What tells one stop from another, by table.
TELLING = {
    "epics": ("status", "pause_cause", "pause_reason", "base_red", "unreachable", "pausing"),
    "tasks": ("status", "waiting_for", "failure", "needs_person"),
    "agent_runs": ("status", "lost", "stop_requested"),
    "effects": ("kind", "state", "again", "recalled"),
    "inbox": ("kind",),
}


class Recorder(Boundaries):
    """Writes down what happens in one story, and the database at each boundary of its worker."""

    def __init__(self, journal: Journal, plan: Plan, clock: Clock, database: ClockedDatabase):
        super().__init__()
        self._journal, self._plan, self._clock = journal, plan, clock
        self._path = database.url.database or ""
        self._rows: Rows = {}
        self._written = False
        self._entries = 0
        self.step = 0
        self.seen: set[str] = set()

    @property
    def at(self) -> int:
        """Microseconds since the story's start."""
        return round((self._clock.now() - START) / MICROSECOND)

    def number(self) -> int:
        """The place that the next entry gets."""
        return self._entries

    def add(self, entry: Entry) -> None:
        """Write an entry down."""
        self._journal.lines.append(entry)
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
        if not self._plan.whole and self._is_like_another(rows):
            return
        self._journal.lines.append(
            Stop(at=self.at, step=self.step, where=where, changes=changed)
        )
        self._rows, self._written = rows, False

    def _is_like_another(self, rows: Rows) -> bool:
        looks = signature(rows)
        known = looks in self.seen
        self.seen.add(looks)
        return known


def signature(rows: Rows) -> str:
    """What is telling about a database: how things stand, and what is unfinished."""
    found = set()
    for table, columns in TELLING.items():
        for row in rows.get(table, {}).values():
            if row.get("handled_at") is None and row.get("state") not in ("done", "withdrawn"):
                found.add(f"{table} {[row[name] for name in columns]}")
    return _CHANCE.sub("*", "\n".join(sorted(found)))


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


def record(near: Neighbours, directory: Path, plan: Plan, seen: set[str]) -> Journal:
    """Play the story and return what happened."""
    clock = Clock(START)
    with ExitStack() as stack:
        database = stack.enter_context(database_at("sqlite", "head", clock))
        journal = Journal(header=Header(revision=migrate(database), cursor=plan.cursor))
        recorder = Recorder(journal, plan, clock, database)
        recorder.seen = seen
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
            journal.lines.append(Outcome(world=outcome(story)))
    return journal


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


def main(names: list[str]) -> None:
    """Record the named stories, or all."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short=7", "HEAD"], capture_output=True, text=True, check=True
    )
    data = DATA / commit.stdout.strip()
    data.mkdir(parents=True, exist_ok=True)
    seen: set[str] = set()
    with (
        tempfile.TemporaryDirectory(prefix="orchestra-") as directory,
        neighbours(Path(directory)) as near,
    ):
        for name in names or STORIES:
            journal = record(near, Path(directory) / name, STORIES[name], seen)
            path = data / f"{name}.jsonl.xz"
            journal.write(path, near.github_url, near.cursor_url)
            print(f"{name}: {len(journal.stops)} stops, {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
