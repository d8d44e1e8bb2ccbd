"""An epic with a branch of its own, and the pull request that brings it home."""

# The texts stand here as people read them.
# ruff: noqa: E501

import pytest
from inline_snapshot import snapshot

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.github import BranchRules, CheckScript, Fault, PullRequest
from tests.harness import REPOSITORY, Story
from tests.stories.steps import answers, told, unlinked

ONE = "- [ ] First thing\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED
BRANCH = "epic/1"
ASKED = "final pull request (#"
TO_BE_MADE = "Creating the branch `epic/1`.\n"


def start(story: Story, body: str = ONE, settings: str = "base_branch: epic/{number}\n") -> None:
    """Start an epic whose tasks go into a branch of its own."""
    files = {".github/orchestra.yml": settings}
    story.github.set_permission(REPOSITORY, "grace", "admin")
    story.github.commit_files(REPOSITORY, "main", files, "Settings", "grace")
    story.start(body)


def final(story: Story) -> PullRequest:
    """The latest pull request to the default branch."""
    return [one for one in story.github.repository(REPOSITORY).pulls if one.base == "main"][-1]


def is_open(story: Story) -> bool:
    """Whether there is a pull request to the default branch, and its checks have ended."""
    task = story.epic().task(0)
    return task is not None and task.pull_request is not None


def to_the_final_pull_request(story: Story, body: str = ONE) -> PullRequest:
    start(story, body)
    story.wait_for(lambda: is_open(story))
    story.wait(5)
    told(story, ASKED)
    return final(story)


def test_tasks_go_there_and_one_pull_request_brings_them_home(story: Story) -> None:
    pull = to_the_final_pull_request(story, TWO)
    repository = story.github.repository(REPOSITORY)
    first, second, last = repository.pulls
    assert [one.base for one in repository.pulls] == [BRANCH, BRANCH, "main"]
    assert [one.merged_at is not None for one in (first, second, last)] == [True, True, False]
    assert (pull.head, pull.issue.title, pull.issue.body) == (
        BRANCH,
        "Widgets 2.0",
        f"Refs #1\n\n- First thing (#{first.number})\n- Second thing (#{second.number})",
    )
    assert story.body() == TWO.replace("[ ]", "[x]")
    story.wait(600, step=60)
    assert story.epic().status is ACTIVE
    assert f"The final pull request (#{pull.number}) needs an approving" in story.progress()

    story.github.review(REPOSITORY, pull.number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=20)
    assert pull.merged_at is not None
    story.settle()
    assert repository.git.branches() == ["main"]
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert len([one for one in repository.pulls if one.base == "main"]) == 1
    asked, _ = story.said()
    assert asked == (
        f"@ada **Needs you:** The final pull request (#{pull.number}) needs an approving review of"
        f" {pull.head_sha[:7]}.\n\n- `/orchestra merge` — merge it now, without waiting"
    )


def test_what_is_to_come_is_said_before_the_start(story: Story) -> None:
    files = {".github/orchestra.yml": "base_branch: epic/{number}\n"}
    story.github.set_permission(REPOSITORY, "grace", "admin")
    story.github.commit_files(REPOSITORY, "main", files, "Settings", "grace")
    story.open_epic(ONE)
    story.settle()
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]
    assert "in its own pull request to `epic/1`" in story.progress()
    assert "one pull request merges `epic/1` into `main`" in story.progress()


def test_set_merge_green_lets_the_final_one_in_without_a_review(story: Story) -> None:
    to_the_final_pull_request(story)
    story.comment("/orchestra set merge=green")
    story.wait_for(story.has(COMPLETED), most=30)
    assert final(story).merged_at is not None


