from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.epic import Epic, Task
from bot.core.identifiers import EpicStatus, TaskStatus
from bot.core.settings import EpicSettings, MergeWhen
from bot.rendering.checks import CheckRun, check_run
from tests.rendering.facts import FAILED, MERGED, OPEN, epic, paused

_MANUAL = EpicSettings(merge_when=MergeWhen.MANUAL)
_TASK = "Task 2 of #3: Serve `/price` as JSON"


@pytest.mark.parametrize(
    ("facts", "task", "conclusion", "title", "summary"),
    [
        (
            epic(),
            OPEN,
            None,
            "Waiting to merge",
            f"{_TASK}\n\n**Waiting for** check “test” to finish",
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.PROCESSING, waiting_for="@a"),
            None,
            "The agent is at work",
            f"{_TASK}\n\n**Waiting for** @\u200ba",
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.MERGING, waiting_for=None),
            None,
            "Merging",
            _TASK,
        ),
        (
            epic(settings=_MANUAL),
            replace(OPEN, waiting_for="a person to merge it"),
            "neutral",
            "Waits for a person to merge it",
            f"{_TASK}\n\n**Waiting for** a person to merge it",
        ),
        (
            epic(),
            MERGED,
            "success",
            "Merged",
            f"Task 1 of #3: Add the model\n\nMerged into `main` as {'b' * 40}.",
        ),
        (
            paused(),
            FAILED,
            "neutral",
            "Needs a person: the task failed",
            f"{_TASK}\n\ncheck “test” failed\n\n"
            "`/orchestra retry 2` tries again, `/orchestra skip 2` leaves it out.",
        ),
        (
            paused(pause_reason="paused by @octocat"),
            OPEN,
            "neutral",
            "Paused",
            f"{_TASK}\n\nThe epic is paused: paused by @\u200boctocat\n\n"
            "`/orchestra resume` goes on.",
        ),
        (
            epic(status=EpicStatus.CANCELLED),
            replace(OPEN, status=TaskStatus.CANCELLED, waiting_for=None),
            "neutral",
            "The task was cancelled",
            _TASK,
        ),
        (
            epic(),
            replace(OPEN, status=TaskStatus.SKIPPED),
            "neutral",
            "The task was skipped",
            _TASK,
        ),
    ],
)
def test_check_runs(
    facts: Epic, task: Task, conclusion: str | None, title: str, summary: str
) -> None:
    assert check_run(facts, task) == CheckRun(
        name="Orchestra",
        status="completed" if conclusion else "in_progress",
        conclusion=conclusion,
        title=title,
        summary=summary,
    )


@given(
    st.sampled_from(EpicStatus), st.sampled_from(TaskStatus), st.text(), st.sampled_from(MergeWhen)
)
def test_no_check_run_can_block_a_merge(
    status: EpicStatus, task_status: TaskStatus, words: str, when: MergeWhen
) -> None:
    facts = epic(status=status, pause_reason=words, settings=EpicSettings(merge_when=when))
    task = replace(OPEN, status=task_status, title=words, failure=words, waiting_for=words)
    shown = check_run(facts, task)
    assert shown.conclusion in {None, "success", "neutral"}
    assert (shown.status == "completed") == (shown.conclusion is not None)
    assert len(shown.summary) < 65_535
