"""What happens between the moment a pull request is judged and that of its merge."""

import pytest

from bot.core.model.identifiers import TaskStatus
from bot.core.model.reasons import FailureKind
from sandbox.github import Fault, rate_limited
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import demand, push, repository
from tests.stories.steps import COMPLETED, ONE, PAUSED, configure, script_check
from tests.stories.test_auto_merge import auto_merge_requested

MERGE = "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
SNAPSHOT = "GraphQL PullRequestSnapshot"
GET_PULL = r"GET /repos/acme/widgets/pulls/\d+$"
TWO = "- [ ] First thing\n- [ ] Second thing\n"


def with_production(story: Story) -> str:
    """A branch beside main; returns its head."""
    return story.github.commit_files(
        REPOSITORY, "production", {"live.txt": "live\n"}, "Live", "grace", base="main"
    )


def merging(story: Story, body: str = TWO, seconds: float = 30) -> None:
    """Come to where GitHub merges the first pull request in the background."""
    story.github.merge_async_delay = seconds
    story.start(body)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.settle()


def failure(story: Story) -> tuple[FailureKind, str | None, str | None]:
    found = story.epic().tasks[0].failure
    assert found is not None
    return found.kind, found.branch, found.expected_branch


ELSEWHERE = (FailureKind.MERGED_ELSEWHERE, "production", "main")


@pytest.mark.parametrize("on_failure", ["pause", "continue", "stop"])
def test_a_merge_into_another_base_is_never_completed_and_offers_the_revert(
    story: Story, on_failure: str
) -> None:
    configure(story, f"on_failure: {on_failure}\n")
    with_production(story)
    merging(story)
    number = story.pull().number
    story.github.retarget(REPOSITORY, number, "production", by="grace")
    story.settle()
    story.wait(90)
    assert repository(story).pull(number).merged_at is not None
    assert (story.epic().status, failure(story)) == (PAUSED, ELSEWHERE)
    story.wait(700, step=100)
    assert story.epic().tasks[0].status is TaskStatus.FAILED
    assert story.epic().tasks[0].merge_sha is None
    assert "- [ ] First thing" in story.body()
    assert len(story.cursor.agents) == 1
    (revert,) = [one for one in repository(story).pulls if one.number != number]
    assert revert.base == "production"
    paused, offered = story.said()
    assert f"#{number} was merged into `production`" in paused.replace("pull request ", "")
    assert f"Merge #{revert.number} to revert it there." in offered


def test_what_was_merged_elsewhere_can_be_done_again(story: Story) -> None:
    with_production(story)
    merging(story, ONE, 5)
    story.github.retarget(REPOSITORY, story.pull().number, "production", by="grace")
    story.wait_for(story.has(PAUSED), most=60)
    story.comment("/orchestra retry 1")
    story.wait_for(story.has(COMPLETED))
    assert story.pull().base == "main"
    assert len(story.said()) == 3


def test_where_it_was_merged_is_found_out_although_github_does_not_answer(story: Story) -> None:
    with_production(story)
    merging(story, ONE, 5)
    story.github.faults.add(Fault(GET_PULL, status=502, times=2))
    story.github.retarget(REPOSITORY, story.pull().number, "production", by="grace")
    story.wait_for(story.has(PAUSED), most=60)
    assert failure(story) == ELSEWHERE
    assert len(story.said()) == 2


def test_a_merge_whose_base_cannot_be_asked_is_completed_by_a_fetch(story: Story) -> None:
    story.github.faults.add(Fault(GET_PULL, status=502, times=1))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    assert story.github.faults.waiting == []


