"""A GitHub that takes our asynchronous merges, and then says that we may not make them."""

from contextlib import closing

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.services import Services
from sandbox.github import Fault
from storage.database import Database
from tests.fakes import Fakes, services_of
from tests.harness import REPOSITORY, Story, call_jobs

ONE = "- [ ] First thing\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"
COMPLETED = EpicStatus.COMPLETED
DIRECT = "PUT .*/pulls/[{0-9a-z_}]+/merge$"
REFUSED = {"message": "Pull Request is not mergeable"}


@pytest.fixture(autouse=True)
def refusing(story: Story) -> None:
    """Have GitHub refuse every asynchronous merge, once it comes to it."""
    story.github.authorizes_enqueuers = False


def merges(story: Story) -> list[str]:
    """The merge calls made so far, in order, answered or not."""
    kinds = [entry.kind for entry in story.github.ledger.entries if entry.kind.startswith("PUT ")]
    return [kind.rsplit("/", 1)[-1] for kind in kinds if "/merge" in kind]


def asked_person(story: Story) -> None:
    """A person was asked, with GitHub's words; nothing failed."""
    story.wait_for(lambda: len(story.said()) > 0, most=60)
    story.wait(300)
    (said,) = story.said()
    assert said.startswith("@ada **Needs you:** GitHub doesn't let this App merge #2")
    assert "- `/orchestra merge 1` — " in said
    assert story.epic().status is EpicStatus.ACTIVE
    assert story.task_is(1, TaskStatus.PR_OPEN)()


def test_the_synchronous_call_is_tried(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert merges(story) == ["merge-async", "merge"]
    assert "“Enqueuer is not authorized to merge”" in story.progress()


def test_it_is_tried_where_the_first_call_is_refused_at_once(story: Story) -> None:
    words = {"message": "Enqueuer is not authorized to merge"}
    story.github.faults.add(Fault("PUT .*/merge-async", status=403, body=words))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert merges(story) == ["merge-async", "merge"]


def test_the_next_task_begins_with_the_call_that_worked(story: Story) -> None:
    story.start(TWO)
    story.wait_for(story.has(COMPLETED), most=600)
    assert merges(story) == ["merge-async", "merge", "merge"]


def test_another_worker_knows_which_call_was_refused(
    story: Story, near: Fakes, database: Database
) -> None:
    with closing(services_of(near, database, story.github, story.cursor)) as other:
        workers = [story.services, other]

        def taking_turns(_: Services) -> None:
            call_jobs(workers[len(merges(story)) % 2])

        story.do_jobs = taking_turns
        moved = {"message": "Base branch was modified. Review and try the merge again."}
        story.github.faults.add(Fault(DIRECT, status=405, body=moved))
        story.start(ONE)
        story.wait_for(story.has(COMPLETED), most=120)
    assert merges(story) == ["merge-async", "merge", "merge"]
    assert len(story.said()) == 1


def test_a_new_head_is_merged_by_the_call_that_is_left(story: Story) -> None:
    story.github.faults.add(Fault(DIRECT, status=405, body=REFUSED))
    story.start(ONE)
    asked_person(story)
    head = story.pull().head
    story.github.commit_files(REPOSITORY, head, {"more.txt": "more\n"}, "More", "grace")
    story.wait_for(story.has(COMPLETED), most=120)
    assert merges(story) == ["merge-async", "merge", "merge"]


def test_where_both_are_refused_a_person_is_asked_however_often(story: Story) -> None:
    story.github.faults.add(Fault(DIRECT, status=405, body=REFUSED, times=4))
    story.start(ONE)
    asked_person(story)
    for _ in range(3):
        story.comment("/orchestra merge 1")
        story.wait(60)
        assert story.epic().status is EpicStatus.ACTIVE
        assert story.task_is(1, TaskStatus.PR_OPEN)()
    assert merges(story) == ["merge-async", "merge"] * 4
    # Once by itself, and once as the answer to each person's word.
    assert len([text for text in story.said() if "**Needs you:**" in text]) == 4
    story.github.authorizes_enqueuers = True
    story.comment("/orchestra merge 1")
    story.wait_for(story.has(COMPLETED))
    assert merges(story)[8:] == ["merge-async"]


def test_a_call_that_has_worked_is_not_the_only_one(story: Story) -> None:
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    story.github.authorizes_enqueuers = True
    story.github.faults.add(Fault(DIRECT, status=405, body=REFUSED))
    story.wait_for(story.has(COMPLETED), most=600)
    assert merges(story)[2:] == ["merge", "merge-async"]
