"""What people do to a task's pull request by hand."""

# The texts stand here as people read them.
# ruff: noqa: E501

from inline_snapshot import snapshot

from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.reasons import Failure, FailureKind
from sandbox.cursor import AgentScript
from sandbox.github import CheckScript, Fault
from tests.harness import REPOSITORY, Story
from tests.stories.pull_requests import the_agent
from tests.stories.steps import configure, give, unlinked

ONE = "- [ ] First thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED


def with_open_pull_request(story: Story, body: str = ONE) -> None:
    """Come to where the first task's pull request waits for a check that takes long."""
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=600)
    story.github.set_permission(REPOSITORY, "grace", "admin")
    story.start(body)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(5)


def merge_by_hand(story: Story) -> str:
    """A person takes the rule away, as an admin may, and merges."""
    story.github.repository(REPOSITORY).rules.clear()
    pull = story.pull()
    if pull.draft:
        story.github.ready_for_review(REPOSITORY, pull.number, by="grace")
    return story.github.merge_pull_request(REPOSITORY, pull.number, by="grace")


def test_a_person_merges(story: Story) -> None:
    with_open_pull_request(story)
    sha = merge_by_hand(story)
    story.wait_for(story.has(COMPLETED), most=5)
    assert story.epic().tasks[0].merge_sha == sha
    assert f"merged by @grace as {sha[:7]}" in story.progress()
    assert story.requests("merge-async") == []


def test_a_person_merges_while_paused(story: Story) -> None:
    with_open_pull_request(story, "- [ ] First thing\n- [ ] Second thing\n")
    story.comment("/orchestra pause")
    story.settle()
    merge_by_hand(story)
    story.settle()
    first, second = story.epic().tasks
    assert (first.status, second.status) == (TaskStatus.COMPLETED, TaskStatus.PENDING)
    assert story.epic().status is PAUSED
    assert story.body() == "- [x] First thing\n- [ ] Second thing\n"


def test_a_person_merges_the_last_one_while_paused(story: Story) -> None:
    with_open_pull_request(story)
    story.comment("/orchestra pause")
    story.settle()
    merge_by_hand(story)
    story.settle()
    assert story.epic().tasks[0].status is TaskStatus.COMPLETED
    story.comment("/orchestra resume")
    story.settle()
    assert story.epic().status is COMPLETED


def test_a_person_merges_what_had_failed(story: Story) -> None:
    configure(story, "fixes: {ci: 0}\n")
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(conclusion="failure")
    story.start("- [ ] First thing\n- [ ] Second thing\n")
    story.wait_for(story.has(PAUSED))
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript()
    merge_by_hand(story)
    story.wait_for(story.has(COMPLETED), most=120)
    assert story.body() == "- [x] First thing\n- [x] Second thing\n"


def test_a_person_closes(story: Story) -> None:
    with_open_pull_request(story)
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    (said,) = map(unlinked, story.said())
    assert said == snapshot("""\
@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): @\u200bgrace closed pull request #2 without merging it.

The agent's last words:

> Done; tests pass.

- `/orchestra retry 1` — try again
- `/orchestra skip 1` — leave this task out
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")


def test_a_person_reopens_and_it_goes_on(story: Story) -> None:
    with_open_pull_request(story)
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    story.github.reopen(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(ACTIVE), most=5)
    story.wait_for(story.has(COMPLETED), most=1300)
    assert len(story.cursor.agents) == 1


def test_closed_while_paused_is_said_at_resume(story: Story) -> None:
    with_open_pull_request(story)
    story.comment("/orchestra pause")
    story.settle()
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.settle()
    assert story.epic().tasks[0].failure == Failure(
        kind=FailureKind.PULL_REQUEST_CLOSED, by=Login("grace"), pull_request=2
    )
    assert "**Task 1:** @\u200bgrace closed pull request #2 without merging it." in story.progress()
    comment = give(story, "resume")
    assert story.reactions(comment) == ["+1"]
    assert story.epic().status is PAUSED
    assert unlinked(story.said()[-1]) == snapshot("""\
@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): @\u200bgrace closed pull request #2 without merging it.

The agent's last words:

> Done; tests pass.

- `/orchestra retry 1` — try again
- `/orchestra skip 1` — leave this task out
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")


def test_closed_and_reopened_while_paused_stays_paused(story: Story) -> None:
    with_open_pull_request(story)
    story.comment("/orchestra pause")
    story.settle()
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.settle()
    story.github.reopen(REPOSITORY, story.pull().number, by="grace")
    story.settle()
    assert story.epic().status is PAUSED
    assert story.epic().tasks[0].status is TaskStatus.PR_OPEN
    story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED), most=1300)


