"""`retry` and `skip`, on the epic and on a task's pull request."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript, Fault
from tests.harness import BODY, REPOSITORY, Story
from tests.stories.steps import answers, configure, obeyed, script_check, with_failed_task

ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED


def with_failed_check(story: Story, fail_first: int = 1) -> None:
    """Come to where the first task has failed because of its check."""
    with_failed_task(story, BODY, conclusion="success", fail_first=fail_first)


def test_retry_on_the_pull_request_needs_no_number(story: Story) -> None:
    with_failed_check(story)
    comment = story.comment("/orchestra retry", on=story.pull().number)
    story.wait_for(story.has(COMPLETED))
    assert story.reactions(comment) == ["+1"]
    assert len(story.cursor.agents) == 2


def test_retry_of_everything_that_failed(story: Story) -> None:
    configure(story, "on_failure: continue\nfixes: {ci: 0}\n")
    script_check(story, fail_first=2)
    for seconds in (1, 1, 60):
        story.cursor.plan(AgentScript(seconds_to_end=seconds))
    story.start(BODY + "- [ ] Third thing\n")
    story.wait_for(story.task_is(3, TaskStatus.PROCESSING))
    failed = [task.number for task in story.epic().tasks if task.status is TaskStatus.FAILED]
    assert failed == [1, 2]
    obeyed(story, "retry all")
    story.wait_for(story.has(COMPLETED))
    assert len(story.github.repository(REPOSITORY).pulls) == len(story.cursor.agents) == 3
    told = story.cursor.ledger.of_kind("POST /v0/agents/{id}/followup")
    assert len(told) == 2
    assert all("These checks failed: test." in entry.request["prompt"]["text"] for entry in told)


def test_retry_that_fails_again_is_said_again(story: Story) -> None:
    with_failed_check(story, fail_first=2)
    story.comment("/orchestra retry")
    story.wait_for(lambda: len(story.said()) == 2)
    assert story.epic().status is PAUSED
    first, second = story.said()
    assert first == second


def test_retry_when_nothing_failed(story: Story) -> None:
    story.start()
    comment = story.comment("/orchestra retry\n/orchestra retry 1\n/orchestra retry 7")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story) == [
        "No task has failed, so there is nothing to retry.",
        "Task 1 hasn't failed, so there is nothing to retry.",
        "There is no task 7. The last one is task 2.",
    ]


def test_retry_before_the_start(story: Story) -> None:
    story.open_epic()
    story.settle()
    story.comment("/orchestra retry")
    story.settle()
    assert answers(story) == ["This epic isn't running.\n\n- `/orchestra start` — start"]


def test_a_pause_by_a_person_over_a_failure_is_lifted_as_it_says(story: Story) -> None:
    story.cursor.fail("POST /v0/agents", Fault(400, {"error": "prompt.text: Required"}))
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(PAUSED))
    story.comment("/orchestra pause\n/orchestra status")
    story.settle()
    assert "> - `/orchestra retry 1` — try again\n> - `/orchestra skip 1` —" in story.said()[-1]
    story.comment("/orchestra resume")
    story.settle()
    assert answers(story)[-1] == (
        "Task 1 failed: Cursor refused to launch the agent: “prompt.text: Required”.\n\n"
        "Decide about it first:\n\n"
        "- `/orchestra retry 1` — try again\n"
        "- `/orchestra restart 1` — start over with a new agent and a new branch\n"
        "- `/orchestra skip 1` — leave this task out"
    )
    story.comment("/orchestra retry 1\n/orchestra resume")
    story.settle()
    assert answers(story)[-1] == "Task 1 is tried again once you comment `/orchestra resume`."
    story.wait_for(story.has(COMPLETED))


def test_skip_leaves_the_failed_task_out_and_goes_on(story: Story) -> None:
    with_failed_check(story)
    comment = story.comment("/orchestra skip 1")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    assert story.reactions(comment) == ["+1"]
    assert story.said(story.pull(1).number) == [
        "Task 1 was skipped, so Orchestra no longer manages this pull request. Merge or close it"
        " as you like."
    ]
    assert story.pull(1).open
    assert story.body() == "Make it so.\n\n- [ ] First thing\n- [x] Second thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert story.said()[-1].startswith(
        "@ada **Widgets 2.0** finished with 1 of 2 tasks; 1 was skipped.\n"
    )


def test_skip_of_the_running_task_stops_its_agent(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start()
    story.comment("/orchestra skip 1")
    story.settle()
    assert len(story.cursor.ledger.of_kind("POST /v0/agents/{id}/stop")) == 1
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    assert len(story.cursor.agents) == 2


def test_what_skip_answers_where_it_makes_no_sense(story: Story) -> None:
    story.start()
    comment = story.comment("/orchestra skip\n/orchestra skip 9\n/orchestra skip 2")
    story.settle()
    story.comment("/orchestra skip 2")
    story.settle()
    assert sorted(story.reactions(comment)) == ["+1", "confused"]
    assert answers(story) == [
        "Which task? For example `/orchestra skip 1` (First thing).",
        "There is no task 9. The last one is task 2.",
        "Task 2 is already skipped.\n\n- `/orchestra retry 2` — try again",
    ]


def test_a_skipped_task_can_be_retried(story: Story) -> None:
    story.start()
    story.comment("/orchestra skip 2")
    story.settle()
    story.comment("/orchestra retry 2")
    story.wait_for(story.has(COMPLETED))
    assert [task.status for task in story.epic().tasks] == [TaskStatus.COMPLETED] * 2


def test_after_a_failure_resume_looks_again(story: Story) -> None:
    with_failed_check(story)
    story.github.set_check_run(
        REPOSITORY, story.pull().head_sha, "test", status="completed", conclusion="success"
    )
    story.settle()
    assert story.epic().status is PAUSED
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.ledger.of_kind("POST /v0/agents/{id}/followup")) == 0
