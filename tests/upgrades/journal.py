"""One story's recording: what reached GitHub and Cursor, and the database in between.

A file is xz-compressed JSON Lines: a `Header`, then the entries in the order in which they
happened, then the `Outcome`. Everything up to a `Stop` brings about the world at that moment, and
the changes of all stops up to it make up the database.
"""

import lzma
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

# What stands in a file for the addresses of the fakes, which are other ones in each process.
GITHUB, CURSOR = "http://github.recorded", "http://cursor.recorded"

Row = dict[str, Any]
Rows = dict[str, dict[tuple[Any, ...], Row]]  # by table and primary key
Changes = dict[str, list[tuple[tuple[Any, ...], Row | None]]]  # changed columns; None: deleted


@dataclass(frozen=True, kw_only=True)
class Header:
    """The schema's revision and the version of Cursor's API."""

    revision: str
    cursor: str


@dataclass(frozen=True, kw_only=True)
class UserStepTaken:
    """A person's act, microseconds after the story's start."""

    at: int
    name: str
    arguments: dict[str, Any]
    kind: Literal["user"] = "user"


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """What had fallen due at the fakes was done, and all webhooks were taken away."""

    at: int
    kind: Literal["tick"] = "tick"


@dataclass(frozen=True, kw_only=True)
class Requested:
    """A request of the product's and the status of the answer, 0 where none came.

    `credential` says whose the Authorization header was; it is never recorded itself.
    """

    at: int
    service: Literal["github", "cursor"]
    credential: Literal["app", "installation", "key", "none"]
    method: str
    target: str
    headers: dict[str, str]
    body: str
    status: int
    kind: Literal["request"] = "request"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """The product may have been stopped here, in the wait of the story's stage number `stage`.

    `where` is the boundary's name, and `changes` what is new in the database since the last stop.
    `telling`: one of the few stops of all stories that together show whatever any of them shows.
    """

    at: int
    stage: int
    where: str
    changes: Changes
    telling: bool = False
    kind: Literal["stop"] = "stop"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How the world was when the story had ended without any stop."""

    world: dict[str, Any]
    kind: Literal["outcome"] = "outcome"


Entry = UserStepTaken | Ticked | Requested
Line = Annotated[Entry | Stop | Outcome, Field(discriminator="kind")]
_LINES: TypeAdapter[Entry | Stop | Outcome] = TypeAdapter(Line)
_HEADER = TypeAdapter(Header)


@dataclass(kw_only=True)
class Journal:
    """A recording in memory."""

    header: Header
    lines: list[Entry | Stop | Outcome] = field(default_factory=list)

    @property
    def stops(self) -> list[Stop]:
        """Every moment at which the product may have been stopped."""
        return [line for line in self.lines if isinstance(line, Stop)]

    @property
    def outcome(self) -> dict[str, Any]:
        """The world at the end."""
        last = self.lines[-1]
        assert isinstance(last, Outcome)
        return last.world

    def until(self, stop: Stop) -> tuple[list[Entry], Rows]:
        """What happened before, and the database's rows at that moment."""
        entries: list[Entry] = []
        rows: Rows = {}
        for line in self.lines:
            if isinstance(line, Stop):
                apply(rows, line.changes)
                if line is stop:
                    break
            elif not isinstance(line, Outcome):
                entries.append(line)
        return entries, rows

    def write(self, path: Path, github_url: str, cursor_url: str) -> None:
        """Write the file; the fakes' addresses are left out."""
        lines = [_HEADER.dump_json(self.header), *map(_LINES.dump_json, self.lines)]
        text = b"\n".join(lines).decode()
        text = text.replace(github_url, GITHUB).replace(cursor_url, CURSOR)
        path.write_bytes(lzma.compress(text.encode(), preset=9 | lzma.PRESET_EXTREME))

    @classmethod
    def read(cls, path: Path, github_url: str, cursor_url: str) -> "Journal":
        """Read a file, with the fakes where they are now."""
        text = lzma.decompress(path.read_bytes()).decode()
        text = text.replace(GITHUB, github_url).replace(CURSOR, cursor_url)
        header, *lines = text.splitlines()
        return cls(
            header=_HEADER.validate_json(header),
            lines=[_LINES.validate_json(line) for line in lines],
        )


def changes(before: Rows, after: Rows) -> Changes:
    """What makes `after` of `before`."""
    found = {
        table: list(_changed(before.get(table, {}), after.get(table, {})))
        for table in sorted({*before, *after})
    }
    return {table: rows for table, rows in found.items() if rows}


def _changed(
    before: dict[tuple[Any, ...], Row], after: dict[tuple[Any, ...], Row]
) -> Iterator[tuple[tuple[Any, ...], Row | None]]:
    yield from ((key, None) for key in before if key not in after)
    for key, row in after.items():
        old = before.get(key, {})
        new = {name: value for name, value in row.items() if name not in old or old[name] != value}
        if new:
            yield key, new


def apply(rows: Rows, changed: Changes) -> None:
    """Carry changes out."""
    for table, some in changed.items():
        known = rows.setdefault(table, {})
        for key, row in some:
            if row is None:
                del known[key]
            else:
                known[key] = known.get(key, {}) | row
