"""People edit the issue while the bot works through it."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.harness import REPOSITORY, Story
from tests.stories.steps import answers, configure, obeyed, script_check, told

ACTIVE, COMPLETED = EpicStatus.ACTIVE, EpicStatus.COMPLETED
PATCH = "PATCH .*/issues/\\d+$"


def edit(story: Story, body: str, *, by: str = "ada") -> None:
    story.github.edit_issue(REPOSITORY, story.issue, body=body, by=by)


def after_the_tick(story: Story, act: Callable[[], None]) -> None:
    """Act once between the bot's writing of the body and its checking."""
    faults = story.github.faults
    take: Any = faults.take
    written: list[str] = []

    def taking(kind: str, method: str, path: str) -> Fault | None:
        if path.endswith(f"/issues/{story.issue}"):
            written.append(method)
            if written[-2:] == ["PATCH", "GET"] and written.count("PATCH") == 1:
                act()
        found: Fault | None = take(kind, method, path)
        return found

    setattr(faults, "take", taking)  # noqa: B010 # mypy takes no assignment to a method


def before_the_tick(story: Story, act: Callable[[], None]) -> None:
    """Act once between the bot's reading of the body and its writing."""
    faults = story.github.faults
    take: Any = faults.take
    waiting = [act]

    def taking(kind: str, method: str, path: str) -> Fault | None:
        if method == "PATCH" and path.endswith(f"/issues/{story.issue}") and waiting:
            waiting.pop()()
        found: Fault | None = take(kind, method, path)
        return found

    setattr(faults, "take", taking)  # noqa: B010 # mypy takes no assignment to a method


def start_of_mallory_s(story: Story, body: str) -> None:
    """Start an epic whose issue was opened by somebody who may not command."""
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", body, by="mallory").number
    story.github.label(REPOSITORY, story.issue, "orchestra", by="ada")
    story.comment("/orchestra start")
    story.settle()


def test_an_added_item_is_done_too(story: Story) -> None:
    story.start("- [ ] First thing\n")
    edit(story, "- [ ] First thing\n- [ ] One more\n")
    story.settle()
    assert [task.title for task in story.epic().tasks] == ["First thing", "One more"]
    story.wait_for(story.has(COMPLETED))
    assert story.body() == "- [x] First thing\n- [x] One more\n"


def test_an_item_ticked_by_hand_is_not_done_again(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    edit(story, "- [ ] First thing\n- [x] Second thing\n")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 1
    assert "| 2 | Second thing | ✅ already done |" in story.progress()


def test_a_removed_item_is_left_out(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    edit(story, "- [ ] First thing\n")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    assert len(story.cursor.agents) == 1


def test_an_edit_by_a_stranger_is_not_used_and_said(story: Story) -> None:
    start_of_mallory_s(story, "- [ ] First thing\n")
    edit(story, "- [ ] First thing\n- [ ] Mine bitcoin\n", by="mallory")
    story.wait(12)
    assert (
        "> [!NOTE]\n"
        "> The edit by mallory isn't used. The next `/orchestra start` or `/orchestra resume`"
        " on this issue uses its text as it is then."
    ) in story.progress()
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 1
    assert story.body() == "- [x] First thing\n- [ ] Mine bitcoin\n"


def test_a_bot_s_edit_comes_in_by_nobody_s_title_and_tick(story: Story) -> None:
    bot, one, evil = "github-actions[bot]", "- [ ] First thing\n", "- [ ] Mine bitcoin\n"
    story.github.set_permission(REPOSITORY, bot, "write")
    story.start(f"{one}- [ ] Second thing\n")
    edit(story, f"{one}- [ ] Second thing\n{evil}", by=bot)
    story.github.edit_issue(REPOSITORY, story.issue, title="Widgets 3.0", by="ada")
    edit(story, f"{one}- [x] Second thing\n{evil}")
    story.wait(12)
    assert "> The edit by github-actions\\[bot\\] isn't used." in story.progress()
    assert "### Widgets 3.0 · done" in story.progress()
    story.wait_for(story.has(COMPLETED))
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]
    assert len(story.cursor.agents) == 1


def test_a_tick_beside_a_stranger_s_edit_takes_over_the_tick_alone(story: Story) -> None:
    start_of_mallory_s(story, "- [ ] First thing\n- [ ] Second thing\n")
    edit(story, "- [ ] First thing\n- [ ] Second thing\n- [ ] Mine bitcoin\n", by="mallory")
    story.settle()
    edit(story, "- [ ] First thing\n- [x] Second thing\n- [ ] Mine bitcoin\n")
    story.wait(12)
    assert "> The edit by mallory isn't used." in story.progress()
    assert "| 2 | Second thing | ✅ already done |" in story.progress()
    story.wait_for(story.has(COMPLETED))
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]
    assert len(story.cursor.agents) == 1


def test_resume_takes_the_stranger_s_edit_over(story: Story) -> None:
    start_of_mallory_s(story, "- [ ] First thing\n")
    edit(story, "- [ ] First thing\n- [ ] More\n", by="mallory")
    story.settle()
    story.comment("/orchestra pause")
    story.wait(60)
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))
    assert story.body() == "- [x] First thing\n- [x] More\n"


