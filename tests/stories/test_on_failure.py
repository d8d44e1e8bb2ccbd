"""What a failed task means for its epic, by the settings."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from tests.harness import Story
from tests.stories.steps import COMPLETED, PAUSED, configure, obeyed, script_check

FAILED = TaskStatus.FAILED


def with_first_failing(story: Story, on_failure: str) -> None:
    """Start two tasks, the first of which fails on its check."""
    configure(story, f"on_failure: {on_failure}\nfixes: {{ci: 0}}\n")
    script_check(story, fail_first=1)
    story.start()


def test_pause(story: Story) -> None:
    with_first_failing(story, "pause")
    story.wait_for(story.has(PAUSED))
    assert [task.status for task in story.epic().tasks] == [FAILED, TaskStatus.PENDING]
    assert len(story.cursor.agents) == 1
    (said,) = story.said()
    assert said.splitlines()[-4:] == [
        "- `/orchestra retry 1` — try again",
        "- `/orchestra skip 1` — leave this task out",
        "- `/orchestra resume` — continue, once you have fixed it",
        "- `/orchestra cancel` — end the epic; open pull requests stay open",
    ]


def test_continue_goes_on_with_the_next_task(story: Story) -> None:
    with_first_failing(story, "continue")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    assert [task.status for task in story.epic().tasks] == [FAILED, TaskStatus.COMPLETED]
    assert story.said()[-1].startswith(
        "@ada **Widgets 2.0** finished with 1 of 2 tasks; 1 failed.\n\n- **Task 1:** Check "
    )
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))


def test_stop_ends_the_epic(story: Story) -> None:
    with_first_failing(story, "stop")
    story.wait_for(story.has(EpicStatus.FAILED))
    assert len(story.cursor.agents) == 1
    assert story.said()[-1].startswith(
        "@ada **Widgets 2.0** failed with 0 of 2 tasks; 1 failed and 1 was cancelled.\n"
    )
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))


@pytest.mark.parametrize(
    ("value", "ending"),
    [("continue", EpicStatus.PARTIAL_COMPLETED), ("stop", EpicStatus.FAILED)],
)
def test_set_has_the_last_word(story: Story, value: str, ending: EpicStatus) -> None:
    with_first_failing(story, "pause")
    obeyed(story, f"set on_failure={value}")
    story.wait_for(story.has(ending))
