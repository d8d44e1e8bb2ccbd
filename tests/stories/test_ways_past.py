"""Each state that waits names what gets past it, and that does."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, rate_limited
from sandbox.github import MergeQueue
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, merge_by_hand, push, writes
from tests.stories.steps import COMPLETED, ONE, PAUSED, configure, obeyed, script_check, told

Act = Callable[[Story], object]
PARTIAL = EpicStatus.PARTIAL_COMPLETED
SKIP = "`/orchestra skip 1` leaves it out"
MERGE = "`/orchestra merge 1` merges it now"
GOES_ON = "it goes on by itself"
WORKFLOW = ".github/workflows/ci.yml"
BROKEN = {"widgets.py": "BROKEN\n"}


def line(story: Story) -> str:
    """What the progress comment says is waited for, without times and commits."""
    (found,) = re.findall(r"^\*\*Waiting for\*\* (.*)$", story.progress(), re.MULTILINE)
    timeless = re.sub(r"\d{1,2} [A-Z][a-z]{2} \d\d:\d\d UTC", "TIME", found)
    return re.sub(r"`[0-9a-f]{7}`", "SHA", timeless)


def says(command: str) -> Act:
    return lambda story: obeyed(story, command)


def skip(story: Story) -> None:
    obeyed(story, "skip 1")
    told(story, "Task 1 was skipped.", on=story.pull().number)


def started(settings: str = "", agent: AgentScript | None = None, **check: object) -> Act:
    """Start one task under these settings, with this agent and check."""

    def act(story: Story) -> None:
        configure(story, settings)
        script_check(story, **check)
        if agent is not None:
            story.cursor.plan(agent)
        story.start(ONE)

    return act


def under(**rules: object) -> Act:
    """The same under further rules of the base branch."""

    def act(story: Story) -> None:
        demand(story, **rules)
        story.start(ONE)

    return act


def with_a_conversation(story: Story) -> None:
    demand(story, resolved_threads=True)
    script_check(story, after=5)
    story.cursor.plan(writes("GREY\n"))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    comments = [("widgets.py", 1, "Why grey?")]
    number = story.pull().number
    story.github.review(REPOSITORY, number, "COMMENT", "", by="grace", comments=comments)


def throttled(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", rate_limited(600))
    story.start(ONE)


def with_a_red_base(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"))
    push(story, "main", BROKEN)
    story.pass_time(5)
    story.start(ONE)


def later(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    moment = story.clock.now() + timedelta(hours=1)
    obeyed(story, f"start at={moment:%Y-%m-%dT%H:%M}Z")


WAYS: dict[str, tuple[Act, str, Act, EpicStatus]] = {
    "agent": (
        started(agent=AgentScript(outcome="never")),
        f"task 1: the agent to finish; `/orchestra restart 1` begins it anew, {SKIP}",
        says("restart 1"),
        COMPLETED,
    ),
    "check": (
        started(never_ends=True),
        f"task 1: check “test” to finish; {SKIP}",
        skip,
        PARTIAL,
    ),
    "check that does not start": (
        started(never_starts=True),
        f"task 1: required check “test” to start; {SKIP}",
        skip,
        PARTIAL,
    ),
    "approval": (
        started("merge: {when: approved}\n"),
        f"task 1: an approving review of SHA; {MERGE}",
        says("merge 1"),
        COMPLETED,
    ),
    "conversation": (
        with_a_conversation,
        f"task 1: 1 conversation to be resolved; {SKIP}",
        lambda story: story.github.resolve_threads(REPOSITORY, story.pull().number, by="grace"),
        COMPLETED,
    ),
    "manual": (
        started("merge: {when: manual}\n"),
        f"task 1: a person to merge it; {MERGE}",
        says("merge 1"),
        COMPLETED,
    ),
    "workflow file": (
        started(agent=writes("on: push\n", path=WORKFLOW)),
        f"task 1: a person to merge it: it changes `{WORKFLOW}`, and this App may not merge"
        f" changes of workflow files; {SKIP}",
        lambda story: merge_by_hand(story, story.pull().number),
        COMPLETED,
    ),
    "draft": (
        started("merge: {undraft: false}\n"),
        f"task 1: a person to mark the draft ready; {SKIP}",
        lambda story: story.github.ready_for_review(REPOSITORY, story.pull().number, by="ada"),
        COMPLETED,
    ),
    "rule of GitHub's": (
        under(other=["required_signatures"]),
        f"task 1: GitHub's rules (`required_signatures`) to be met; {SKIP}",
        skip,
        PARTIAL,
    ),
    "queue": (
        under(merge_queue=MergeQueue(after=600)),
        "task 1: the merge queue (position 1); `/orchestra pause` takes it out",
        says("pause"),
        PAUSED,
    ),
    "throttled": (
        throttled,
        f"Cursor, throttled until TIME; nothing to do: {GOES_ON}, `/orchestra pause` holds it",
        says("pause"),
        PAUSED,
    ),
    "red base": (
        with_a_red_base,
        "task 1: `main` to be green again (check “test” fails there); a fix or a re-run of the"
        f" check gets past it, then {GOES_ON}",
        lambda story: push(story, "main", {"widgets.py": "mended\n"}),
        COMPLETED,
    ),
    "paused with a pull request": (
        started("fixes: {ci: 0}\n", fail_first=1),
        "a person (task 1 failed: check “test” failed); `/orchestra retry 1` or"
        " `/orchestra skip 1` or `/orchestra resume` goes on, `/orchestra cancel` ends it",
        says("retry 1"),
        COMPLETED,
    ),
    "paused without a pull request": (
        started(agent=AgentScript(no_commits=True)),
        "a person (task 1 failed: the agent finished without changing anything);"
        " `/orchestra retry 1` or `/orchestra skip 1` goes on, `/orchestra cancel` ends it",
        says("skip 1"),
        PARTIAL,
    ),
    "start at a time": (
        later,
        "TIME; `/orchestra start` begins at once, `/orchestra cancel` calls it off",
        says("start"),
        COMPLETED,
    ),
}


@pytest.mark.parametrize("state", WAYS)
def test_what_is_named_gets_past_it(story: Story, state: str) -> None:
    arrange, named, way, outcome = WAYS[state]
    arrange(story)
    story.wait_for(lambda: line(story) == named, most=200)
    way(story)
    story.wait_for(story.has(outcome), most=120)
