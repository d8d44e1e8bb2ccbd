# The texts stand here as people read them.
# ruff: noqa: E501

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from bot.core.commands.parsing import parse_line
from bot.core.model.epic import Epic
from bot.core.model.fixes import Fixes, FixKind
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.core.model.refusals import Refusal
from bot.core.model.task import FINAL_PULL_REQUEST, Task
from bot.core.text.prefix import PREFIX
from bot.rendering.check_run import CheckRun, check_run
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused

_AGENT = Wait(kind=WaitKind.AGENT)
_AT_WORK = replace(OPEN, status=TaskStatus.PROCESSING, wait=_AGENT)
_MANUAL = Wait(kind=WaitKind.MANUAL_MERGE, merge_allowed=True)
_ASKING = replace(OPEN, wait=_MANUAL, needs_person=True)
_FINAL = replace(_ASKING, number=FINAL_PULL_REQUEST, title="Build a little shop")
_CLOSED = Failure(kind=FailureKind.PULL_REQUEST_CLOSED, by=Login("ada"), pull_request=13)
_BY_OCTOCAT = Pause(kind=PauseKind.PERSON, by=Login("octocat"))


def _run(facts: Epic, task: Task) -> CheckRun:
    tasks = tuple(one for one in facts.tasks if one.number != task.number)
    return check_run(replace(facts, tasks=(*tasks, task)), task, at(20))


@pytest.mark.parametrize(
    ("facts", "task", "conclusion", "title", "buttons"),
    [
        (epic(), OPEN, None, "Waiting to merge", []),
        (epic(), _AT_WORK, None, "The agent is at work", []),
        (epic(), replace(OPEN, status=TaskStatus.MERGING, wait=None), None, "Merging", []),
        (epic(), _ASKING, "neutral", "Needs you", ["restart 2", "skip 2", "merge 2"]),
        (
            epic(),
            replace(_AT_WORK, needs_person=True),
            "neutral",
            "Needs you",
            ["restart 2", "skip 2"],
        ),
        (epic(), MERGED, "success", "Merged", []),
        (
            paused(),
            FAILED,
            "neutral",
            "Needs you: the task failed",
            ["retry 2", "restart 2", "skip 2"],
        ),
        (epic(status=EpicStatus.FAILED), FAILED, "neutral", "Needs you: the task failed", []),
        (paused(pause=_BY_OCTOCAT), OPEN, "neutral", "Paused", ["resume", "skip 2"]),
        (paused(pause=None), _AT_WORK, "neutral", "Paused", ["resume", "restart 2", "skip 2"]),
        (
            epic(status=EpicStatus.CANCELLED),
            replace(OPEN, status=TaskStatus.CANCELLED, wait=None),
            "neutral",
            "The task was cancelled",
            [],
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.SKIPPED),
            "neutral",
            "The task was skipped",
            [],
        ),
        (epic(MERGED, base_branch="epic/3"), _FINAL, "neutral", "Needs you", ["merge"]),
        (
            paused(),
            replace(_FINAL, status=TaskStatus.FAILED, failure=_CLOSED),
            "neutral",
            "Needs you: the task failed",
            ["resume"],
        ),
        (epic(), LATER, None, "Queued", []),
    ],
)
def test_check_runs(
    facts: Epic, task: Task, conclusion: str | None, title: str, buttons: list[str]
) -> None:
    shown = _run(facts, task)
    assert (shown.name, shown.conclusion, shown.title) == ("Orchestra", conclusion, title)
    assert shown.status == ("completed" if conclusion else "in_progress")
    # A Resume button names the text that it was shown with.
    given = [re.sub(r"(?<=resume) [0-9a-f]{8}", "", one.identifier) for one in shown.actions]
    assert given == buttons


def test_summary_while_work_continues() -> None:
    assert _run(epic(), OPEN).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

Waiting for check “test” to finish on this pull request.\
""")
    assert _run(epic(), _AT_WORK).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

Waiting for the agent on this task (started 12:13 UTC).\
""")


