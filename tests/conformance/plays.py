"""Epics played to have traffic: between them they make every kind of request the product makes."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from sandbox.github.faults import Fault
from sandbox.ledger import Entry
from sandbox.webhooks import Webhook
from tests.databases import fresh_database
from tests.harness import REPOSITORY, Neighbours, Story, neighbours, run_story

THREE = "Make it so.\n\n- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing\n"
ONE = "- [ ] Only thing\n"
NO_SUCH_ROUTE = {"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}


@dataclass
class Traffic:
    """What went to GitHub and what came from it."""

    entries: list[Entry] = field(default_factory=list)
    webhooks: list[Webhook] = field(default_factory=list)


def recorded() -> Traffic:
    """Play everything on SQLite."""
    traffic = Traffic()
    with tempfile.TemporaryDirectory(prefix="c-") as place, neighbours(Path(place)) as near:
        for version, play in PLAYS:
            _record(near, version, play, traffic)
    return traffic


def _record(near: Neighbours, version: str, play: Callable[[Story], None], into: Traffic) -> None:
    with _story(near, version) as story:

        def keep(webhook: Webhook) -> bool:
            into.webhooks.append(webhook)
            return False

        story.lose = keep
        play(story)
        story.rest()
        into.entries += story.github.ledger.entries
    into.webhooks[:] = [one for one in into.webhooks if "X-GitHub-Event" in one.headers]


@contextmanager
def _story(near: Neighbours, version: str) -> Iterator[Story]:
    with (
        tempfile.TemporaryDirectory(prefix="c-") as directory,
        fresh_database("sqlite") as database,
        run_story(near, database, Path(directory), version=version) as story,
    ):
        yield story


def the_whole_way(story: Story) -> None:
    """An agent that fails, a check that fails, pause and resume, other people's acts, the end."""
    story.cursor.plan(AgentScript(outcome="ERROR", no_commits=True), "First thing")
    story.start(THREE)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    story.comment("/orchestra pause")
    story.settle()
    story.comment("/orchestra resume")
    checks = story.github.repository(REPOSITORY).ci.checks
    checks["test"] = CheckScript(after=0.5, conclusion="failure")
    story.wait_for(story.task_is(2, TaskStatus.FAILED))
    checks["test"] = CheckScript(after=0.5)
    story.comment("/orchestra status")
    story.comment("/orchestra strat", by="mallory")
    story.comment("/orchestra retry 2")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def with_mishaps(story: Story) -> None:
    """No label, nobody's checks, answers lost, and a GitHub without the asynchronous merge."""
    repository = story.github.repository(REPOSITORY)
    repository.rules.clear()
    repository.ci.checks.clear()
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.github.faults.add(Fault(r"POST .*/issues/\d+/comments", "drop_after"))
    story.github.faults.add(Fault(r"PUT .*/merge-async", status=404, body=NO_SUCH_ROUTE))
    story.github.faults.add(Fault(r"PUT .*/merge$", "drop_after"))
    story.comment("/orchestra start base=main")
    story.wait_for(story.has(EpicStatus.COMPLETED))


def slowly_merged(story: Story) -> None:
    """A merge whose webhook is lost: its result has to be asked for."""
    story.github.merge_async_delay = 5.0
    keep = story.lose
    story.lose = lambda webhook: keep(webhook) or b'"merged":true' in webhook.body
    story.start(ONE)
    story.wait_for(story.has(EpicStatus.COMPLETED))


PLAYS: tuple[tuple[str, Callable[[Story], None]], ...] = (
    ("v0", the_whole_way),
    ("v0", with_mishaps),
    ("v1", slowly_merged),
)
