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
from tests.stories.steps import (
    COMPLETED,
    ONE,
    PAUSED,
    configure,
    obeyed,
    script_check,
    told,
    unlinked,
)

Act = Callable[[Story], object]
PARTIAL = EpicStatus.PARTIAL_COMPLETED
ONE_OPEN = "#2 (task 1 “First thing”)"
RESTART, SKIP, MERGE = "restart 1", "skip 1", "merge 1"
WORKFLOW = ".github/workflows/ci.yml"
BROKEN = {"widgets.py": "BROKEN\n"}


def shown(story: Story) -> tuple[str, list[str]]:
    """What the progress comment says is next, without times and commits, and its commands."""
    head = unlinked(story.progress()).partition("\n| # |")[0].replace("> ", "")
    named = re.findall(r"^- `/orchestra ([^`]+)` —", head, re.MULTILINE)
    bare = re.sub(r"\d{1,2} [A-Z][a-z]{2} \d\d:\d\d UTC|\d\d:\d\d UTC", "TIME", head)
    return re.sub(r"\b[0-9a-f]{7}\b", "SHA", bare), named


def says(command: str) -> Act:
    return lambda story: obeyed(story, command)


def skip(story: Story) -> None:
    obeyed(story, "skip 1")
    told(story, "Task 1 was skipped", on=story.pull().number)


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


WAYS: dict[str, tuple[Act, str, list[str], Act, EpicStatus]] = {
    "agent": (
        started(agent=AgentScript(outcome="never")),
        "Waiting for the agent on task 1 (started TIME).",
        [],
        says("restart 1"),
        COMPLETED,
    ),
    "check": (
        started(never_ends=True),
        "Waiting for check “test” to finish on #2 (task 1).",
        [],
        skip,
        PARTIAL,
    ),
    "check that does not start": (
        started(never_starts=True),
        "Waiting for the required check “test” to start on #2 (task 1).",
        [],
        skip,
        PARTIAL,
    ),
    "approval": (
        started("merge: {when: approved}\n"),
        f"{ONE_OPEN} needs an approving review of SHA.",
        [RESTART, SKIP, MERGE],
        says("merge 1"),
        COMPLETED,
    ),
    "conversation": (
        with_a_conversation,
        f"1 conversation on {ONE_OPEN} must be resolved.",
        [RESTART, SKIP],
        lambda story: story.github.resolve_threads(REPOSITORY, story.pull().number, by="grace"),
        COMPLETED,
    ),
    "manual": (
        started("merge: {when: manual}\n"),
        f"{ONE_OPEN} is ready for a person to merge.",
        [RESTART, SKIP, MERGE],
        says("merge 1"),
        COMPLETED,
    ),
    "workflow file": (
        started(agent=writes("on: push\n", path=WORKFLOW)),
        f"{ONE_OPEN} changes `{WORKFLOW}`. This App isn't allowed to merge changes to workflow"
        " files, so a person has to.",
        [RESTART, SKIP],
        lambda story: merge_by_hand(story, story.pull().number),
        COMPLETED,
    ),
    "draft": (
        started("merge: {undraft: false}\n"),
        f"{ONE_OPEN} is a draft. It can be merged once it is marked as ready for review.",
        [RESTART, SKIP],
        lambda story: story.github.ready_for_review(REPOSITORY, story.pull().number, by="ada"),
        COMPLETED,
    ),
    "rule of GitHub's": (
        under(other=["required_signatures"]),
        f"{ONE_OPEN} doesn't satisfy GitHub's rules yet (`required_signatures`).",
        [RESTART, SKIP],
        skip,
        PARTIAL,
    ),
    "queue": (
        under(merge_queue=MergeQueue(after=600)),
        "#2 (task 1) is in GitHub's merge queue (position 1).",
        [],
        says("pause"),
        PAUSED,
    ),
    "throttled": (
        throttled,
        "Cursor limits requests until TIME. Work continues by itself then.",
        [],
        says("pause"),
        PAUSED,
    ),
    "red base": (
        with_a_red_base,
        "Check “test” is failing on `main`. Work continues by itself once it passes.",
        [SKIP],
        lambda story: push(story, "main", {"widgets.py": "fixed\n"}),
        COMPLETED,
    ),
    "paused with a pull request": (
        started("fixes: {ci: 0}\n", fail_first=1),
        "Task 1 “First thing” (#2): check “test” failed.",
        ["retry 1", SKIP, "resume", "cancel"],
        says("retry 1"),
        COMPLETED,
    ),
    "paused without a pull request": (
        started(agent=AgentScript(no_commits=True)),
        "Task 1 “First thing”: the agent finished without changing anything.",
        ["retry 1", SKIP, "cancel"],
        says("skip 1"),
        PARTIAL,
    ),
    "start at a time": (
        later,
        "Scheduled for TIME.",
        ["start", "cancel"],
        says("start"),
        COMPLETED,
    ),
}


@pytest.mark.parametrize("state", WAYS)
def test_what_is_named_gets_past_it(story: Story, state: str) -> None:
    arrange, words, commands, way, outcome = WAYS[state]
    arrange(story)
    story.wait_for(lambda: words in shown(story)[0], most=200)
    assert shown(story)[1] == commands
    way(story)
    story.wait_for(story.has(outcome), most=120)
