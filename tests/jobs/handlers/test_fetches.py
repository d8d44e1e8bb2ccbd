"""What a look at a pull request brings home besides the pull request."""

from typing import Any

import pytest

from bot.clients.errors import PermanentError
from bot.core import events
from bot.core.effects import FetchBase, FetchPullRequest, FetchReviews, FetchWork
from bot.core.model.identifiers import CommitSha, RunId
from bot.core.model.pull_request import PullRequest
from bot.core.model.settings import EpicSettings, UpToDate
from jobs.handlers.registry import HANDLERS
from sandbox.github.payloads.base import ALL_PERMISSIONS
from tests.jobs.executing import World, store_epic
from tests.jobs.fakes import REPOSITORY, START

COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}"
INSTALLATION = "GET /repos/{owner}/{repo}/installation"


def fetch(world: World, number: int) -> events.PullRequestFetched:
    seen = world.perform(FetchPullRequest(task=2, number=number, base="main"))
    assert isinstance(seen, events.PullRequestFetched)
    return seen


def merged(world: World, sha: str, **changes: Any) -> None:
    """The first task was merged as `sha`."""
    changes = {"merge_sha": CommitSha(sha), "ended_at": START, **changes}
    world.put_task(1, **changes)


def other_epic(world: World, sha: str, base: str | None = None) -> None:
    """An epic whose first task was merged as `sha`."""
    with world.services.database.write() as connection:
        other = store_epic(connection, 99)
    here, world.epic = world.epic, other
    world.put(base_branch=base)
    merged(world, sha)
    world.epic = here


def test_a_head_that_left_from_the_base_as_it_is_is_fresh(world: World) -> None:
    sha = world.commit("main", "b.txt")
    merged(world, sha)
    pull = world.open_pull()
    seen = fetch(world, pull.number)
    assert (seen.merge_base, seen.is_up_to_date) == (sha, True)
    assert world.asked(COMPARE) == 1


def test_a_head_without_the_last_merge_is_not_fresh(world: World) -> None:
    pull = world.open_pull()
    before = pull.base.sha
    merged(world, world.commit("main", "b.txt"))
    seen = fetch(world, pull.number)
    assert (seen.merge_base, seen.is_up_to_date) == (before, False)
    again = fetch(world, pull.number)
    assert (again.merge_base, again.is_up_to_date) == (before, False)
    # The merge base is asked for again until the facts hold it; the rest is not.
    assert world.asked(COMPARE) == 3


def test_what_is_known_of_head_and_base_is_not_asked_again(world: World) -> None:
    pull = world.open_pull()
    base = world.commit("main", "b.txt")
    known = PullRequest(
        number=pull.number,
        url="",
        head_sha=pull.head_sha,
        base_head=base,
        merge_base=pull.base.sha,
    )
    world.put_task(2, pull_request=known)
    assert fetch(world, pull.number).merge_base == pull.base.sha
    assert world.asked(COMPARE) == 0
    world.commit(pull.head_branch, "c.txt")
    assert fetch(world, pull.number).merge_base == pull.base.sha
    assert world.asked(COMPARE) == 1


def test_later_commits_of_others_do_not_count(world: World) -> None:
    sha = world.commit("main", "b.txt")
    merged(world, sha)
    pull = world.open_pull()
    world.commit("main", "c.txt")
    seen = fetch(world, pull.number)
    assert (seen.merge_base, seen.is_up_to_date) == (sha, True)


@pytest.mark.parametrize(
    ("up_to_date", "base", "fresh"),
    [
        (UpToDate.AUTO, None, False),
        (UpToDate.AUTO, "elsewhere", True),
        (UpToDate.OFF, None, True),
    ],
)
def test_merges_of_other_epics(
    world: World, up_to_date: UpToDate, base: str | None, fresh: bool
) -> None:
    pull = world.open_pull()
    other_epic(world, world.commit("main", "b.txt"), base)
    world.put(settings=EpicSettings(up_to_date=up_to_date))
    assert fetch(world, pull.number).is_up_to_date is fresh


def test_a_merge_that_is_in_no_history_is_not_missed(world: World) -> None:
    pull = world.open_pull()
    world.commit("main", "b.txt")
    merged(world, "0" * 40)
    assert fetch(world, pull.number).is_up_to_date


def test_a_closed_pull_request_is_not_compared(world: World) -> None:
    pull = world.open_pull(".github/workflows/ci.yml")
    world.github.close(REPOSITORY, pull.number, by="alice")
    seen = fetch(world, pull.number)
    assert (seen.merge_base, seen.is_up_to_date, seen.may_change_workflows) == (None, True, False)
    assert (world.asked(COMPARE), world.asked(INSTALLATION)) == (0, 0)


@pytest.mark.parametrize(
    ("path", "level", "allowed", "asked"),
    [
        (".github/workflows/ci.yml", "write", True, 1),
        (".github/workflows/ci.yml", None, False, 1),
        ("workflows/ci.yml", "write", False, 0),
    ],
)
def test_the_permission_for_workflows_is_asked_for_where_it_matters(
    world: World, path: str, level: str | None, allowed: bool, asked: int
) -> None:
    others = {name: of for name, of in ALL_PERMISSIONS.items() if name != "workflows"}
    world.github.app.permissions = others | ({"workflows": level} if level else {})
    number = world.open_pull(path).number
    assert [fetch(world, number).may_change_workflows for _ in range(2)] == [allowed, allowed]
    assert world.asked(INSTALLATION) == asked


def test_an_agents_work_is_found_by_its_branch(world: World) -> None:
    pull = world.open_pull()
    merged(world, world.commit("main", "b.txt"))
    effect = FetchWork(
        task=2, run=RunId("r"), branch=pull.head_branch, base="main", pull_request=999
    )
    seen = world.perform(effect)
    assert (seen.snapshot.number, seen.is_up_to_date) == (pull.number, False)


def test_commits_without_a_pull_request_are_counted(world: World) -> None:
    world.commit("work", "a.txt")
    for branch, ahead in (("work", 1), ("nowhere", 0)):
        seen = world.perform(FetchWork(task=2, run=RunId("r"), branch=branch, base="main"))
        assert seen == events.WorkFetched(task=2, run=RunId("r"), commits_ahead=ahead)


def test_reviews_are_read(world: World) -> None:
    number = world.open_pull().number
    world.github.review(REPOSITORY, number, "REQUEST_CHANGES", "Not yet", by="alice")
    read = world.perform(FetchReviews(task=2, number=number))
    assert [(text.by, text.body) for text in read.texts] == [("alice", "Not yet")]


def test_the_base_is_looked_at(world: World) -> None:
    sha = world.commit("main", "b.txt")
    seen = world.perform(FetchBase(branch="main"))
    assert (seen.branch, seen.base.sha, seen.rules.required_checks) == ("main", sha, ())


def test_a_look_that_is_refused_is_told_to_the_task() -> None:
    effect = FetchReviews(task=2, number=7)
    told = HANDLERS[FetchReviews].refused(effect, PermanentError("GitHub", "no"))
    assert told == events.PullRequestRefused(task=2, reason="no")