def test_a_persons_merge_elsewhere_is_not_done_and_not_reverted(story: Story) -> None:
    configure(story, "on_failure: continue\n")
    with_production(story)
    script_check(story, never_ends=True)
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    number = story.pull().number
    pull = story.github.pull(REPOSITORY, number)
    if pull.draft:
        story.github.ready_for_review(REPOSITORY, number, by="grace")
    repository(story).rules.clear()
    story.github.retarget(REPOSITORY, number, "production", by="grace")
    story.github.merge_pull_request(REPOSITORY, number, by="grace")
    story.wait_for(story.has(PAUSED), most=30)
    assert failure(story) == ELSEWHERE
    story.wait(60)
    assert len(repository(story).pulls) == 1
    assert len(story.said()) == 1


def test_a_late_merge_elsewhere_after_a_cancel_is_reported(story: Story) -> None:
    with_production(story)
    merging(story, ONE, 20)
    story.comment("/orchestra cancel")
    story.settle()
    story.github.retarget(REPOSITORY, story.pull().number, "production", by="grace")
    story.wait(60)
    assert story.epic().tasks[0].status is TaskStatus.CANCELLED
    assert "- [ ] First thing" in story.body()
    assert any("into `production`, not `main`" in text for text in story.said())


def test_a_retargeted_pull_request_withdraws_an_unsent_merge(story: Story) -> None:
    head = with_production(story)
    script_check(story, after=10)
    story.github.faults.add(rate_limited("merge-async", retry_after=120))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.github.retarget(REPOSITORY, story.pull().number, "production", by="grace")
    story.wait_for(story.has(PAUSED), most=300)
    story.wait(300)
    assert failure(story)[0] is FailureKind.WRONG_BASE
    assert repository(story).git.head("production") == head
    assert story.pull().open
    assert len(story.said()) == 1


def test_a_judgement_that_has_grown_old_is_made_again(story: Story) -> None:
    script_check(story, after=10)
    story.github.faults.add(rate_limited("merge-async", retry_after=120))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    sha = story.pull().head_sha
    # No webhook tells: it is the age alone that has it judged again.
    story.lose = lambda _: True
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="failure")
    story.wait(200)
    assert story.requests(MERGE) == []
    assert story.pull().open
    assert story.epic().tasks[0].status is TaskStatus.PR_OPEN
    story.lose = lambda _: False
    story.expects_open_ends = True


@pytest.mark.parametrize("what", ["title", "base"])
def test_what_was_touched_since_is_judged_again_and_merged(story: Story, what: str) -> None:
    script_check(story, after=10)
    story.github.faults.add(rate_limited("merge-async", retry_after=5))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    before = len(story.requests(SNAPSHOT))
    if what == "title":
        story.github.edit_issue(REPOSITORY, story.pull().number, by="ada", title="Better")
    else:
        push(story, "main", {"other.txt": "x\n"})
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.requests(SNAPSHOT)) > before
    assert len(story.requests(MERGE)) == 1


def test_nothing_is_asked_twice_on_the_usual_way(story: Story) -> None:
    demand(story)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert len(story.requests(MERGE)) == 1
    assert len(story.requests("GET /repos/{owner}/{repo}/pulls/{pull_number}")) <= 2
    request = story.epic().tasks[0].pull_request
    assert request is not None
    assert request.merge.outdated == 0


def test_a_merge_that_a_limit_held_back_is_judged_again_once(story: Story) -> None:
    story.github.faults.add(rate_limited("merge-async", retry_after=60))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.wait_for(story.has(COMPLETED), most=100)
    outdated = story.epic().tasks[0].pull_request
    assert outdated is not None
    assert outdated.merge.outdated == 1


def test_what_our_auto_merge_took_elsewhere_is_taken_back(story: Story) -> None:
    with_production(story)
    auto_merge_requested(story)
    number = story.pull().number
    story.github.retarget(REPOSITORY, number, "production", by="grace")
    story.pass_time(5)
    story.github.tick()
    story.settle()
    story.wait(300)
    assert repository(story).pull(number).merged_at is not None
    assert [one.base for one in repository(story).pulls if one.number != number] == ["production"]
    assert "to revert it there" in story.said()[-1]
