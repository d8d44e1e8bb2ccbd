"""The base must contain the epic's last merge: its history may be rewritten under the epic."""

import pytest

from bot.core.model.identifiers import TaskStatus
from bot.core.model.reasons import PauseKind
from sandbox.cursor import AgentScript
from sandbox.github import Fault
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import push, repository
from tests.stories.steps import COMPLETED, PAUSED, configure, give, script_check

TWO = "- [ ] First thing\n- [ ] Second thing\n"
MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
COMPARE = "GET /repos/{owner}/{repo}/compare/{basehead}"


def with_one_merged(story: Story, seconds: float = 60, body: str = TWO) -> tuple[str, str]:
    """Task 1 is merged, task 2's agent at work; returns main before the merge, and the merge."""
    before = repository(story).git.head("main")
    assert before is not None
    story.cursor.plan(AgentScript())
    story.cursor.plan(AgentScript(seconds_to_end=seconds))
    story.start(body)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    story.settle()
    merge = story.epic().tasks[0].merge_sha
    assert merge is not None
    return before, merge


def rewrite(story: Story, sha: str, branch: str = "main") -> None:
    story.github.force_push(REPOSITORY, branch, sha, by="grace")


def is_named(story: Story, merge: str) -> None:
    """The pause names the branch, the merge and the task."""
    assert story.epic().pause is not None
    assert story.epic().pause.kind is PauseKind.BASE_REWRITTEN  # type: ignore[union-attr] # just asserted
    (said,) = story.said()
    assert f"`main` no longer contains {merge[:7]}, the merge of task 1 “First thing”" in said
    assert "- `/orchestra resume`" in said


def test_an_epic_whose_last_merge_was_pushed_away_pauses_and_names_it(story: Story) -> None:
    before, merge = with_one_merged(story)
    rewrite(story, before)
    story.wait_for(story.has(PAUSED), most=100)
    is_named(story, merge)
    story.wait(600, step=60)
    assert story.epic().status is PAUSED
    assert len(story.requests(MERGE)) == 1


def test_resume_continues_from_the_base_as_it_is(story: Story) -> None:
    before, _ = with_one_merged(story)
    rewrite(story, before)
    story.wait_for(story.has(PAUSED), most=100)
    give(story, "resume")
    story.wait_for(story.has(COMPLETED), most=200)
    assert len(story.said()) == 2


def test_a_lost_webhook_does_not_hide_it(story: Story) -> None:
    before, merge = with_one_merged(story)
    story.lose = lambda webhook: webhook.headers.get("X-GitHub-Event") == "push"
    rewrite(story, before)
    story.wait_for(story.has(PAUSED), most=200)
    is_named(story, merge)
    assert len(story.requests(MERGE)) == 1


def test_a_history_rewritten_above_the_merge_costs_one_compare(story: Story) -> None:
    _, merge = with_one_merged(story)
    other = push(story, "side", {"b.txt": "b\n"})
    push(story, "main", {"a.txt": "a\n"})
    story.settle()
    asked = len(story.requests(COMPARE))
    assert merge in repository(story).git.ancestors(other)
    rewrite(story, other)
    story.settle()
    assert len(story.requests(COMPARE)) == asked + 1
    story.wait_for(story.has(COMPLETED), most=200)


def test_pushes_forward_cost_nothing(story: Story) -> None:
    with_one_merged(story)
    asked = len(story.requests(COMPARE))
    for number in range(3):
        push(story, "main", {f"{number}.txt": "x\n"})
        story.settle()
    assert len(story.requests(COMPARE)) == asked
    assert story.epic().known_base.head == repository(story).git.head("main")
    story.wait_for(story.has(COMPLETED), most=200)


def test_a_push_after_one_that_was_not_heard_of_costs_one_compare(story: Story) -> None:
    with_one_merged(story)
    asked = len(story.requests(COMPARE))
    story.lose = lambda _: True
    push(story, "main", {"a.txt": "x\n"})
    story.settle()
    story.lose = lambda _: False
    push(story, "main", {"b.txt": "x\n"})
    story.settle()
    assert len(story.requests(COMPARE)) == asked + 1
    story.wait_for(story.has(COMPLETED), most=200)