def test_summary_of_a_need() -> None:
    assert _run(epic(), _ASKING).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

This pull request is ready for a person to merge.

- `/orchestra restart 2` — start over with a new agent and a new branch
- `/orchestra skip 2` — leave this task out
- `/orchestra merge 2` — merge it now, without waiting\
""")
    assert _run(epic(MERGED, base_branch="epic/3"), _FINAL).summary == snapshot("""\
Final pull request of #3: Build a little shop

This pull request is ready for a person to merge.

- `/orchestra merge` — merge it now, without waiting\
""")


def test_summary_of_a_failure() -> None:
    assert _run(paused(), FAILED).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

Check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.

- `/orchestra retry 2` — try again
- `/orchestra restart 2` — start over with a new agent and a new branch
- `/orchestra skip 2` — leave this task out
- `/orchestra resume` — continue, once you have fixed it\
""")


def test_summary_in_a_pause() -> None:
    assert _run(paused(pause=_BY_OCTOCAT), OPEN).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

@\u200boctocat paused the epic.

- `/orchestra resume` — continue from the current state on GitHub and Cursor
- `/orchestra skip 2` — leave this task out\
""")
    assert _run(paused(), OPEN).summary == snapshot("""\
Task 2 of #3: Serve `/price` as JSON

The epic is paused. Task 2: check [test](https://github.com/acme/shop/actions/runs/1/job/2) failed. The agent was sent back twice.

- `/orchestra resume` — continue from the current state on GitHub and Cursor
- `/orchestra skip 2` — leave this task out
- `/orchestra merge 2` — merge it now, without waiting\
""")


def test_summary_of_an_end() -> None:
    assert _run(epic(), MERGED).summary == snapshot("""\
Task 1 of #3: Add the model

Merged into `main` as bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.\
""")
    final = replace(_FINAL, status=TaskStatus.COMPLETED, merge_sha=None)
    assert _run(epic(MERGED, base_branch="epic/3"), final).summary == snapshot("""\
Final pull request of #3: Build a little shop

Merged into `main`.\
""")


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (FixKind.CHECKS, "The agent is fixing the failed checks"),
        (FixKind.REVIEW, "The agent is making the requested changes"),
        (FixKind.CONFLICT, "The agent is resolving the merge conflict"),
        (FixKind.PERSON, "The agent is following your instructions"),
    ],
)
def test_what_an_agent_was_sent_back_for_is_named(kind: FixKind, title: str) -> None:
    task = replace(_AT_WORK, fixes=Fixes(under_way=kind))
    assert _run(epic(), task).title == title


@given(
    st.sampled_from(EpicStatus),
    st.sampled_from(TaskStatus),
    st.sampled_from([FINAL_PULL_REQUEST, 1, 9999]),
    st.booleans(),
    st.text(),
)
def test_no_check_run_can_block_a_merge(
    status: EpicStatus, task_status: TaskStatus, number: int, needs_person: bool, words: str
) -> None:
    failure = Failure(kind=FailureKind.MERGE_REFUSED, quote=words, merge_allowed=True)
    task = replace(
        OPEN,
        number=number,
        status=task_status,
        title=words,
        failure=failure,
        wait=Wait(kind=WaitKind.RULES, quote=words, merge_allowed=True),
        needs_person=needs_person,
    )
    pause = Pause(kind=PauseKind.NO_BASE_BRANCH, branch=words, quote=words)
    shown = _run(epic(status=status, pause=pause), task)
    assert shown.conclusion in {None, "success", "neutral"}
    assert (shown.status == "completed") == (shown.conclusion is not None)
    assert len(shown.summary) < 65_535
    assert len(shown.actions) <= 3
    assert shown.conclusion == "neutral" or not shown.actions
    for action in shown.actions:
        assert len(action.label) <= 20
        assert len(action.description) <= 40
        assert len(action.identifier) <= 20
        command = re.sub(r"(?<=resume) [0-9a-f]{8}", "", action.identifier)
        assert not isinstance(parse_line(f"{PREFIX} {command}"), Refusal)
