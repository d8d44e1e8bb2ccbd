"""Comments that hold more than is read."""

from bot.core.model.identifiers import EpicStatus
from tests.harness import Story
from tests.stories.steps import answers


def test_the_eleventh_command_of_a_comment_is_not_run(story: Story) -> None:
    story.start()
    comment = story.comment("/orchestra status\n" * 10 + "/orchestra cancel")
    story.settle()
    assert story.epic().status is EpicStatus.ACTIVE
    assert "Only the first 10 commands of a comment are carried out." in answers(story)
    assert "confused" in story.reactions(comment)
    story.comment("/orchestra cancel")
    story.settle()


def test_a_very_long_comment_is_answered_and_not_searched(story: Story) -> None:
    story.start()
    story.comment("a line\n" * 300 + "/orchestra cancel")
    story.settle()
    assert story.epic().status is EpicStatus.ACTIVE
    assert answers(story) == [
        "A comment with commands can have up to 300 lines. Put the commands into a comment of their"
        " own."
    ]
    story.comment("/orchestra cancel")
    story.settle()


def test_the_lines_of_a_comment_are_one_question_about_their_writer(story: Story) -> None:
    story.start()
    before = len(story.requests("/permission"))
    story.comment("/orchestra status\n/orchestra help\n" * 5)
    story.settle()
    assert len(story.requests("/permission")) == before + 1
    assert len(answers(story)) == 10
