"""What a scenario is, and what more than one of them needs."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.core.model.identifiers import TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import opened, the_agent
from tests.stories.steps import configure, script_check

TWO = "- [ ] First thing\n- [ ] Second thing\n"
NEVER = AgentScript(outcome="never")
# A dead worker's claims run out first, one after another.
MOST = 7200


@dataclass(frozen=True)
class CrashScenario:
    """What comes before the worker is in scenario, what it is in scenario in, and the audit.

    `performs` are kinds of effect that are performed in scenario, by their names. With `plans` the
    product has a key for a language model.
    """

    before: Callable[[Story], None]
    play: Callable[[Story], None]
    audit: Callable[[Story], None]
    performs: str
    plans: bool = False


def labels(story: Story) -> set[str]:
    return {label.name for label in story.github.issue(REPOSITORY, story.issue).labels}


def asked(story: Story, kind: str) -> int:
    """How many of our requests of that kind GitHub has carried out."""
    return sum(entry.status < 300 for entry in story.requests(kind))


def turns(story: Story) -> int:
    """How often the only agent there ever was has been given something to do."""
    return len(the_agent(story).runs)


def second_at_work(story: Story) -> None:
    story.cursor.plan(AgentScript())
    story.cursor.plan(NEVER)
    story.start(TWO)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    story.wait(20)


def with_agent(story: Story, then: AgentScript = NEVER, **check: object) -> None:
    """Come to an unapproved pull request whose agent does `then` when it is sent back."""
    # A dead worker's agents are found to have ended late, and all of that time counts.
    configure(story, "merge: {when: approved}\nbudget: {task: 1000, epic: 1000, month: 10000}\n")
    script_check(story, **check)
    story.cursor.plan(AgentScript(commits=({"widgets.py": "GREY\n"},), follow_ups=(then,)))
    story.github.set_permission(REPOSITORY, "grace", "write")
    opened(story)


def green(story: Story) -> None:
    with_agent(story)
    story.wait(20)