def test_nothing_is_asked_at_the_launch_after_our_own_merge(story: Story) -> None:
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.COMPLETED))
    kinds = [entry.kind for entry in story.requests("")]
    merged = max(place for place, kind in enumerate(kinds) if "merge-async" in kind)
    assert COMPARE not in kinds[merged:]
    assert "GraphQL BaseBranch" not in kinds[merged:]
    assert len(story.cursor.agents) == 2
    story.wait_for(story.has(COMPLETED))


def test_one_wrong_answer_is_not_believed(story: Story) -> None:
    with_one_merged(story)
    story.lose = lambda _: True
    push(story, "main", {"a.txt": "x\n"})
    story.settle()
    story.lose = lambda _: False
    story.github.faults.add(Fault("compare", status=404, body={"message": "Not Found"}, times=2))
    push(story, "main", {"b.txt": "x\n"})
    story.wait_for(story.has(COMPLETED), most=300)
    assert story.github.faults.waiting == []
    assert len(story.said()) == 1


def test_a_launch_waits_until_the_doubt_is_over(story: Story) -> None:
    configure(story, "on_failure: continue\nagents: {retries: 0}\n")
    before, merge = with_one_merged(story)
    launched = len(story.cursor.agents)
    story.github.faults.add(Fault("compare", status=502, times=3))
    rewrite(story, before)
    story.settle()
    give(story, "restart 2")
    assert len(story.cursor.agents) == launched
    story.wait_for(story.has(PAUSED), most=100)
    assert len(story.cursor.agents) == launched
    assert any(merge[:7] in text for text in story.said())


@pytest.mark.parametrize("lost", [False, True], ids=["told", "not told"])
def test_a_base_rewritten_during_a_pause_is_found_at_resume(story: Story, lost: bool) -> None:
    before, merge = with_one_merged(story)
    give(story, "pause")
    story.lose = lambda webhook: lost and webhook.headers.get("X-GitHub-Event") == "push"
    rewrite(story, before)
    story.settle()
    launched = len(story.cursor.agents)
    give(story, "resume")
    assert len(story.cursor.agents) == launched
    story.wait_for(lambda: bool(story.epic().known_base.lost), most=100)
    assert story.epic().status is PAUSED
    assert story.epic().known_base.lost == merge
    assert any(merge[:7] in text for text in story.said())


def test_an_epics_own_branch_must_bring_its_last_merge_home(story: Story) -> None:
    configure(story, "base_branch: epic/{number}\nmerge: {when: green}\n")
    story.start("- [ ] First thing\n")
    story.wait_for(lambda: story.epic().final_pull_request is not None)
    story.settle()
    branch = story.epic().base
    merge = story.epic().tasks[-1].merge_sha
    main = push(story, "side", {"x.txt": "x\n"})
    story.lose = lambda webhook: webhook.headers.get("X-GitHub-Event") == "push"
    rewrite(story, main, branch)
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.wait_for(story.has(PAUSED), most=700)
    assert story.epic().known_base.lost == merge
    assert any(f"`{branch}` no longer contains" in text for text in story.said())


def test_another_run_of_an_ended_epic_expects_no_earlier_merge_in_another_base(
    story: Story,
) -> None:
    story.start("- [ ] First thing\n")
    story.wait_for(story.has(COMPLETED))
    push(story, "develop", {"x.txt": "x\n"})
    repository(story).git.set_head(
        "develop", repository(story).git.commit(repository(story).git.head("main") or "").parents[0]
    )
    script_check(story, after=0.5)
    story.github.reopen(REPOSITORY, story.issue, by="ada")
    story.github.edit_issue(
        REPOSITORY, story.issue, by="ada", body="- [x] First thing\n- [ ] Next\n"
    )
    story.settle()
    give(story, "start base=develop")
    story.wait_for(story.has(COMPLETED), most=300)
    assert len(story.said()) >= 1
