"""A pull request is merged upon what was merged before it."""

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.github import Fault, PullRequest
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import (
    demand,
    merge_by_hand,
    opened,
    push,
    repository,
    waits,
)
from tests.stories.steps import ONE, configure, script_check, told

COMPLETED = EpicStatus.COMPLETED
TWO = "- [ ] First thing\n- [ ] Second thing\n"


def contains(story: Story, pull: PullRequest, sha: str | None) -> bool:
    """Whether the pull request's head stands on that commit."""
    return sha in repository(story).git.ancestors(pull.head_sha)


def beside_another(story: Story) -> tuple[int, int]:
    """Two epics with a pull request each; the first one's check ends first. Returns the issues."""
    script_check(story, after=20)
    opened(story)
    first = story.issue
    story.wait(10)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    return first, story.issue


def test_the_last_merge_of_the_epic_must_be_contained(story: Story) -> None:
    configure(story, "on_failure: continue\nfixes: {ci: 0}\nmerge: {up_to_date: off}\n")
    script_check(story, conclusion="failure")
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.FAILED), most=20)
    script_check(story, after=60)
    story.wait_for(story.task_is(2, TaskStatus.PR_OPEN))
    sha = merge_by_hand(story, story.pull().number)
    story.wait_for(lambda: story.epic().status.is_final, most=300)

    assert story.epic().tasks[0].merge_sha == sha
    assert contains(story, story.pull(2), sha)
    assert len(story.requests("update-branch")) == 1
    assert story.epic().status is COMPLETED


def test_a_merge_of_another_epic_brings_open_pull_requests_up_to_date(story: Story) -> None:
    first, second = beside_another(story)
    story.wait_for(story.has(COMPLETED), most=120)
    merged = story.epic(first).tasks[0].merge_sha
    assert contains(story, story.pull(), merged)
    assert len(story.requests("update-branch")) == 1
    assert story.epic(second).tasks[0].base_sha == merged


def test_up_to_date_off_leaves_the_other_epics_pull_requests_as_they_are(story: Story) -> None:
    configure(story, "merge: {up_to_date: off}\n")
    first, _ = beside_another(story)
    story.wait_for(story.has(COMPLETED), most=120)
    assert not contains(story, story.pull(), story.epic(first).tasks[0].merge_sha)
    assert story.requests("update-branch") == []


def test_a_strict_rule_has_the_branch_brought_up_to_date(story: Story) -> None:
    demand(story, strict=True)
    script_check(story, after=10)
    opened(story)
    sha = push(story, "main", {"other.md": "other\n"})
    story.wait_for(story.has(COMPLETED), most=60)
    assert contains(story, story.pull(), sha)
    assert len(story.requests("update-branch")) == 1


def test_a_strict_rule_with_up_to_date_off_waits_for_a_person(story: Story) -> None:
    demand(story, strict=True)
    configure(story, "merge: {up_to_date: off}\n")
    script_check(story, after=10)
    opened(story)
    push(story, "main", {"other.md": "other\n"})
    story.wait(60)
    assert waits(story) == "The pull request has to be updated from main."
    assert story.requests("update-branch") == []
    story.comment("/orchestra cancel")
    told(story, "has to be updated from `main`.")


def test_an_update_that_github_refuses_is_a_persons(story: Story) -> None:
    demand(story, strict=True)
    refusal = {"message": "Resource not accessible by integration"}
    fault = Fault("PUT .*/update-branch", status=403, body=refusal, times=99)
    story.github.faults.add(fault)
    script_check(story, after=10)
    opened(story)
    sha = push(story, "main", {"other.md": "other\n"})
    story.wait(200, step=50)
    why = "GitHub didn't do it: “Resource not accessible by integration”."
    assert waits(story) == f"The pull request has to be updated from main. {why}"
    told(
        story, f"@ada **Needs you:** #2 (task 1 “First thing”) has to be updated from `main`. {why}"
    )
    assert fault.times == 98

    story.github.faults.waiting.clear()
    story.comment("/orchestra pause")
    story.settle()
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=60)
    assert contains(story, story.pull(), sha)


def test_a_persons_push_to_the_base_alone_updates_nothing(story: Story) -> None:
    script_check(story, after=10)
    opened(story)
    story.github.commit_files(REPOSITORY, "main", {"other.md": "other\n"}, "Other", "grace")
    story.wait_for(story.has(COMPLETED), most=60)
    assert story.requests("update-branch") == []
