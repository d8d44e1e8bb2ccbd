"""`start at=`: later, called off, and a time that has passed."""

from datetime import datetime, timedelta, timezone

from bot.core.model.identifiers import EpicStatus
from bot.rendering.words import dated
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import push
from tests.stories.steps import ACTIVE, COMPLETED, ONE, answers, obeyed, refused, script_check, told


def in_an_hour(story: Story) -> tuple[str, datetime]:
    """Return a moment as it is written in a command, with an offset, and itself."""
    moment = (story.clock.now() + timedelta(hours=1)).replace(second=0, microsecond=0)
    there = moment.astimezone(timezone(timedelta(hours=1)))
    return there.isoformat(timespec="minutes"), moment


def test_it_starts_at_its_time(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    written, moment = in_an_hour(story)
    obeyed(story, f"start at={written}")
    assert answers(story) == [
        f"Scheduled for {dated(moment)}. `/orchestra start` starts now; `/orchestra cancel`"
        " cancels the schedule."
    ]
    story.rest()
    said = dated(moment, moment)
    assert story.progress().startswith(f"### Widgets 2.0 · starts {said}\n")
    story.wait(3400, step=3400)
    assert (story.epic().status, story.cursor.agents) == (EpicStatus.PENDING, {})
    story.wait_for(story.has(ACTIVE), most=200)
    story.wait_for(story.has(COMPLETED))


def test_start_without_a_time_begins_at_once(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    written, _ = in_an_hour(story)
    obeyed(story, f"start at={written}")
    obeyed(story, "start")
    assert story.epic().status is ACTIVE


def test_cancel_calls_it_off(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    written, _ = in_an_hour(story)
    obeyed(story, f"start at={written}")
    obeyed(story, "cancel")
    assert answers(story)[-1] == "The schedule is cancelled. `/orchestra start` starts now."
    story.wait(4000, step=4000)
    assert (story.epic().status, story.cursor.agents) == (EpicStatus.PENDING, {})
    assert story.progress().startswith("### Widgets 2.0 · ready to start\n")


def test_a_red_base_holds_it(story: Story) -> None:
    script_check(story, fails_while=("widgets.py", "BROKEN"), after=1)
    story.open_epic(ONE)
    story.settle()
    written, _ = in_an_hour(story)
    obeyed(story, f"start at={written}")
    push(story, "main", {"widgets.py": "BROKEN\n"})
    story.wait(3700, step=3600)
    assert (story.epic().status, story.epic().base_red) == (ACTIVE, ("test",))
    assert story.cursor.agents == {}
    push(story, "main", {"widgets.py": "repaired\n"})
    story.wait_for(story.has(COMPLETED), most=100)
    told(story, "Check “test” is failing on `main`.")


def test_the_label_taken_off_calls_it_off(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    written, _ = in_an_hour(story)
    obeyed(story, f"start at={written}")
    story.github.unlabel(REPOSITORY, story.issue, "orchestra", by="grace")
    story.settle()
    story.rest()
    assert story.progress().startswith("### Widgets 2.0 · ready to start\n")
    assert "scheduled start cancelled: @grace removed the label" in story.progress()
    story.wait(4000, step=4000)
    assert (story.epic().status, story.cursor.agents) == (EpicStatus.PENDING, {})


def test_an_ended_epic_is_to_go_on_later(story: Story) -> None:
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    obeyed(story, "skip 1")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED))
    written, moment = in_an_hour(story)
    obeyed(story, f"start at={written}")
    story.rest()
    said = dated(moment, moment)
    assert story.progress().startswith(f"### Widgets 2.0 · starts {said}\n")
    assert (
        f"Scheduled for {moment:%H:%M} UTC.\n\n- `/orchestra start` — start now\n"
        in story.progress()
    )

    story.github.archive_repository(REPOSITORY, by="grace")
    story.settle()
    launched = len(story.cursor.agents)
    story.wait(4000, step=4000)
    assert len(story.cursor.agents) == launched
    story.github.unarchive_repository(REPOSITORY, by="grace")
    story.settle()
    obeyed(story, "start")
    assert "scheduled start cancelled: @grace archived the repository" in story.progress()
    story.wait_for(story.has(COMPLETED))


def test_a_time_that_has_passed(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    now = story.clock.now()
    answer = refused(story, "start at=2020-02-29T08:00Z")
    assert answer == f"29 Feb 2020, 08:00 UTC has already passed. It is {dated(now)} now."
    assert story.epic().status is EpicStatus.PENDING


def test_what_is_no_time(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    for text in ("tomorrow", "2026-11-22", "2026-13-01T00:00"):
        assert refused(story, f"start at={text}") == (
            f"I can't read “{text}” as a time. Use ISO 8601, for example"
            " `at=2026-11-22T08:00+01:00` (UTC if no offset).\n"
            "\n"
            "Usage: `/orchestra start [base=B] [model=M] [budget=N] [at=TIME]`"
        )
