"""The words of the log's lines."""

from typing import Any

import pytest

from bot.core.model.fixes import FixKind
from bot.core.model.identifiers import Login
from bot.core.model.interruptions import Interruption
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind, Wait, WaitKind
from bot.rendering.log_lines import log_line

ADA = Login("ada")
AGENT_FAILED = Failure(kind=FailureKind.AGENT_ERROR)


@pytest.mark.parametrize(
    ("kind", "facts", "line"),
    [
        (NoticeKind.AGENT_ENDED, {"quote": "FINISHED"}, "agent finished"),
        (NoticeKind.PULL_REQUEST_WATCHED, {"pull_request": 2}, "watching #2"),
        (NoticeKind.RESTARTED, {"by": ADA}, "restarted by @ada"),
        (NoticeKind.FIX_REQUESTED, {"by": ADA}, "@ada sent the agent a message"),
        (NoticeKind.MERGED, {"sha": "0adf8c6" + "0" * 33}, "merged as 0adf8c6"),
        (NoticeKind.MERGED, {"by": ADA}, "merged by @ada"),
        (
            NoticeKind.PAUSED,
            {"pause": Pause(kind=PauseKind.PERSON, by=ADA)},
            "paused by @ada",
        ),
        (
            NoticeKind.PAUSED,
            {"pause": Pause(kind=PauseKind.TASK_FAILED, task=2, failure=AGENT_FAILED)},
            "paused: task 2 failed",
        ),
        (
            NoticeKind.START_CANCELLED,
            {"interruption": Interruption.CLOSED, "by": ADA},
            "scheduled start cancelled: @ada closed the issue",
        ),
        (NoticeKind.START_CANCELLED, {"by": ADA}, "scheduled start cancelled by @ada"),
        (NoticeKind.INTERRUPTED, {"interruption": Interruption.LOCKED}, "the issue was locked"),
        (
            NoticeKind.RETRY_SCHEDULED,
            {"failure": AGENT_FAILED, "count": 1, "limit": 3, "seconds": 5.2},
            "the agent failed; retry 1 of 3 in 5 s",
        ),
        (
            NoticeKind.WAITING,
            {"wait": Wait(kind=WaitKind.MERGE_QUEUE, position=2)},
            "the pull request is in GitHub's merge queue (position 2)",
        ),
        (
            NoticeKind.BASE_RED,
            {"branch": "main", "names": ("lint", "test")},
            "checks “lint” and “test” are failing on main: launches and merges wait",
        ),
        (
            NoticeKind.AGENT_SENT_BACK,
            {"fix": FixKind.CONFLICT},
            "sending the agent back to its pull request: a merge conflict",
        ),
        (
            NoticeKind.EFFECT_FAILED,
            {"effect": "DeleteBranch", "quote": "Branch is protected."},
            "delete branch was refused: “Branch is protected”",
        ),
        (
            NoticeKind.SETTINGS_CHANGED,
            {"by": ADA, "values": (("model", "gpt-9"), ("merge", "approved"))},
            "@ada set model to gpt-9 and merge to approved",
        ),
        (NoticeKind.LEGACY, {"quote": "agent FINISHED"}, "agent FINISHED"),
    ],
)
def test_lines(kind: NoticeKind, facts: dict[str, Any], line: str) -> None:
    assert log_line(Notice(kind=kind, **facts)) == line


def test_an_answer_that_is_never_logged_has_no_line() -> None:
    with pytest.raises(KeyError):
        log_line(Notice(kind=NoticeKind.ALREADY_RUNNING))
