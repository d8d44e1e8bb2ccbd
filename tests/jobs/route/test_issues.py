"""What GitHub tells, made into events of the epics it concerns; its own payloads are the input."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.events import (
    BaseChanged,
    BodyEdited,
    BodyWritten,
    CommandGiven,
    CommentDeleted,
    EpicLabelled,
    Interrupted,
    MadeGood,
    PullRequestChanged,
)
from bot.core.identifiers import EpicStatus, Login, RepositoryName, TaskStatus
from bot.core.interruptions import Interruption
from bot.core.settings import EpicSettings, Permissions, Rule
from sandbox.github import Fault, checks
from storage import epics, routing
from storage.database import Database
from tests.harness import Neighbours
from tests.jobs.arrivals import BODY, REPOSITORY, Arrivals, arrivals, task

NAME = RepositoryName.parse(REPOSITORY)
ADA = Login("ada")
OCTOCAT = Login("octocat")
Act = Callable[[Arrivals, int], Any]


@pytest.fixture
def world(near: Neighbours, database: Database, tmp_path: Path) -> Iterator[Arrivals]:
    with arrivals(near, database, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("stored", "age", "label", "routed"),
    [
        (None, None, "orchestra", True),
        (None, None, "bug", True),
        (EpicSettings(), 0, "orchestra", True),
        (EpicSettings(), 0, "Orchestra", True),
        (EpicSettings(), 0, "bug", False),
        (EpicSettings(label="epic"), 0, "epic", True),
        (EpicSettings(label="epic"), 0, "orchestra", False),
        (EpicSettings(label="epic"), 301, "orchestra", True),
    ],
)
def test_a_label_may_be_the_trigger(
    world: Arrivals, stored: EpicSettings | None, age: float | None, label: str, routed: bool
) -> None:
    if age is not None:
        world.settings(stored, age=age)
    number = world.open_issue()
    world.github.label(REPOSITORY, number, label, by="ada")
    assert world.route() == ([EpicLabelled(by=ADA, label=label)] if routed else [])


def test_what_we_do_to_the_issue_is_told_as_ours(world: Arrivals) -> None:
    number = world.epic().issue_number
    github, us = world.github, "orchestra[bot]"
    github.set_permission(REPOSITORY, us, "write")
    github.edit_issue(REPOSITORY, number, by=us, body="- [x] First\n")
    github.edit_issue(REPOSITORY, number, by=us, title="Widgets 3.0")
    github.close(REPOSITORY, number, by=us)
    github.reopen(REPOSITORY, number, by=us)
    assert world.route() == [
        BodyWritten(before=BODY, after="- [x] First\n"),
        Interrupted(kind=Interruption.CLOSED, by=Login(us), by_us=True),
    ]
    world.github.edit_issue(REPOSITORY, number, by="ada", body=BODY)
    world.route()
    assert world.asked("GET /app") == 1


def test_another_bot_edits_closes_and_reopens_like_a_person(world: Arrivals) -> None:
    number = world.epic().issue_number
    bot = Login("github-actions[bot]")
    world.github.set_permission(REPOSITORY, bot, "write")
    world.github.edit_issue(REPOSITORY, number, by=bot, body="- [ ] Evil\n")
    world.github.close(REPOSITORY, number, by=bot)
    world.github.reopen(REPOSITORY, number, by=bot)
    assert world.route() == [
        BodyEdited(by=bot, title="Widgets 2.0", body="- [ ] Evil\n", before=BODY),
        Interrupted(kind=Interruption.CLOSED, by=bot),
        MadeGood(kind=Interruption.CLOSED, by=bot),
    ]


def test_a_bot_s_doings_wait_until_we_know_our_own_name(world: Arrivals) -> None:
    number = world.epic().issue_number
    world.github.faults.add(Fault("GET /app$", status=502))
    world.github.close(REPOSITORY, number, by="orchestra[bot]")
    world.github.lock_issue(REPOSITORY, number, by="ada")
    assert world.route() == [Interrupted(kind=Interruption.LOCKED, by=ADA)]
    world.database.shift += timedelta(seconds=30)
    [event] = world.route()
    assert isinstance(event, Interrupted)
    assert event.by_us


@pytest.mark.parametrize(("label", "lost"), [("Epic", True), ("bug", False)])
def test_a_label_deleted_from_the_repository(world: Arrivals, label: str, lost: bool) -> None:
    number = world.epic(settings=EpicSettings(label="epic")).issue_number
    world.github.label(REPOSITORY, number, "Epic", "bug", by="ada")
    world.github.outbox.take()
    world.github.delete_label(REPOSITORY, label, by="ada")
    gone = Interrupted(kind=Interruption.UNLABELLED, by=ADA)
    assert world.route() == ([gone] if lost else [])


def test_a_bots_label_starts_nothing(world: Arrivals) -> None:
    world.github.label(REPOSITORY, world.open_issue(), "orchestra", by="renovate[bot]")
    assert world.route() == []


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda github, n: github.unlabel(REPOSITORY, n, "epic", by="ada"), "UNLABELLED"),
        (lambda github, n: github.close(REPOSITORY, n, by="ada"), "CLOSED"),
        (lambda github, n: github.lock_issue(REPOSITORY, n, by="ada"), "LOCKED"),
        (lambda github, n: github.delete_issue(REPOSITORY, n, by="ada"), "DELETED"),
        (
            lambda github, n: github.transfer_issue(REPOSITORY, n, "acme/tools", by="ada"),
            "TRANSFERRED",
        ),
    ],
)
def test_an_issue_is_interrupted(world: Arrivals, act: Any, kind: str) -> None:
    world.github.create_repository("acme/tools")
    number = world.epic(settings=EpicSettings(label="epic")).issue_number
    world.github.label(REPOSITORY, number, "epic", by="ada")
    world.github.label(REPOSITORY, number, "bug", by="ada")
    world.github.outbox.take()
    act(world.github, number)
    assert world.route() == [Interrupted(kind=Interruption[kind], by=ADA)]


def test_what_is_put_right_again(world: Arrivals) -> None:
    number = world.epic().issue_number
    github = world.github
    github.close(REPOSITORY, number, by="ada")
    github.lock_issue(REPOSITORY, number, by="ada")
    github.outbox.take()
    github.reopen(REPOSITORY, number, by="ada")
    github.unlock_issue(REPOSITORY, number, by="ada")
    github.label(REPOSITORY, number, "Orchestra", by="ada")
    github.label(REPOSITORY, number, "bug", by="ada")
    kinds = (Interruption.CLOSED, Interruption.LOCKED, Interruption.UNLABELLED)
    assert world.route() == [MadeGood(kind=kind, by=ADA) for kind in kinds]


def test_another_label_or_an_issue_that_is_no_epic_interrupts_nothing(world: Arrivals) -> None:
    number = world.epic().issue_number
    world.github.label(REPOSITORY, number, "bug", by="ada")
    world.github.unlabel(REPOSITORY, number, "bug", by="ada")
    world.github.close(REPOSITORY, world.epic(recognised=False).issue_number, by="ada")
    world.github.close(REPOSITORY, world.open_issue(), by="ada")
    assert world.route() == []


@pytest.mark.parametrize(
    ("acts", "events"),
    [
        (["rename"], [Interrupted(kind=Interruption.RENAMED, by=OCTOCAT)]),
        (
            ["archive", "unarchive"],
            [
                Interrupted(kind=Interruption.ARCHIVED, by=OCTOCAT),
                MadeGood(kind=Interruption.ARCHIVED, by=OCTOCAT),
            ],
        ),
        (["delete"], [Interrupted(kind=Interruption.REPOSITORY_DELETED, by=OCTOCAT)]),
        (["transfer"], [Interrupted(kind=Interruption.RENAMED, by=OCTOCAT)]),
        (
            ["suspend", "unsuspend"],
            [
                Interrupted(kind=Interruption.SUSPENDED, by=OCTOCAT),
                MadeGood(kind=Interruption.SUSPENDED, by=OCTOCAT),
            ],
        ),
        (
            ["uninstall", "install"],
            [
                Interrupted(kind=Interruption.UNINSTALLED, by=OCTOCAT),
                MadeGood(kind=Interruption.UNINSTALLED, by=OCTOCAT),
            ],
        ),
        (
            ["remove", "add"],
            [
                Interrupted(kind=Interruption.UNINSTALLED, by=OCTOCAT),
                MadeGood(kind=Interruption.UNINSTALLED, by=OCTOCAT),
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
    assert world.route() == [MadeGood(kind=Interruption.UNINSTALLED, by=OCTOCAT)]
    with world.database.read() as connection:
        assert epics.installation_of(connection, epic.id) == again.id
    # The old one's end arrives late.
    world.github.outbox.held.append(gone)
    assert world.route() == []


def test_commands_and_who_gives_them(world: Arrivals) -> None:
    number = world.epic().issue_number
    world.settings(EpicSettings())
    made = world.github.comment(REPOSITORY, number, "/orchestra pause", by="ada")
    world.github.comment(REPOSITORY, number, "/orchestra cancel", by="renovate[bot]")
    assert world.route() == [
        CommandGiven(comment_id=made.id, line=1, text="/orchestra pause", by=ADA)
    ]


def test_a_bot_is_heard_where_it_is_listed(world: Arrivals) -> None:
    listed = Permissions(verbs=(("retry", Rule(people=(Login("renovate[bot]"),))),))
    number = world.epic().issue_number
    world.settings(EpicSettings(permissions=listed))
    world.github.comment(REPOSITORY, number, "/orchestra retry", by="Renovate[bot]")
    world.github.comment(REPOSITORY, number, "/orchestra retry", by="other[bot]")
    [event] = world.route()
    assert isinstance(event, CommandGiven)
    assert event.by == "Renovate[bot]"


@pytest.mark.parametrize(
    ("age", "by", "asked"),
    [
        (None, "renovate[bot]", True),
        (301, "renovate[bot]", True),
        (0, "renovate[bot]", False),
        (None, "orchestra[bot]", False),
    ],
)
def test_a_bot_waits_for_settings_that_are_not_known(
    world: Arrivals, age: float | None, by: str, asked: bool
) -> None:
    number = world.epic().issue_number
    if age is not None:
        world.settings(EpicSettings(), age=age)
    if by == "orchestra[bot]":
        us = world.services.github.repository(world.installation.id, NAME)
        us.create_comment(number, "/orchestra retry")
    else:
        world.github.comment(REPOSITORY, number, "/orchestra retry", by=by)
    assert bool(world.route()) is asked


def test_a_button_finds_its_task_by_its_head_or_branch(world: Arrivals) -> None:
    number = pull(world)
    head = world.github.pull(REPOSITORY, number).head_sha
    world.epic(task(3, pull_request_number=number, branch="topic", check_run_sha=head))
    # A later epic whose task has no branch yet.
    waiting = world.epic(task(1, status=TaskStatus.PENDING))
    with world.database.read() as connection:
        repository = world.repository_id
        by_head = routing.task_of_check(connection, repository, 1, head, None)
        by_branch = routing.task_of_check(connection, repository, 1, "f" * 40, "topic")
        unknown = routing.task_of_check(connection, repository, 1, "f" * 40, None)
    assert by_head == by_branch == routing.ChecksTask(waiting.id - 1, 3, number)
    assert unknown is None


def test_edits_and_deleted_comments(world: Arrivals) -> None:
    number = world.epic().issue_number
    made = world.github.comment(REPOSITORY, number, "hello", by="ada")
    world.github.edit_issue(REPOSITORY, number, by="ada", title="Widgets 3.0")
    world.github.delete_comment(made, by="ada")
    edited, deleted = world.route()
    assert isinstance(edited, BodyEdited)
    assert (edited.title, edited.before) == ("Widgets 3.0", None)
    assert deleted == CommentDeleted(comment_id=made.id)


def pull(world: Arrivals) -> int:
    """A pull request whose webhooks are forgotten."""
    world.github.commit_files(REPOSITORY, "topic", {"a.txt": "a"}, "a", "ada", base="main")
    made = world.github.open_pull_request(
        REPOSITORY, head="topic", base="main", title="Work", body=None, author_login="ada"
    )
    world.github.outbox.take()
    return made.number


@pytest.mark.parametrize(
    "act",
    [
        lambda github, n: github.review(REPOSITORY, n, "APPROVE", by="grace"),
        lambda github, n: github.close(REPOSITORY, n, by="ada"),
        lambda github, _: github.delete_branch(REPOSITORY, "topic", by="ada"),
        lambda github, _: github.commit_files(REPOSITORY, "topic", {"b": "b"}, "b", "ada"),
        lambda github, n: github.request_review(REPOSITORY, n, ["grace"], by="ada"),
    ],
)
def test_anything_about_a_tasks_pull_request_is_looked_at(world: Arrivals, act: Any) -> None:
    number = pull(world)
    world.github.set_permission(REPOSITORY, "grace", "write")
    world.epic(task(3, pull_request_number=number, branch="topic"))
    act(world.github, number)
    found = world.route()
    assert PullRequestChanged(task=3) in found
    assert {type(event) for event in found} == {PullRequestChanged}


def test_a_button_is_a_command(world: Arrivals) -> None:
    number = pull(world)
    head = world.github.pull(REPOSITORY, number).head_sha
    world.epic(task(3, pull_request_number=number, check_run_sha=head))
    repository = world.github.repository(REPOSITORY)
    data = {
        "name": "Orchestra",
        "head_sha": head,
        "status": "completed",
        "conclusion": "neutral",
        "actions": [{"label": "Retry", "description": "again", "identifier": "retry 3"}],
    }
    run = checks.create(world.github, repository, world.github.app, data)
    assert world.route() == []
    world.github.press_button(REPOSITORY, run.id, "retry 3", by="ada")
    assert world.route() == [
        CommandGiven(
            comment_id=None, line=0, text="/orchestra retry 3", by=ADA, pull_request=number
        )
    ]


def test_a_moved_base_and_checks_on_it(world: Arrivals) -> None:
    world.epic()
    world.epic(base_branch="develop")
    world.epic(task(status=TaskStatus.COMPLETED))
    world.epic(status=EpicStatus.PENDING)
    world.epic(task(2), task(0), base_branch="epic/9", has_epic_branch=True)
    sha = world.github.commit_files(REPOSITORY, "main", {"b": "b"}, "b", "ada")
    moved = BaseChanged(branch="main", moved=True)
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
