"""Failed checks: a flaky job runs once more, then the agent is sent back to its pull request."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from tests.harness import Story
from tests.stories.pull_requests import (
    follow_ups,
    opened,
    push,
    repository,
    the_agent,
    waits,
    writes,
)
from tests.stories.steps import ONE, configure, script_check, unlinked

PAUSED, COMPLETED = EpicStatus.PAUSED, EpicStatus.COMPLETED
ANNOTATION = {
    "path": "widgets.py",
    "start_line": 1,
    "end_line": 1,
    "annotation_level": "failure",
    "message": "GREY is no colour",
}


def test_a_flaky_job_is_run_once_more(story: Story) -> None:
    script_check(story, flaky=True)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    assert (
        "check “test” failed on the pull request and may be flaky: running it once more"
        in story.progress()
    )
    assert len(story.requests("/rerun")) == 1
    assert follow_ups(story) == []


def test_a_flaky_job_is_run_once_more_when_the_others_are_done(story: Story) -> None:
    script_check(story, flaky=True)
    repository(story).ci.checks["e2e"] = CheckScript(after=120)
    opened(story)
    story.wait(60, step=20)
    assert waits(story) == (
        "Waiting for check “e2e” to finish on the pull request. Check “test” failed."
    )
    assert story.requests("/rerun") == []
    story.wait_for(story.has(COMPLETED), most=120)
    assert len(story.requests("/rerun")) == 1
    assert follow_ups(story) == []


def test_all_that_failed_is_run_once_more(story: Story) -> None:
    script_check(story, flaky=True)
    repository(story).ci.checks["e2e"] = CheckScript(flaky=True)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.requests("/rerun")) == 1


def test_the_agent_is_sent_back_with_what_failed(story: Story) -> None:
    log = "collecting\nAssertionError: widgets.py says GREY\n"
    script_check(story, fails_while=("widgets.py", "GREY"), log=log, annotations=[ANNOTATION])
    story.cursor.plan(writes("GREY\n", "RED\n"))
    opened(story)
    story.wait(280, step=60)
    assert follow_ups(story) == []
    assert len(story.requests("/rerun")) == 1
    assert " failed on #2 (task 1). Its agent is sent back at " in story.progress()

    story.wait_for(story.has(COMPLETED), most=60)
    (prompt,) = follow_ups(story)
    assert "reading why check “test” failed on the pull request" in story.progress()
    assert "The check “test” failed (failure)." in prompt
    assert "widgets.py:1: GREY is no colour" in prompt
    assert "AssertionError: widgets.py says GREY" in prompt
    assert len(story.cursor.agents) == 1


def test_an_agent_is_sent_back_only_so_often(story: Story) -> None:
    configure(story, "fixes: {ci: 1}\n")
    script_check(story, conclusion="failure", log="AssertionError: no colour\n")
    opened(story)
    story.wait(700, step=60)
    assert story.epic().status is PAUSED
    assert len(follow_ups(story)) == 1
    assert story.requests("merge-async") == []
    (said,) = map(unlinked, story.said())
    assert "(#2): check “test” failed. The agent was sent back once.\n" in said
    assert "End of the log" in said
    assert "AssertionError: no colour" in said


def test_an_agent_that_pushes_nothing_more_is_not_sent_back_again(story: Story) -> None:
    script_check(story, conclusion="failure")
    story.cursor.plan(AgentScript(follow_ups=(AgentScript(no_commits=True),)))
    opened(story)
    story.wait(400, step=60)
    assert len(follow_ups(story)) == 1
    (said,) = map(unlinked, story.said())
    assert "(#2): check “test” failed. The agent was sent back but pushed nothing.\n" in said


def test_a_push_by_a_person_cancels_the_round(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "GREY"))
    story.cursor.plan(writes("GREY\n"))
    opened(story)
    story.wait(200, step=60)
    push(story, story.pull().head, {"widgets.py": "RED\n"})
    story.wait_for(story.has(COMPLETED), most=60)
    assert follow_ups(story) == []


def test_a_push_that_fails_too_begins_another_five_minutes(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "GREY"))
    story.cursor.plan(writes("GREY\n", "RED\n"))
    opened(story)
    story.wait(200, step=60)
    push(story, story.pull().head, {"widgets.py": "still GREY\n"})
    story.wait(250, step=60)
    assert follow_ups(story) == []
    story.wait_for(story.has(COMPLETED), most=120)
    assert len(follow_ups(story)) == 1


def test_an_agent_at_work_unasked_is_left_alone(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "GREY"))
    fix = AgentScript(seconds_to_end=90, commits=({"widgets.py": "RED\n"},))
    story.cursor.plan(AgentScript(commits=({"widgets.py": "GREY\n"},), follow_ups=(fix,)))
    opened(story)
    story.wait(280, step=60)
    story.services.agents.of().follow_up(the_agent(story).id, "The check failed.")
    story.wait(60)
    assert waits(story) == "The agent on the task is already working on the failure."

    story.wait_for(story.has(COMPLETED), most=120)
    assert follow_ups(story) == ["The check failed."]


def test_cancel_in_the_quiet_minutes_sends_nobody(story: Story) -> None:
    script_check(story, conclusion="failure")
    opened(story)
    story.wait(60)
    story.comment("/orchestra cancel")
    story.wait(600, step=120)
    assert story.epic().status is EpicStatus.CANCELLED
    assert follow_ups(story) == []


def test_a_pause_in_the_quiet_minutes_holds_the_agent(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "GREY"))
    story.cursor.plan(writes("GREY\n", "RED\n"))
    opened(story)
    story.wait(60)
    story.comment("/orchestra pause")
    story.wait(600, step=120)
    assert follow_ups(story) == []
    assert story.task_is(1, TaskStatus.PR_OPEN)()
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=400)
    assert len(follow_ups(story)) == 1


def failing_by_word(story: Story, *words: str) -> None:
    """One check for each word, which fails while the file has it."""
    configure(story, "fixes: {ci: 10}\n")
    checks = repository(story).ci.checks
    for word in words:
        checks[word.lower()] = CheckScript(fails_while=("widgets.py", word))


def test_rounds_that_make_nothing_better_end_before_their_limit(story: Story) -> None:
    failing_by_word(story, "GREY")
    story.cursor.plan(writes("GREY\n", *(f"GREY {n}\n" for n in range(9))))
    opened(story)
    story.wait_for(story.has(PAUSED), most=3600)
    assert len(follow_ups(story)) == 2
    (said,) = story.said()
    assert "The agent was sent back twice, and as many checks fail as before." in said
    # After a command every round is available again.
    story.comment("/orchestra retry 1")
    story.wait_for(lambda: len(follow_ups(story)) > 3, most=3600)


def test_progress_uses_nothing_up(story: Story) -> None:
    failing_by_word(story, "ONE", "TWO", "THREE", "FOUR")
    better = ("ONE TWO THREE\n", "ONE TWO  THREE\n", "ONE TWO\n", "ONE  TWO\n", "ONE\n", "-\n")
    story.cursor.plan(writes("ONE TWO THREE FOUR\n", *better))
    opened(story)
    story.wait_for(story.has(COMPLETED), most=7200)
    assert len(follow_ups(story)) == len(better)
