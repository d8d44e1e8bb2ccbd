"""Several tasks of one epic at a time."""

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from tests.harness import Story
from tests.stories.pull_requests import merge_by_hand, push, repository
from tests.stories.steps import COMPLETED, ONE, configure, obeyed, script_check, told

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


def test_one_fails_one_conflicts_and_one_is_merged_by_a_person(story: Story) -> None:
    configure(story, "agents: {max_parallel: 3, retries: 0}\nmerge: {grace: 2m}\n")
    script_check(story, after=60)
    resolved = AgentScript(
        seconds_to_end=10, commits=({"widgets.py": "BLUE\n", "red.md": "RED\n"},)
    )
    story.cursor.plan(AgentScript(outcome="ERROR", seconds_to_end=5), match="First thing")
    story.cursor.plan(
        AgentScript(commits=({"widgets.py": "RED\n"},), follow_ups=(resolved,)), match="Second"
    )
    story.cursor.plan(AgentScript(commits=({"other.md": "x\n"},)), match="Third thing")
    story.start(THREE)
    story.wait_for(story.task_is(1, TaskStatus.FAILED), most=120)
    assert story.has(EpicStatus.PAUSED)()
    # After a failure the agents of other tasks may finish.
    working = [one for one in story.cursor.agents.values() if one.latest.status == "CANCELLED"]
    assert working == []
    story.wait(60)
    merge_by_hand(story, story.pull(3).number)
    push(story, "main", {"widgets.py": "BLUE\n"})
    story.wait(60)
    assert story.task_is(3, TaskStatus.COMPLETED)()
    assert story.has(EpicStatus.PAUSED)()

    obeyed(story, "skip 1")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED), most=1800)
    assert [task.status for task in story.epic().tasks] == [
        TaskStatus.SKIPPED,
        TaskStatus.COMPLETED,
        TaskStatus.COMPLETED,
    ]
    git = repository(story).git
    assert {"red.md", "other.md"} <= set(git.files_at(git.head("main") or ""))


def test_the_others_are_brought_up_to_date_after_each_merge(story: Story) -> None:
    side_by_side(story)
    story.wait_for(story.has(COMPLETED), most=900)
    git = repository(story).git
    merges = [task.merge_sha for task in story.epic().tasks]
    assert None not in merges
    # Each head that was merged held all merges before it.
    held = sorted(
        sum(sha in git.ancestors(pull.head_sha) for sha in merges if sha)
        for pull in repository(story).pulls
    )
    assert held == [0, 1, 2]


def test_attributes_of_a_line_are_its_tasks_own(story: Story) -> None:
    story.start("- [ ] First thing `model: o3` `merge: manual` `retries: 0`\n- [ ] Second thing\n")
    (agent,) = story.cursor.agents.values()
    assert agent.model == "o3"
    story.wait(300)
    assert story.requests("merge-async") == []
    told(story, "`/orchestra merge 1`")
    merge_by_hand(story, story.pull().number)
    story.wait_for(story.has(COMPLETED), most=600)
    assert story.requests("merge-async") != []


def test_a_task_after_a_skipped_one_is_told(story: Story) -> None:
    side_by_side(story, "- [ ] First thing\n- [ ] Second thing `after: 1`\n")
    obeyed(story, "skip 1")
    story.settle()
    (_, second) = story.cursor.agents.values()
    assert "First thing" in second.prompts[0]
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED), most=900)


@pytest.mark.environment(MAX_AGENTS="1")
def test_more_agents_than_the_key_may_have_wait_and_say_for_whom(story: Story) -> None:
    story.cursor.plan(AgentScript(seconds_to_end=120))
    story.start(ONE)
    first = story.issue
    story.start(ONE)
    story.wait(40)
    assert len(story.cursor.agents) == 1
    assert f"#{first}" in story.progress()
    assert "Waiting for a free agent" in story.progress()
    story.wait_for(story.has(COMPLETED), most=900)


def test_the_progress_comment_draws_the_order_and_then_its_colours(story: Story) -> None:
    side_by_side(story, GRAPH)
    assert "]:::queued\n  t1 --> t3\n  t2 --> t3\n" in story.progress()
    story.wait_for(story.has(COMPLETED), most=900)
    story.rest()
    assert '  t3["✅ 3 · Third thing"]:::merged\n' in story.progress()
