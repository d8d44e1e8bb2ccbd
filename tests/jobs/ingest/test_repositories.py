"""Repositories, installations and base branches, made into events of the epics they concern."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.events import BaseChanged, Interrupted, InterruptionResolved
from bot.core.model.identifiers import CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.settings import EpicSettings
from storage import epics
from tests.jobs.arrivals import Arrivals, task
from tests.jobs.fakes import REPOSITORY

OCTOCAT = Login("octocat")


@pytest.mark.parametrize(
    ("acts", "events"),
    [
        (["rename"], [Interrupted(kind=Interruption.RENAMED, by=OCTOCAT)]),
        (
            ["archive", "unarchive"],
            [
                Interrupted(kind=Interruption.ARCHIVED, by=OCTOCAT),
                InterruptionResolved(kind=Interruption.ARCHIVED, by=OCTOCAT),
            ],
        ),
        (["delete"], [Interrupted(kind=Interruption.REPOSITORY_DELETED, by=OCTOCAT)]),
        (["transfer"], [Interrupted(kind=Interruption.RENAMED, by=OCTOCAT)]),
        (
            ["suspend", "unsuspend"],
            [
                Interrupted(kind=Interruption.SUSPENDED, by=OCTOCAT),
                InterruptionResolved(kind=Interruption.SUSPENDED, by=OCTOCAT),
            ],
        ),
        (
            ["uninstall", "install"],
            [
                Interrupted(kind=Interruption.UNINSTALLED, by=OCTOCAT),
                InterruptionResolved(kind=Interruption.UNINSTALLED, by=OCTOCAT),
            ],
        ),
        (
            ["remove", "add"],
            [
                Interrupted(kind=Interruption.UNINSTALLED, by=OCTOCAT),
                InterruptionResolved(kind=Interruption.UNINSTALLED, by=OCTOCAT),
            ],
        ),
    ],
)
def test_repositories_and_installations_come_and_go(
    world: Arrivals, acts: list[str], events: list[Any]
) -> None:
    world.epic()
    world.epic(status=EpicStatus.COMPLETED)
    github, installed = world.github, world.installation
    github.install("globex")
    github.outbox.take()
    act: dict[str, Callable[[], Any]] = {
        "rename": lambda: github.rename_repository(REPOSITORY, "gadgets"),
        "archive": lambda: github.archive_repository(REPOSITORY),
        "unarchive": lambda: github.unarchive_repository(REPOSITORY),
        "delete": lambda: github.delete_repository(REPOSITORY),
        "transfer": lambda: github.transfer_repository(REPOSITORY, "globex"),
        "suspend": lambda: github.suspend(installed),
        "unsuspend": lambda: github.unsuspend(installed),
        "uninstall": lambda: github.uninstall(installed),
        "install": lambda: github.install("acme"),
        "remove": lambda: github.change_repositories(installed, remove=[REPOSITORY]),
        "add": lambda: github.change_repositories(installed, add=[REPOSITORY]),
    }
    for one in acts:
        act[one]()
    assert world.route() == events


def test_a_new_installation_reaches_what_the_old_one_did(world: Arrivals) -> None:
    epic = world.epic()
    world.github.uninstall(world.installation)
    [gone] = world.github.outbox.take()
    again = world.github.install("acme")
    assert world.route() == [InterruptionResolved(kind=Interruption.UNINSTALLED, by=OCTOCAT)]
    with world.database.read() as connection:
        assert epics.installation_of(connection, epic.id) == again.id
    # The old one's end arrives late.
    world.github.outbox.held.append(gone)
    assert world.route() == []


def test_a_moved_base_and_checks_on_it(world: Arrivals) -> None:
    world.epic()
    world.epic(base_branch="develop")
    world.epic(task(status=TaskStatus.COMPLETED))
    world.epic(status=EpicStatus.PENDING)
    world.epic(task(2), task(0), base_branch="epic/9", has_epic_branch=True)
    before = CommitSha(world.github.repository(REPOSITORY).git.head("main") or "")
    sha = world.github.commit_files(REPOSITORY, "main", {"b": "b"}, "b", "ada")
    moved = BaseChanged(branch="main", moved=True, before=before, after=CommitSha(sha))
    assert world.route() == [moved, moved]
    world.github.set_status(REPOSITORY, sha, "ci", "pending")
    assert world.route() == []
    world.github.set_status(REPOSITORY, sha, "ci", "failure")
    failed = BaseChanged(branch="main", moved=False, failed=True)
    assert world.route() == [failed, failed]


@pytest.mark.parametrize(("conclusion", "failed"), [("failure", True), ("success", False)])
def test_a_check_of_the_base(world: Arrivals, conclusion: str, failed: bool) -> None:
    world.epic()
    world.github.commit_files(REPOSITORY, "main", {"b": "b"}, "b", "ada")
    world.route()
    sha = world.github.repository(REPOSITORY).git.head("main")
    assert sha is not None
    world.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion=conclusion)
    seen = BaseChanged(branch="main", moved=False, failed=failed)
    assert world.route() == [seen, seen]


@pytest.mark.parametrize(
    ("branch", "path", "forgotten"),
    [
        ("main", ".github/orchestra.yml", True),
        ("main", "README.md", False),
        ("topic", ".github/orchestra.yml", False),
    ],
)
def test_a_push_may_bring_other_settings(
    world: Arrivals, branch: str, path: str, forgotten: bool
) -> None:
    world.settings(EpicSettings())
    world.github.commit_files(REPOSITORY, branch, {path: "label: x\n"}, "x", "ada", base="main")
    world.route()
    assert (world.stored().read_at is None) is forgotten
    assert world.stored().settings == EpicSettings()
