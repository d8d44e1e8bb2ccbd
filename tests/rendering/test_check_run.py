from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.commands import PREFIX, CommandMistake, parse_line
from bot.core.model.epic import FINAL_PULL_REQUEST, Epic, Fixes, FixKind, PauseCause, Task
from bot.core.model.identifiers import EpicStatus, TaskStatus
from bot.rendering.check_run import check_run
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, epic, paused

_TASK = "Task 2 of #3: Serve `/price` as JSON"
_AT_WORK = replace(OPEN, status=TaskStatus.PROCESSING, waiting_for="@a")
_ASKING = replace(OPEN, waiting_for="a person to merge it", needs_person=True)
_FINAL = replace(_ASKING, number=FINAL_PULL_REQUEST, title="Build a little shop")
_HOME = "Final pull request of #3: Build a little shop"
_RETRY = "Retry: retry 2"
_RESTART = "Restart: restart 2"
_SKIP = "Skip: skip 2"
_MERGE = "Merge now: merge 2"
_RESUME = "Resume: resume"


@pytest.mark.parametrize(
    ("facts", "task", "conclusion", "title", "summary", "buttons"),
    [
        (
            epic(),
            OPEN,
            None,
            "Waiting to merge",
            f"{_TASK}\n\n**Waiting for** check “test” to finish; `/orchestra skip 2` leaves it out",
            [],
        ),
        (
            epic(),
            _AT_WORK,
            None,
            "The agent is at work",
            f"{_TASK}\n\n**Waiting for** @\u200ba; `/orchestra restart 2` begins it anew,"
            " `/orchestra skip 2` leaves it out",
            [],
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.MERGING, waiting_for=None),
            None,
            "Merging",
            f"{_TASK}\n\n**Waiting for** GitHub to merge its pull request;"
            " `/orchestra pause` holds what comes after",
            [],
        ),
        (
            epic(),
            _ASKING,
            "neutral",
            "Waits for a person",
            f"{_TASK}\n\n**Waiting for** a person to merge it; `/orchestra skip 2` leaves it out",
            [_MERGE, _RESTART, _SKIP],
        ),
        (
            epic(),
            replace(_ASKING, status=TaskStatus.PROCESSING, waiting_for="a person"),
            "neutral",
            "Waits for a person",
            f"{_TASK}\n\n**Waiting for** a person; `/orchestra restart 2` begins it anew,"
            " `/orchestra skip 2` leaves it out",
            [_RESTART, _SKIP],
        ),
        (
            epic(),
            MERGED,
            "success",
            "Merged",
            f"Task 1 of #3: Add the model\n\nMerged into `main` as {'b' * 40}.",
            [],
        ),
        (
            paused(),
            FAILED,
            "neutral",
            "Needs a person: the task failed",
            f"{_TASK}\n\ncheck “test” failed\n\n`/orchestra retry 2` tries again,"
            " `/orchestra restart 2` does it from scratch, `/orchestra skip 2` leaves it out.",
            [_RETRY, _RESTART, _SKIP],
        ),
        (
            epic(status=EpicStatus.FAILED),
            FAILED,
            "neutral",
            "Needs a person: the task failed",
            f"{_TASK}\n\ncheck “test” failed",
            [],
        ),
        (
            paused(pause_reason="paused by @octocat"),
            OPEN,
            "neutral",
            "Paused",
            f"{_TASK}\n\nThe epic is paused: paused by @\u200boctocat\n\n"
            "`/orchestra resume` goes on.",
            [_RESUME, _MERGE, _SKIP],
        ),
        (
            paused(pause_reason="paused by @octocat", pause_cause=PauseCause.PERSON),
            OPEN,
            "neutral",
            "Paused",
            f"{_TASK}\n\nThe epic is paused: paused by @\u200boctocat\n\n"
            "`/orchestra resume` goes on.",
            [_RESUME, _SKIP],
        ),
        (
            paused(pause_reason=None),
            _AT_WORK,
            "neutral",
            "Paused",
            f"{_TASK}\n\nThe epic is paused.\n\n`/orchestra resume` goes on.",
            [_RESUME, _SKIP],
        ),
        (
            epic(status=EpicStatus.CANCELLED),
            replace(OPEN, status=TaskStatus.CANCELLED, waiting_for=None),
            "neutral",
            "The task was cancelled",
            _TASK,
            [],
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.SKIPPED),
            "neutral",
            "The task was skipped",
            _TASK,
            [],
        ),
        (
            epic(base_branch="epic/3"),
            _FINAL,
            "neutral",
            "Waits for a person",
            f"{_HOME}\n\n**Waiting for** a person to merge it; `/orchestra cancel` ends the epic"
            " and leaves it open",
            ["Merge now: merge"],
        ),
        (
            paused(),
            replace(_FINAL, status=TaskStatus.FAILED, failure="closed by @ada"),
            "neutral",
            "Needs a person: the task failed",
            f"{_HOME}\n\nclosed by @\u200bada\n\n`/orchestra retry` in a comment here tries again,"
            " `/orchestra cancel` ends the epic.",
            ["Retry: retry"],
        ),
        (
            epic(base_branch="epic/3"),
            replace(_FINAL, status=TaskStatus.COMPLETED, merge_sha=None),
            "success",
            "Merged",
            f"{_HOME}\n\nMerged into `main`.",
            [],
        ),
    ],
)
def test_check_runs(
    facts: Epic, task: Task, conclusion: str | None, title: str, summary: str, buttons: list[str]
) -> None:
    shown = check_run(facts, task)
    assert (shown.name, shown.conclusion, shown.title) == ("Orchestra", conclusion, title)
    assert shown.status == ("completed" if conclusion else "in_progress")
    assert shown.summary == summary
    assert [f"{button.label}: {button.identifier}" for button in shown.actions] == buttons


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        (FixKind.CHECKS, "The agent is at work on the failed checks"),
        (FixKind.REVIEW, "The agent is at work on the requested changes"),
        (FixKind.CONFLICT, "The agent is at work on the merge conflict"),
        (FixKind.PERSON, "The agent is at work on what it was asked for"),
    ],
)
def test_what_an_agent_was_sent_back_for_is_named(kind: FixKind, title: str) -> None:
    task = replace(_AT_WORK, fixes=Fixes(under_way=kind))
    assert check_run(epic(), task).title == title


def test_a_task_that_is_to_be_tried_again_waits_its_turn() -> None:
    assert check_run(epic(), LATER).title == "Waits its turn"


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
    task = replace(
        OPEN,
        number=number,
        status=task_status,
        title=words,
        failure=words,
        waiting_for=words,
        needs_person=needs_person,
    )
    shown = check_run(epic(status=status, pause_reason=words), task)
    assert shown.conclusion in {None, "success", "neutral"}
    assert (shown.status == "completed") == (shown.conclusion is not None)
    assert len(shown.summary) < 65_535
    assert len(shown.actions) <= 3
    assert shown.conclusion == "neutral" or not shown.actions
    for action in shown.actions:
        assert len(action.label) <= 20
        assert len(action.description) <= 40
        assert len(action.identifier) <= 20
        assert not isinstance(parse_line(f"{PREFIX} {action.identifier}"), CommandMistake)
