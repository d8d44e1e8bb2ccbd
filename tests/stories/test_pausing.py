"""`pause`, `pause after` and `resume` at each stage."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from tests.harness import REPOSITORY, Story
from tests.stories.steps import answers

ONE = "- [ ] First thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED
PAUSED_BY_ADA = (
    "@\u200bada paused **Widgets 2.0**.\n"
    "\n"
    "- `/orchestra resume` — continue from the current state on GitHub and Cursor\n"
    "- `/orchestra cancel` — end the epic; open pull requests stay open"
)
LAUNCH, STOP = "POST /v0/agents", "POST /v0/agents/{id}/stop"


def give(story: Story, command: str, status: EpicStatus) -> None:
    """Give a command that is obeyed, and come to stand so."""
    comment = story.comment(f"/orchestra {command}")
    story.settle()
    assert story.reactions(comment) == ["+1"], story.said()
    assert story.epic().status is status


def count(story: Story, kind: str) -> int:
    return len(story.cursor.ledger.of_kind(kind))


def test_pause_stops_the_agent_and_resume_launches_another(story: Story) -> None:
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    story.wait(5)
    give(story, "pause", PAUSED)
    story.wait(3600, step=600)
    assert (count(story, LAUNCH), count(story, STOP)) == (1, 1)
    assert (
        "> **Paused:** @\u200bada paused the epic.\n>\n> - `/orchestra resume` —"
        in story.progress()
    )
    assert "⚪ agent stopped" in story.progress()
    assert story.said() == [PAUSED_BY_ADA]

    give(story, "resume", ACTIVE)
    story.wait_for(story.has(COMPLETED))
    assert count(story, LAUNCH) == 2


def test_pause_with_an_open_pull_request_merges_nothing(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=10)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    give(story, "pause", PAUSED)
    story.wait(600, step=60)
    assert story.requests("merge") == []

    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=30)
    assert count(story, LAUNCH) == 1


def test_pause_while_github_merges(story: Story) -> None:
    story.github.merge_async_delay = 20
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.settle()
    give(story, "pause", PAUSED)
    story.wait(60)

    first, second = story.epic().tasks
    assert (first.status, second.status) == (TaskStatus.COMPLETED, TaskStatus.PENDING)
    assert story.epic().status is PAUSED
    assert count(story, LAUNCH) == 1
    give(story, "resume", ACTIVE)
    story.wait_for(story.has(COMPLETED))


def test_pause_after_lets_the_running_task_finish(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=30))
    story.start()
    give(story, "pause after", ACTIVE)
    story.wait(10)
    assert story.progress().startswith("### Widgets 2.0 · pausing after the running task\n")
    story.wait_for(story.has(PAUSED))

    assert [task.status for task in story.epic().tasks] == [
        TaskStatus.COMPLETED,
        TaskStatus.PENDING,
    ]
    assert count(story, STOP) == 0
    assert (
        "> **Paused:** The running task has ended, and @\u200bada asked to pause then.\n>\n"
        "> - `/orchestra resume` —"
    ) in story.progress()
    give(story, "resume", ACTIVE)
    story.wait_for(story.has(COMPLETED))


def test_resume_takes_pause_after_back(story: Story) -> None:
    story.start()
    give(story, "pause after", ACTIVE)
    give(story, "resume", ACTIVE)
    story.wait_for(story.has(COMPLETED))


def test_pause_before_the_launch_is_performed(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.comment("/orchestra start\n/orchestra pause")
    story.settle()
    assert story.epic().status is PAUSED
    story.wait(600, step=60)
    assert count(story, LAUNCH) == count(story, STOP)
    give(story, "resume", ACTIVE)
    story.wait_for(story.has(COMPLETED))


def test_what_pause_and_resume_answer_where_they_make_no_sense(story: Story) -> None:
    story.open_epic(ONE)
    story.settle()
    story.comment("/orchestra pause\n/orchestra resume")
    story.settle()
    story.comment("/orchestra start\n/orchestra pause\n/orchestra pause")
    story.settle()
    assert answers(story) == [
        "This epic isn't running.\n\n- `/orchestra start` — start",
        "This epic isn't paused.",
        PAUSED_BY_ADA,
        "This epic is already paused. `/orchestra resume` continues it.",
    ]


def test_resume_on_a_task_s_pull_request_keeps_the_tasks(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=10)
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    give(story, "pause", PAUSED)
    comment = story.comment("/orchestra resume", on=story.pull().number)
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]
    story.wait_for(story.has(COMPLETED))
