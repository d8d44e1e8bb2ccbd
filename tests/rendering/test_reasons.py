# The texts stand here as people read them.
# ruff: noqa: E501

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.interruptions import Interruption
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.rendering.failures import more_about
from bot.rendering.links import PROJECT, is_placeholder, troubleshooting
from bot.rendering.pauses import interruption_text, pause_text
from bot.rendering.reasons import THE_TASK, TaskName, failure_text, fragment, wait_text
from bot.rendering.style import PLAIN
from tests.rendering.facts import at
from tests.rendering.harmless import check_answer

_PAGE = (("test", "https://github.com/acme/shop/actions/runs/1/job/2"),)
_FAILURE = Failure(
    kind=FailureKind.AGENT_ERROR,
    quote="Resource not accessible.",
    service="Cursor",
    by=Login("ada"),
    people=("ada", "bob"),
    checks=("lint", "test"),
    pages=_PAGE,
    pull_request=13,
    branch="dev",
    expected_branch="main",
    rounds=2,
    attempts=3,
    wanted="rebase",
    allowed=("squash", "merge"),
)
_WAIT = Wait(
    kind=WaitKind.AGENT,
    until=at(30),
    checks=("test",),
    failed=("lint",),
    pages=_PAGE,
    people=("ada", "acme/leads"),
    rules=("required_signatures",),
    branch="main",
    sha=CommitSha("c" * 40),
    path=".github/workflows/ci.yml",
    position=2,
    count=1,
    task=1,
    retry=1,
    retries=3,
    failure=Failure(kind=FailureKind.AGENT_ERROR),
    quote="Resource not accessible.",
)
_TASK = TaskName(
    task="task 2 (#13)", short="task 2", request="#13 (task 2)", since=at(9), now=at(20)
)
_PAUSE = Pause(
    kind=PauseKind.PERSON,
    by=Login("ada"),
    failure=_FAILURE,
    branch="epic/3",
    interruption=None,
    quote="Reference update failed.",
)


def test_every_failure_has_words() -> None:
    lines = [failure_text(replace(_FAILURE, kind=kind)) for kind in FailureKind]
    assert "\n".join(lines) == snapshot("""\
the agent failed. Tried 3 times.
the agent ran out of time, or of the money set aside for it. Tried 3 times.
somebody stopped the agent at Cursor. Tried 3 times.
Cursor refused to launch the agent: “Resource not accessible”. Tried 3 times.
GitHub refused to create the branch `dev`: “Resource not accessible”. Tried 3 times.
the branch `dev` leaves no room for the agent's branch, whose name begins with `orchestra/`.
Cursor never confirmed that the agent was launched. Tried 3 times.
the agent finished without changing anything.
GitHub refused a request about the pull request: “Resource not accessible”.
@\u200bada closed pull request #13 without merging it.
the branch was deleted, which closed pull request #13.
the branch `dev` was renamed to `another name`, which closed pull request #13. A retry continues from `another name`. You can also rename the branch back and reopen pull request #13.
pull request #13 comes from a fork.
pull request #13 goes into `dev` instead of `main`.
pull request #13 was merged into `dev` instead of `main`.
checks “lint” and [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.
@\u200bada and @\u200bbob requested changes. The agent was sent back twice.
the branch has a merge conflict with `dev`. The agent was sent back twice.
`merge.method` is `rebase`, but the repository and its rules only allow `squash` and `merge`. Change the setting, or allow `rebase` on GitHub.
GitHub didn't merge the pull request: “Resource not accessible”.
the task was removed from the checklist.
it needs another task, which isn't done.
an error in Orchestra itself came up again and again. The operator of this server finds it in the log.
Resource not accessible.\
""")


