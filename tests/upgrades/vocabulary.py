"""The vocabulary of recorded stories: what people do, and what is waited for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.core.model.identifiers import EpicStatus, TaskStatus
from tests.harness import REPOSITORY, Story
from tests.upgrades.user_steps import UserStep, step

Condition = Callable[[Story], bool]

ONE = "- [ ] First thing\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"
THREE = f"{TWO}- [ ] Third thing\n"
EPIC = 1
LAUNCH = "POST /v0/agents"
NEVER = step("plan", outcome="never")


@dataclass(frozen=True)
class Stage:
    """What people do, then what is waited for, and `seconds` more."""

    user_steps: tuple[UserStep, ...]
    until: Condition
    seconds: float = 0


@dataclass(frozen=True)
class Scenario:
    """A story; `whole` ones are stopped at every boundary, others wherever it is like no other."""

    stages: tuple[Stage, ...]
    cursor: str = "v0"
    whole: bool = False


# What people do.


def start(body: str = ONE) -> tuple[UserStep, ...]:
    """Open the epic and start it."""
    return (*open_epic(body), say("start"))


def open_epic(body: str = ONE) -> tuple[UserStep, ...]:
    return (
        step("open_issue", title="Widgets 2.0", body=body, by="ada"),
        step("label", number=EPIC, name="orchestra", by="ada"),
    )


def say(command: str, by: str = "ada") -> UserStep:
    return step("comment", number=EPIC, body=f"/orchestra {command}", by=by)


def settings(text: str) -> UserStep:
    return push("main", {".github/orchestra.yml": text})


def push(branch: str, files: dict[str, str]) -> UserStep:
    return step("commit_files", branch=branch, files=files, message="By hand", author_login="grace")


def check(**script: Any) -> UserStep:
    return step("checks", test=script)


def role(login: str, name: str = "write") -> UserStep:
    return step("set_permission", login=login, role=name)


def approve(number: int) -> UserStep:
    return step("review", number=number, event="APPROVE", by="grace")


def writes(first: str, *later: str, path: str = "widgets.py") -> UserStep:
    """The next agent writes the first text, and another each time it is sent back."""
    follow_ups = [{"commits": [{path: text}]} for text in later]
    return step("plan", commits=[{path: first}], follow_ups=follow_ups)


# What is waited for.


def passes(seconds: float) -> tuple[Condition, float]:
    return (lambda _: True), seconds


def epic_is(status: EpicStatus) -> Condition:
    return lambda story: story.has(status)()


def task_is(number: int, status: TaskStatus) -> Condition:
    return lambda story: story.task_is(number, status)()


def closed(story: Story) -> bool:
    return story.github.issue(REPOSITORY, EPIC).state == "closed"


def pulls(count: int) -> Condition:
    return lambda story: len(story.github.repository(REPOSITORY).pulls) >= count


def agents(count: int) -> Condition:
    return lambda story: len(story.cursor.agents) >= count


def turns(count: int) -> Condition:
    """The first agent has been given that many prompts."""

    def is_so(story: Story) -> bool:
        first = next(iter(story.cursor.agents.values()), None)
        return first is not None and len(first.prompts) >= count

    return is_so


def queued(story: Story) -> bool:
    return bool(story.github.repository(REPOSITORY).queue)


def auto_merges(story: Story) -> bool:
    return any(one.auto_merge for one in story.github.repository(REPOSITORY).pulls)


PENDING, PAUSED, FAILED = EpicStatus.PENDING, EpicStatus.PAUSED, EpicStatus.FAILED
COMPLETED, CANCELLED = EpicStatus.COMPLETED, EpicStatus.CANCELLED
PARTIAL = EpicStatus.PARTIAL_COMPLETED
CHECKS_END = 20.0
AT_LEAST_A_CLAIM = 80.0


def waiting(before: tuple[UserStep, ...], until: Condition, *after: UserStep) -> tuple[Stage, ...]:
    """Come to a wait, stay there for a while, and do what ends it well."""
    return (Stage(before, until, AT_LEAST_A_CLAIM), Stage(after, epic_is(COMPLETED)))


def paused(
    before: tuple[UserStep, ...], *after: UserStep, end: EpicStatus = COMPLETED
) -> tuple[Stage, ...]:
    """Come to a pause, stay there for a while, and do what ends it."""
    return (Stage(before, epic_is(PAUSED), AT_LEAST_A_CLAIM), Stage(after, epic_is(end)))


APPROVED = settings("merge: {when: approved}\n")
NO_FIXES = settings("fixes: {ci: 0}\n")
