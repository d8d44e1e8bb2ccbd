"""Pull requests and the buttons on them, made into events of their tasks."""

import json
from dataclasses import replace
from typing import Any

import pytest

from bot.core.events import CommandGiven, PullRequestChanged
from bot.core.model.identifiers import Login, TaskStatus
from sandbox.github.operations import checks
from storage import ingest
from tests.jobs.arrivals import Arrivals, task
from tests.jobs.fakes import REPOSITORY

ADA = Login("ada")


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
    assert 3 in [one.task for one in found if isinstance(one, PullRequestChanged)]
    assert {type(event) for event in found} == {PullRequestChanged}


@pytest.mark.parametrize("sender", [{}, {"sender": None}], ids=["missing", "null"])
def test_a_push_of_nobody_we_are_told_of_is_nobodys(
    world: Arrivals, sender: dict[str, None]
) -> None:
    number = pull(world)
    world.epic(task(3, pull_request_number=number, branch="topic"))
    world.github.commit_files(REPOSITORY, "topic", {"b": "b"}, "b", "ada")
    (told,) = [one for one in world.github.outbox.take() if one.headers["X-GitHub-Event"] == "push"]
    payload = {name: value for name, value in json.loads(told.body).items() if name != "sender"}
    body = json.dumps({**payload, **sender}).encode()
    world.github.outbox.held.append(replace(told, body=body))
    (found,) = world.route()
    assert found == PullRequestChanged(task=3, stirs=True)


def test_a_button_finds_its_task_by_its_head_or_branch(world: Arrivals) -> None:
    number = pull(world)
    head = world.github.pull(REPOSITORY, number).head_sha
    world.epic(task(3, pull_request_number=number, branch="topic", check_run_sha=head))
    # A later epic whose task has no branch yet.
    waiting = world.epic(task(1, status=TaskStatus.PENDING))
    with world.database.read() as connection:
        repository = world.repository_id
        by_head = ingest.task_of_check(connection, repository, 1, head, None)
        by_branch = ingest.task_of_check(connection, repository, 1, "f" * 40, "topic")
        unknown = ingest.task_of_check(connection, repository, 1, "f" * 40, None)
    assert by_head == by_branch == ingest.ChecksTask(waiting.id - 1, 3, number)
    assert unknown is None


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


def test_a_command_in_a_reviews_text_is_one_on_the_pull_request(world: Arrivals) -> None:
    number = pull(world)
    world.github.set_permission(REPOSITORY, "grace", "write")
    world.epic(task(3, pull_request_number=number, branch="topic"))
    body = "Nice.\n\n/orchestra fix use the logger\n/orchestra pause"
    world.github.review(REPOSITORY, number, "COMMENT", body, by="grace")
    changed, *commands = world.route()
    assert changed == PullRequestChanged(task=3)
    assert commands == [
        CommandGiven(
            comment_id=None,
            line=line,
            text=text,
            by=Login("grace"),
            pull_request=number,
            before_stop=line == 3,
        )
        for line, text in ((3, "/orchestra fix use the logger"), (4, "/orchestra pause"))
    ]