def test_every_wait_has_words() -> None:
    lines = [wait_text(replace(_WAIT, kind=kind), _TASK) for kind in WaitKind]
    assert "\n".join(lines) == snapshot("""\
Launching an agent for task 2.
The launch of an agent for task 2 went unanswered: “Resource not accessible”. Looking for that agent until 12:34 UTC.
Waiting for the agent on task 2 (started 12:13 UTC).
Sending the agent on task 2 its next instructions.
Checking what the agent on task 2 did.
Waiting for the agent on task 2 to open its pull request.
The agent on task 2 is already working on the failure.
Stopping the agent on task 2 failed: “Resource not accessible”. It may still be working. It can be stopped at Cursor.
Task 2 (#13): the agent failed. Retry 1 of 3 starts at 12:34 UTC.
Waiting for a free agent: 1 agent is at work for other epics.
Waiting to launch an agent for task 2: what is left of the budget is set aside for agents that have yet to end.
Opening #13 (task 2).
Checking the state of #13 (task 2).
Looking for a pull request that has replaced #13 (task 2).
Marking #13 (task 2) as ready for review.
#13 (task 2) is a draft again (converted by @\u200bada and @\u200bacme/leads). It can be merged once it is marked as ready for review.
Editing #13 (task 2), whose text would close this issue.
Updating the branch of task 2 (#13) from `main`.
#13 (task 2) has to be updated from `main`. GitHub didn't do it: “Resource not accessible”.
Check “test” is failing on `main`. Work continues by itself once it passes.
`main` was pushed to. Checking that it still contains the last merge.
Waiting for the required check [test](https://github.com/acme/shop/actions/runs/1/job/2) to start on #13 (task 2).
Waiting for check [test](https://github.com/acme/shop/actions/runs/1/job/2) to finish on #13 (task 2). Check “lint” failed.
Waiting until 12:34 UTC for checks to start on #13 (task 2).
Waiting for check [test](https://github.com/acme/shop/actions/runs/1/job/2) to start on #13 (task 2), like on earlier pull requests into its base branch.
Check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed on #13 (task 2) and may be flaky: running it once more.
Check [test](https://github.com/acme/shop/actions/runs/1/job/2) on #13 (task 2) didn't finish: cancelled or given up. A new run is needed.
A person has to act on check [test](https://github.com/acme/shop/actions/runs/1/job/2) of #13 (task 2).
#13 (task 2) was a draft when it skipped check [test](https://github.com/acme/shop/actions/runs/1/job/2), and no new run has started. The workflow may not listen to `ready_for_review`.
Workflows on #13 (task 2) wait for approval in the Actions tab: check [test](https://github.com/acme/shop/actions/runs/1/job/2).
The rules of `main` require Orchestra's own check, which ends only after the merge. Take “Orchestra” out of the required checks.
Check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed on #13 (task 2). Its agent is sent back at 12:34 UTC unless somebody pushes a fix.
Reading why check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed on #13 (task 2).
#13 (task 2) needs an approving review of ccccccc, requested from @\u200bada and @\u200bacme/leads.
GitHub's rules require an approving review of #13 (task 2), requested from @\u200bada and @\u200bacme/leads.
@\u200bada and @\u200bacme/leads requested changes on #13 (task 2).
Waiting for @\u200bada and @\u200bacme/leads to review #13 (task 2) again.
@\u200bada and @\u200bacme/leads requested changes on #13 (task 2), but the agent pushed nothing.
1 conversation on #13 (task 2) must be resolved.
#13 (task 2) is ready for a person to merge.
#13 (task 2) changes `.github/workflows/ci.yml`. This App isn't allowed to merge changes to workflow files, so a person has to.
#13 (task 2) changes `.github/workflows/ci.yml`, which governs this repository. Somebody who can give commands has to approve ccccccc, or merge it.
@\u200bada and @\u200bacme/leads pushed to #13 (task 2) but can't give commands. Somebody who can, and did not push to it, has to approve ccccccc, or somebody who can has to merge it.
Waiting for GitHub to say whether #13 (task 2) can be merged.
GitHub doesn't let this App merge #13 (task 2): “Resource not accessible”. A person has to.
#13 (task 2) doesn't satisfy GitHub's rules yet (`required_signatures`, 1 conversation to resolve, GitHub says “Resource not accessible”).
GitHub merges #13 (task 2) once its rules are satisfied (`required_signatures`, 1 conversation to resolve, GitHub says “Resource not accessible”).
#13 (task 2) is in GitHub's merge queue (position 2).
Waiting for GitHub to merge #13 (task 2).
GitHub didn't merge #13 (task 2): “Resource not accessible”. Trying again.
Waiting for the merge of task 1, which comes first.
Waiting for Resource not accessible.\
""")


