"""Checks on a task's pull request: which count, which are awaited, what a failure leads to."""

from inline_snapshot import snapshot

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules, CheckScript
from tests.harness import REPOSITORY, Story
from tests.stories.steps import configure, unlinked

ONE = "- [ ] First thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED


def checks(story: Story, *required: str, **scripts: CheckScript) -> None:
    """What runs on pull requests, and what the base branch's rules require."""
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules(required_checks=list(required))
    repository.ci.checks.clear()
    repository.ci.checks.update(scripts)


def unfixed(story: Story, *required: str, **scripts: CheckScript) -> None:
    """The same where no agent is sent back to failed checks."""
    configure(story, "fixes: {ci: 0}\n")
    checks(story, *required, **scripts)


def test_a_failed_check_fails_the_task_and_pauses_the_epic(story: Story) -> None:
    unfixed(story, "test", test=CheckScript(conclusion="failure"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))

    (said,) = map(unlinked, story.said())
    assert said == snapshot("""\
@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): check “test” failed.

The agent's last words:

> Done; tests pass.

<details><summary>End of the log</summary>

```text
test: failure
```

</details>

- `/orchestra retry 1` — try again
- `/orchestra skip 1` — leave this task out
- `/orchestra resume` — continue, once you have fixed it
- `/orchestra cancel` — end the epic; open pull requests stay open\
""")
    assert "> **Needs you:** Task 1 “First thing” (#2): check “test” failed." in unlinked(
        story.progress()
    )
    assert story.requests("merge") == []


def test_retry_sends_the_same_agent_back_and_judges_the_new_head(story: Story) -> None:
    unfixed(story, "test", test=CheckScript(fail_first=1))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    first_head = story.pull().head_sha
    comment = story.comment("/orchestra retry 1")
    story.wait_for(story.has(COMPLETED))

    assert story.reactions(comment) == ["+1"]
    assert len(story.cursor.agents) == 1
    (follow_up,) = story.cursor.ledger.of_kind("POST /v0/agents/{id}/followup")
    assert "These checks failed: test." in follow_up.request["prompt"]["text"]
    assert story.pull().head_sha != first_head
    assert len(story.github.repository(REPOSITORY).pulls) == 1


def test_checks_skipped_on_a_draft_do_not_count(story: Story) -> None:
    unfixed(story, "test", test=CheckScript(skip_drafts=True, conclusion="failure"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))

    assert "check “test” failed" in unlinked(story.said()[0])
    assert story.pull().merged_at is None


def test_checks_skipped_on_a_ready_pull_request_pass(story: Story) -> None:
    checks(story, "test", test=CheckScript(conclusion="skipped"))
    story.cursor.default_script = AgentScript(draft=False)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)


def test_without_required_checks_ninety_seconds_are_left_for_some_to_appear(story: Story) -> None:
    checks(story)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    opened = story.clock.now()
    story.wait(80)
    assert "Waiting until " in story.progress()
    story.wait_for(story.has(COMPLETED), most=20)
    assert 88 <= (story.clock.now() - opened).total_seconds() <= 95


def test_a_check_that_appears_within_the_grace_counts(story: Story) -> None:
    unfixed(story, late=CheckScript(starts_after=30, after=1, conclusion="failure"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert "check “late” failed" in unlinked(story.said()[0])


def test_commit_statuses_are_checks_too(story: Story) -> None:
    unfixed(story, "test", test=CheckScript(as_status=True, conclusion="failure"))
    story.start(ONE)
    story.wait_for(story.has(PAUSED))
    assert "check “test” failed" in unlinked(story.said()[0])


def test_a_passing_commit_status_is_enough(story: Story) -> None:
    checks(story, "test", test=CheckScript(as_status=True))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=30)


def test_a_person_is_asked_when_a_required_check_never_starts(story: Story) -> None:
    checks(story, "test", test=CheckScript(never_starts=True))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(60)
    assert "Waiting for the required check “test” to start on #2 (task 1)." in story.progress()
    assert story.said() == []
    story.wait(3600, step=300)
    asked = [
        "@ada **Needs you:** Waiting for the required check “test” to start on #2 (task 1 “First"
        " thing”).\n\n"
        "- `/orchestra restart 1` — start over with a new agent and a new branch\n"
        "- `/orchestra skip 1` — leave this task out"
    ]
    assert story.said() == asked
    story.wait(3600, step=300)
    assert story.said() == asked
    assert story.epic().status is ACTIVE


def test_another_running_check_is_awaited_beside_the_required_one(story: Story) -> None:
    checks(story, "test", test=CheckScript(), slow=CheckScript(after=40))
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(20)
    assert "Waiting for check “slow” to finish on #2 (task 1)." in story.progress()
    story.wait_for(story.has(COMPLETED), most=40)


def test_our_own_check_is_never_counted(story: Story) -> None:
    checks(story)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(20)
    (run,) = story.github.repository(REPOSITORY).check_runs.values()
    assert (run.app.slug, run.name, run.status) == ("orchestra", "Orchestra", "in_progress")
    story.wait_for(story.has(COMPLETED), most=100)
    assert (run.status, run.conclusion) == ("completed", "success")


def test_an_ignored_check_may_fail(story: Story) -> None:
    configure(story, "merge: {ignore_checks: [lint]}\n")
    checks(story, "test", test=CheckScript(), lint=CheckScript(conclusion="failure"))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    assert story.requests("/rerun") == []