def test_retry_after_closing_begins_anew(story: Story) -> None:
    with_open_pull_request(story)
    closed = story.pull().number
    story.github.close(REPOSITORY, closed, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript()
    story.comment("/orchestra retry 1")
    story.settle()
    story.wait_for(story.has(COMPLETED), most=120)
    assert story.pull().number != closed


def with_the_agent_sent_back(story: Story) -> str:
    """Come to where a person's word keeps the agent at work; returns the pull request's branch."""
    later = AgentScript(outcome="never", seconds_to_commit=9000, commits=({"late.py": "late"},))
    story.cursor.plan(AgentScript(follow_ups=(later,)))
    with_open_pull_request(story, "- [ ] First thing\n- [ ] Second thing\n")
    story.comment("/orchestra fix 1 Do better")
    story.settle()
    story.wait(5)
    assert the_agent(story).status == "RUNNING"
    return story.pull().head


def test_a_person_merges_while_the_agent_is_sent_back(story: Story) -> None:
    branch = with_the_agent_sent_back(story)
    agent = the_agent(story)
    sha = merge_by_hand(story)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING), most=5)
    assert story.epic().tasks[0].merge_sha == sha
    assert not agent.latest.active
    assert branch not in story.github.repository(REPOSITORY).git.branches()
    story.wait_for(story.has(COMPLETED), most=1300)
    assert f"task 1: merged by @grace as {sha[:7]}" in story.progress()


def test_a_person_closes_while_the_agent_is_sent_back(story: Story) -> None:
    with_the_agent_sent_back(story)
    story.github.close(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    assert story.epic().tasks[0].failure == Failure(
        kind=FailureKind.PULL_REQUEST_CLOSED, by=Login("grace"), pull_request=2
    )
    assert story.said()[-1].startswith(
        "@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): @\u200bgrace closed pull request"
        " #2 without merging it.\n"
    )
    assert not the_agent(story).latest.active


def test_a_person_deletes_the_branch_while_the_agent_is_sent_back(story: Story) -> None:
    branch = with_the_agent_sent_back(story)
    story.github.delete_branch(REPOSITORY, branch, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    failure = story.epic().tasks[0].failure
    assert failure is not None
    assert failure.kind is FailureKind.BRANCH_DELETED
    assert not the_agent(story).latest.active


def test_a_draft_made_ready_by_a_person(story: Story) -> None:
    story.github.faults.add(Fault("GraphQL MarkReady", status=502, times=6))
    story.start(ONE)
    story.wait_for(lambda: "\nMarking #2 (task 1) as ready for review.\n" in story.progress())
    assert story.pull().draft
    story.github.ready_for_review(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(COMPLETED), most=60)


def test_a_draft_that_a_person_made_again_waits_for_a_person(story: Story) -> None:
    with_open_pull_request(story)
    assert not story.pull().draft
    story.github.convert_to_draft(REPOSITORY, story.pull().number, by="grace")
    story.wait(1300)
    assert story.pull().draft
    asked = [text for text in story.said() if "is a draft again" in text]
    assert len(asked) == 1
    assert "#2 (task 1" in asked[0] or "#2" in asked[0]
    assert "converted by @\u200bgrace" in asked[0]
    story.github.ready_for_review(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(COMPLETED), most=1300)


def test_merge_gets_past_a_draft_that_a_person_made_again(story: Story) -> None:
    with_open_pull_request(story)
    story.github.convert_to_draft(REPOSITORY, story.pull().number, by="grace")
    story.wait(700)
    assert story.pull().draft
    assert "`/orchestra merge 1`" in story.said()[-1]
    give(story, "merge 1")
    story.wait_for(story.has(COMPLETED), most=1300)


def test_a_person_deletes_the_branch(story: Story) -> None:
    with_open_pull_request(story)
    branch = story.pull().head
    story.github.delete_branch(REPOSITORY, branch, by="grace")
    story.wait_for(story.has(PAUSED), most=5)
    (said,) = story.said()
    assert said.startswith(
        "@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): the branch was deleted, which"
        " closed pull request #2.\n"
    )
    assert "- `/orchestra restart 1` — start over" in said
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript()
    story.comment("/orchestra restart 1")
    story.wait_for(story.has(COMPLETED), most=60)
    assert story.pull().head != branch
