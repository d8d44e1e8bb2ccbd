"""Each key of the settings file, from the file to what is seen of it."""

from functools import partial

import pytest

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules
from tests.harness import REPOSITORY, Story
from tests.stories.agents import launches
from tests.stories.steps import (
    ACTIVE,
    COMPLETED,
    ONE,
    PAUSED,
    before_tasks,
    configure,
    obeyed,
    pending,
    script_check,
)

PENDING = EpicStatus.PENDING


def test_label(story: Story) -> None:
    configure(story, "label: robot\n")
    story.issue = story.github.open_issue(REPOSITORY, "Widgets 2.0", ONE, by="ada").number
    story.github.label(REPOSITORY, story.issue, "orchestra", by="ada")
    story.settle()
    assert story.bot_comments() == []
    story.github.label(REPOSITORY, story.issue, "robot", by="ada")
    story.settle()
    assert before_tasks(story).startswith("### Widgets 2.0 · ready to start\n")
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))


def test_ignore_checks(story: Story) -> None:
    configure(story, "merge: {ignore_checks: [lint], grace: 0s}\n")
    story.github.repository(REPOSITORY).rules["main"] = BranchRules()
    script_check(story)
    checks = story.github.repository(REPOSITORY).ci.checks
    checks["lint"] = type(checks["test"])(conclusion="failure")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))


def test_delete_branch_false(story: Story) -> None:
    configure(story, "merge: {delete_branch: false}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert story.pull().head in story.github.repository(REPOSITORY).git.branches()


def test_undraft_false(story: Story) -> None:
    configure(story, "merge: {undraft: false}\n")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(30)
    assert (story.pull().draft, story.requests("merge")) == (True, [])
    assert (
        "> **Needs you:** #2 (task 1 “First thing”) is a draft. It can be merged once it is marked"
        " as ready for review.\n"
    ) in story.progress()
    story.github.ready_for_review(REPOSITORY, story.pull().number, by="ada")
    story.wait_for(story.has(COMPLETED), most=60)


def test_grace(story: Story) -> None:
    configure(story, "merge: {grace: 20s}\n")
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules()
    repository.ci.checks.clear()
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    opened = story.clock.now()
    story.wait_for(story.has(COMPLETED), most=60)
    assert 18 <= (story.clock.now() - opened).total_seconds() <= 30


def test_timeout(story: Story) -> None:
    configure(story, "agents: {timeout: 5m, retries: 0}\n")
    story.cursor.plan(AgentScript(outcome="never"))
    story.start(ONE)
    story.wait(280, step=280)
    assert story.epic().status is ACTIVE
    story.wait_for(story.has(PAUSED), most=60)


@pytest.mark.parametrize("retries", [0, 1])
def test_retries(story: Story, retries: int) -> None:
    configure(story, f"agents: {{retries: {retries}}}\n")
    story.cursor.default_script = AgentScript(outcome="ERROR")
    story.start(ONE)
    story.wait_for(story.has(PAUSED), most=900)
    asked = launches(story) + story.cursor.ledger.of_kind("POST /v0/agents/{id}/followup")
    assert len(asked) == 1 + retries


def test_mention_false(story: Story) -> None:
    configure(story, "notify: {mention: false}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    assert [text.splitlines()[0] for text in story.said()] == [
        "**Widgets 2.0** is done with 1 of 1 task."
    ]


def state_labels(story: Story) -> list[str]:
    """The issue's labels but the trigger."""
    names = [label.name for label in story.github.issue(REPOSITORY, story.issue).labels]
    return [name for name in names if name != "orchestra"]


def wears(story: Story, label: str) -> bool:
    return state_labels(story) == [label]


def test_state_labels_follow_the_epic(story: Story) -> None:
    story.cursor.default_script = AgentScript(seconds_to_end=60)
    pending(story)
    assert state_labels(story) == []
    for command, label in (("start", "running"), ("pause", "paused"), ("resume", "running")):
        obeyed(story, command)
        story.wait_for(partial(wears, story, f"orchestra: {label}"), most=9)
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert state_labels(story) == ["orchestra: done"]


def test_state_labels_can_be_turned_off(story: Story) -> None:
    configure(story, "labels: {state: false}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    story.rest()
    assert state_labels(story) == []


def test_checks_timeout(story: Story) -> None:
    configure(story, "merge: {checks_timeout: 1m}\n")
    script_check(story, never_starts=True)
    story.start(ONE)
    story.wait_for(lambda: story.said() != [], most=300)
    name = "#2 (task 1 “First thing”)"
    need = f"**Needs you:** Waiting for the required check “test” to start on {name}."
    assert story.said()[0].startswith(f"@ada {need}\n")
    assert f"> {need}\n" in story.progress()


def test_merge_method(story: Story) -> None:
    configure(story, "merge: {method: rebase}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    (merge,) = story.requests("/merge-async")[:1]
    assert merge.request["merge_method"] == "rebase"


@pytest.mark.parametrize(("command", "base"), [("start", "develop"), ("start base=main", "main")])
def test_base_branch(story: Story, command: str, base: str) -> None:
    configure(story, "base_branch: develop\nmerge: {grace: 0s}\n")
    files = {"dev.txt": "x\n"}
    story.github.commit_files(REPOSITORY, "develop", files, "Develop", "ada", base="main")
    pending(story)
    obeyed(story, command)
    story.wait_for(story.has(COMPLETED))
    assert story.pull().base == base


def test_model(story: Story) -> None:
    configure(story, "agents: {model: o3}\n")
    story.start(ONE)
    assert [launch.request["model"] for launch in launches(story)] == ["o3"]
    story.wait_for(story.has(COMPLETED))


def test_a_merge_method_that_is_not_allowed(story: Story) -> None:
    rules = BranchRules(required_checks=["test"], allowed_merge_methods=["squash"])
    story.github.repository(REPOSITORY).rules["main"] = rules
    configure(story, "merge: {method: rebase}\n")
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert story.said()[0].splitlines()[0] == (
        "@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): `merge.method` is `rebase`, but"
        " the repository and its rules only allow `squash`. Change the setting, or allow `rebase`"
        " on GitHub."
    )
    assert story.requests("/merge-async") == []
    configure(story, "merge: {method: squash}\n", forget=True)
    obeyed(story, "resume")
    story.wait_for(story.has(COMPLETED))
    assert len(story.cursor.agents) == 1


@pytest.mark.parametrize("allowed", [["rebase", "merge"], ["rebase"]])
def test_merge_method_left_out(story: Story, allowed: list[str]) -> None:
    rules = BranchRules(required_checks=["test"], allowed_merge_methods=allowed)
    story.github.repository(REPOSITORY).rules["main"] = rules
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    first = story.requests("/merge-async")[0]
    assert first.request["merge_method"] == ("merge" if "merge" in allowed else "rebase")
