"""The check run on a task's pull request, and its buttons: commands by another way."""

from bot.core.model.identifiers import EpicStatus
from sandbox.github.state import CheckRun
from tests.harness import REPOSITORY, Story
from tests.stories.steps import (
    ACTIVE,
    COMPLETED,
    ONE,
    PAUSED,
    answers,
    obeyed,
    script_check,
    told,
    with_failed_task,
    with_open_pull_request,
)

NOT_ALLOWED = (
    "Sorry @\u200bmallory, only people with write access to this repository can give commands."
)


def check_run(story: Story) -> CheckRun:
    """Our check run on the first task's head."""
    head = story.pull().head_sha
    runs = story.github.repository(REPOSITORY).check_runs.values()
    (ours,) = [run for run in runs if run.head_sha == head and run.name == "Orchestra"]
    return ours


def press(story: Story, label: str, *, by: str = "ada") -> None:
    """Press the button that is labelled so."""
    run = check_run(story)
    (identifier,) = [one["identifier"] for one in run.actions if one["label"] == label]
    story.github.press_button(REPOSITORY, run.id, identifier, by=by)
    story.settle()


def shown(story: Story) -> tuple[str, str | None, str | None, list[str]]:
    """Status, conclusion, title and buttons of the check run."""
    run = check_run(story)
    return run.status, run.conclusion, run.title, [one["label"] for one in run.actions]


def test_a_failed_task_s_buttons(story: Story) -> None:
    with_failed_task(story)
    story.rest()
    assert shown(story) == (
        "completed",
        "neutral",
        "Needs you: the task failed",
        ["Retry", "Restart", "Skip"],
    )


def test_retry(story: Story) -> None:
    with_failed_task(story, conclusion="success", fail_first=1)
    story.rest()
    press(story, "Retry")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 1
    assert story.said(story.pull().number) == []


def test_restart(story: Story) -> None:
    with_failed_task(story, conclusion="success", fail_first=1)
    story.rest()
    press(story, "Restart")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 2
    told(story, "was restarted with a new agent", on=2)


def test_skip(story: Story) -> None:
    with_failed_task(story)
    story.rest()
    press(story, "Skip")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    told(story, "was skipped", on=2)


def test_somebody_who_may_not_press(story: Story) -> None:
    with_failed_task(story)
    story.rest()
    for label in ("Retry", "Restart", "Skip"):
        press(story, label, by="mallory")
        # It is said once a day.
        assert answers(story, story.pull().number) == [NOT_ALLOWED]
    assert story.epic().status is PAUSED


def test_merge_now_while_a_person_is_waited_for(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=manual")
    story.wait(30)
    assert shown(story) == (
        "completed",
        "neutral",
        "Needs you",
        ["Restart", "Skip", "Merge now"],
    )
    press(story, "Merge now", by="mallory")
    assert answers(story, story.pull().number) == [NOT_ALLOWED]
    assert story.epic().status is ACTIVE
    press(story, "Merge now")
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert shown(story) == ("completed", "success", "Merged", [])
    told(story, "is ready for a person to merge.")


def test_no_buttons_while_work_goes_on(story: Story) -> None:
    with_open_pull_request(story)
    story.rest()
    assert shown(story) == ("in_progress", None, "Waiting to merge", [])


def test_resume_while_paused(story: Story) -> None:
    with_open_pull_request(story)
    obeyed(story, "pause")
    story.rest()
    assert shown(story) == ("completed", "neutral", "Paused", ["Resume", "Skip"])
    press(story, "Resume", by="mallory")
    assert answers(story, story.pull().number) == [NOT_ALLOWED]
    assert story.epic().status is PAUSED
    press(story, "Resume")
    assert story.epic().status is ACTIVE
    assert len(story.epic().tasks) == 1


def test_a_button_pressed_twice_is_answered_the_second_time(story: Story) -> None:
    with_failed_task(story)
    story.rest()
    run = check_run(story)
    script_check(story)
    for _ in range(2):
        story.github.press_button(REPOSITORY, run.id, "retry 1", by="ada")
    story.settle()
    assert story.said(story.pull().number) == [
        "> /orchestra retry 1\n\nTask 1 hasn't failed, so there is nothing to retry."
    ]
    story.wait_for(story.has(COMPLETED))


def test_resume_approves_only_the_text_it_was_shown_with(story: Story) -> None:
    with_open_pull_request(story)
    story.github.set_permission(REPOSITORY, "mallory", "read")
    obeyed(story, "pause")
    story.rest()
    number, run = story.pull().number, check_run(story)
    [shown_with] = [one["identifier"] for one in run.actions if one["label"] == "Resume"]
    story.github.edit_issue(REPOSITORY, story.issue, body=f"{ONE}- [ ] One more\n", by="ada")
    story.github.press_button(REPOSITORY, run.id, shown_with, by="ada")
    story.settle()
    assert story.epic().status is PAUSED
    told(story, "The issue's text has changed since this button was shown.", number)
    story.rest()
    press(story, "Resume")
    assert story.epic().status is ACTIVE
    assert [task.title for task in story.epic().tasks] == ["First thing", "One more"]


def test_a_button_takes_nothing_over_that_a_reader_wrote(story: Story) -> None:
    with_open_pull_request(story)
    obeyed(story, "pause")
    bot = "github-actions[bot]"
    story.github.set_permission(REPOSITORY, bot, "write")
    story.github.edit_issue(REPOSITORY, story.issue, body=f"{ONE}- [ ] Mine\n", by=bot)
    story.wait(60)
    press(story, "Resume")
    assert story.epic().status is ACTIVE
    assert [task.title for task in story.epic().tasks] == ["First thing"]
    story.rest()
    assert "isn't used" in story.progress()
