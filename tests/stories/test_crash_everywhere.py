"""Each story is run once to count its boundaries, then once per boundary with the worker killed
there. Whatever the point, the outcome is the same, and nothing was done twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.core.identifiers import EpicStatus
from storage.effects import CLAIM_SECONDS
from tests.crashes import Boundaries, watched
from tests.databases import Kind, fresh_database
from tests.harness import REPOSITORY, REST_SECONDS, Neighbours, Story, run_story

PARTS = 4
ONE_TASK = "Make it so.\n\n- [ ] First thing\n"


def happy(story: Story) -> None:
    story.open_epic(ONE_TASK)
    story.comment("/orchestra start")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "closed")


def start(story: Story) -> None:
    story.start(ONE_TASK)
    story.wait_for(lambda: bool(story.cursor.agents))


def cancel(story: Story) -> None:
    story.comment("/orchestra cancel")
    story.wait_for(story.has(EpicStatus.CANCELLED))


def audit_happy(story: Story) -> None:
    assert story.body() == "Make it so.\n\n- [x] First thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]
    (pull,) = story.github.repository(REPOSITORY).pulls
    assert pull.merged_at is not None
    assert len(story.cursor.agents) == 1
    comments = _markers(story)
    assert set(comments.values()) == {1}
    assert {marker.split(":")[1] for marker in comments} == {"progress", "ended"}


def audit_cancelled(story: Story) -> None:
    assert all(agent.status != "RUNNING" for agent in story.cursor.agents.values())
    assert len(story.cursor.agents) == 1
    assert not any(pull.merged_at for pull in story.github.repository(REPOSITORY).pulls)
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert _markers(story) == Counter({_progress_marker(story): 1})


def _markers(story: Story) -> Counter[str]:
    """How often each of our hidden markers stands on the epic."""
    issue = story.github.issue(REPOSITORY, story.issue)
    ours = [one for one in issue.comments if one.user.login == "orchestra[bot]"]
    return Counter(one.body.splitlines()[0] for one in ours)


def _progress_marker(story: Story) -> str:
    return f"<!-- orchestra:progress:{story.epic().id} -->"


@dataclass(frozen=True)
class Danger:
    """What comes before the worker is in danger, what it is in danger in, and the audit."""

    before: Callable[[Story], None]
    play: Callable[[Story], None]
    audit: Callable[[Story], None]


DANGERS = {
    "happy": Danger(lambda _: None, happy, audit_happy),
    "cancel": Danger(start, cancel, audit_cancelled),
}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", DANGERS)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_worker_may_die_anywhere(
    near: Neighbours, tmp_path: Path, kind: Kind, name: str, part: int
) -> None:
    points = _points(near, tmp_path, kind, name)
    assert len(points) > 3, "the boundaries are not seen"
    for fatal in points[part::PARTS]:
        boundaries = Boundaries(fatal)
        try:
            with _played(near, tmp_path / str(fatal), kind, DANGERS[name], boundaries):
                pass
        except BaseException as error:
            error.add_note(f"killed at boundary {fatal}, {boundaries.passed[fatal - 1 : fatal]}")
            raise


def _points(near: Neighbours, directory: Path, kind: Kind, name: str) -> list[int]:
    """Where the worker is killed: on SQLite everywhere; on PostgreSQL wherever an answer gets lost,
    since what lies around the rest does not depend on the kind of database."""
    boundaries = Boundaries()
    with _played(near, directory / "count", kind, DANGERS[name], boundaries):
        return boundaries.distinct() if kind == "sqlite" else boundaries.unstored_answers()


@contextmanager
def _played(
    near: Neighbours, directory: Path, kind: Kind, danger: Danger, boundaries: Boundaries
) -> Iterator[None]:
    with fresh_database(kind) as database, run_story(near, database, directory) as story:
        danger.before(story)
        with watched(story, boundaries):
            danger.play(story)
            # A dead worker's claims have to run out before another one takes over.
            story.wait(CLAIM_SECONDS + REST_SECONDS)
        danger.audit(story)
        yield