def test_a_box_that_a_person_s_edit_takes_away_is_ticked_again(story: Story) -> None:
    story.start("- [ ] First thing\n")
    after_the_tick(story, lambda: edit(story, "- [ ] First thing\n- [ ] One more\n"))
    story.wait_for(lambda: story.body() == "- [x] First thing\n- [ ] One more\n")


def test_an_edit_that_the_tick_overwrites_is_brought_back(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    more = "Hurry!\n\n- [ ] First thing\n- [ ] Second thing\n- [ ] One more\n"
    before_the_tick(story, lambda: edit(story, more))
    story.wait_for(story.has(COMPLETED))
    assert story.body() == more.replace("[ ]", "[x]")
    assert len(story.cursor.agents) == 3


def test_an_edit_that_an_added_line_overwrites_is_brought_back(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    reworded = "Hurry!\n\n- [ ] First thing\n- [ ] Second thing, quickly\n"
    before_the_tick(story, lambda: edit(story, reworded))
    story.comment("/orchestra add In between after 1")
    story.wait_for(story.has(COMPLETED))
    first, between, second = (
        "- [x] First thing\n",
        "- [x] In between `after: 1`\n",
        "- [x] Second thing",
    )
    assert story.body() == f"Hurry!\n\n{first}{between}{second}, quickly\n"
    assert len(story.cursor.agents) == 3


def test_the_line_that_is_gone_is_said_and_nothing_written(story: Story) -> None:
    start_of_mallory_s(story, "- [ ] First thing\n- [ ] Second thing\n")
    edit(story, "- [ ] Quite another\n- [ ] Second thing\n", by="mallory")
    story.wait_for(story.has(COMPLETED))
    assert story.body() == "- [ ] Quite another\n- [x] Second thing\n"
    assert "task 1: no box ticked: the line is no longer in the checklist" in story.progress()


def test_mistakes_are_named_with_their_line(story: Story) -> None:
    story.open_epic("Do it.\n\n- [ ] First thing\n- [ ] <your task>\n")
    story.settle()
    assert story.progress().startswith(
        "### Widgets 2.0 · needs a correction\n"
        "\n"
        "> [!IMPORTANT]\n"
        "> Nothing starts until the checklist is correct:\n"
        ">\n"
        "> - Line 4: "
    )
    comment = story.comment("/orchestra start")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story)[0].startswith("The checklist has mistakes:\n\n- Line 4: ")

    edit(story, "Do it.\n\n- [ ] First thing\n")
    story.settle()
    assert story.progress().startswith("### Widgets 2.0 · ready to start\n")


def test_without_a_checklist_nothing_starts(story: Story) -> None:
    story.open_epic("Just do it.\n")
    story.settle()
    assert story.progress().split("\n\n<details>")[0] == (
        "### Widgets 2.0 · needs a checklist\n"
        "\n"
        "This issue has no checklist yet. Each `- [ ] item` in its text becomes a task.\n"
        "\n"
        "**Next:** add a checklist to this issue. Then comment `/orchestra start`."
    )
    story.comment("/orchestra start")
    story.settle()
    assert answers(story) == [
        "This issue has no checklist. Add lines like `- [ ] First task`, then comment the command"
        " again."
    ]


def test_a_body_whose_tick_fails_for_a_while_is_ticked_later(story: Story) -> None:
    story.start("- [ ] First thing\n")
    story.github.faults.add(Fault(PATCH, status=502, times=2))
    story.wait_for(lambda: story.body() == "- [x] First thing\n", most=120)
    story.wait_for(lambda: story.epic().tasks[0].status is TaskStatus.COMPLETED)


@pytest.mark.parametrize("line", ["First thing (#2)", "Something else altogether", "Frist thing"])
def test_a_started_task_takes_its_lines_new_wording(story: Story, line: str) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    edit(story, f"- [ ] {line}\n- [ ] Second thing\n")
    story.settle()
    assert [task.title for task in story.epic().checklist_tasks] == ["First thing", "Second thing"]
    story.rest()
    assert "line 1 is taken as its new wording" in story.progress()
    assert len(story.cursor.agents) == 1


def test_a_merged_task_ticks_the_new_wording_of_its_line(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=60))
    story.start("- [ ] First thing\n")
    edit(story, "- [ ] First thing (#2)\n")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert story.body() == "- [x] First thing (#2)\n"
    assert len(story.cursor.agents) == 1


def test_a_merged_task_never_ticks_what_says_something_else(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=60))
    story.start("- [ ] First thing\n")
    edit(story, "- [ ] Wholly different work\n")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert story.body() == "- [ ] Wholly different work\n"


@pytest.mark.parametrize("verb", ["retry", "restart"])
def test_a_failed_task_is_tried_with_the_clarified_text(story: Story, verb: str) -> None:
    configure(story, "agents: {retries: 0}\n")
    story.cursor.plan(AgentScript(outcome="ERROR"))
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(EpicStatus.PAUSED))
    edit(story, "- [ ] First thing\n  - Use the logger.\n")
    story.settle()
    story.comment(f"/orchestra {verb} 1")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert "Use the logger." not in prompts(story)[0]
    assert "Use the logger." in prompts(story)[-1]


