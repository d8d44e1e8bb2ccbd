"""Several tasks of one epic at a time."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from tests.harness import Story
from tests.stories.pull_requests import repository
from tests.stories.steps import COMPLETED, configure, obeyed, script_check, told

THREE = "- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing\n"
GRAPH = "- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing `after: 1,2`\n"


def side_by_side(story: Story, body: str = THREE, more: str = "") -> None:
    configure(story, f"agents: {{max_parallel: 3}}\n{more}")
    script_check(story, after=10)
    story.start(body)


@pytest.mark.both_databases
def test_all_are_launched_at_once_and_merged_one_by_one(story: Story) -> None:
    side_by_side(story)
    assert len(story.cursor.agents) == 3
    most = 0

    def done() -> bool:
        nonlocal most
        merging = [task for task in story.epic().tasks if task.status is TaskStatus.MERGING]
        most = max(most, len(merging))
        return story.has(COMPLETED)()

    story.wait_for(done, most=900)
    assert most == 1
    assert len(story.cursor.agents) == 3
    merges = repository(story).merge_requests
    assert len({one.pull.number for one in merges.values()}) == 3


def test_a_task_waits_for_those_it_comes_after(story: Story) -> None:
    side_by_side(story, GRAPH)
    assert len(story.cursor.agents) == 2
    story.wait_for(story.has(COMPLETED), most=900)
    merged = {task.number: task.ended_at for task in story.epic().tasks}
    launched = story.epic().tasks[2].started_at
    assert launched is not None
    assert all(at is not None and at <= launched for number, at in merged.items() if number < 3)


def test_a_pause_stops_all_agents_and_resume_takes_all_up_again(story: Story) -> None:
    side_by_side(story)
    obeyed(story, "pause")
    story.settle()
    assert {agent.latest.status for agent in story.cursor.agents.values()} == {"CANCELLED"}
    obeyed(story, "resume")
    story.wait_for(story.has(COMPLETED), most=900)


def test_cancel_stops_all_agents(story: Story) -> None:
    side_by_side(story)
    obeyed(story, "cancel")
    story.settle()
    assert {agent.latest.status for agent in story.cursor.agents.values()} == {"CANCELLED"}
    assert {task.status for task in story.epic().tasks} == {TaskStatus.CANCELLED}


def test_set_lets_more_start_at_once(story: Story) -> None:
    script_check(story, after=10)
    story.start(THREE)
    assert len(story.cursor.agents) == 1
    obeyed(story, "set max_parallel=2")
    assert len(story.cursor.agents) == 2
    story.wait_for(story.has(COMPLETED), most=900)


def test_a_circle_starts_nothing(story: Story) -> None:
    story.open_epic("- [ ] One `after: 2`\n- [ ] Two `after: 1`\n")
    story.settle()
    story.comment("/orchestra start")
    story.settle()
    told(story, "Line 1: tasks 1 and 2 wait for each other.")
    assert story.epic().status is EpicStatus.PENDING