def test_every_pause_has_words() -> None:
    paused = [
        *(replace(_PAUSE, kind=kind) for kind in PauseKind),
        replace(_PAUSE, kind=PauseKind.INTERRUPTED, interruption=Interruption.CLOSED),
        replace(_PAUSE, kind=PauseKind.TASK_FAILED, interruption=Interruption.LOCKED, held=True),
        replace(_PAUSE, kind=PauseKind.TASK_FAILED, held=True, held_by=Login("bob")),
        replace(_PAUSE, kind=PauseKind.PERSON, held=True, held_by=Login("bob")),
        replace(_PAUSE, kind=PauseKind.PERSON, held=True),
        Pause(kind=PauseKind.TASK_FAILED),
    ]
    assert "\n".join(pause_text(one, "task 2 (#13)") for one in paused) == snapshot("""\
@\u200bada paused the epic.
The running task has ended, and @\u200bada asked to pause then.
Task 2 (#13): the agent failed. Tried 3 times.
The branch `epic/3` couldn't be created: “Reference update failed”.
`epic/3` no longer contains a commit, the merge of task 2 (#13). Somebody may have rewritten its history. Restore it, or continue from `epic/3` as it is.
The issue or the repository changed.
This epic has no money left for another agent. Its agents may cost all of it together.
All tasks are done, but a later edit of the checklist has mistakes, so what it adds or changes isn't used. Correct it or take it back, then resume.
Reference update failed.
@\u200bada closed the issue.
Task 2 (#13): the agent failed. Tried 3 times. @\u200bada locked the issue. Somebody paused the epic as well.
Task 2 (#13): the agent failed. Tried 3 times. @\u200bbob paused the epic as well.
@\u200bada paused the epic. @\u200bbob paused the epic as well.
@\u200bada paused the epic.
Task 2 (#13): the reason is unknown.\
""")


def test_every_interruption_has_words() -> None:
    lines = [interruption_text(kind) for kind in Interruption]
    lines.append(interruption_text(Interruption.RENAMED, "ada"))
    assert "\n".join(lines) == snapshot("""\
The label was removed.
The issue was closed.
The issue was locked.
The issue was transferred.
The issue was deleted.
The repository was renamed or moved.
The repository was archived.
The repository was deleted.
The App was uninstalled.
The App was suspended.
@\u200bada renamed or moved the repository.\
""")


@pytest.mark.parametrize("kind", FailureKind)
def test_a_failure_with_nothing_known_is_a_sentence(kind: FailureKind) -> None:
    text = failure_text(Failure(kind=kind))
    assert text.endswith(".")
    assert "None" not in text
    assert "  " not in text


