"""How an epic begins, and what is no epic."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.core.model.settings import Overrides
from tests.harness import BODY, REPOSITORY, Story
from tests.stories.steps import ONE, answers, refused

ACTIVE, COMPLETED = EpicStatus.ACTIVE, EpicStatus.COMPLETED
NO_EPIC = (
    "This issue isn't an epic yet. Label it `orchestra`, or comment:\n\n"
    "- `/orchestra start` — start"
)


def unlabelled(story: Story, body: str = BODY) -> None:
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", body, by="ada").number


def test_the_label_is_answered_with_what_was_understood(story: Story) -> None:
    story.open_epic()
    story.settle()
    assert story.progress().split("\n\n<details>")[0] == (
        "### Widgets 2.0 · ready to start\n"
        "\n"
        "I found 2 tasks. On `/orchestra start`, Cursor agents do them one at a time, each in its"
        " own pull request to `main`. Each pull request is merged automatically once its checks"
        " pass and the branch rules are satisfied. That may cost about $8.00. It pauses before its"
        " agents cost more than $25.00.\n"
        "\n"
        "**Next:** someone with write access comments `/orchestra start`.\n"
        "\n"
        "| # | Task | |\n"
        "|--:|:--|:--|\n"
        "| 1 | First thing |  |\n"
        "| 2 | Second thing |  |"
    )
    assert story.cursor.ledger.entries == []


def test_an_unguarded_base_is_warned_of(story: Story) -> None:
    story.github.repository(REPOSITORY).rules.clear()
    story.open_epic()
    story.settle()
    assert (
        "> [!WARNING]\n"
        "> `main` has neither checks nor review rules, so pull requests are merged unreviewed after"
        " 90 s.\n"
        ">\n"
        "> - `/orchestra set merge=approved` — require an approving review"
    ) in story.progress()


def test_start_on_an_unlabelled_issue_sets_the_label(story: Story) -> None:
    unlabelled(story)
    comment = story.comment("/orchestra start")
    story.settle()
    labels = story.github.issue(REPOSITORY, story.issue).labels
    assert [label.name for label in labels] == ["orchestra", "orchestra: running"]
    assert story.reactions(comment) == ["+1"]
    assert story.epic().status is ACTIVE
    assert story.said() == []


def test_another_verb_on_an_unlabelled_issue(story: Story) -> None:
    unlabelled(story)
    comment = story.comment("/orchestra pause")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [NO_EPIC]


def test_a_command_on_a_pull_request_that_is_no_task_s(story: Story) -> None:
    story.github.commit_files(REPOSITORY, "mine", {"mine.txt": "x\n"}, "Mine", "ada", base="main")
    pull = story.github.open_pull_request(
        REPOSITORY, head="mine", base="main", title="Mine", body="", author_login="ada"
    )
    for command in ("start", "retry", "cancel"):
        comment = story.comment(f"/orchestra {command}", on=pull.number)
        story.settle()
        assert story.reactions(comment) == ["confused"]
    assert (
        answers(story, pull.number)
        == ["This pull request doesn't belong to a task. Give commands on the epic's issue."] * 3
    )
    assert pull.issue.labels == []


def test_start_twice(story: Story) -> None:
    story.start()
    comment = story.comment("/orchestra start")
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert answers(story) == ["This epic is already running."]
    assert len(story.cursor.agents) == 1


def test_start_while_paused(story: Story) -> None:
    story.start()
    comment = story.comment("/orchestra pause\n/orchestra start")
    story.settle()
    assert sorted(story.reactions(comment)) == ["+1", "confused"]
    paused, answer = answers(story)
    assert paused.startswith("@\u200bada paused **Widgets 2.0**.")
    assert answer == (
        "This epic is paused.\n\n"
        "- `/orchestra resume` — continue from the current state on GitHub and Cursor"
    )


def test_start_into_another_base(story: Story) -> None:
    story.github.commit_files(
        REPOSITORY, "develop", {"dev.txt": "x\n"}, "Develop", "ada", base="main"
    )
    story.open_epic("- [ ] First thing\n")
    story.settle()
    story.comment("/orchestra start base=develop model=o3")
    story.wait_for(story.has(COMPLETED))
    assert story.pull().base == "develop"
    (launch,) = story.cursor.ledger.of_kind("POST /v0/agents")
    assert launch.request["model"] == "o3"


def test_what_is_ticked_already_is_left_alone(story: Story) -> None:
    story.start("- [x] Long done\n- [ ] First thing\n")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 1
    assert "| 1 | Long done | ✅ already done |" in story.progress()


def test_start_on_a_completed_epic(story: Story) -> None:
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(COMPLETED))
    comment = story.comment("/orchestra start")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story)[-1] == (
        "Every task is already done.\n\n- `/orchestra add TITLE` — add a task"
    )


def test_start_on_a_completed_epic_with_a_new_item(story: Story) -> None:
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(COMPLETED))
    story.github.reopen(REPOSITORY, story.issue, by="ada")
    story.github.edit_issue(REPOSITORY, story.issue, body=story.body() + "- [ ] More\n", by="ada")
    story.settle()
    story.comment("/orchestra start")
    story.wait_for(lambda: len(story.cursor.agents) == 2)
    story.wait_for(story.has(COMPLETED))
    assert [task.status for task in story.epic().tasks] == [TaskStatus.COMPLETED] * 2
    assert story.body() == "- [x] First thing\n- [x] More\n"


def test_start_on_an_ended_epic_honours_ticks_and_removed_items(story: Story) -> None:
    story.open_epic("- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing\n")
    story.settle()
    story.comment("/orchestra start\n/orchestra cancel")
    story.settle()
    assert story.epic().status is EpicStatus.CANCELLED
    agents = len(story.cursor.agents)
    body = "- [ ] First thing\n- [x] Second thing\n"
    story.github.edit_issue(REPOSITORY, story.issue, body=body, by="ada")
    story.settle()
    story.comment("/orchestra start")
    story.wait_for(lambda: story.epic().status.is_final)
    assert len(story.cursor.agents) == agents + 1
    assert story.body() == "- [x] First thing\n- [x] Second thing\n"
    assert story.epic().status is EpicStatus.PARTIAL_COMPLETED


def test_a_private_repository_of_the_free_plan_is_one_without_rules(story: Story) -> None:
    story.github.change_settings(REPOSITORY, private=True, free_plan=True)
    story.open_epic(ONE)
    story.settle()
    assert "`main` has neither checks nor review rules" in story.progress()
    story.comment("/orchestra start")
    story.wait_for(story.has(COMPLETED))


def test_a_refused_start_changes_nothing(story: Story) -> None:
    story.open_epic("- [ ] One `after: 7`\n")
    story.settle()
    refused(story, "start model=o3 budget=90")
    assert story.epic().overrides == Overrides()
