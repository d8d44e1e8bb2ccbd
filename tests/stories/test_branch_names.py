"""Branches of any name that Git allows are bases like others."""

import pytest

from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, pulls
from tests.stories.steps import COMPLETED, configure, obeyed, pending


@pytest.mark.parametrize("base", ["fix#12", "rel#1", "50%25", "a&b=c"])
@pytest.mark.parametrize("how", ["command", "settings"])
def test_tasks_go_into_a_base_of_any_name(story: Story, base: str, how: str) -> None:
    story.github.commit_files(REPOSITORY, base, {"a": "a"}, "A", "ada", base="main")
    if how == "settings":
        configure(story, f'base_branch: "{base}"\n')
    pending(story, ONE)
    obeyed(story, "start" if how == "settings" else f"start base={base}")
    story.wait_for(story.has(COMPLETED))
    assert [(pull.base, pull.merged_at is not None) for pull in pulls(story)] == [(base, True)]
