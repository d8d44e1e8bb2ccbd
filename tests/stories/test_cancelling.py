"""`cancel` at each stage: what is stopped, what is not sent any more, and what came too late."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript
from tests.harness import REPOSITORY, Story

CANCELLED = EpicStatus.CANCELLED
LAUNCH, STOP = "POST /v0/agents", "POST /v0/agents/{id}/stop"


def cancel(story: Story) -> None:
    """Cancel, and let an hour pass in which nothing more may be sent for the tasks."""
    comment = story.comment("/orchestra cancel")
    story.settle()
    assert story.reactions(comment) == ["+1"]
    assert story.epic().status is CANCELLED
    story.wait(3600, step=600)


def launches(story: Story) -> int:
    return len(story.cursor.ledger.of_kind(LAUNCH))


def stops(story: Story) -> int:
    return len(story.cursor.ledger.of_kind(STOP))


def test_cancel_before_the_start(story: Story) -> None:
    story.open_epic()
    story.settle()
    cancel(story)
    assert story.cursor.ledger.entries == []
    assert story.said() == []
    assert story.progress().startswith("### Widgets 2.0 · cancelled\n")


def test_cancel_on_the_heels_of_start_launches_nothing(story: Story) -> None:
    story.open_epic()
    story.settle()
    story.comment("/orchestra start")
    cancel(story)
    assert story.progress().startswith("### Widgets 2.0 · cancelled\n")
    assert stops(story) == launches(story)


def test_cancel_while_an_agent_runs_stops_it(story: Story) -> None:
    story.cursor.default_script = AgentScript(outcome="never")
    story.start()
    story.wait(5)
    cancel(story)
    assert (launches(story), stops(story)) == (1, 1)
    assert [task.status for task in story.epic().tasks] == [TaskStatus.CANCELLED] * 2


def test_cancel_leaves_the_open_pull_request_open(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=30)
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(5)
    cancel(story)
    assert story.pull().open
    assert story.requests("merge") == []
    assert (launches(story), stops(story)) == (1, 0)
    assert story.github.issue(REPOSITORY, story.issue).state == "open"


def test_cancel_before_the_merge_is_sent_sends_none(story: Story) -> None:
    """The last check's webhook and the cancel arrive together, the cancel first."""
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=30)
    story.start("- [ ] First thing\n")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.comment("/orchestra cancel")
    story.pass_time(31)
    story.wait(3600, step=600)
    assert story.epic().status is CANCELLED
    assert story.requests("merge") == []
    assert story.pull().open


def test_a_merge_already_sent_is_reported(story: Story) -> None:
    story.github.merge_async_delay = 20
    story.start()
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.settle()
    cancel(story)

    sha = story.pull().merge_sha
    assert sha is not None
    assert story.said() == [
        f"Task 1 “First thing” (#2) was merged as {sha[:7]}. The merge was already on its way when"
        " the task was ended."
    ]
    first, second = story.epic().tasks
    assert (first.status, second.status) == (TaskStatus.COMPLETED, TaskStatus.CANCELLED)
    assert launches(story) == 1
    assert story.body() == "Make it so.\n\n- [x] First thing\n- [ ] Second thing\n"
    assert "| 1 | First thing | ✅ merged #2 · " in story.progress()


def test_cancel_twice(story: Story) -> None:
    story.start()
    cancel(story)
    comment = story.comment("/orchestra cancel")
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert story.said() == [
        "> /orchestra cancel\n\nThis epic has already ended.\n\n- `/orchestra start` — start"
    ]


def test_start_goes_on_with_a_cancelled_epic(story: Story) -> None:
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=10)
    story.start()
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    cancel(story)
    merged = story.epic().tasks[0].merge_sha
    comment = story.comment("/orchestra start")
    story.wait_for(story.has(EpicStatus.COMPLETED))
    assert story.reactions(comment) == ["+1"]
    assert story.epic().tasks[0].merge_sha == merged
    assert story.body() == "Make it so.\n\n- [x] First thing\n- [x] Second thing\n"
