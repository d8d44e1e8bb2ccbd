"""The courses' claims: what is not as a scenario says it is must be found."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox.clock import Clock
from sandbox.code_host import GitHubHost
from sandbox.control import cursor_control, github_control
from sandbox.cursor import Cursor
from sandbox.demo.courses import (
    check_fails,
    last_one_is_approved,
    nobody_acts,
    plan_is_accepted,
    reviewer_objects,
    somebody_pushes,
)
from sandbox.demo.director import Director
from sandbox.demo.files import BOTH, COLOUR, REQUEST
from sandbox.demo.person import Person
from sandbox.demo.product import ahead
from sandbox.demo.scene import Course, Scene, StuckError
from sandbox.demo.stage import Stage
from sandbox.github import CheckScript, GitHub
from sandbox.serving import LoopbackServer
from sandbox.standalone import FILES, REPOSITORY
from storage.database import Database

BRANCH = "orchestra/epic-1/task-1-ab12cd"
AGENT = "cursor[bot]"


class World:
    """Both fakes, a scene before them, and what the bot would do of itself."""

    def __init__(self, github: GitHub, cursor: Cursor, scene: Scene, said: list[str]) -> None:
        self.github, self.cursor, self.scene, self.said = github, cursor, scene, said

    def push(self, text: str) -> None:
        """Work of the agent's, and its checks."""
        self.github.commit_files(REPOSITORY, BRANCH, {"widgets.py": text}, "Work", AGENT)
        self.pass_time()

    def open_pull_request(
        self, text: str = COLOUR, base: str = "main", branch: str = BRANCH
    ) -> int:
        """Open one with that text; returns its number."""
        files = {"widgets.py": text}
        self.github.commit_files(REPOSITORY, branch, files, "Work", AGENT, base=base)
        pull = self.github.open_pull_request(
            REPOSITORY, head=branch, base=base, title="W", body="", author_login=AGENT, draft=False
        )
        self.pass_time()
        return pull.number

    def merge(self, number: int) -> None:
        """As the bot does."""
        self.github.merge_pull_request(REPOSITORY, number, by="ada", method="squash")

    def pass_time(self) -> None:
        """Long enough for every check."""
        self.github.clock.advance(5)
        self.github.tick()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    clock = Clock(datetime(2026, 11, 21, tzinfo=UTC))
    github = GitHub(clock, tmp_path / "repositories")
    cursor = Cursor(clock, GitHubHost(github))
    repository = github.create_repository(REPOSITORY, FILES)
    github.set_permission(REPOSITORY, "ada", "admin")
    repository.ci.checks["test"] = CheckScript(fails_while=("widgets.py", "GREY"))
    said: list[str] = []
    with (
        LoopbackServer(github_control(github)) as served,
        LoopbackServer(cursor_control(cursor)) as agents,
        Person(served.url, REPOSITORY) as ada,
    ):
        director = Director(served.url, agents.url, REPOSITORY)
        issue = ada.open_issue("Widgets", "- [ ] One")
        scene = Scene(ada, director, issue, said.append, lambda _: None)
        yield World(github, cursor, scene, said)


def awaited(course: Course) -> str:
    """What the course now waits for; empty at its end."""
    return next(course, "")


def test_where_nobody_acts_nothing_is_waited_for(world: World) -> None:
    assert awaited(nobody_acts(world.scene)) == ""


def test_a_plan_must_not_be_written_before_it_is_accepted(world: World) -> None:
    course = plan_is_accepted(world.scene)
    issue = world.scene.issue
    assert awaited(course) == "the bot's answer"
    world.github.comment(REPOSITORY, issue, "It has no checklist yet.", by="orchestra[bot]")
    assert awaited(course) == "a plan"
    assert world.said == ["ada comments: /orchestra plan"]
    proposal = "```diff\n+- [ ] Two things\n```"
    world.github.comment(REPOSITORY, issue, proposal, by="orchestra[bot]")
    with pytest.raises(StuckError, match="before anybody accepted it"):
        awaited(course)


def test_a_conflict_has_to_be_there_and_to_be_resolved_by_the_agent(world: World) -> None:
    course = somebody_pushes(world.scene)
    assert awaited(course) == "the first pull request"
    number = world.open_pull_request()
    assert awaited(course) == f"#{number} to be in conflict"
    world.pass_time()
    assert awaited(course) == "the agent to be sent back"
    world.push(BOTH)
    assert awaited(course) == "the agent to be sent back"


def test_checks_that_pass_are_no_red_ones(world: World) -> None:
    course = check_fails(world.scene)
    world.open_pull_request()
    assert awaited(course) == "its check to fail"


def test_a_failed_check_is_followed_by_quiet(world: World) -> None:
    course = check_fails(world.scene)
    world.open_pull_request("GREY")
    assert awaited(course) == "the bot's five quiet minutes"


def test_the_reviewer_must_be_answered(world: World) -> None:
    course = reviewer_objects(world.scene)
    number = world.open_pull_request()
    assert awaited(course) == "the agent to be sent back"
    assert world.said == [f"ada requests changes of #{number}: {REQUEST}"]
    [comment] = world.scene.person.line_comments(number)
    assert (comment["body"], comment["line"]) == (REQUEST, 8)


def test_an_unapproved_merge_is_found(world: World) -> None:
    course = last_one_is_approved(world.scene)
    world.github.commit_files(REPOSITORY, "epic/1", {"a": "a"}, "A", AGENT)
    task = world.open_pull_request(base="epic/1")
    world.merge(task)
    final = world.open_pull_request(base="main", branch="epic/1")
    world.merge(final)
    with pytest.raises(StuckError, match=f"#{final} was merged unapproved"):
        list(course)


def test_tasks_beside_the_epics_branch_are_found(world: World) -> None:
    course = last_one_is_approved(world.scene)
    world.merge(world.open_pull_request())
    world.open_pull_request(COLOUR + "\n", branch="epic/1")
    with pytest.raises(StuckError, match=r"not every task is merged into epic/1.*main"):
        list(course)


def test_the_clock_of_the_bot_is_moved_by_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path)
    assert ahead(stage.clock_file) == timedelta()
    stage.move_clock(timedelta(minutes=5))
    assert ahead(stage.clock_file) == timedelta(minutes=5)
    database = Database("sqlite://")
    with database.read() as connection:
        before = database.now(connection)
        monkeypatch.setattr(Database, "ahead", lambda: ahead(stage.clock_file))
        assert database.now(connection) - before >= timedelta(minutes=5)
    database.close()
