"""GitHub lets only Apps with a permission for it merge changes of workflow files."""

from bot.core.model.identifiers import EpicStatus
from tests.harness import Story
from tests.stories.pull_requests import merge_by_hand, opened, writes

COMPLETED = EpicStatus.COMPLETED
PATH = ".github/workflows/ci.yml"
REASON = (
    f"a person to merge it: it changes `{PATH}`, and this App may not merge changes of"
    " workflow files"
)


def test_a_person_is_asked_to_merge_it(story: Story) -> None:
    story.cursor.plan(writes("on: push\n", path=PATH))
    opened(story)
    story.wait(20)
    assert story.said() == [f"@ada **Widgets 2.0** needs a person. Task 1 waits for {REASON}."]
    assert f"**Waiting for** task 1: {REASON}" in story.progress()
    assert story.requests("merge-async") == []

    merge_by_hand(story, story.pull().number)
    story.wait_for(story.has(COMPLETED), most=10)
