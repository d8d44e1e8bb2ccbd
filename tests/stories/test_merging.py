"""How and when a task's pull request is merged."""

# The texts stand here as people read them.
# ruff: noqa: E501

import pytest
from inline_snapshot import snapshot

from bot.core.model.identifiers import EpicStatus, TaskStatus
from sandbox.cursor import AgentScript
from sandbox.github import BranchRules, CheckScript, Fault
from sandbox.github.operations import branches
from tests.harness import REPOSITORY, Story
from tests.stories.steps import configure

ONE = "- [ ] First thing\n"
ACTIVE, PAUSED, COMPLETED = EpicStatus.ACTIVE, EpicStatus.PAUSED, EpicStatus.COMPLETED


def in_conflict(story: Story) -> None:
    """Bring task 1's pull request into conflict with its base, which no agent resolves."""
    configure(story, "fixes: {conflict: 0}\n")
    story.cursor.default_script = AgentScript(commits=({"README.md": "# The agent's\n"},))
    story.github.repository(REPOSITORY).ci.checks["test"] = CheckScript(after=5)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.github.commit_files(REPOSITORY, "main", {"README.md": "# A person's\n"}, "Mine", "grace")
    story.wait_for(story.has(PAUSED))


def solve(story: Story) -> None:
    """Push a merge of the base into the pull request's branch, the agent's text kept."""
    github, pull, grace = story.github, story.pull(), story.github.person("grace")
    git, who = pull.repository.git, story.github.signature(story.github.user("grace"))
    parents, tree = (pull.head_sha, pull.base_sha), git.commit(pull.head_sha).tree
    merge = git.objects.write_commit(tree, parents, who, who, "Merge main")
    branches.move(github, pull.repository, grace, pull.head, merge)


def test_the_merge_is_a_squash_guarded_by_the_judged_head(story: Story) -> None:
    story.start(ONE)
    story.wait_for(story.has(COMPLETED))

    pull = story.pull()
    (asked,) = story.requests("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async")
    assert asked.request == {
        "sha": pull.head_sha,
        "merge_method": "squash",
        "commit_title": f"First thing (#{pull.number})",
        "commit_message": f"Task 1 of #{story.issue}",
    }
    git = story.github.repository(REPOSITORY).git
    assert git.head("main") == pull.merge_sha
    assert git.head(pull.head) is None


def test_a_conflict_pauses_until_a_person_has_solved_it(story: Story) -> None:
    in_conflict(story)
    assert story.said() == snapshot(
        [
            """\
@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): the branch has a merge conflict with `main`.

The agent's last words:

> Done; tests pass.

- `/orchestra retry 1` — try again
- `/orchestra skip 1` — leave this task out
- `/orchestra resume` — continue, once you have fixed it
- `/orchestra cancel` — end the epic; open pull requests stay open\
"""
        ]
    )
    solve(story)
    comment = story.comment("/orchestra resume")
    story.wait_for(story.has(COMPLETED))
    assert story.reactions(comment) == ["+1"]
    assert len(story.cursor.agents) == 1


def test_resume_with_the_conflict_still_there_pauses_again(story: Story) -> None:
    in_conflict(story)
    story.comment("/orchestra resume")
    story.settle()
    story.wait_for(story.has(PAUSED))
    assert [text.splitlines()[0] for text in story.said()] == [
        "@ada **Widgets 2.0** is paused. Task 1 “First thing” (#2): the branch has a merge conflict"
        " with `main`."
    ] * 2


def test_immediately_waits_for_no_checks(story: Story) -> None:
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules()
    repository.ci.checks["test"] = CheckScript(never_ends=True)
    configure(story, "merge: {when: immediately}\n")
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=20)


def test_manual_waits_for_a_person_to_merge(story: Story) -> None:
    configure(story, "merge: {when: manual}\n")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.wait(300, step=30)

    assert (
        "> **Needs you:** #2 (task 1 “First thing”) is ready for a person to merge."
        in story.progress()
    )
    assert story.requests("merge-async") == []
    (check,) = [
        run
        for run in story.github.repository(REPOSITORY).check_runs.values()
        if run.app.slug == "orchestra"
    ]
    assert (check.conclusion, check.title) == ("neutral", "Needs you")

    story.github.merge_pull_request(REPOSITORY, story.pull().number, by="grace")
    story.wait_for(story.has(COMPLETED), most=5)
    assert story.body() == "- [x] First thing\n"


