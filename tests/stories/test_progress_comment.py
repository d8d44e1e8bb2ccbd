"""The one comment that is edited in place, and how an epic ends."""

from itertools import pairwise

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.github import CheckScript, Fault
from sandbox.github.state import Comment
from tests.harness import REPOSITORY, Story
from tests.stories.steps import without_money

COMPLETED = EpicStatus.COMPLETED


def progress_comments(story: Story) -> list[Comment]:
    comments = story.github.issue(REPOSITORY, story.issue).comments
    return [comment for comment in comments if "orchestra:progress:" in comment.body]


def test_there_is_one_and_it_comes_first(story: Story) -> None:
    story.start()
    story.wait_for(story.has(COMPLETED))
    story.rest()
    comments = story.github.issue(REPOSITORY, story.issue).comments
    assert "orchestra:progress:" in comments[0].body
    assert len(progress_comments(story)) == 1
    assert story.progress().startswith("### Widgets 2.0 · done\n\n`████████████████████` **100%**")


def test_edits_keep_their_distance(story: Story) -> None:
    story.start()
    story.wait_for(story.has(COMPLETED))
    edits = [entry.at for entry in story.requests("PATCH /repos/{owner}/{repo}/issues/comments")]
    # The last edit, of an epic that has ended, waits for nothing.
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(edits[:-1])]
    assert all(gap >= 9.9 for gap in gaps)


def test_a_deleted_one_is_made_anew(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=60)
    story.start()
    (comment,) = progress_comments(story)
    story.github.delete_comment(comment, by="ada")
    story.wait(15)
    (another,) = progress_comments(story)
    assert another.id != comment.id
    assert story.progress().startswith("### Widgets 2.0 · running\n")


def test_a_lost_answer_leaves_one_comment(story: Story) -> None:
    story.github.faults.add(Fault("POST .*/issues/1/comments", action="drop_after"))
    story.open_epic()
    story.wait(60)
    assert len(progress_comments(story)) == 1


def test_a_lost_answer_leaves_one_reply(story: Story) -> None:
    story.open_epic()
    story.settle()
    story.github.faults.add(Fault("POST .*/issues/1/comments", action="drop_after"))
    story.comment("/orchestra pause")
    story.wait(60)
    assert story.said() == [
        "> /orchestra pause\n\nThis epic isn't running.\n\n- `/orchestra start` — start"
    ]


def test_the_end_is_told_and_the_issue_closed(story: Story) -> None:
    story.start()
    story.wait_for(story.has(COMPLETED))
    story.rest()
    (final,) = story.said()
    head, table, numbers = final.split("\n\n")
    assert head == "@ada **Widgets 2.0** is done with 2 of 2 tasks."
    assert numbers.startswith("Took ")
    assert table.splitlines()[2].startswith("| 1 | First thing | ✅ merged #2 | ")
    assert table.splitlines()[3].startswith("| 2 | Second thing | ✅ merged #3 | ")
    issue = story.github.issue(REPOSITORY, story.issue)
    assert (issue.state, issue.state_reason) == ("closed", "completed")


def test_status_while_it_runs(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=60)
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(5)
    story.comment("/orchestra status")
    story.settle()
    assert [without_money(text) for text in story.said()] == [
        "> /orchestra status\n\n"
        "**Widgets 2.0** · running\n"
        "\n"
        "`░░░░░░░░░░░░░░░░░░░░` **0%** · 0 of 2 tasks done\n"
        "\n"
        "Waiting for check “test” to finish on #2 (task 1)."
    ]
