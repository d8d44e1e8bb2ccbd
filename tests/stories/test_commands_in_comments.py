"""Which comments hold a command, and how each is answered."""

from bot.core.model.identifiers import EpicStatus
from tests.harness import REPOSITORY, Story
from tests.stories.steps import answers, with_open_pull_request

PENDING, ACTIVE = EpicStatus.PENDING, EpicStatus.ACTIVE


def epic(story: Story) -> None:
    story.open_epic()
    story.settle()


NO_COMMANDS = [
    "> /orchestra start",
    "```\n/orchestra start\n```",
    "`/orchestra start`",
    "    /orchestra start",
    "Please use /orchestra start",
    "<!--\n/orchestra start\n-->",
]
WRONG = [
    (
        "/orchestra strat",
        "There is no command “strat”. Did you mean `/orchestra start`?\n"
        "\n"
        "Usage: `/orchestra start [base=B] [model=M] [budget=N] [at=TIME]`",
    ),
    (
        "/orchestra juggle",
        "There is no command “juggle”.\n\n`/orchestra help` lists the commands.",
    ),
    (
        "/orchestra retry soon",
        "“soon” is neither `all` nor a task number (1 to 9999).\n"
        "\n"
        "Usage: `/orchestra retry [N|all]`",
    ),
    (
        "/orchestra start base=nowhere",
        "This repository has no branch `nowhere`.",
    ),
    (
        "/orchestra juggle @everyone <b>",
        "There is no command “juggle”.\n\n`/orchestra help` lists the commands.",
    ),
]


def test_what_is_no_command_gets_no_answer(story: Story) -> None:
    epic(story)
    comments = [story.comment(text) for text in NO_COMMANDS]
    story.settle()
    assert [story.reactions(comment) for comment in comments] == [[]] * len(NO_COMMANDS)
    assert story.said() == []
    assert story.epic().status is PENDING


def test_a_wrong_command_is_answered_with_the_right_one(story: Story) -> None:
    epic(story)
    for text, answer in WRONG:
        comment = story.comment(text)
        story.settle()
        assert story.reactions(comment) == ["confused"]
        assert answers(story)[-1] == answer
    assert len(story.said()) == len(WRONG)
    assert story.epic().status is PENDING


def test_several_commands_run_in_order(story: Story) -> None:
    epic(story)
    comment = story.comment("Off we go.\n\n/orchestra START\n/orchestra nonsense\n/orchestra pause")
    story.settle()
    assert story.epic().status is EpicStatus.PAUSED
    assert sorted(story.reactions(comment)) == ["+1", "confused"]
    nonsense, paused = answers(story)
    assert nonsense == "There is no command “nonsense”.\n\n`/orchestra help` lists the commands."
    assert paused.startswith("@\u200bada paused **Widgets 2.0**.\n")


def test_a_command_in_a_reviews_text_is_carried_out(story: Story) -> None:
    with_open_pull_request(story)
    number = story.pull().number
    for by in ("mallory", "ada"):
        text = "Not like this.\n\n/orchestra pause"
        story.github.review(REPOSITORY, number, "COMMENT", text, by=by)
        story.settle()
        assert story.has(EpicStatus.PAUSED)() is (by == "ada")
    assert answers(story)[-1].startswith("@\u200bada paused **Widgets 2.0**.")
    (refused,) = answers(story, number)
    assert refused.startswith("Sorry @\u200bmallory, only people with write access")


def test_the_eyes_come_first_and_give_way_to_the_thumb(story: Story) -> None:
    epic(story)
    comment = story.comment("/orchestra start")
    story.settle()
    kinds = [
        entry.request["content"]
        for entry in story.requests("POST /repos/{owner}/{repo}/issues/comments")
    ]
    assert kinds == ["eyes", "+1"]
    assert story.reactions(comment) == ["+1"]


def test_an_edited_comment_does_not_run(story: Story) -> None:
    epic(story)
    comment = story.comment("Soon.")
    story.github.edit_comment(comment, "/orchestra start", by="ada")
    story.settle()
    assert (story.reactions(comment), story.epic().status) == ([], PENDING)


def test_an_edited_command_does_not_run_twice(story: Story) -> None:
    epic(story)
    comment = story.comment("/orchestra start")
    story.settle()
    story.github.edit_comment(comment, "/orchestra cancel", by="ada")
    story.settle()
    assert story.epic().status is ACTIVE


def test_a_bot_gives_no_commands(story: Story) -> None:
    epic(story)
    story.github.set_permission(REPOSITORY, "helper[bot]", "admin")
    comment = story.comment("/orchestra start", by="helper[bot]")
    story.settle()
    assert (story.reactions(comment), story.said()) == ([], [])
    assert story.epic().status is PENDING


def test_status(story: Story) -> None:
    epic(story)
    comment = story.comment("/orchestra status")
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert story.said() == [
        "> /orchestra status\n\n"
        "**Widgets 2.0** · ready to start\n"
        "\n"
        "`░░░░░░░░░░░░░░░░░░░░` **0%** · 0 of 2 tasks done\n"
        "\n"
        "That may cost about $8.00. It pauses before its agents cost more than $25.00.\n"
        "\n"
        "**Next:** someone with write access comments `/orchestra start`."
    ]


def test_help(story: Story) -> None:
    epic(story)
    comment = story.comment("/orchestra help")
    story.settle()
    assert story.reactions(comment) == ["+1"]
    (answer,) = story.said()
    usage = "`/orchestra start [base=B] [model=M] [budget=N] [at=TIME]`"
    assert f"| {usage} | start with the first task, now or at a given time |" in answer
    assert "| `/orchestra help` | show the commands |" in answer


def test_a_command_whose_comment_is_deleted_at_once_is_carried_out(story: Story) -> None:
    epic(story)
    comment = story.comment("/orchestra start")
    story.github.delete_comment(comment, by="ada")
    story.settle()
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert [text.splitlines()[0] for text in story.said()] == [
        "@ada **Widgets 2.0** is done with 2 of 2 tasks."
    ]
