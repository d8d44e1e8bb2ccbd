"""The answers that change nothing: `status`, `logs` and `doctor`."""

import re

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import Fault
from sandbox.github import BranchRules
from tests.harness import REPOSITORY, Story
from tests.stories.steps import (
    COMPLETED,
    ONE,
    answers,
    configure,
    obeyed,
    refused,
    with_open_pull_request,
)


def answered(story: Story, command: str, on: int | None = None) -> str:
    """Give a command that is answered; returns the answer."""
    obeyed(story, command, on=on)
    return answers(story, on)[-1]


def timeless(text: str) -> str:
    """The text with the log's times as one word."""
    return re.sub(r"\d\d [A-Z][a-z]{2} \d\d:\d\d:\d\d", "TIME", text)


def test_status_of_a_running_epic(story: Story) -> None:
    with_open_pull_request(story)
    assert answered(story, "status") == (
        "**Widgets 2.0** · running\n"
        "\n"
        "`░░░░░░░░░░░░░░░░░░░░` **0%** · 0 of 1 task done\n"
        "\n"
        "Waiting for check “test” to finish on #2 (task 1)."
    )


def test_status_of_an_ended_epic(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert answered(story, "status") == (
        "**Widgets 2.0** · done\n\n`████████████████████` **100%** · 1 of 1 task done"
    )


def test_status_on_the_pull_request(story: Story) -> None:
    with_open_pull_request(story)
    assert answered(story, "status", story.pull().number).startswith("**Widgets 2.0** · running\n")


def test_logs_before_anything_happened(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    assert timeless(answered(story, "logs")) == "```text\nTIME  labelled by @ada\n```"


def test_logs_of_a_running_task_show_its_prompt(story: Story) -> None:
    story.start(ONE)
    answer = timeless(answered(story, "logs"))
    log, _, prompt = answer.partition("\n\nThe agent's latest prompt:\n\n")
    assert log.startswith("```text\nTIME  task 1: ")
    given = next(iter(story.cursor.agents.values())).prompts[0]
    opening, closing = (
        "<details><summary>Prompt</summary>\n\n``````text\n",
        "\n``````\n\n</details>",
    )
    assert prompt.startswith(opening)
    assert prompt.endswith(closing)
    assert prompt[len(opening) : -len(closing)] == given.strip()


def test_logs_of_a_task_of_an_ended_epic(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert "The agent's latest prompt:" in answered(story, "logs 1")
    assert answered(story, "logs").startswith("```text\n")


def test_logs_of_a_task_that_has_not_begun(story: Story) -> None:
    story.start()
    assert answered(story, "logs 2") == (
        "Nothing has happened to task 2 yet.\n\nNo agent was given anything yet."
    )


def test_logs_of_no_task(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    assert refused(story, "logs 7") == "Tasks get their numbers when the epic starts."
    assert refused(story, "logs all") == (
        "“all” isn't a task number (1 to 9999).\n\nUsage: `/orchestra logs [N]`"
    )


def test_doctor_finds_nothing_wrong(story: Story) -> None:
    story.open_epic()
    story.settle()
    assert answered(story, "doctor") == (
        "| | What | |\n"
        "|:--|:--|:--|\n"
        "| ✅ | Permissions | The App may do all that it has to. |\n"
        "| ✅ | Webhooks | The App is told of all that matters. |\n"
        "| ✅ | Settings file | No mistakes; without the file, the defaults hold. |\n"
        "| ✅ | Base branch | main, and nothing fails on it. |\n"
        "| ✅ | Checks | Required on main: test. |\n"
        "| ✅ | Merge method | squash. |\n"
        "| ✅ | Cursor | The key “Orchestra key” works. |\n"
        "| ⚠️ | Cursor API | v0 cannot tell a launch sent twice; v1 can, but sends no webhooks. The"
        " operator chooses with CURSOR\\_API\\_VERSION=v1. |\n"
        "| ✅ | Address | Webhooks reach Orchestra. |\n"
        "| ✅ | Checklist | Tasks: 2, of which to do: 2. |\n"
        "| ✅ | Who may command | Commands are for people with write permission on this"
        " repository. |\n"
        "\n"
        "Ready: nothing stands in the way; 1 warning is worth a look."
    )
    assert story.epic().status is EpicStatus.PENDING


def test_doctor_names_all_that_is_wrong(story: Story) -> None:
    configure(story, "merge: {wehn: green}\n")
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules()
    repository.ci.checks.clear()
    story.open_epic("Nothing yet.\n")
    story.settle()
    answer = answered(story, "doctor")
    assert "| ❌ | Settings file | .github/orchestra.yml line 1: merge.wehn: There is no" in answer
    assert (
        "| ⚠️ | Checks | Neither checks nor review rules on main: pull requests would be merged"
        " unreviewed. Add some, or set merge=approved. |"
    ) in answer
    assert "| ❌ | Checklist | No tasks: add lines like - \\[ \\] First task. |" in answer
    assert answer.endswith("2 things need attention before `/orchestra start`.")


def test_doctor_says_what_could_not_be_looked_at(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    body = {"error": {"code": "unauthorized", "message": "Invalid key"}}
    story.cursor.fail("GET /v0/me", Fault(401, body))
    story.cursor.fail("GET /v0/models", Fault(401, body))
    answer = answered(story, "doctor")
    assert "The operator checks CURSOR\\_API\\_KEY and CURSOR\\_API\\_URL. |" in answer
    assert answer.endswith("1 thing needs attention before `/orchestra start`.")


def test_doctor_while_it_runs(story: Story) -> None:
    with_open_pull_request(story)
    assert "| ✅ | Base branch | main, and nothing fails on it. |" in answered(story, "doctor")
    assert story.epic().tasks[0].status is TaskStatus.PR_OPEN