@pytest.mark.parametrize("kind", WaitKind)
def test_a_wait_with_nothing_known_is_a_sentence(kind: WaitKind) -> None:
    text = wait_text(Wait(kind=kind), THE_TASK)
    assert text.endswith(".")
    assert text[0].isupper() or text.startswith("`")
    assert "None" not in text
    assert "  " not in text


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (Failure(kind=FailureKind.AGENT_ERROR, attempts=1), "the agent failed. Retries are off."),
        (Failure(kind=FailureKind.AGENT_ERROR), "the agent failed."),
        (
            Failure(kind=FailureKind.CHECKS_FAILED, checks=("test",), pages=_PAGE, rounds=1),
            f"check [test]({_PAGE[0][1]}) failed. The agent was sent back once.",
        ),
        (
            Failure(kind=FailureKind.CHECKS_FAILED, checks=("test",), pushed_nothing=True),
            "check “test” failed. The agent was sent back but pushed nothing.",
        ),
        (
            Failure(kind=FailureKind.CHECKS_FAILED, checks=tuple("abcdefg")),
            "checks “a”, “b”, “c”, “d”, “e” and 2 more failed.",
        ),
        (
            Failure(kind=FailureKind.MERGE_REFUSED),
            "GitHub's merge queue took the pull request out.",
        ),
        (
            Failure(kind=FailureKind.NO_MERGE_METHOD),
            "the repository and its rules allow no merge method. Allow one of them on GitHub.",
        ),
        (
            Failure(kind=FailureKind.NO_MERGE_METHOD, wanted="rebase"),
            "the repository and its rules allow no merge method. Allow `rebase`, which"
            " `merge.method` asks for, on GitHub.",
        ),
        (
            Failure(kind=FailureKind.PULL_REQUEST_CLOSED),
            "somebody closed its pull request without merging it.",
        ),
    ],
)
def test_failures(failure: Failure, words: str) -> None:
    assert failure_text(failure) == words


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (
            Wait(kind=WaitKind.CONVERSATIONS, count=2),
            "2 conversations on the pull request must be resolved.",
        ),
        (Wait(kind=WaitKind.RULES), "The pull request doesn't satisfy GitHub's rules yet."),
        (
            Wait(kind=WaitKind.OTHER_MERGE, issue=7, branch="main"),
            "Waiting for the merge of a pull request of #7 into `main`, which comes first.",
        ),
        (
            Wait(kind=WaitKind.BASE_RED, branch="main", checks=("a", "b")),
            "Checks “a” and “b” are failing on `main`. Work continues by itself once they pass.",
        ),
        (
            Wait(kind=WaitKind.BRANCH_UPDATE, branch="main", conflict=True),
            "The pull request has a merge conflict: updating the branch of the task from `main`.",
        ),
    ],
)
def test_waits(wait: Wait, words: str) -> None:
    assert wait_text(wait, THE_TASK) == words


def test_a_log_line_has_no_markdown() -> None:
    wait = Wait(kind=WaitKind.CHECK_FAILURES, checks=("a*b",), pages=(("a*b", "https://x.y/1"),))
    assert fragment(wait_text(wait, THE_TASK, PLAIN)) == (
        "reading why check “a*b” failed on the pull request"
    )
    assert fragment("GitHub refused the merge.") == "GitHub refused the merge"


def test_each_kind_of_failure_has_its_section_in_the_manual() -> None:
    assert troubleshooting(FailureKind.CHECKS_FAILED, "https://github.com/acme/orchestra") == (
        "https://github.com/acme/orchestra/blob/main/docs/troubleshooting.md#checks-failed"
    )


def test_no_comment_links_to_a_placeholder() -> None:
    assert is_placeholder("https://github.com/OWNER/orchestra")
    assert not is_placeholder("https://github.com/owners/orchestra")
    if is_placeholder(PROJECT):
        assert not any(list(more_about(kind)) for kind in FailureKind)


_HOSTILE = st.text("`|@#<>[]()*_a1\n\\ /:.") | st.text()


@given(st.sampled_from(FailureKind), _HOSTILE, _HOSTILE)
def test_no_failure_mentions_or_refers(kind: FailureKind, name: str, words: str) -> None:
    failure = Failure(
        kind=kind,
        quote=words,
        service=name,
        by=Login(name),
        people=(name, words),
        checks=(name,),
        pages=((name, words),),
        branch=name,
        expected_branch=words,
    )
    check_answer(f"<!-- x -->\nIt is so: {failure_text(failure)}")


@given(st.sampled_from(WaitKind), _HOSTILE, _HOSTILE)
def test_no_wait_mentions_or_refers(kind: WaitKind, name: str, words: str) -> None:
    wait = Wait(
        kind=kind,
        quote=words,
        people=(name,),
        checks=(name,),
        failed=(words,),
        pages=((words, name),),
        rules=(name,),
        branch=words,
        path=name,
    )
    check_answer(f"<!-- x -->\nIt is so: {wait_text(wait, THE_TASK)}")