def test_merge_lets_it_in_without_a_review(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    comment = story.comment("/orchestra merge", on=pull.number)
    story.wait_for(story.has(COMPLETED), most=30)
    assert story.reactions(comment) == ["+1"]


def test_what_the_issue_says_lets_it_in_is_to_be_said_on_the_issue(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    story.rest()
    assert (
        f"> **Needs you:** The final pull request (#{pull.number}) needs an approving review of"
        f" {pull.head_sha[:7]}.\n>\n> - `/orchestra merge` — merge it now"
    ) in story.progress()
    comment = story.comment("/orchestra merge")
    story.wait_for(story.has(COMPLETED), most=30)
    assert story.reactions(comment) == ["+1"]
    assert pull.merged_at is not None


def test_a_person_merges_it(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    story.github.repository(REPOSITORY).rules.clear()
    story.github.merge_pull_request(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(COMPLETED), most=10)
    story.settle()
    assert story.github.repository(REPOSITORY).git.branches() == ["main"]


@pytest.mark.parametrize("command", ["resume", "retry"])
def test_closed_by_a_person_it_pauses_and_another_is_opened(story: Story, command: str) -> None:
    pull = to_the_final_pull_request(story)
    story.github.close(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(PAUSED), most=10)
    assert unlinked(story.said()[-1]) == snapshot("""\
@ada **Widgets 2.0** is paused. The final pull request (#3): @\u200bgrace closed pull request #3 without merging it.

- `/orchestra resume` — continue from the current state on GitHub and Cursor
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")
    story.comment(f"/orchestra {command}")
    story.settle()
    story.wait_for(lambda: final(story).number != pull.number, most=30)
    story.wait_for(lambda: is_open(story))
    story.github.review(REPOSITORY, final(story).number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=30)
    assert pull.merged_at is None


def test_closed_and_reopened_by_a_person_it_goes_on(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    story.github.close(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(PAUSED), most=10)
    story.github.reopen(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(ACTIVE), most=10)
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=30)
    assert len(story.github.repository(REPOSITORY).pulls) == 2
    told(story, ASKED)


def test_skip_leaves_it_open_and_ends_the_epic_in_part(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    story.comment("/orchestra skip", on=pull.number)
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED), most=30)
    assert pull.open
    assert story.said(pull.number) == [
        "The final pull request was skipped, so Orchestra no longer manages this pull request. Merge"
        " or close it as you like."
    ]
    assert BRANCH in story.github.repository(REPOSITORY).git.branches()


def test_restart_is_not_for_it(story: Story) -> None:
    pull = to_the_final_pull_request(story)
    comment = story.comment("/orchestra restart", on=pull.number)
    story.settle()
    assert story.reactions(comment) == ["confused"]
    assert answers(story, pull.number) == ["The final pull request has no agent."]
    assert pull.open
    story.comment("/orchestra cancel")
    story.settle()


def test_a_failing_check_on_it_pauses_and_retry_judges_again(story: Story) -> None:
    checks = story.github.repository(REPOSITORY).ci.checks
    start(story)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    checks["test"] = CheckScript(conclusion="failure")
    story.wait_for(story.has(PAUSED), most=400)
    assert "The final pull request (#3): check “test” failed." in unlinked(story.said()[0])
    pull = final(story)
    story.github.set_check_run(
        REPOSITORY, pull.head_sha, "test", status="completed", conclusion="success"
    )
    story.settle()
    story.comment("/orchestra retry", on=pull.number)
    story.settle()
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.cursor.agents) == 1
    told(story, ASKED)


def test_a_branch_that_is_there_already_is_used(story: Story) -> None:
    story.github.commit_files(
        REPOSITORY, BRANCH, {"early.txt": "early\n"}, "Early", "ada", base="main"
    )
    to_the_final_pull_request(story)
    story.comment("/orchestra set merge=green")
    story.wait_for(story.has(COMPLETED), most=30)
    git = story.github.repository(REPOSITORY).git
    head = git.head("main")
    assert head is not None
    assert "early.txt" in git.files_at(head)


def test_a_branch_that_cannot_be_made_pauses_and_resume_makes_it(story: Story) -> None:
    refusal = Fault("POST .*/git/refs", status=422, body={"message": "Not here."}, times=1)
    story.github.faults.add(Fault("POST .*/git/refs", status=502, times=4))
    story.github.faults.add(refusal)
    start(story)
    story.wait_for(lambda: TO_BE_MADE in story.progress(), most=20)
    story.wait_for(story.has(PAUSED), most=30)
    told(story, "is paused. The branch `epic/1` couldn't be created: “Not here”.\n")
    assert story.cursor.agents == {}
    story.comment("/orchestra resume")
    story.wait_for(lambda: is_open(story))
    story.wait(5)
    told(story, ASKED)
    story.comment("/orchestra cancel")
    story.settle()
    assert final(story).open


def test_rules_of_the_default_branch_hold_for_it(story: Story) -> None:
    rules = BranchRules(required_checks=["test"], required_approvals=2)
    story.github.repository(REPOSITORY).rules["main"] = rules
    story.github.set_permission(REPOSITORY, "trent", "write")
    pull = to_the_final_pull_request(story)
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="grace")
    story.wait(30)
    assert story.epic().status is ACTIVE
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="trent")
    story.wait_for(story.has(COMPLETED), most=30)
    told(story, "GitHub's rules require an approving review of the final pull request (#")


def test_with_a_task_left_out_the_rest_is_merged_and_it_says_what_is_missing(
    story: Story,
) -> None:
    start(story, "- [ ] First thing\n- [ ] Second thing\n- [ ] Third thing\n")
    story.comment("/orchestra skip 2")
    story.wait_for(lambda: is_open(story))
    story.wait(5)
    told(story, ASKED)
    pull = final(story)
    first, third = (one for one in story.github.repository(REPOSITORY).pulls if one is not pull)
    assert pull.issue.body == (
        f"Refs #1\n\n- First thing (#{first.number})\n- Third thing (#{third.number})\n\n"
        "Left out, so not in this pull request:\n\n- Second thing"
    )
    story.github.review(REPOSITORY, pull.number, "APPROVE", by="grace")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED), most=30)
    assert pull.merged_at is not None
    story.settle()
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert "**Task 2:** Left out by `/orchestra skip`." in story.said()[-1]


def test_with_every_task_left_out_there_is_nothing_to_merge(story: Story) -> None:
    start(story, TWO)
    story.comment("/orchestra skip 1")
    story.comment("/orchestra skip 2")
    story.wait_for(story.has(EpicStatus.PARTIAL_COMPLETED), most=30)
    assert story.epic().final_pull_request is None
