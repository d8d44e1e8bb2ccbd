"""Whoever ends an epic is not called for it, and what they skipped is no failure."""

import pytest

from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from tests.core.transitions.scenes import (
    ADA,
    FAILURE,
    NOW,
    PAUSED_BY_FAILURE,
    after,
    command,
    epic,
    messages,
    seen,
    task,
)

BOB = Login("bob")


@pytest.mark.parametrize(("starter", "mentioned"), [(ADA, False), (BOB, True)])
def test_a_skip_that_ends_the_epic_mentions_only_somebody_else(
    starter: Login, mentioned: bool
) -> None:
    failed = task(TaskStatus.FAILED, failure=FAILURE)
    before = epic(failed, tasks=(failed,), started_by=starter, **PAUSED_BY_FAILURE)
    decision = after(before, command("skip 1"))
    assert decision.epic.status is EpicStatus.PARTIAL_COMPLETED
    view = epic_view(decision.epic, NOW)
    ended = message_comment(messages(decision)[-1], view, "x")
    assert (f"@{starter} " in ended) is mentioned
    assert "the agent failed" in ended.lower(), "what is left undone, and why"
    assert "skipped" in ended


def test_an_end_that_nobody_caused_mentions_the_starter() -> None:
    last = task()
    decision = after(epic(last, tasks=(last,)), seen(is_merged=True, is_open=False))
    assert [one.to for one in messages(decision)] == [ADA]
