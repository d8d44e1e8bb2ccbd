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
    assert timeless(answered(story, "logs")) == "```text\nTIME UTC  labelled by @ada\n```"


def test_logs_of_a_running_task_show_its_prompt(story: Story) -> None:
    story.start(ONE)
    answer = timeless(answered(story, "logs"))
    log, _, prompt = answer.partition("\n\nThe agent's latest prompt:\n\n")
    assert log.startswith("```text\nTIME UTC  task 1: ")
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
        "Task 2 has no log yet.\n\nNo agent has been given a prompt yet."
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
        "| ✅ | Permissions | All permissions granted. |\n"
        "| ✅ | Webhooks | All events subscribed. |\n"
        "| ✅ | Settings file | No mistakes. Without the file, the defaults apply. |\n"
        "| ✅ | Base branch | main. No check is failing on it. |\n"
        "| ✅ | Checks | Required on main: test. |\n"
        "| ✅ | Merge method | squash. |\n"
        "| ✅ | Cursor | The key “Orchestra key” works. |\n"
        "| ⚠️ | Cursor API | v0 can't recognise a launch that was sent twice. v1 can, but has no"
        " webhooks. The operator of this server can switch with `CURSOR_API_VERSION=v1`. |\n"
        "| ✅ | Address | `APP_URL` is https, so webhooks can reach this server. |\n"
        "| ✅ | Checklist | 2 of 2 tasks are open. |\n"
        "| ✅ | Who may command | People with write access. |\n"
        "\n"
        "Ready to start, with 1 warning."
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
        "| ⚠️ | Checks | main has neither checks nor review rules, so pull requests would be merged"
        " unreviewed. Add some, or comment `set merge=approved`. |"
    ) in answer
    assert "| ❌ | Checklist | No tasks. Add lines like `- [ ] First task`. |" in answer
    assert answer.endswith("Not ready: fix 2 problems before `/orchestra start`.")


def test_doctor_says_what_could_not_be_looked_at(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    body = {"error": {"code": "unauthorized", "message": "Invalid key"}}
    story.cursor.fail("GET /v0/me", Fault(401, body))
    story.cursor.fail("GET /v0/models", Fault(401, body))
    answer = answered(story, "doctor")
    assert (
        "The operator of this server can check `CURSOR_API_KEY` and `CURSOR_API_URL`. |" in answer
    )
    assert answer.endswith("Not ready: fix 1 problem before `/orchestra start`.")


def test_doctor_while_it_runs(story: Story) -> None:
    with_open_pull_request(story)
    assert "| ✅ | Base branch | main. No check is failing on it. |" in answered(story, "doctor")
    assert story.epic().tasks[0].status is TaskStatus.PR_OPEN
