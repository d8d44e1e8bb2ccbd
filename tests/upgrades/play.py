"""Play a recording up to one of its stops, upgrade the database, and let the story end."""

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sandbox.clock import Clock
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from storage.migrate import migrate
from tests.databases import Kind
from tests.fakes import Fakes
from tests.harness import REPOSITORY, Story, run_story
from tests.upgrades.databases import count_rows, database_at, load_rows
from tests.upgrades.journal import Journal, Stop
from tests.upgrades.numbers import drawn_from, repeatable_uuids
from tests.upgrades.user_steps import take
from tests.upgrades.vocabulary import EPIC, Scenario, Stage
from tests.upgrades.world import START, Replay

# What is drawn before the first entry.
FURNISHING = -1
MAX_WAIT = 4 * 3600.0


def play_on(
    near: Fakes, directory: Path, kind: Kind, journal: Journal, scenario: Scenario, stop: Stop
) -> dict[str, Any]:
    """Stop the old release there, upgrade, and play the rest; returns the world at the end."""
    clock = Clock(START)
    entries, rows = journal.until(stop)
    with ExitStack() as stack:
        database = stack.enter_context(database_at(kind, journal.header.revision, clock))
        randomness = stack.enter_context(ExitStack())
        randomness.enter_context(repeatable_uuids())
        randomness.enter_context(drawn_from(FURNISHING))

        def prepare(github: GitHub, cursor: Cursor) -> None:
            replay = Replay(github, cursor, clock)
            asyncio.run(replay.play(entries))
            randomness.close()
            load_rows(database, rows, replay.webhooks)
            migrate(database)
            # The product repairs much by itself: a row that was lost might not show in the end.
            assert count_rows(database, rows) == {table: len(some) for table, some in rows.items()}

        version = journal.header.cursor
        running = run_story(
            near, database, directory, version=version, clock=clock, prepare=prepare
        )
        story = stack.enter_context(running)
        story.issue, story.expects_readers = EPIC, False
        # Work that was claimed waits until the claim of the stopped worker has run out.
        story.come_to_rest()
        wait(story, scenario.stages[stop.stage])
        for stage in scenario.stages[stop.stage + 1 :]:
            for one in stage.user_steps:
                take(story.github, story.cursor, one)
            wait(story, stage)
        return outcome(story)


def wait(story: Story, stage: Stage) -> None:
    """Wait for what the stage waits for."""
    story.wait_for(lambda: stage.until(story), most=MAX_WAIT)
    story.wait(stage.seconds)


def outcome(story: Story) -> dict[str, Any]:
    """How the world is once everything has come to rest, but for words and times."""
    assert story.come_to_rest() == []
    repository = story.github.repository(REPOSITORY)
    epic, issue = story.epic(EPIC), story.github.issue(REPOSITORY, EPIC)
    return {
        "epic": str(epic.status),
        "tasks": {str(task.number): str(task.status) for task in epic.tasks},
        "issue": [issue.state, issue.body, sorted(label.name for label in issue.labels)],
        "comments": {
            str(number): dict(sorted(story.markers(number).items()))
            for number in sorted(repository.issues)
        },
        "reactions": {
            comment.body: sorted(story.reactions(comment))
            for number in sorted(repository.issues)
            for comment in story.github.issue(REPOSITORY, number).comments
            if comment.reactions
        },
        "pulls": [
            ["merged" if pull.merged_at else "open" if pull.open else "closed", pull.base]
            for pull in repository.pulls
        ],
        "branches": len(repository.git.branches()),
        "agents": [[agent.status, len(agent.prompts)] for agent in story.cursor.agents.values()],
        "checks": sorted(f"{run.name} {run.conclusion}" for run in repository.check_runs.values()),
    }


def comparable(world: dict[str, Any]) -> dict[str, Any]:
    """What has to be the same: our check of an older head stays as the last update left it.

    How many updates there were in time for that head depends on when the worker died.
    """
    checks = [one.replace("Orchestra None", "Orchestra neutral") for one in world["checks"]]
    same = {name: found for name, found in world.items() if name not in ("branches", "reactions")}
    return {**same, "checks": sorted(checks)}


def is_tidier(world: dict[str, Any], before: dict[str, Any]) -> bool:
    """Whether all that the release before left is there, but for what is done better now.

    Branches of earlier attempts are deleted as well, and reactions that were refused once are made.
    """
    shown = world["reactions"]
    kept = all(shown.get(text) == reactions for text, reactions in before["reactions"].items())
    return kept and 1 <= world["branches"] <= before["branches"]
