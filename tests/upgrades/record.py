"""Record this release's stories for the next one's upgrade test.

`python -m tests.upgrades.record RELEASE` at the release's commit writes `data/RELEASE/`, a file
for each story; names of stories after it record those alone.
"""

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
from tests.fakes import Fakes, fakes
from tests.harness import Story, run_story
from tests.upgrades.databases import ClockedDatabase, database_at, read_rows
from tests.upgrades.journal import (
    Entry,
    Header,
    Journal,
    Outcome,
    Requested,
    Rows,
    Stop,
    Ticked,
    UserStepTaken,
    changes,
)
from tests.upgrades.numbers import Numbered, drawn_from, repeatable_uuids
from tests.upgrades.play import FURNISHING, outcome, wait
from tests.upgrades.stories import STORIES
from tests.upgrades.telling import Shown, mark_telling, what_shows
from tests.upgrades.vocabulary import EPIC, Scenario
from tests.upgrades.world import MICROSECOND, START, do

DATA = Path(__file__).parent / "data"
HEADERS = ("accept", "content-type", "idempotency-key", "x-github-api-version")


class Recorder(Boundaries):
    """Writes down what happens in one story, and the database at each boundary of its worker.

    `seen` are the databases of the stories before, by what they show.
    """

    def __init__(
        self, scenario: Scenario, clock: Clock, database: ClockedDatabase, seen: set[Shown]
    ):
        super().__init__()
        self._scenario, self._clock, self._seen = scenario, clock, seen
        self._path = database.url.database or ""
        self._rows: Rows = {}
        self._written = False
        self._entries = 0
        self.stage = 0
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
        if shown not in self._seen or self._scenario.whole:
            self.lines.append(Stop(at=self.at, stage=self.stage, where=where, changes=changed))
            self.shown.append(shown)
            self._rows, self._written = rows, False
        self._seen.add(shown)


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
    near: Fakes, directory: Path, scenario: Scenario, seen: set[Shown]
) -> tuple[Journal, list[Shown]]:
    """Play the story; returns what happened, and what each stop shows."""
    clock = Clock(START)
    with ExitStack() as stack:
        database = stack.enter_context(database_at("sqlite", "head", clock))
        header = Header(revision=migrate(database), cursor=scenario.cursor)
        recorder = Recorder(scenario, clock, database, seen)
        stack.enter_context(repeatable_uuids())
        furnishing = stack.enter_context(ExitStack())
        furnishing.enter_context(drawn_from(FURNISHING))

        def prepare(github: GitHub, cursor: Cursor) -> None:
            furnishing.close()
            near.github.current = Numbered(github.asgi, recorder.number)
            near.cursor.current = Numbered(cursor.asgi, recorder.number)

        running = run_story(
            near, database, directory, version=scenario.cursor, clock=clock, prepare=prepare
        )
        story = stack.enter_context(running)
        story.issue, story.expects_readers = EPIC, False
        _write_down_ticks(story, recorder)
        _write_down_requests(story, recorder)
        with watched(story, recorder):
            for number, stage in enumerate(scenario.stages):
                recorder.stage = number
                for one in stage.user_steps:
                    acted = UserStepTaken(at=recorder.at, name=one.name, arguments=one.arguments)
                    do(story.github, story.cursor, recorder.number(), acted)
                    recorder.add(acted)
                wait(story, stage)
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
    http: Any = story.services.agents_http
    transport._pool = _Wire(transport._pool, recorder, "github")
    http._transport = _Wire(http._transport, recorder, "cursor")


def main(release: str, *names: str) -> None:
    """Record the named stories, or all."""
    data = DATA / release
    data.mkdir(parents=True, exist_ok=True)
    seen: set[Shown] = set()
    with (
        tempfile.TemporaryDirectory(prefix="orchestra-") as directory,
        fakes(Path(directory)) as near,
    ):
        recorded = {
            name: record(near, Path(directory) / name, STORIES[name], seen)
            for name in names or STORIES
        }
        mark_telling(list(recorded.values()))
        for name, (journal, _) in recorded.items():
            journal.write(data / f"{name}.jsonl.xz", near.github_url, near.cursor_url)
            some = sum(stop.telling for stop in journal.stops)
            print(f"{name}: {len(journal.stops)} stops, {some} of them telling", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