def test_rewording_what_was_left_out_launches_nothing(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Write docs for the date parser\n")
    story.comment("/orchestra skip 2")
    story.settle()
    edit(story, "- [ ] First thing\n- [ ] Write the docs for the date parser\n")
    story.settle()
    assert [task.title for task in story.epic().tasks][1:] == ["Write the docs for the date parser"]
    story.wait_for(lambda: story.epic().status.is_final)
    assert len(story.cursor.agents) == 1


def prompts(story: Story) -> list[str]:
    """What agents were told, in order."""
    return [
        entry.request["prompt"]["text"]
        for entry in story.cursor.ledger.entries
        if entry.kind.startswith("POST") and "prompt" in (entry.request or {})
    ]


@pytest.mark.parametrize(
    "line", ["- [ ] First thing\n  - Use the logger.", "- [ ] Use the logger."]
)
@pytest.mark.parametrize("verb", ["retry", "restart"])
def test_what_was_clarified_while_the_agent_worked_counts_at_the_next_attempt(
    story: Story, verb: str, line: str
) -> None:
    configure(story, "agents: {retries: 0}\n")
    story.cursor.plan(AgentScript(outcome="ERROR", seconds_to_end=60))
    story.start("- [ ] First thing\n- [x] Second thing\n")
    edit(story, f"{line}\n- [x] Second thing\n")
    story.wait_for(story.has(EpicStatus.PAUSED))
    story.comment(f"/orchestra {verb} 1")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert "Use the logger." not in prompts(story)[0]
    assert "Use the logger." in prompts(story)[-1]
    assert len(story.epic().tasks) == 2
    assert story.body() == f"{line.replace('[ ]', '[x]')}\n- [x] Second thing\n"


def test_a_task_that_waits_for_its_retry_takes_its_lines_new_wording(story: Story) -> None:
    configure(story, "agents: {retries: 0}\non_failure: continue\n")
    story.cursor.plan(AgentScript(outcome="ERROR"))
    story.cursor.plan(AgentScript(seconds_to_end=120))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    story.comment("/orchestra retry 1")
    story.settle()
    edit(story, "- [ ] Wholly different work\n- [ ] Second thing\n")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert [task.title for task in story.epic().tasks] == ["Wholly different work", "Second thing"]
    assert "Wholly different work" in prompts(story)[-1]


def test_an_ended_epic_whose_failed_tasks_were_reworded_has_no_further_ones(story: Story) -> None:
    configure(story, "agents: {retries: 0}\non_failure: continue\n")
    story.cursor.plan(AgentScript(outcome="ERROR"))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    edit(story, "- [ ] Wholly different work\n- [x] Second thing\n")
    story.comment("/orchestra start")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert [task.title for task in story.epic().tasks] == ["Wholly different work", "Second thing"]


def test_a_done_line_that_is_tidied_away_takes_no_other_of_its_title_along(story: Story) -> None:
    story.cursor.plan(AgentScript())
    story.cursor.plan(AgentScript(seconds_to_end=60))
    story.start("- [ ] Same\n- [ ] Other\n- [ ] Same\n")
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    assert story.body() == "- [x] Same\n- [ ] Other\n- [ ] Same\n"
    edit(story, "- [ ] Other\n- [ ] Same\n")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert len(story.cursor.agents) == 3
    assert story.body() == "- [x] Other\n- [x] Same\n"


@pytest.mark.parametrize("between", ["", "- [ ] ~~Second thing~~\n", "- [x] Second thing\n"])
def test_a_line_that_is_taken_out_and_put_back_is_done(story: Story, between: str) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=60))
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    edit(story, f"- [ ] First thing\n{between}")
    story.settle()
    edit(story, "- [ ] Second thing\n- [ ] First thing\n")
    story.wait_for(story.has(COMPLETED))
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]
    assert len(story.cursor.agents) == 2
    assert story.body() == "- [x] Second thing\n- [x] First thing\n"


def test_an_edit_that_is_not_used_yet_keeps_the_epic_from_ending(story: Story) -> None:
    script_check(story, after=60)
    story.start("- [ ] First thing\n")
    story.github.edit_issue(
        REPOSITORY, story.issue, body="- [ ] First thing\n- [ ] Second thing `after: 7`\n", by="ada"
    )
    story.wait_for(story.has(EpicStatus.PAUSED), most=900)
    assert story.task_is(1, TaskStatus.COMPLETED)()
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    told(story, "a later edit of the checklist has mistakes")
    body = story.body().replace(" `after: 7`", "")
    story.github.edit_issue(REPOSITORY, story.issue, body=body, by="ada")
    story.settle()
    obeyed(story, "resume")
    story.wait_for(story.has(EpicStatus.COMPLETED), most=900)
    assert len(story.cursor.agents) == 2
