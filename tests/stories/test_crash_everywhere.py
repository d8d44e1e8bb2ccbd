"""Each story is run once to count its boundaries, then once per boundary with the worker killed
there. Whatever the point, the outcome is the same, and nothing was done twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.core.identifiers import EpicStatus
from storage.effects import CLAIM_SECONDS
from tests.crashes import Boundaries, watched
from tests.databases import Kind, fresh_database
from tests.harness import REPOSITORY, REST_SECONDS, Neighbours, Story, run_story

PARTS = 8
ONE_TASK = "Make it so.\n\n- [ ] First thing\n"
Play = Callable[[Story], None]


def happy(story: Story) -> None:
    story.start(ONE_TASK)
    story.wait_for(story.has(EpicStatus.COMPLETED))


def cancelled(story: Story) -> None:
    story.start(ONE_TASK)
    story.wait_for(lambda: bool(story.cursor.agents))
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


STORIES: dict[str, tuple[Play, Callable[[Story], None]]] = {
    "happy": (happy, audit_happy),
    "cancelled": (cancelled, audit_cancelled),
}


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_worker_may_die_anywhere(
    near: Neighbours, tmp_path: Path, kind: Kind, name: str, part: int
) -> None:
    count = _count(near, tmp_path, kind, name)
    assert count > 50, "the boundaries are not seen"
    for fatal in range(1 + part, count + 1, PARTS):
        _play_and_die(near, tmp_path / str(fatal), kind, name, fatal)


def _count(near: Neighbours, directory: Path, kind: Kind, name: str) -> int:
    boundaries = Boundaries()
    with _played(near, directory / "count", kind, name, boundaries):
        return len(boundaries.passed)


def _play_and_die(near: Neighbours, directory: Path, kind: Kind, name: str, fatal: int) -> None:
    boundaries = Boundaries(fatal)
    try:
        with _played(near, directory, kind, name, boundaries):
            pass
    except BaseException as error:
        error.add_note(f"killed at boundary {fatal}: {boundaries.passed[fatal - 1 : fatal]}")
        raise


@contextmanager
def _played(
    near: Neighbours, directory: Path, kind: Kind, name: str, boundaries: Boundaries
) -> Iterator[None]:
    play, audit = STORIES[name]
    with fresh_database(kind) as database, run_story(near, database, directory) as story:
        with watched(story, boundaries):
            play(story)
            # A dead worker's claims have to run out before another one takes over.
            story.wait(CLAIM_SECONDS + REST_SECONDS)
        audit(story)
        yield
