"""Reviews: an approval of the head that is merged, and requested changes seen to."""

from bot.core.model.identifiers import EpicStatus
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, follow_ups, opened, push, waits, writes
from tests.stories.steps import ONE, configure, script_check, told

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED


def reviewed(story: Story, event: str, body: str = "", *, by: str = "grace") -> None:
    """A review of the first task's pull request, with a comment where changes are asked for."""
    comments = [("widgets.py", 1, f"{by} says: name it")] if event == "REQUEST_CHANGES" else []
    story.github.review(REPOSITORY, story.pull().number, event, body, by=by, comments=comments)


def with_reviewers(story: Story, settings: str) -> None:
    """Come to where the pull request waits, and grace may review."""
    configure(story, settings)
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.cursor.plan(writes("GREY\n", "COLOUR = GREY\n", "COLOUR = RED\n"))
    opened(story)


def test_only_an_approval_of_this_head_counts(story: Story) -> None:
    script_check(story, after=10)
    with_reviewers(story, "merge: {when: approved}\n")
    reviewed(story, "APPROVE")
    push(story, story.pull().head, {"more.py": "more\n"}, by="ada")
    story.wait(30)
    head = story.pull().head_sha
    assert waits(story) == f"The pull request needs an approving review of {head[:7]}."
    reviewed(story, "APPROVE", by="mallory")
    story.wait(5)
    assert story.requests("merge-async") == []

    reviewed(story, "APPROVE")
    story.wait_for(story.has(COMPLETED), most=20)
    assert story.pull().head_sha == head
    told(story, f"an approving review of {head[:7]}")


def test_merge_gets_past_the_policy(story: Story) -> None:
    with_reviewers(story, "merge: {when: approved}\n")
    story.wait(5)
    comment = story.comment("/orchestra merge 1")
    story.wait_for(story.has(COMPLETED), most=20)
    assert story.reactions(comment) == ["+1"]
    told(story, "an approving review of")


def test_requested_changes_go_to_the_agent_and_back_to_the_reviewer(story: Story) -> None:
    with_reviewers(story, "merge: {when: approved}\n")
    reviewed(story, "REQUEST_CHANGES", "Too grey.", by="mallory")
    reviewed(story, "REQUEST_CHANGES", "Give it a name.")
    story.wait(40)

    (prompt,) = follow_ups(story)
    assert "grace asks for changes:\nGive it a name.\n- widgets.py:1" in prompt
    assert "grace says: name it" in prompt
    assert "mallory" not in prompt
    assert "Too grey" not in prompt
    pull = story.pull()
    threads = {one.comments[0].user.login: one for one in pull.threads}
    (answer,) = threads["grace"].comments[1:]
    assert answer.user.login == "orchestra[bot]"
    assert pull.head_sha[:7] in answer.body
    assert threads["mallory"].comments[1:] == []
    assert waits(story) == "Waiting for @grace to review the pull request again."
    assert story.requests("requested_reviewers")

    reviewed(story, "APPROVE")
    story.wait_for(story.has(COMPLETED), most=20)
    assert len(follow_ups(story)) == 1
    told(story, "Waiting for @\u200bgrace to review #2 (task 1 “First thing”) again.")


def test_an_agent_is_sent_back_to_reviews_only_so_often(story: Story) -> None:
    script_check(story, after=30)
    with_reviewers(story, "fixes: {review: 1}\n")
    reviewed(story, "REQUEST_CHANGES", "Give it a name.")
    story.wait(45)
    reviewed(story, "REQUEST_CHANGES", "Not that one.")
    story.wait_for(story.has(PAUSED), most=60)
    assert len(follow_ups(story)) == 1
    (said,) = story.said()
    assert "(#2): @\u200bgrace requested changes. The agent was sent back once.\n" in said


def test_a_dismissed_review_holds_nothing(story: Story) -> None:
    configure(story, "fixes: {review: 0}\n")
    script_check(story, after=20)
    story.github.set_permission(REPOSITORY, "grace", "write")
    opened(story, ONE)
    pull = story.pull()
    review = story.github.review(
        REPOSITORY, pull.number, "REQUEST_CHANGES", "No.", by="grace", comments=()
    )
    story.settle()
    story.github.dismiss_review(REPOSITORY, pull.number, review.id, by="grace")
    story.wait_for(story.has(COMPLETED), most=60)


def test_open_conversations_are_awaited_where_the_rules_say_so(story: Story) -> None:
    demand(story, resolved_threads=True)
    script_check(story, after=10)
    with_reviewers(story, "")
    comments = [("widgets.py", 1, "Why grey?")]
    story.github.review(
        REPOSITORY, story.pull().number, "COMMENT", "", by="grace", comments=comments
    )
    story.wait(20)
    story.rest()
    assert (
        "> **Needs you:** 1 conversation on #2 (task 1 “First thing”) must be resolved."
        in story.progress()
    )
    story.github.resolve_threads(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(COMPLETED), most=20)
