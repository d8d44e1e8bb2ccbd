"""GitHub keeps the App away from something: a state that people end, and no fault of a task."""

from typing import Any

import pytest

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.harness import Story
from tests.stories.agents import ONE, agents, pulls
from tests.stories.steps import obeyed

ALLOW_LIST = (
    "Although you appear to have the correct authorization credentials, the `acme` organization"
    " has an IP allow list enabled, and your IP address is not permitted to access this resource."
)
NO_PERMISSION = "Resource not accessible by integration"
SNAPSHOT, COMPARE = "GraphQL PullRequestSnapshot", "compare"
FORBIDDEN = {"data": None, "errors": [{"type": "FORBIDDEN", "message": ALLOW_LIST}]}


@pytest.mark.parametrize(
    ("kind", "status", "body"),
    [
        (SNAPSHOT, 200, FORBIDDEN),
        (SNAPSHOT, 403, {"message": NO_PERMISSION}),
        (SNAPSHOT, 451, {"message": "Repository access blocked"}),
        (COMPARE, 403, {"message": ALLOW_LIST}),
        ("POST /repos/{owner}/{repo}/pulls$", 403, {"message": NO_PERMISSION}),
    ],
)
def test_it_is_shown_and_goes_on_by_itself(story: Story, kind: str, status: int, body: Any) -> None:
    fault = Fault(kind, "answer", status, body, times=10_000)
    story.github.faults.add(fault)
    story.cursor.plan(AgentScript(no_pull_request="POST" in kind))
    story.start(ONE)
    story.wait(300)
    assert "GitHub refuses Orchestra's access: “" in story.progress()
    story.wait(2 * 3600, step=600)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** GitHub has refused Orchestra's access since ")
    obeyed(story, "status")
    fault.times = 0
    story.wait_for(story.has(EpicStatus.COMPLETED), most=900)
    assert len(agents(story)) == len(pulls(story)) == 1
