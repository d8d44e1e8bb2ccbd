"""Branches of any name that Git allows are bases like others."""

import pytest

from sandbox.github import BranchRules
from tests.harness import REPOSITORY, Story
from tests.stories.agents import ONE, pulls
from tests.stories.pull_requests import repository
from tests.stories.steps import COMPLETED, configure, obeyed, pending


@pytest.mark.parametrize("base", ["fix#12", "rel#1", "50%25", "a&b=c"])
@pytest.mark.parametrize("how", ["command", "settings"])
def test_tasks_go_into_a_base_of_any_name(story: Story, base: str, how: str) -> None:
    story.github.commit_files(REPOSITORY, base, {"a": "a"}, "A", "ada", base="main")
    # The rules of this branch, and not those of one whose name is like it.
    repository(story).rules[base] = BranchRules(required_checks=["gate"])
    if how == "settings":
        configure(story, f'base_branch: "{base}"\n')
    pending(story, ONE)
    obeyed(story, "start" if how == "settings" else f"start base={base}")
    story.wait_for(lambda: bool(pulls(story)))
    story.wait(200, step=50)
    assert story.requests("merge") == []
    data = {"status": "completed", "conclusion": "success"}
    story.github.set_check_run(REPOSITORY, story.pull().head_sha, "gate", **data)
    story.wait_for(story.has(COMPLETED))
    assert [(pull.base, pull.merged_at is not None) for pull in pulls(story)] == [(base, True)]
