"""Steps that stories about commands and settings share."""

import re
from datetime import timedelta
from typing import Any

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.github import CheckScript
from tests.harness import REPOSITORY, Story

ONE = "- [ ] First thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED
SETTINGS_MAX_AGE = timedelta(seconds=61)


def configure(story: Story, text: str, *, forget: bool = False) -> None:
    """Commit the repository's settings file; `forget` lets the minute pass that it is kept."""
    files = {".github/orchestra.yml": text}
    story.github.commit_files(REPOSITORY, "main", files, "Settings", "ada")
    if forget:
        story.pass_time(SETTINGS_MAX_AGE.total_seconds())


def give(story: Story, command: str, *, by: str = "ada", on: int | None = None) -> Any:
    """Give a command and let happen what takes no time; returns the comment."""
    comment = story.comment(f"/orchestra {command}", by=by, on=on)
    story.settle()
    return comment


def obeyed(story: Story, command: str, *, by: str = "ada", on: int | None = None) -> None:
    """Give a command that is carried out."""
    assert story.reactions(give(story, command, by=by, on=on)) == ["+1"], story.said(on)


def refused(story: Story, command: str, *, by: str = "ada", on: int | None = None) -> str:
    """Give a command that is refused; returns the answer, without the command that it quotes."""
    assert story.reactions(give(story, command, by=by, on=on)) == ["confused"], story.said(on)
    assert story.said(on)[-1].startswith("> /orchestra ")
    return answers(story, on)[-1]


def answers(story: Story, on: int | None = None) -> list[str]:
    """Return our comments without the commands that they quote."""
    return [re.sub(r"\A> .*\n\n", "", text) for text in story.said(on)]


def told(story: Story, words: str, on: int | None = None) -> None:
    """One of our comments holds these words."""
    assert any(words in text for text in story.said(on)), story.said(on)


def unlinked(text: str) -> str:
    """The text with the names of links alone."""
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"“\1”", text)


def script_check(story: Story, **script: Any) -> None:
    """How the required check behaves."""
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(**script)


def with_open_pull_request(story: Story, body: str = ONE) -> None:
    """Come to where the first task's pull request waits for a check that never ends."""
    script_check(story, never_ends=True)
    story.start(body)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))


def with_failed_task(story: Story, body: str = ONE, **script: Any) -> None:
    """Come to where the first task has failed because of its check, and the epic is paused."""
    configure(story, "fixes: {ci: 0}\n")
    script_check(story, **{"conclusion": "failure", **script})
    story.start(body)
    story.wait_for(story.has(PAUSED))


def pending(story: Story, body: str = ONE) -> None:
    """Open an epic, and start nothing."""
    story.open_epic(body)
    story.settle()


def before_tasks(story: Story) -> str:
    """What the progress comment says above its table."""
    return story.progress().split("\n\n| # |")[0]


def without_money(text: str) -> str:
    """The text of `status` without what agents cost, which depends on how long they take."""
    return re.sub(r"\n\n[^\n]*\$[\d.]+ (?:spent|to come)[^\n]*\.", "", text)
