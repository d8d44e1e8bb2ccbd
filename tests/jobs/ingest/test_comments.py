"""Comments, made into commands of people and of bots that are listed."""

import pytest

from bot.core.events import BodyEdited, CommandGiven, CommentDeleted
from bot.core.model.identifiers import Login, RepositoryName
from bot.core.model.settings import EpicSettings, Permissions, Rule
from tests.jobs.arrivals import Arrivals
from tests.jobs.fakes import REPOSITORY

NAME = RepositoryName.parse(REPOSITORY)
ADA = Login("ada")


def test_commands_and_who_gives_them(world: Arrivals) -> None:
    number = world.epic().issue_number
    world.settings(EpicSettings())
    made = world.github.comment(REPOSITORY, number, "/orchestra pause", by="ada")
    world.github.comment(REPOSITORY, number, "/orchestra cancel", by="renovate[bot]")
    assert world.route() == [
        CommandGiven(
            comment_id=made.id, line=1, text="/orchestra pause", by=ADA, at=made.created_at
        )
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


def test_edits_and_deleted_comments(world: Arrivals) -> None:
    number = world.epic().issue_number
    made = world.github.comment(REPOSITORY, number, "hello", by="ada")
    world.github.edit_issue(REPOSITORY, number, by="ada", title="Widgets 3.0")
    world.github.delete_comment(made, by="ada")
    edited, deleted = world.route()
    assert isinstance(edited, BodyEdited)
    assert (edited.title, edited.before) == ("Widgets 3.0", None)
    assert deleted == CommentDeleted(comment_id=made.id)
