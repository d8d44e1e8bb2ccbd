import pytest

from bot.core.model.identifiers import EpicStatus
from tests.harness import REPOSITORY, Story, work_as_rq_does


@pytest.mark.over_http
def test_a_checklist_becomes_merged_commits(story: Story) -> None:
    story.do_jobs = work_as_rq_does
    story.start()
    story.wait_for(story.has(EpicStatus.COMPLETED))

    epic = story.epic()
    assert [task.merge_sha is not None for task in epic.tasks] == [True, True]
    assert story.body() == "Make it so.\n\n- [x] First thing\n- [x] Second thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]
    assert len(story.cursor.agents) == 2
