"""What stories about pull requests have in common: sent back, reviewed, merged by hand."""

from collections.abc import Mapping

from bot.core.model.identifiers import TaskStatus
from bot.rendering.reasons import THE_TASK, wait_text
from bot.rendering.style import PLAIN
from sandbox.cursor import Agent, AgentScript
from sandbox.github import BranchRules, Repository
from tests.harness import REPOSITORY, Story
from tests.stories.steps import ONE

FOLLOW_UP = "POST /v0/agents/{id}/followup"


def repository(story: Story) -> Repository:
    """The repository that stories are about."""
    return story.github.repository(REPOSITORY)


def follow_ups(story: Story) -> list[str]:
    """The prompts that agents were sent back with, oldest first."""
    entries = story.cursor.ledger.of_kind(FOLLOW_UP)
    return [entry.request["prompt"]["text"] for entry in entries]


def writes(*texts: str, path: str = "widgets.py") -> AgentScript:
    """An agent that writes the first text, and another each time it is sent back."""
    later = tuple(AgentScript(commits=({path: text},)) for text in texts[1:])
    return AgentScript(commits=({path: texts[0]},), follow_ups=later)


def opened(story: Story, body: str = ONE) -> None:
    """Start, and come to where the first task's pull request waits."""
    story.start(body)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()


def waits(story: Story, task: int = 1) -> str:
    """What the task waits for."""
    known = story.epic().task(task)
    return wait_text(known.wait, THE_TASK, PLAIN) if known and known.wait else ""


def push(story: Story, branch: str, files: Mapping[str, str], *, by: str = "grace") -> str:
    """A person commits; returns the SHA."""
    return story.github.commit_files(REPOSITORY, branch, files, "By hand", by)


def merge_by_hand(story: Story, number: int) -> str:
    """A person takes the rules away, as an admin may, and merges."""
    repository(story).rules.clear()
    pull = story.github.pull(REPOSITORY, number)
    if pull.draft:
        story.github.ready_for_review(REPOSITORY, number, by="grace")
    return story.github.merge_pull_request(REPOSITORY, number, by="grace")


def demand(story: Story, **rules: object) -> None:
    """What the base branch's rules ask for besides the check."""
    repository(story).rules["main"] = BranchRules(required_checks=["test"], **rules)  # type: ignore[arg-type] # any of its fields


def the_agent(story: Story) -> Agent:
    """The only agent there ever was."""
    (agent,) = story.cursor.agents.values()
    return agent
