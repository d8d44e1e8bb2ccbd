"""What a person reads whose command was carried out, where there is more to say than 👍."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.core.model.interruptions import Interruption
from bot.core.model.notices import Notice
from bot.core.model.notices import NoticeKind as Kind
from bot.rendering.answers import answer_text


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        (Kind.ALREADY_RUNNING, {}, "This epic is already running."),
        (
            Kind.START_SCHEDULED,
            {"at": datetime(2027, 1, 5, 8, tzinfo=UTC)},
            "Scheduled for 5 Jan 2027, 08:00 UTC. `/orchestra start` starts now; `/orchestra"
            " cancel` cancels the schedule.",
        ),
        (
            Kind.STARTED_BESIDE_OTHERS,
            {"names": ("7",)},
            "Started. #7 is also running in this repository, so merges into the same branch take"
            " turns.",
        ),
        (
            Kind.STARTED_BESIDE_OTHERS,
            {"names": ("7", "9")},
            "Started. #7 and #9 are also running in this repository, so merges into the same branch"
            " take turns.",
        ),
        (
            Kind.ISSUE_EDITS_NOT_USED,
            {"names": ("acme/widgets#1",)},
            "Resumed with the text that was approved before: nobody had read the last edit of"
            " acme/widgets#\u200b1 yet. Read it; the next `/orchestra resume` uses it.",
        ),
        (
            Kind.RETRY_AFTER_RESUME,
            {"task": 2},
            "Task 2 is tried again once you comment `/orchestra resume`.",
        ),
        (
            Kind.RETRY_AFTER_RESUME,
            {"task": 0},
            "The final pull request is tried again once you comment `/orchestra resume`.",
        ),
        (Kind.TASK_ADDED, {"task": 3}, "Added as task 3."),
        (
            Kind.SETTINGS_CHANGED,
            {"values": (("model", "gpt-9"), ("merge", "approved"))},
            "This epic now uses model `gpt-9` and merges when `approved`.",
        ),
        (
            Kind.SETTINGS_CHANGED_FOR_NEXT_START,
            {
                "values": (
                    ("model", "default"),
                    ("priority", "speed"),
                    ("merge", "manual"),
                    ("on_failure", "continue"),
                )
            },
            "From its next start, this epic uses the default model, runs with priority `speed`,"
            " leaves merging to people (`manual`) and continues when a task fails.",
        ),
        (
            Kind.INTERRUPTION_RESOLVED,
            {"interruption": Interruption.CLOSED},
            "The issue is open again. This epic stays paused until somebody comments `/orchestra"
            " resume`.",
        ),
    ],
)
def test_texts(kind: Kind, facts: dict[str, Any], text: str) -> None:
    assert answer_text(Notice(kind=kind, **facts)) == text
