"""`set`, and the repository's settings file."""

from functools import partial

import pytest

from bot.core.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules
from tests.harness import REPOSITORY, Story
from tests.stories.agents import launches
from tests.stories.steps import (
    ACTIVE,
    COMPLETED,
    ONE,
    PAUSED,
    configure,
    give,
    obeyed,
    refused,
    script_check,
    with_open_pull_request,
)

PENDING = EpicStatus.PENDING
USAGE = "\n\nUsage: `/orchestra set KEY=VALUE [KEY=VALUE…]`"


def pending(story: Story, body: str = ONE) -> None:
    """Open an epic, and start nothing."""
    story.open_epic(body)
    story.settle()


def before_tasks(story: Story) -> str:
    """What the progress comment says above its table."""
    return story.progress().split("\n\n| # |")[0]


# The command.


def test_set_model(story: Story) -> None:
    pending(story)
    obeyed(story, "set model=o3")
    assert story.said() == ["For this epic, model is o3 from now on."]
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
    assert [launch.request["model"] for launch in launches(story)] == ["o3"]


def test_set_priority_quality_has_the_complex_model_do_everything(story: Story) -> None:
    configure(
        story, "agents: {model: o3, model_by_complexity: {complex: claude-4-opus-thinking}}\n"
    )
    pending(story)
    obeyed(story, "set priority=quality")
    assert story.said() == ["For this epic, priority is quality from now on."]
    obeyed(story, "start")
    story.wait_for(story.has(COMPLETED))
    assert [launch.request["model"] for launch in launches(story)] == ["claude-4-opus-thinking"]


def test_set_merge_approved(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=approved")
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(30)
    assert story.requests("merge") == []
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="ada")
    story.wait_for(story.has(COMPLETED), most=30)


def test_set_several_at_once_and_see_them(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set MERGE=manual on_failure=Continue priority=speed")
    assert story.said() == [
        "For this epic, priority is speed, merge is manual, on\\_failure is continue from now on."
    ]
    story.wait(30)
    assert story.epic().status is ACTIVE
    obeyed(story, "set merge=green")
    story.wait_for(story.has(COMPLETED), most=30)


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("set", "set needs a setting, as in set merge=approved." + USAGE),
        ("set merge", "merge needs a value, as in merge=…" + USAGE),
        ("set merge=green merge=manual", "merge is given twice." + USAGE),
        (
            "set merge=aproved",
            "merge is green, approved, immediately or manual, not “aproved”."
            " Did you mean `/orchestra set merge=approved`?" + USAGE,
        ),
        (
            "set priority=urgent",
            "priority is speed, balanced or quality, not “urgent”." + USAGE,
        ),
        (
            "set on_failure=explode",
            "on\\_failure is pause, continue or stop, not “explode”." + USAGE,
        ),
        (
            "set colour=red",
            "set does not know “colour”; it takes model, priority, merge and on\\_failure." + USAGE,
        ),
    ],
)
def test_what_set_refuses(story: Story, command: str, answer: str) -> None:
    pending(story)
    assert refused(story, command) == answer


def test_set_on_an_ended_epic(story: Story) -> None:
    pending(story)
    obeyed(story, "cancel")
    assert refused(story, "set merge=manual") == (
        "This epic has ended. `/orchestra start` goes on with what is not done."
    )


# The file's mistakes.


def test_every_mistake_is_shown_with_its_line_and_nothing_starts(story: Story) -> None:
    text = (
        "merge:\n"
        "  wehn: green\n"
        "  grace: 2h\n"
        "on_failure: contine\n"
        "agents: {retries: many}\n"
        "permissions: {cancle: write}\n"
    )
    configure(story, text)
    pending(story)
    assert before_tasks(story) == (
        "### Widgets 2.0 · needs a correction\n"
        "\n"
        "Nothing starts until `.github/orchestra.yml` is right:\n"
        "\n"
        "- .github/orchestra.yml line 2: merge.wehn: There is no such key. Accepted: when, method,"
        " delete\\_branch, undraft, up\\_to\\_date, ignore\\_checks, grace, checks\\_timeout."
        " Did you mean when?\n"
        "- .github/orchestra.yml line 3: merge.grace: “2h” is not accepted. Accepted: a duration"
        " from 0s to 1h, such as 90s, 10m or 1h30m.\n"
        "- .github/orchestra.yml line 4: on\\_failure: “contine” is not accepted. Accepted: pause,"
        " continue or stop. Did you mean continue?\n"
        "- .github/orchestra.yml line 5: agents.retries: “many” is not accepted. Accepted: a whole"
        " number from 0 to 10.\n"
        "- .github/orchestra.yml line 6: permissions.cancle: There is no such key. Accepted:"
        " command, start, pause, resume, cancel, retry, restart, skip, add, merge, fix, set,"
        " status, logs, doctor, help. Did you mean cancel?\n"
        "\n"
        "**Waiting for** a corrected `.github/orchestra.yml`, then `/orchestra start`"
    )
    assert refused(story, "start").startswith(
        "The settings have mistakes: .github/orchestra.yml line 2: merge.wehn: There is no such"
    )
    assert (story.epic().status, story.cursor.agents) == (PENDING, {})


