"""GitHub lets only Apps with a permission for it merge changes of workflow files."""

from bot.core.model.identifiers import EpicStatus
from tests.harness import Story
from tests.stories.pull_requests import merge_by_hand, opened, writes

COMPLETED = EpicStatus.COMPLETED
PATH = ".github/workflows/ci.yml"
REASON = (
    f"#2 (task 1 “First thing”) changes `{PATH}`. This App isn't allowed to merge changes to"
    " workflow files, so a person has to."
)


def test_a_person_is_asked_to_merge_it(story: Story) -> None:
    story.cursor.plan(writes("on: push\n", path=PATH))
    opened(story)
    story.wait(20)
    assert story.said()[0].startswith(f"@ada **Needs you:** {REASON}\n")
    assert f"> **Needs you:** {REASON}\n" in story.progress()
    assert story.requests("merge-async") == []

    merge_by_hand(story, story.pull().number)
    story.wait_for(story.has(COMPLETED), most=10)
