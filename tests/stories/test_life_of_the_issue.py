"""What people do to an epic's issue while it is worked on."""

from bot.core.model.identifiers import EpicStatus
from bot.core.model.interruptions import Interruption
from sandbox.github import CheckScript
from tests.harness import REPOSITORY, Story
from tests.stories.interrupted import ONE, WAYS_ON, at_work, goes_on, in_peace, interrupted
from tests.stories.steps import told

ACTIVE, PENDING, PAUSED = EpicStatus.ACTIVE, EpicStatus.PENDING, EpicStatus.PAUSED
COMPLETED, CANCELLED = EpicStatus.COMPLETED, EpicStatus.CANCELLED


def paused_as(story: Story, reason: str) -> str:
    """The comment that says so."""
    return f"@ada **Widgets 2.0** is paused. {reason}{WAYS_ON}"


def good_again(what: str) -> str:
    return f"{what} again. This epic stays paused until somebody comments `/orchestra resume`."


def test_the_label_is_taken_off_and_put_back(story: Story) -> None:
    at_work(story)
    story.github.unlabel(REPOSITORY, story.issue, "orchestra", by="grace")
    interrupted(story)
    said = paused_as(story, "@\u200bgrace removed the label.")
    assert story.said() == [said]
    assert (
        "> **Needs you:** @\u200bgrace removed the label.\n>\n> - `/orchestra resume`"
        in story.progress()
    )
    assert in_peace(story)

    story.github.label(REPOSITORY, story.issue, "orchestra", by="ada")
    story.settle()
    assert story.epic().status is PAUSED
    assert story.said() == [said, good_again("The issue has its label")]
    assert len(story.cursor.agents) == 1
    goes_on(story)


def test_the_label_is_deleted_from_the_repository(story: Story) -> None:
    at_work(story)
    story.github.delete_label(REPOSITORY, "orchestra", by="grace")
    interrupted(story)
    assert story.said() == [paused_as(story, "@\u200bgrace removed the label.")]
    assert in_peace(story)