def test_a_file_that_is_no_yaml(story: Story) -> None:
    configure(story, "label: [\n")
    pending(story)
    assert refused(story, "start") == (
        "The settings have mistakes: .github/orchestra.yml line 1: This is not YAML: did not find"
        " expected node content."
    )


def test_a_mended_file_is_read_at_start(story: Story) -> None:
    configure(story, "on_failure: contine\n")
    pending(story)
    refused(story, "start")
    configure(story, "on_failure: continue\n", forget=True)
    obeyed(story, "start")
    assert story.epic().settings.on_failure == "continue"
    story.wait_for(story.has(COMPLETED))


def test_a_changed_file_is_taken_over_at_resume_and_not_before(story: Story) -> None:
    story.start(ONE)
    configure(story, "merge: {when: manual}\n", forget=True)
    obeyed(story, "pause")
    assert story.epic().settings.merge_when == "green"
    obeyed(story, "resume")
    assert story.epic().settings.merge_when == "manual"


def test_mistakes_made_meanwhile_are_said_at_resume(story: Story) -> None:
    story.start(ONE)
    configure(story, "merge: {when: never}\n", forget=True)
    obeyed(story, "pause")
    assert refused(story, "resume") == (
        "The settings have mistakes: .github/orchestra.yml line 1: merge.when: “never” is not"
        " accepted. Accepted: green, approved, immediately or manual."
    )
    assert story.epic().status is PAUSED


def test_what_was_set_outlives_the_file_s_change(story: Story) -> None:
    story.start(ONE)
    obeyed(story, "set merge=approved\n/orchestra pause")
    configure(story, "merge: {when: manual, grace: 10s}\n", forget=True)
    obeyed(story, "resume")
    assert (story.epic().settings.merge_when, story.epic().settings.grace) == ("approved", 10)


# Its keys.


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
    assert "**Waiting for** " in story.progress()
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
    assert [text.splitlines()[0] for text in story.said()] == ["**Widgets 2.0** is done."]


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


# Who may.


def test_permissions_name_people_teams_and_levels(story: Story) -> None:
    configure(
        story,
        "permissions:\n"
        "  command: maintain\n"
        "  pause: [grace]\n"
        "  cancel: [acme/platform]\n"
        "  add: [maintain, linus]\n",
    )
    for login, role in (("grace", "read"), ("linus", "read"), ("dora", "maintain")):
        story.github.set_permission(REPOSITORY, login, role)
    story.github.set_permission(REPOSITORY, "wally", "write")
    story.github.team("acme", "platform", ["tess"])
    pending(story)
    asked = "people with maintain permission on this repository"
    assert refused(story, "start", by="wally") == (
        f"Sorry, wally: commands are for {asked}. Nothing was done."
    )
    obeyed(story, "start", by="dora")
    assert refused(story, "pause") == "Sorry, ada: `pause` is for @\u200bgrace. Nothing was done."
    obeyed(story, "pause", by="grace")
    assert refused(story, "resume", by="grace") == (
        f"Sorry, grace: commands are for {asked}. Nothing was done."
    )
    obeyed(story, "add More", by="linus")
    obeyed(story, "add Even more", by="dora")
    assert refused(story, "add No more", by="wally") == (
        f"Sorry, wally: `add` is for {asked} or @\u200blinus. Nothing was done."
    )
    assert refused(story, "cancel", by="dora") == (
        "Sorry, dora: `cancel` is for @\u200bacme/platform. Nothing was done."
    )
    obeyed(story, "cancel", by="tess")


def test_a_listed_bot_may(story: Story) -> None:
    configure(story, 'permissions: {command: [write, "helper[bot]"]}\n')
    pending(story)
    obeyed(story, "start", by="helper[bot]")
    assert story.epic().status is ACTIVE


def test_a_bot_that_is_not_listed_gets_no_answer(story: Story) -> None:
    configure(story, 'permissions: {command: [write, "helper[bot]"]}\n')
    pending(story)
    comment = give(story, "start", by="other[bot]")
    assert (story.reactions(comment), story.said()) == ([], [])


def test_checks_timeout(story: Story) -> None:
    configure(story, "merge: {checks_timeout: 1m}\n")
    script_check(story, never_starts=True)
    story.start(ONE)
    story.wait_for(lambda: story.said() != [], most=300)
    assert story.said()[0].startswith("@ada **Widgets 2.0** needs a person. ")


def test_merge_method(story: Story) -> None:
    configure(story, "merge: {method: rebase}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))
    (merge,) = story.requests("/merge-async")[:1]
    assert merge.request["merge_method"] == "rebase"


def test_the_conditions_of_a_running_epic_are_those_it_was_started_under(story: Story) -> None:
    with_open_pull_request(story)
    configure(story, "merge: {when: manual}\n", forget=True)
    script_check(story)
    assert story.epic().settings.merge_when == "green"
