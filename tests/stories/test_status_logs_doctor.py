"""The answers that change nothing: `status`, `logs` and `doctor`."""

import re

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import Fault
from sandbox.github import BranchRules, MergeQueue
from tests.harness import REPOSITORY, Story
from tests.stories.steps import (
    COMPLETED,
    ONE,
    answers,
    configure,
    obeyed,
    refused,
    with_open_pull_request,
    without_money,
)

DELIVERED = "last N webhooks arrived, the newest at TIME."


def answered(story: Story, command: str, on: int | None = None) -> str:
    """Give a command that is answered; returns the answer."""
    obeyed(story, command, on=on)
    return answers(story, on)[-1]


def timeless(text: str) -> str:
    """The text with the log's times as one word."""
    text = re.sub(r"\d\d [A-Z][a-z]{2} \d\d:\d\d:\d\d", "TIME", text)
    return re.sub(r"last \d+ webhooks arrived, the newest at [^|]*\.", DELIVERED, text)


def with_workflow(story: Story, text: str) -> None:
    """Give the repository a workflow."""
    files = {".github/workflows/ci.yml": text}
    story.github.commit_files(REPOSITORY, "main", files, "CI", "ada")


def test_status_of_a_running_epic(story: Story) -> None:
    with_open_pull_request(story)
    assert without_money(answered(story, "status")) == (
        "**Widgets 2.0** · running\n"
        "\n"
        "`░░░░░░░░░░░░░░░░░░░░` **0%** · 0 of 1 task done\n"
        "\n"
        "Waiting for check “test” to finish on #2 (task 1)."
    )


def test_status_of_an_ended_epic(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert without_money(answered(story, "status")) == (
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
    with_workflow(story, "on: pull_request\n")
    story.open_epic()
    story.settle()
    assert timeless(answered(story, "doctor")) == (
        "| | What | |\n"
        "|:--|:--|:--|\n"
        "| ✅ | Permissions | All permissions granted. |\n"
        "| ✅ | Webhooks | All events subscribed. |\n"
        "| ✅ | Settings file | No mistakes. Without the file, the defaults apply. |\n"
        "| ✅ | Branch names | No branch or ruleset stands in the way of branches in `orchestra/`."
        " |\n"
        "| ✅ | Base branch | main. No check is failing on it. |\n"
        "| ✅ | Checks | Required on main: test. |\n"
        "| ✅ | Merge method | squash. |\n"
        "| ✅ | Workflows | Run for pull requests: ci.yml. |\n"
        "| ✅ | Cursor | The key “Orchestra key” works. |\n"
        "| ⚠️ | Cursor API | v0 can't recognise a launch that was sent twice. v1 can, but has no"
        " webhooks. The operator of this server can switch with `CURSOR_API_VERSION=v1`. |\n"
        "| ✅ | Cursor | Reaches acme/widgets. |\n"
        "| ✅ | Planning | No key of a language model is set up here, so checklists are written by"
        " people. |\n"
        "| ✅ | Address | `APP_URL` is https, so webhooks can reach this server. |\n"
        "| ✅ | Deliveries | All of the last N webhooks arrived, the newest at TIME. |\n"
        "| ✅ | Checklist | 2 of 2 tasks are open. |\n"
        "| ✅ | Cost | About $8.00 for 2 tasks, at some 20 minutes each. The budget has $25.00"
        " left. |\n"
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
    answer = answered(story, "doctor")
    assert "| ✅ | Base branch | main. No check is failing on it. |" in answer
    assert "| ✅ | Workflows | Checks ran on Orchestra's pull request #2. |" in answer
    assert story.epic().tasks[0].status is TaskStatus.PR_OPEN


def test_doctor_names_what_would_hold_up_launches_and_merges(story: Story) -> None:
    repository = story.github.repository(REPOSITORY)
    with_workflow(story, "on: pull_request\n")
    queue = MergeQueue()
    repository.rules["main"] = BranchRules(
        required_checks=["test", "gate"], required_apps={"gate": 4711}, merge_queue=queue
    )
    repository.rules["orchestra/*"] = BranchRules(other=["creation"])
    story.cursor.repositories.clear()
    configure(story, "budget: {epic: 3}\nagents: {model: abacus}\n")
    story.open_epic(ONE)
    story.settle()
    answer = answered(story, "doctor")
    assert (
        "| ❌ | Branch names | Rulesets keep agents from making branches in `orchestra/` or pushing"
        " to them: creation."
    ) in answer
    assert "| ⚠️ | Checks | gate may be reported only by an App that has reported nothing" in answer
    assert "| ❌ | Merge queue | No workflow listens to `merge_group`, so the queue would" in answer
    assert "| ❌ | Cursor | The key doesn't reach acme/widgets. Give Cursor's GitHub App" in answer
    assert (
        "| ⚠️ | Model | Cursor doesn't offer “abacus”. claude-4-sonnet-thinking is used instead."
    ) in answer
    assert "| ⚠️ | Cost | About $4.00 for 1 task, at some 20 minutes each, but the epic's" in answer
    assert answer.endswith("Not ready: fix 3 problems before `/orchestra start`.")


def test_doctor_names_webhooks_that_did_not_arrive(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.lose = lambda webhook: webhook.headers["X-GitHub-Event"] == "issues"
    story.github.label(REPOSITORY, story.issue, "bug", by="ada")
    answer = answered(story, "doctor")
    assert "The last that didn't: “failed to connect to host”. Deliver it again in the" in answer


def test_doctor_asks_cursor_for_its_repositories_once_a_minute(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    answered(story, "doctor")
    answer = answered(story, "doctor")
    assert "| ⚠️ | Cursor | Could not look whether it reaches this repository: Cursor" in answer
    story.pass_time(61)
    assert "| ✅ | Cursor | Reaches acme/widgets. |" in answered(story, "doctor")