def test_an_approving_review_is_awaited_where_the_rules_want_one(story: Story) -> None:
    rules = BranchRules(required_checks=["test"], required_approvals=1)
    story.github.repository(REPOSITORY).rules["main"] = rules
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.github.request_review(REPOSITORY, story.pull().number, ["grace"], by="ada")
    story.wait(20)
    assert (
        "> **Needs you:** GitHub's rules require an approving review of #2 (task 1 “First thing”),"
        " requested from @\u200bgrace."
    ) in story.progress()
    story.github.review(REPOSITORY, story.pull().number, "APPROVE", by="grace")
    story.wait_for(story.has(COMPLETED), most=10)


def test_where_there_is_no_asynchronous_merge_the_other_is_used(story: Story) -> None:
    story.github.has_merge_async = False
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    (asked,) = story.requests("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge")[1:]
    assert asked.request["sha"] == story.pull().head_sha


def test_a_head_that_moves_on_the_way_is_judged_afresh(story: Story) -> None:
    story.github.merge_async_delay = 3
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.MERGING))
    story.settle()
    judged, pull = story.pull().head_sha, story.pull()
    story.github.commit_files(REPOSITORY, pull.head, {"more.txt": "more\n"}, "More", "grace")
    story.wait_for(story.has(COMPLETED), most=120)

    asked = [entry.request["sha"] for entry in story.requests("merge-async") if entry.request]
    assert list(dict.fromkeys(asked)) == [judged, pull.head_sha]
    assert judged != pull.head_sha
    assert "GitHub did not merge: “Head branch was modified" in story.progress()


def test_a_merge_that_github_refuses_twice_is_a_persons(story: Story) -> None:
    refusal = Fault("PUT .*/merge-async", status=403, body={"message": "Not that one."}, times=2)
    story.github.faults.add(refusal)
    story.start(ONE)
    story.wait(300)
    (said,) = story.said()
    assert said.startswith(
        "@ada **Needs you:** GitHub doesn't let this App merge #2 (task 1 “First thing”):"
        " “Not that one”. A person has to."
    )
    assert "- `/orchestra merge 1` — " in said
    story.comment("/orchestra merge 1")
    story.wait_for(story.has(COMPLETED))


@pytest.mark.parametrize("times", [1, 8])
@pytest.mark.parametrize(
    "message",
    ["Base branch was modified. Review and try the merge again.", "Merge already in progress"],
)
def test_a_base_that_keeps_moving_fails_nothing(story: Story, message: str, times: int) -> None:
    words = {"message": message}
    story.github.faults.add(Fault("PUT .*/merge-async", status=405, body=words, times=times))
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=900)
    assert len(story.said()) == 1


def test_classic_protection_that_we_cannot_read_names_what_is_missing(story: Story) -> None:
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules(
        required_checks=["test"], resolved_threads=True, is_classic=True
    )
    repository.ci.checks["test"] = CheckScript(after=10)
    story.github.set_permission(REPOSITORY, "grace", "write")
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    pull = story.pull()
    [path] = pull.repository.git.files_at(pull.head_sha).keys() - {"README.md"}
    comments = [(path, 1, "Why?")]
    story.github.review(REPOSITORY, pull.number, "COMMENT", "hm", by="grace", comments=comments)
    story.wait(300, step=50)
    assert len([one for one in story.requests("PUT") if "merge-async" in one.kind]) == 1
    reason = (
        "#2 (task 1 “First thing”) doesn't satisfy GitHub's rules yet (1 conversation to resolve,"
        " GitHub says “Repository rule violations found A conversation must be resolved before this"
        " pull request can be merged”)."
    )
    assert f"> **Needs you:** {reason}\n" in story.progress()
    assert story.said()[0].startswith(f"@ada **Needs you:** {reason}\n")
    story.github.resolve_threads(REPOSITORY, pull.number, by="grace")
    story.wait_for(story.has(COMPLETED), most=30)


def test_classic_protection_that_wants_the_branch_up_to_date(story: Story) -> None:
    repository = story.github.repository(REPOSITORY)
    repository.rules["main"] = BranchRules(required_checks=["test"], strict=True, is_classic=True)
    repository.ci.checks["test"] = CheckScript(after=10)
    story.start(ONE)
    story.wait_for(story.task_is(1, TaskStatus.PR_OPEN))
    story.settle()
    story.github.commit_files(REPOSITORY, "main", {"other.md": "other\n"}, "Other", "grace")
    story.wait_for(story.has(COMPLETED), most=60)
    assert len(story.requests("update-branch")) == 1


def test_a_refusal_that_passes_is_tried_again(story: Story) -> None:
    refusal = Fault("PUT .*/merge-async", status=405, body={"message": "Base was modified."})
    story.github.faults.add(refusal)
    story.start(ONE)
    story.wait_for(story.has(COMPLETED), most=60)
    assert story.github.faults.waiting == []
    assert "GitHub did not merge: “Base was modified”" in story.progress()
