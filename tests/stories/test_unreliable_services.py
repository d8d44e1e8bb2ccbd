"""GitHub and Cursor failing for a moment, on reads and on writes, before or after carrying out."""

import re

import pytest
from sandbox.github.faults import Action

from bot.core.model.identifiers import EpicStatus
from sandbox.cursor import bad_gateway, connection_dropped
from sandbox.github import Fault
from tests.harness import Story
from tests.stories.agents import ONE, agents, pulls

COMPLETED = EpicStatus.COMPLETED
GITHUB = [
    "PullRequest",
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions",
    "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
    "merge",
]


@pytest.mark.over_http
@pytest.mark.parametrize("action", ["answer", "drop_before", "drop_after"])
def test_github_fails_for_a_moment(story: Story, action: Action) -> None:
    faults = [Fault(re.escape(kind), action, 502, times=2) for kind in GITHUB]
    for fault in faults:
        story.github.faults.add(fault)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    story.wait(60)

    assert [fault.match for fault in faults if fault.times == 2] == []
    assert story.body() == "- [x] First thing\n"
    assert len(agents(story)) == len(pulls(story)) == 1
    assert len(story.said()) == 1
    assert len([text for text in story.bot_comments() if "<summary>Commands" in text]) == 1
    assert "retry" not in story.said()[0]


@pytest.mark.parametrize("carried_out", [False, True])
def test_cursors_answers_to_looks_are_missing(story: Story, carried_out: bool) -> None:
    for fault in (bad_gateway(), connection_dropped(carried_out=carried_out)):
        story.cursor.fail("GET /v0/agents/{id}", fault)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    assert len(agents(story)) == 1
    assert "retry" not in story.said()[0]
