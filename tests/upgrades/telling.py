"""Which of thousands of stops are worth an upgrade each time: few that together show everything."""

import itertools
import json
import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

from tests.upgrades.journal import Journal, Requested, Rows, Stop

Shown = frozenset[str]

_CHANCE = re.compile(r"`[^`]*`|@\w+|[0-9a-f]{6,}|[0-9]+|[A-Z]\w+_\w{8,}")
# What tells one stop from another: columns by table, some of which belong together.
TELLING: dict[str, tuple[tuple[str, ...], ...]] = {
    "epics": (
        ("status", "pausing"),
        ("pause",),
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
        ("wait",),
        ("failure",),
        ("feedback",),
        ("retry_at",),
        ("pull_request",),
        ("fixes",),
    ),
    "agent_runs": (("status", "lost", "stop_requested", "opens_pull_request"),),
    "effects": (("kind", "state", "again", "cancel_requested"),),
    "inbox": (("kind",), ("needs_enrichment", "enrichment"), ("tries",)),
}
FINISHED = ("done", "cancelled")


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
    """The fields that are set in a column that holds an object, or else the values as they are.

    Reasons are told apart by their kind.
    """
    with suppress(TypeError, ValueError):
        if isinstance(fields := json.loads(values[0]), dict):
            kinds = [fields["kind"]] if "kind" in fields else []
            return kinds + [name for name, value in fields.items() if value]
    return [values]


def _telling(stops: list[tuple[Shown, int]]) -> set[int]:
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


def _requests_to_come(journal: Journal) -> list[int]:
    """How many requests follow each stop."""
    left = sum(isinstance(line, Requested) for line in journal.lines)
    found = []
    for line in journal.lines:
        left -= isinstance(line, Requested)
        if isinstance(line, Stop):
            found.append(left)
    return found


def mark_telling(recorded: list[tuple[Journal, list[Shown]]]) -> None:
    """Mark the telling ones among all stops; each journal comes with what its stops show."""
    stops = [
        stop
        for journal, shown in recorded
        for stop in zip(shown, _requests_to_come(journal), strict=True)
    ]
    telling, place = _telling(stops), itertools.count()
    for journal, _ in recorded:
        journal.lines = [
            replace(line, telling=next(place) in telling) if isinstance(line, Stop) else line
            for line in journal.lines
        ]
