"""What is played while the worker may die at any moment, what comes before, and the audits."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from bot.core.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import MergeQueue
from tests.harness import REPOSITORY, Story
from tests.stories.interrupted import at_work
from tests.stories.pull_requests import demand, opened, push, repository, the_agent
from tests.stories.steps import ONE, configure, script_check
from tests.stories.test_editing_the_checklist import before_the_tick

TWO = "- [ ] First thing\n- [ ] Second thing\n"
EPIC_BRANCH = "base_branch: epic/{number}\n"
NEVER = AgentScript(outcome="never")
# A dead worker's claims run out first, one after another.
MOST = 7200


@dataclass(frozen=True, kw_only=True)
class Danger:
    """What comes before the worker is in danger, what it is in danger in, and the audit.

    `performs` are kinds of effect that are performed in danger, by their names.
    """

    before: Callable[[Story], None]
    play: Callable[[Story], None]
    audit: Callable[[Story], None]
    performs: str


def markers(story: Story, number: int | None = None) -> Counter[str]:
    """How often each of our hidden markers stands on the epic, or on a pull request."""
    issue = story.github.issue(REPOSITORY, number or story.issue)
    ours = [one for one in issue.comments if one.user.login == "orchestra[bot]"]
    return Counter(one.body.splitlines()[0].split(":")[1] for one in ours)


def asked(story: Story, kind: str) -> int:
    """How many of our requests of that kind GitHub has carried out."""
    return sum(entry.status < 300 for entry in story.requests(kind))


def turns(story: Story) -> int:
    """How often the only agent there ever was has been given something to do."""
    return len(the_agent(story).runs)


def sent_back_once(story: Story, *, asks: int = 1) -> None:
    """`asks` is how often a person was asked to approve, once for each head."""
    assert turns(story) == 2
    assert len(the_agent(story).prompts) == 2
    assert markers(story) == Counter(progress=1, ask=asks)
    assert len(repository(story).pulls) == 1


def with_agent(story: Story, then: AgentScript = NEVER, **check: object) -> None:
    """Come to an unapproved pull request whose agent does `then` when it is sent back."""
    configure(story, "merge: {when: approved}\n")
    script_check(story, **check)
    story.cursor.plan(AgentScript(commits=({"widgets.py": "GREY\n"},), follow_ups=(then,)))
    story.github.set_permission(REPOSITORY, "grace", "write")
    opened(story)


# Every effect of an epic that nothing happens to.


def happy(story: Story) -> None:
    story.open_epic(ONE)
    story.comment("/orchestra start")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "closed", most=MOST)


def audit_happy(story: Story) -> None:
    assert story.body() == "- [x] First thing\n"
    assert story.github.issue(REPOSITORY, story.issue).state == "closed"
    assert repository(story).git.branches() == ["main"]
    (pull,) = repository(story).pulls
    assert pull.merged_at is not None
    assert len(story.cursor.agents) == 1
    assert markers(story) == {"progress": 1, "ended": 1}
    assert labels(story) == {"orchestra", "orchestra: done"}


def labels(story: Story) -> set[str]:
    return {label.name for label in story.github.issue(REPOSITORY, story.issue).labels}


# Cancelled, paused, interrupted.


def cancel(story: Story) -> None:
    story.comment("/orchestra cancel")
    story.wait_for(story.has(EpicStatus.CANCELLED), most=MOST)


def audit_cancelled(story: Story) -> None:
    assert all(agent.status != "RUNNING" for agent in story.cursor.agents.values())
    assert len(story.cursor.agents) == 1
    assert not any(pull.merged_at for pull in repository(story).pulls)
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert markers(story) == {"progress": 1}


def close(story: Story) -> None:
    story.github.close(REPOSITORY, story.issue, by="ada")
    story.wait_for(story.has(EpicStatus.PAUSED), most=MOST)


def audit_closed(story: Story) -> None:
    assert the_agent(story).status != "RUNNING"
    assert markers(story) == {"progress": 1, "paused": 1}
    assert labels(story) == {"orchestra", "orchestra: paused"}


def second_at_work(story: Story) -> None:
    story.cursor.plan(AgentScript())
    story.cursor.plan(NEVER)
    story.start(TWO)
    story.wait_for(story.task_is(2, TaskStatus.PROCESSING))
    story.wait(20)


def closed_by_us(story: Story) -> None:
    story.github.close(REPOSITORY, story.issue, by="orchestra[bot]")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "open", most=MOST)


def audit_reopened(story: Story) -> None:
    assert story.github.issue(REPOSITORY, story.issue).state == "open"
    assert story.epic().status is EpicStatus.ACTIVE
    assert markers(story) == {"progress": 1}


def in_queue(story: Story) -> None:
    demand(story, merge_queue=MergeQueue(after=100_000))
    story.start(ONE)
    story.wait_for(lambda: bool(repository(story).queue))
    story.rest()


def pause(story: Story) -> None:
    story.comment("/orchestra pause")
    story.wait_for(story.has(EpicStatus.PAUSED), most=MOST)


def audit_called_off(story: Story) -> None:
    assert repository(story).queue == []
    assert story.pull().auto_merge is None
    assert story.pull().open
    assert markers(story)["progress"] == 1


def left_to_github(story: Story) -> None:
    story.github.change_settings(REPOSITORY, allow_auto_merge=True)
    demand(story, other=["required_signatures"])
    script_check(story, after=30)
    opened(story)
    story.wait(20)


def switch_on_and_off(story: Story) -> None:
    story.wait_for(lambda: story.pull().auto_merge is not None, most=MOST)
    pause(story)


# Sent back to the pull request.


def red(story: Story) -> None:
    with_agent(story, fails_while=("widgets.py", "GREY"), after=80)
    story.wait(70, step=35)


def is_run_again(story: Story) -> bool:
    return len([one for one in repository(story).check_runs.values() if one.name == "test"]) > 1


def audit_rerun(story: Story) -> None:
    assert asked(story, "/rerun") == 1
    assert turns(story) == 1


def red_for_long(story: Story) -> None:
    with_agent(story, fails_while=("widgets.py", "GREY"), log="AssertionError: GREY\n")
    story.wait(290, step=60)
    assert turns(story) == 1


def wait_for_second_turn(story: Story) -> None:
    story.wait_for(lambda: turns(story) == 2, most=MOST)


def review(story: Story) -> None:
    comments = [("widgets.py", 1, "name it")]
    story.github.review(
        REPOSITORY, story.pull().number, "REQUEST_CHANGES", "No.", by="grace", comments=comments
    )
    wait_for_second_turn(story)


def reviewed(story: Story) -> None:
    again = AgentScript(commits=({"widgets.py": "RED\n"},), seconds_to_end=40)
    with_agent(story, again)
    review(story)
    story.wait(30, step=30)


def answered(story: Story) -> bool:
    return len(story.pull().threads[0].comments) > 1 and bool(story.pull().requested)


def audit_answered(story: Story) -> None:
    _, reply = story.pull().threads[0].comments
    assert reply.user.login == "orchestra[bot]"
    assert [one.login for one in story.pull().requested if hasattr(one, "login")] == ["grace"]
    sent_back_once(story)


def conflict(story: Story) -> None:
    push(story, "main", {"widgets.py": "RED\n"})
    wait_for_second_turn(story)


def behind(story: Story) -> None:
    demand(story, strict=True)
    with_agent(story)
    story.wait(20)


def fall_behind(story: Story) -> None:
    push(story, "main", {"other.md": "other\n"})
    story.wait_for(lambda: is_up_to_date(story), most=MOST)


def is_up_to_date(story: Story) -> bool:
    git = repository(story).git
    return git.head("main") in git.ancestors(story.pull().head_sha)


def audit_up_to_date(story: Story) -> None:
    assert asked(story, "update-branch") == 1
    assert turns(story) == 1


def red_base(story: Story) -> None:
    sha = story.epic().tasks[0].merge_sha
    assert sha is not None
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="failure")
    story.wait_for(lambda: markers(story)["revert"] > 0, most=MOST)
    story.github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion="success")
    story.wait_for(lambda: story.epic().base_red is None, most=MOST)


def audit_revert(story: Story) -> None:
    _, revert = repository(story).pulls
    assert revert.issue.title == "Revert “First thing” (#2)"
    assert markers(story) == {"progress": 1, "revert": 1}


def say_closes(story: Story) -> None:
    story.github.edit_issue(REPOSITORY, story.pull().number, body="Fixes #1", by="ada")
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.wait_for(story.has(EpicStatus.COMPLETED), most=MOST)


def audit_refers(story: Story) -> None:
    assert story.pull().issue.body == "Refs #1"
    assert story.pull().merged_at is not None
    assert markers(story) == {"progress": 1, "ask": 1, "ended": 1}


# The epic's own branch, and what is written for people.


def unlabelled(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.cursor.plan(NEVER)
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.settle()


def start(story: Story) -> None:
    story.comment("/orchestra start")
    story.wait_for(lambda: bool(story.cursor.agents), most=MOST)


def audit_made(story: Story) -> None:
    assert "epic/1" in repository(story).git.branches()
    assert labels(story) == {"orchestra", "orchestra: running"}
    assert the_agent(story).ref == "epic/1"
    assert markers(story) == {"progress": 1}


def nearly_home(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.github.merge_async_delay = 20
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.wait(5)
    script_check(story, never_ends=True)


def come_home(story: Story) -> None:
    def is_open() -> bool:
        task = story.epic().task(0)
        return task is not None and task.pull_request is not None

    story.wait_for(is_open, most=MOST)


def audit_home(story: Story) -> None:
    first, last = repository(story).pulls
    assert (first.base, last.base, last.head) == ("epic/1", "main", "epic/1")
    assert last.open
    assert markers(story) == {"progress": 1}


def waits_for_approval(story: Story) -> None:
    configure(story, EPIC_BRANCH)
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.start(ONE)
    story.wait_for(lambda: len(repository(story).pulls) == 2)
    story.wait(20)


def approve(story: Story) -> None:
    story.github.review(REPOSITORY, repository(story).pulls[-1].number, "APPROVE", by="grace")
    story.wait_for(lambda: story.github.issue(REPOSITORY, story.issue).state == "closed", most=MOST)


def audit_merged_home(story: Story) -> None:
    assert [pull.merged_at is not None for pull in repository(story).pulls] == [True, True]
    assert repository(story).git.branches() == ["main"]
    assert markers(story) == {"progress": 1, "ask": 1, "ended": 1}


def restart(story: Story) -> None:
    story.cursor.plan(NEVER)
    story.comment("/orchestra restart 1")
    story.wait_for(lambda: len(story.cursor.agents) == 2, most=MOST)


def audit_restarted(story: Story) -> None:
    assert len(story.cursor.agents) == 2
    (old,) = repository(story).pulls
    assert not old.open
    assert markers(story, old.number) == {"restarted": 1}


def add(story: Story) -> None:
    story.comment("/orchestra add Second thing")
    story.wait_for(lambda: "Second thing" in story.body(), most=MOST)


def audit_added(story: Story) -> None:
    assert story.body() == TWO
    assert [task.title for task in story.epic().tasks] == ["First thing", "Second thing"]


def about_to_tick(story: Story) -> None:
    story.cursor.plan(AgentScript())
    story.cursor.plan(NEVER)
    story.github.merge_async_delay = 20
    story.start(TWO)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.wait(5)
    edited = f"Hurry!\n\n{TWO}"
    edit = {"body": edited, "by": "ada"}
    before_the_tick(story, lambda: story.github.edit_issue(REPOSITORY, story.issue, **edit))


def restore(story: Story) -> None:
    story.wait_for(lambda: "Hurry!" in story.body() and "[x]" in story.body(), most=MOST)


def audit_restored(story: Story) -> None:
    assert story.body() == "Hurry!\n\n- [x] First thing\n- [ ] Second thing\n"


def green(story: Story) -> None:
    with_agent(story)
    story.wait(20)


DANGERS = {
    "happy": Danger(
        before=lambda _: None,
        play=happy,
        audit=audit_happy,
        performs="LaunchAgent LookAtWork LookAtPullRequest MarkReady MergePullRequest LookAtMerge"
        " DeleteBranch TickBox CloseIssue React PostComment ShowCheck ShowProgress ShowStateLabel",
    ),
    "cancel": Danger(before=at_work, play=cancel, audit=audit_cancelled, performs="StopAgent"),
    "closed": Danger(before=at_work, play=close, audit=audit_closed, performs="StopAgent"),
    "closed by us": Danger(
        before=second_at_work, play=closed_by_us, audit=audit_reopened, performs="ReopenIssue"
    ),
    "queue": Danger(before=in_queue, play=pause, audit=audit_called_off, performs="CallOffMerge"),
    "auto-merge": Danger(
        before=left_to_github,
        play=switch_on_and_off,
        audit=audit_called_off,
        performs="EnableAutoMerge CallOffMerge",
    ),
    "rerun": Danger(
        before=red,
        play=lambda story: story.wait_for(lambda: is_run_again(story), most=MOST),
        audit=audit_rerun,
        performs="RerunJobs",
    ),
    "failures": Danger(
        before=red_for_long,
        play=wait_for_second_turn,
        audit=lambda story: sent_back_once(story, asks=0),
        performs="ReadFailures SendFollowUp",
    ),
    "review": Danger(
        before=green,
        play=review,
        audit=sent_back_once,
        performs="ReadReviews SendFollowUp",
    ),
    "answer": Danger(
        before=reviewed,
        play=lambda story: story.wait_for(lambda: answered(story), most=MOST),
        audit=audit_answered,
        performs="LookAtAgent ReplyToThread RequestReview",
    ),
    "conflict": Danger(
        before=green,
        play=conflict,
        audit=sent_back_once,
        performs="UpdateBranch SendFollowUp",
    ),
    "behind": Danger(
        before=behind, play=fall_behind, audit=audit_up_to_date, performs="UpdateBranch"
    ),
    "red base": Danger(
        before=second_at_work,
        play=red_base,
        audit=audit_revert,
        performs="LookAtBase OpenRevert",
    ),
    "closing keyword": Danger(
        before=green,
        play=say_closes,
        audit=audit_refers,
        performs="EditPullRequestBody",
    ),
    "epic branch": Danger(
        before=unlabelled, play=start, audit=audit_made, performs="AddLabel MakeBaseBranch"
    ),
    "home": Danger(
        before=nearly_home, play=come_home, audit=audit_home, performs="OpenPullRequest"
    ),
    "merged home": Danger(
        before=waits_for_approval,
        play=approve,
        audit=audit_merged_home,
        performs="MergePullRequest",
    ),
    "restart": Danger(
        before=green, play=restart, audit=audit_restarted, performs="ClosePullRequest"
    ),
    "add": Danger(before=at_work, play=add, audit=audit_added, performs="AddLine"),
    "restored edit": Danger(
        before=about_to_tick, play=restore, audit=audit_restored, performs="TickBox RestoreEdit"
    ),
}