def test_the_label_taken_off_before_the_start(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.github.unlabel(REPOSITORY, story.issue, "orchestra", by="ada")
    story.settle()
    assert story.epic().status is PENDING
    assert story.said() == []
    story.comment("/orchestra start")
    story.wait_for(story.has(COMPLETED))
    labels = story.github.issue(REPOSITORY, story.issue).labels
    assert "orchestra" in {label.name for label in labels}


def test_another_label_taken_off_means_nothing(story: Story) -> None:
    at_work(story)
    story.github.label(REPOSITORY, story.issue, "urgent", by="ada")
    story.github.unlabel(REPOSITORY, story.issue, "urgent", by="ada")
    story.settle()
    assert story.epic().status is ACTIVE
    story.comment("/orchestra cancel")
    story.wait_for(story.has(CANCELLED))


def test_the_label_put_on_by_somebody_who_may_not(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "trent", "triage")
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.github.label(REPOSITORY, story.issue, "orchestra", by="trent")
    story.settle()
    assert not story.epic().activated
    assert story.cursor.agents == {}
    story.github.unlabel(REPOSITORY, story.issue, "orchestra", by="trent")
    story.settle()
    assert in_peace(story)
    told(story, "Sorry @\u200btrent, only people with write access to this repository can")


def test_the_issue_is_closed_and_opened_again(story: Story) -> None:
    at_work(story)
    story.github.close(REPOSITORY, story.issue, by="grace")
    interrupted(story)
    said = paused_as(story, "@\u200bgrace closed the issue.")
    assert story.said() == [said]
    assert in_peace(story)

    story.github.reopen(REPOSITORY, story.issue, by="ada")
    story.settle()
    assert story.epic().status is PAUSED
    assert story.said() == [said, good_again("The issue is open")]
    goes_on(story)


def test_resume_goes_on_though_the_issue_is_still_closed(story: Story) -> None:
    at_work(story)
    story.github.close(REPOSITORY, story.issue, by="grace")
    interrupted(story)
    goes_on(story)


def test_closed_while_its_pull_request_waits(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=60)
    story.start(ONE)
    story.wait(20)
    story.github.close(REPOSITORY, story.issue, by="ada")
    interrupted(story)
    story.wait(120, step=60)
    assert story.pull().merged_at is None
    story.github.reopen(REPOSITORY, story.issue, by="ada")
    goes_on(story, launches=1)
    told(story, "The issue is open again. This epic stays paused until")


def test_our_own_merge_closes_the_issue_and_it_is_opened_again(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(lambda: bool(story.epic().tasks[0].merge_sha))
    story.github.close(REPOSITORY, story.issue, by="orchestra[bot]")
    story.settle()
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    story.wait_for(story.has(COMPLETED))
    assert not [text for text in story.said() if "paused" in text]


def test_a_bot_that_closes_the_issue_between_two_merges_pauses_the_epic(story: Story) -> None:
    story.github.set_permission(REPOSITORY, "stale[bot]", "write")
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(lambda: bool(story.epic().tasks[0].merge_sha))
    story.github.close(REPOSITORY, story.issue, by="stale[bot]")
    interrupted(story)
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert story.said() == [paused_as(story, "@\u200bstale\\[bot\\] closed the issue.")]


def test_the_issue_is_locked_and_unlocked(story: Story) -> None:
    at_work(story)
    story.github.lock_issue(REPOSITORY, story.issue, by="grace")
    interrupted(story)
    said = paused_as(story, "@\u200bgrace locked the issue.")
    assert story.said() == [said]
    story.github.unlock_issue(REPOSITORY, story.issue, by="grace")
    story.settle()
    assert story.said() == [said, good_again("The issue is unlocked")]
    assert story.epic().status is PAUSED
    goes_on(story)


def test_locked_where_apps_may_not_speak_crashes_nothing(story: Story) -> None:
    at_work(story)
    story.github.app_speaks_when_locked = False
    story.github.lock_issue(REPOSITORY, story.issue, by="grace")
    interrupted(story)
    assert in_peace(story)
    story.github.unlock_issue(REPOSITORY, story.issue, by="grace")
    story.settle()
    goes_on(story)
    told(story, "stays paused until somebody comments `/orchestra resume`.")


def test_the_issue_is_transferred(story: Story) -> None:
    at_work(story)
    story.github.create_repository("acme/gadgets")
    moved = story.github.transfer_issue(REPOSITORY, story.issue, "acme/gadgets", by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.TRANSFERRED
    assert in_peace(story)
    # There it is an issue like any other.
    story.github.comment("acme/gadgets", moved.number, "/orchestra status", by="grace")
    story.settle()
    assert len(story.cursor.agents) == 1


def test_the_issue_is_deleted(story: Story) -> None:
    at_work(story)
    story.github.delete_issue(REPOSITORY, story.issue, by="grace")
    interrupted(story)
    assert story.epic().unreachable is Interruption.DELETED
    assert in_peace(story)


def test_deleted_before_the_start_leaves_no_epic_that_asks(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.github.delete_issue(REPOSITORY, story.issue, by="grace")
    story.settle()
    assert in_peace(story)


def test_the_progress_comment_is_deleted_and_made_anew(story: Story) -> None:
    at_work(story)
    first = story.epic().progress_comment_id
    (comment,) = [
        one for one in story.github.issue(REPOSITORY, story.issue).comments if one.id == first
    ]
    story.github.delete_comment(comment, by="ada")
    story.settle()
    story.rest()
    assert story.epic().progress_comment_id not in (first, None)
    assert "Widgets 2.0 · running" in story.progress()
    assert story.epic().status is ACTIVE
    story.comment("/orchestra cancel")
    story.wait_for(story.has(CANCELLED))


def test_another_comment_deleted_means_nothing(story: Story) -> None:
    at_work(story)
    comment = story.comment("A remark.")
    story.settle()
    before = story.epic().progress_comment_id
    story.github.delete_comment(comment, by="ada")
    story.settle()
    assert story.epic().progress_comment_id == before
    story.comment("/orchestra cancel")
    story.wait_for(story.has(CANCELLED))
