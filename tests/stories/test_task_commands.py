"""`restart`, `add`, `merge` and `fix`, at the moments when they help and when they cannot."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules
from tests.harness import BODY, REPOSITORY, Story
from tests.stories.steps import (
    ACTIVE,
    COMPLETED,
    ONE,
    PAUSED,
    answers,
    give,
    obeyed,
    refused,
    script_check,
    told,
    with_failed_task,
    with_open_pull_request,
)

HELD = (
    "This epic is paused.\n\n"
    "- `/orchestra resume` — continue from the current state on GitHub and Cursor"
)
FOLLOW_UP = "POST /v0/agents/{id}/followup"
NOT_RUNNING = "This epic isn't running.\n\n- `/orchestra start` — start"


def test_restart_closes_the_pull_request_and_begins_on_a_new_branch(story: Story) -> None:
    with_failed_task(story)
    old = story.pull()
    script_check(story)
    obeyed(story, "restart", on=old.number)
    story.wait_for(story.has(COMPLETED))

    assert (old.open, old.merged_at) == (False, None)
    assert story.said(old.number) == [
        "Task 1 was restarted with a new agent on a new branch, so this pull request is closed."
    ]
    assert story.pull().number != old.number
    assert story.pull().head != old.head
    assert len(story.cursor.agents) == 2
    assert story.cursor.ledger.of_kind(FOLLOW_UP) == []


def test_restart_of_the_running_task_stops_its_agent(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    obeyed(story, "restart 1")
    assert len(story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop")) == 1
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 2


def test_what_restart_answers_where_it_makes_no_sense(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start()
    comment = give(
        story, "restart\n/orchestra restart 2\n/orchestra restart 3\n/orchestra restart 0"
    )
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [
        "Which task? For example `/orchestra restart 1` (First thing).",
        "Task 2 hasn't begun yet, so there is nothing to restart.",
        "There is no task 3. The last one is task 2.",
        "“0” isn't a task number (1 to 9999).\n\nUsage: `/orchestra restart [N]`",
    ]


def test_a_merged_task_is_not_restarted(story: Story) -> None:
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    assert refused(story, "restart 1") == (
        f"Task 1 is already merged (#{story.pull().number}).\n\n"
        "- `/orchestra add TITLE` — add a task"
    )


def test_restart_while_paused_waits_for_resume(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "pause")
    obeyed(story, "restart 1")
    assert answers(story)[-1] == "Task 1 starts over once you comment `/orchestra resume`."
    assert story.epic().status is PAUSED
    obeyed(story, "resume")
    story.wait_for(story.has(COMPLETED))


def test_add_appends_a_line_and_the_task_is_done(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "add One more")
    assert answers(story) == ["Added as task 2."]
    story.wait_for(lambda: story.body().endswith("- [ ] One more\n"), most=10)
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert story.body() == "- [x] First thing\n- [x] One more\n"
    assert len(story.cursor.agents) == 2


def test_add_after_a_task_puts_the_line_there(story: Story) -> None:
    story.start()
    obeyed(story, 'add "In between" after 1')
    assert answers(story) == ["Added as task 3."]
    story.wait_for(story.has(COMPLETED))
    story.rest()
    lines = ["First thing", "In between `after: 1`", "Second thing"]
    assert story.body().endswith("\n".join(f"- [x] {line}" for line in lines) + "\n")


def test_add_before_the_start(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    obeyed(story, "add One more")
    story.rest()
    assert story.body() == "- [ ] First thing\n- [ ] One more\n"
    assert "| 2 | One more |" in story.progress()


def test_the_same_line_is_added_twice_before_the_start(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    obeyed(story, "add One more")
    obeyed(story, "add One more")
    obeyed(story, "add In between after 1")
    story.rest()
    assert story.body() == (
        "- [ ] First thing\n- [ ] In between `after: 1`\n- [ ] One more\n- [ ] One more\n"
    )


def test_nothing_is_added_to_a_mistaken_checklist(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    mistaken = f"{ONE}- [ ] <your task>\n"
    story.github.edit_issue(REPOSITORY, story.issue, body=mistaken, by="ada")
    story.settle()
    assert refused(story, "add One more") == (
        "The checklist has mistakes:\n\n- Line 2: “&lt;your task&gt;” is a placeholder. Write what"
        " is to be done.\n\nCorrect them, then comment the command again."
    )
    assert (len(story.epic().tasks), story.body()) == (1, mistaken)


def test_add_to_an_ended_epic(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    obeyed(story, "add One more")
    assert answers(story)[-1] == "Added. `/orchestra start` continues with it."
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert story.body() == "- [x] First thing\n- [x] One more\n"
    assert len(story.cursor.agents) == 2


ADD_REFUSES = [
    (
        "add",
        "`add` needs a title for the new task.\n\nUsage: `/orchestra add TITLE [after N]`",
    ),
    (
        "add " + "x" * 201,
        "This title has 201 characters. A title can have up to 200.\n"
        "\n"
        "Usage: `/orchestra add TITLE [after N]`",
    ),
    ("add More after 9", "There is no task 9. The last one is task 2."),
]


def test_what_add_refuses(story: Story) -> None:
    story.start()
    for command, answer in ADD_REFUSES:
        assert refused(story, command) == answer
    assert story.body() == BODY


def test_a_full_checklist_takes_no_more(story: Story) -> None:
    story.open_epic("- [ ] Open\n" * 50)
    story.settle()
    assert refused(story, "add More") == "The checklist is full: an epic can have up to 50 tasks."


def test_merge_goes_past_the_policy(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=manual")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(30)
    assert story.pull().merged_at is None
    obeyed(story, "merge", on=story.pull().number)
    story.wait_for(story.has(COMPLETED))
    told(story, "is ready for a person to merge")


def test_merge_takes_the_number_of_a_pull_request(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge: manual")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.rest()
    told(story, "`/orchestra merge 1`")
    assert story.pull().number == 2
    obeyed(story, "merge #2")
    story.wait_for(story.has(COMPLETED))


def test_merge_never_goes_past_the_rules(story: Story) -> None:
    with_open_pull_request(story)
    obeyed(story, "merge 1")
    story.wait(30)
    assert story.requests("merge") == []
    assert story.epic().status is ACTIVE
    head = story.pull().head_sha
    story.github.set_check_run(REPOSITORY, head, "test", status="completed", conclusion="success")
    story.wait_for(story.has(COMPLETED))


def test_merge_while_paused_or_merging(story: Story) -> None:
    story.github.repository(REPOSITORY).rules["main"] = BranchRules()
    with_open_pull_request(story)
    obeyed(story, "pause")
    assert refused(story, "merge 1") == HELD
    story.github.merge_async_delay = 20
    obeyed(story, "resume\n/orchestra merge 1")
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    obeyed(story, "merge 1")
    assert answers(story)[-1] == "Task 1 is already being merged."
    story.wait_for(story.has(COMPLETED))


def test_fix_tells_an_agent_at_work_when_its_turn_is_over(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "fix 1 Use the logger that is there")
    assert answers(story) == [
        "The agent is still working. It gets your message as soon as it has finished."
    ]
    assert story.cursor.ledger.of_kind(FOLLOW_UP) == []
    story.wait_for(story.has(COMPLETED))
    (told,) = story.cursor.ledger.of_kind(FOLLOW_UP)
    assert "Use the logger that is there" in told.request["prompt"]["text"]


def test_fix_sends_the_agent_of_a_waiting_pull_request_back(story: Story) -> None:
    with_open_pull_request(story)
    head = story.pull().head_sha
    script_check(story)
    obeyed(story, "fix The new test fails on an empty list", on=story.pull().number)
    assert story.epic().tasks[0].status is TaskStatus.PROCESSING
    story.wait_for(story.has(COMPLETED))
    (told,) = story.cursor.ledger.of_kind(FOLLOW_UP)
    assert "The new test fails on an empty list" in told.request["prompt"]["text"]
    assert story.pull().head_sha != head
    assert len(story.cursor.agents) == 1


def test_fix_of_a_failed_task_lifts_the_pause(story: Story) -> None:
    with_failed_task(story)
    script_check(story)
    obeyed(story, "fix 1 Repair the test")
    assert story.epic().status is ACTIVE
    story.wait_for(story.has(COMPLETED))


def test_what_merge_and_fix_answer_where_they_make_no_sense(story: Story) -> None:
    story.open_epic()
    story.settle()
    assert refused(story, "merge 1") == NOT_RUNNING
    assert refused(story, "fix 1 Hurry") == NOT_RUNNING
    story.cursor.plan(AgentScript(outcome="never"))
    obeyed(story, "start")
    expected = {
        "merge": "Which task? Put its number after `merge`.",
        "merge 1": "Task 1 has no open pull request.",
        "merge 2": "Task 2 has no open pull request.",
        "merge 5": "There is no task 5. The last one is task 2.",
        "fix Hurry": "Which task? For example `/orchestra fix 1` (First thing).",
        "fix 2 Hurry": "Task 2 has no agent and no open pull request yet.",
        "fix #2 Hurry": "Task 2 has no agent and no open pull request yet.",
        "fix 7 Hurry": "There is no task 7. The last one is task 2.",
        "fix 2": "`fix` needs a message for the agent.\n\nUsage: `/orchestra fix [N] TEXT`",
    }
    give(story, "\n/orchestra ".join(expected))
    assert answers(story)[2:] == list(expected.values())


def test_fix_while_paused(story: Story) -> None:
    with_open_pull_request(story)
    obeyed(story, "pause")
    assert refused(story, "fix 1 Hurry") == HELD
    assert story.epic().status is EpicStatus.PAUSED
