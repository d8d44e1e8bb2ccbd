"""Two epics in one repository."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.reasons import THE_TASK, wait_text
from bot.rendering.style import PLAIN
from tests.harness import Story
from tests.stories.pull_requests import opened, repository
from tests.stories.steps import ONE, answers, script_check

COMPLETED = EpicStatus.COMPLETED

pytestmark = pytest.mark.both_databases


def test_merges_into_one_base_take_turns(story: Story) -> None:
    story.github.merge_async_delay = 20
    script_check(story, after=10)
    opened(story)
    first = story.issue
    story.start(ONE)
    told: set[str] = set()
    most = 0

    def both_done() -> bool:
        nonlocal most
        under_way = [
            one for one in repository(story).merge_requests.values() if one.status == "pending"
        ]
        most = max(most, len(under_way))
        told.update(
            wait_text(task.wait, THE_TASK, PLAIN)
            for issue in (first, story.issue)
            for task in story.epic(issue).tasks
            if task.wait is not None
        )
        return story.has(COMPLETED)() and story.epic(first).status is COMPLETED

    story.wait_for(both_done, most=300)
    assert most == 1
    assert (
        f"Waiting for the merge of a pull request of #{first} into main, which comes first." in told
    )


def test_a_start_beside_another_epic_names_it(story: Story) -> None:
    script_check(story, never_ends=True)
    opened(story)
    first = story.issue
    story.start(ONE)
    assert answers(story) == [
        f"Started. #{first} is also running in this repository, so merges into the same branch take"
        " turns."
    ]
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    assert len(story.cursor.agents) == 2
