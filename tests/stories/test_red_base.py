"""While the base branch is red nothing is launched or merged."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import merge_by_hand, push, repository, waits
from tests.stories.steps import ONE, script_check, told

COMPLETED = EpicStatus.COMPLETED
TWO = "- [ ] First thing\n- [ ] Second thing\n"
MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
RED = "Check “test” is failing on main. Work continues by itself once it passes."
BROKEN = {"widgets.py": "BROKEN\n"}


def test_nothing_is_merged_until_it_is_green(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"), after=20)
    story.cursor.plan(AgentScript(seconds_to_commit=1, seconds_to_end=10))
    story.start(ONE)
    story.wait(5)
    push(story, "main", BROKEN)
    story.wait(60)
    assert (
        waits(story) == "Check “test” is failing on main. Work continues by itself once it passes."
    )
    assert story.requests("merge-async") == []

    push(story, "main", {"widgets.py": "mended\n"})
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(repository(story).pulls) == 1
    told(story, "**Needs you:** Check “test” is failing on `main`.")


def test_nothing_is_launched_until_it_is_green(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"), after=1)
    push(story, "main", BROKEN)
    story.pass_time(5)
    story.start(ONE)
    story.wait(60)
    assert story.cursor.agents == {}
    assert (
        "> **Needs you:** Check “test” is failing on `main`. Work continues by itself once it"
        " passes." in story.progress()
    )
    push(story, "main", {"widgets.py": "mended\n"})
    story.wait_for(story.has(COMPLETED), most=60)


def test_an_automatic_retry_waits_until_it_is_green(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"), after=1)
    story.cursor.plan(AgentScript(outcome="ERROR", seconds_to_end=30))
    story.start(ONE)
    push(story, "main", BROKEN)
    story.wait(300)
    assert len(story.cursor.agents) == 1
    assert story.epic().tasks[0].retries_used == 1
    assert (
        "Check “test” is failing on `main`. Work continues by itself once it passes."
        in story.progress()
    )
    push(story, "main", {"widgets.py": "mended\n"})
    story.wait_for(story.has(COMPLETED), most=200)
    assert len(story.cursor.agents) == 2


def red_after_the_first_merge(story: Story) -> str:
    """The first task is merged, and its merge turns the base red; returns the merge's SHA."""
    story.cursor.plan(AgentScript())
    story.cursor.plan(AgentScript(seconds_to_end=30))
    story.start(TWO)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    sha = story.epic().tasks[0].merge_sha
    assert sha is not None
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="failure")
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    return sha


def test_a_revert_is_offered_when_the_last_merge_did_it(story: Story) -> None:
    red_after_the_first_merge(story)
    story.wait(10)
    revert = repository(story).pulls[1]
    assert revert.issue.title == "Revert “First thing” (#2)"
    (told,) = story.said()
    assert told == (
        "@ada **Needs you:** Check “test” is failing on `main`. Work continues by itself once it"
        " passes.\n\nTask 1 “First thing” (#2) was merged right before. Merge"
        f" #{revert.number} to revert it, or push a fix."
    )
    assert (
        waits(story, 2)
        == "Check “test” is failing on main. Work continues by itself once it passes."
    )

    merge_by_hand(story, revert.number)
    story.wait_for(story.has(COMPLETED), most=200)
    assert len(repository(story).pulls) == 3


def test_a_rerun_that_passes_is_enough(story: Story) -> None:
    sha = red_after_the_first_merge(story)
    story.wait(60)
    assert len(story.requests(MERGE)) == 1
    story.github.set_check_run(REPOSITORY, sha, "test", status="in_progress")
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="success")
    story.wait_for(story.has(COMPLETED), most=30)
    assert len(story.said()) == 2


def cancelled_after_the_first_merge(story: Story) -> str:
    """The first task is merged, and the check of its merge is cancelled."""
    story.cursor.plan(AgentScript())
    story.cursor.plan(AgentScript(seconds_to_end=30))
    story.start(TWO)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    sha = story.epic().tasks[0].merge_sha
    assert sha is not None
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="cancelled")
    story.settle()
    return sha


def test_a_cancelled_check_of_the_base_is_not_called_failing(story: Story) -> None:
    cancelled_after_the_first_merge(story)
    story.wait(90)
    assert len(repository(story).pulls) == 2, "a revert was offered"
    assert "failing" not in "".join(story.said())
    assert "didn't finish on main: cancelled, or waiting for a person" in waits(story, 2)
    told(story, "didn't finish on `main`")
    asked = [text for text in story.said() if "didn't finish" in text]
    assert len(asked) == 1
    sha = story.epic().tasks[0].merge_sha or ""
    story.github.set_check_run(REPOSITORY, sha, "test", status="in_progress")
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="success")
    story.wait_for(story.has(COMPLETED), most=200)


def test_a_fix_of_the_base_has_to_pass_first(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"), after=100)
    push(story, "main", BROKEN)
    story.wait(110)
    story.start(ONE)
    story.wait(20)
    push(story, "main", {"widgets.py": "still BROKEN\n"})
    story.wait(90)
    assert story.cursor.agents == {}
    story.wait(60)
    assert story.cursor.agents == {}
    push(story, "main", {"widgets.py": "mended\n"})
    story.wait(90)
    assert story.cursor.agents == {}
    story.wait_for(story.has(COMPLETED), most=300)
    told(story, "**Needs you:** Check “test” is failing on `main`.")
