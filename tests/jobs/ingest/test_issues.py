"""What GitHub tells of an issue, made into events of its epic; its own payloads are the input."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.events import (
    BodyEdited,
    BodyWritten,
    EpicLabelled,
    Interrupted,
    InterruptionResolved,
    IssueText,
)
from bot.core.model.identifiers import Login
from bot.core.model.interruptions import Interruption
from bot.core.model.settings import EpicSettings, Level, Permissions, Rule
from sandbox.github import Fault
from storage import due
from tests.jobs.arrivals import BODY, Arrivals
from tests.jobs.fakes import REPOSITORY

ADA = Login("ada")


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
    text = IssueText(title="Widgets 2.0", body=BODY)
    at = world.github.issue(REPOSITORY, number).updated_at
    event = EpicLabelled(by=ADA, label=label, issue=text, at=at)
    assert world.route() == ([event] if routed else [])


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
    edited_at = world.github.issue(REPOSITORY, number).updated_at
    world.github.close(REPOSITORY, number, by=bot)
    world.github.reopen(REPOSITORY, number, by=bot)
    assert world.route() == [
        BodyEdited(
            by=bot,
            title="Widgets 2.0",
            body="- [ ] Evil\n",
            before=BODY,
            at=edited_at,
            by_app=True,
        ),
        Interrupted(kind=Interruption.CLOSED, by=bot),
        InterruptionResolved(kind=Interruption.CLOSED, by=bot),
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


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        None,
        {"id": 1, "slug": "orchestra"},
        {"id": 1, "slug": "orchestra", "owner": None},
        {"id": 1, "slug": None, "owner": {"login": "acme"}},
        {"id": 1, "slug": "orchestra", "owner": {"login": None}},
    ],
)
def test_whatever_is_answered_about_ourselves_what_people_do_is_routed(
    world: Arrivals, body: Any
) -> None:
    number = world.epic().issue_number
    world.github.faults.add(Fault("GET /app$", status=200, body=body))
    world.github.close(REPOSITORY, number, by="orchestra[bot]")
    world.github.lock_issue(REPOSITORY, number, by="ada")
    assert world.route() == [Interrupted(kind=Interruption.LOCKED, by=ADA)]
    world.database.shift += timedelta(seconds=30)
    [event] = world.route()
    assert isinstance(event, Interrupted)
    assert event.by_us


@pytest.mark.parametrize("label", [None, {}, {"name": None}])
def test_a_label_that_is_not_named_is_none(world: Arrivals, label: Any) -> None:
    number = world.open_issue()
    world.github.label(REPOSITORY, number, "orchestra", by="ada")
    world.github.label(REPOSITORY, number, "orchestra, too", by="ada")
    first, second = world.github.outbox.take()
    payload = json.loads(first.body)
    if label is None:
        del payload["label"]
    else:
        payload["label"] = label
    world.github.outbox.post(replace(first, body=json.dumps(payload).encode()))
    world.github.outbox.post(second)
    [event] = world.route()
    assert isinstance(event, EpicLabelled)
    assert event.label == "orchestra, too"
    with world.database.read() as connection:
        now = world.database.now(connection)
        assert not due.has_uningested(connection, now + timedelta(hours=2))


@pytest.mark.parametrize(("label", "lost"), [("Epic", True), ("bug", False)])
def test_a_label_deleted_from_the_repository(world: Arrivals, label: str, lost: bool) -> None:
    number = world.epic(settings=EpicSettings(label="epic")).issue_number
    world.github.label(REPOSITORY, number, "Epic", "bug", by="ada")
    world.github.outbox.take()
    world.github.delete_label(REPOSITORY, label, by="ada")
    gone = Interrupted(kind=Interruption.UNLABELLED, by=ADA)
    assert world.route() == ([gone] if lost else [])


@pytest.mark.parametrize(
    ("people", "age", "label", "routed"),
    [
        ((), 0, "orchestra", False),
        ((Login("renovate[bot]"),), 0, "orchestra", True),
        ((), 301, "orchestra", True),
        ((), 301, "bug", False),
    ],
)
def test_a_bots_label_counts_where_it_may_be_listed(
    world: Arrivals, people: tuple[Login, ...], age: float, label: str, routed: bool
) -> None:
    rule = Rule(level=Level.WRITE, people=people)
    world.settings(EpicSettings(permissions=Permissions(command=rule)), age=age)
    world.github.label(REPOSITORY, world.open_issue(), label, by="renovate[bot]")
    found = world.route()
    assert [isinstance(one, EpicLabelled) and one.by_app for one in found] == [True] * routed


def test_our_own_label_starts_nothing(world: Arrivals) -> None:
    world.github.label(REPOSITORY, world.open_issue(), "orchestra", by="orchestra[bot]")
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
    assert world.route() == [InterruptionResolved(kind=kind, by=ADA) for kind in kinds]


def test_another_label_or_an_issue_that_is_no_epic_interrupts_nothing(world: Arrivals) -> None:
    number = world.epic().issue_number
    world.github.label(REPOSITORY, number, "bug", by="ada")
    world.github.unlabel(REPOSITORY, number, "bug", by="ada")
    world.github.close(REPOSITORY, world.epic(activated=False).issue_number, by="ada")
    world.github.close(REPOSITORY, world.open_issue(), by="ada")
    assert world.route() == []
