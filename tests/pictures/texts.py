"""The texts: an epic's progress comment in every state, doctor's answer, each failure's comment."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.core.model.epic import Epic
from bot.core.model.findings import Finding, FindingKind, Topic
from bot.core.model.identifiers import AgentStatus, CommitSha, EpicStatus, Login, TaskStatus
from bot.core.model.messages import Message, MessageKind
from bot.core.model.mistakes import (
    ChecklistMistake,
    ChecklistMistakeKind,
    SettingsMistake,
    SettingsMistakeKind,
)
from bot.core.model.reasons import Failure, FailureKind, Pause, PauseKind
from bot.core.model.settings import Level, Rule
from bot.core.model.task import Task
from bot.rendering.epic_view import epic_view
from bot.rendering.messages import message_comment
from tests.pictures.many_tasks import comment, many_tasks
from tests.pictures.money import money
from tests.pictures.planning import planning
from tests.rendering.facts import FAILED, LATER, MERGED, OPEN, at, epic, paused, pending

_QUEUED = tuple(Task(number=number, title=title) for number, title in ((4, "Pack it"), (5, "Ship")))
_DETAILS: dict[FailureKind, dict[str, Any]] = {
    FailureKind.AGENT_ERROR: {"quote": "I could not find the module `prices`.", "attempts": 4},
    FailureKind.LAUNCH_REFUSED: {"service": "Cursor", "quote": "Repository is not connected"},
    FailureKind.BRANCH_REFUSED: {"service": "GitHub", "quote": "Reference update failed"},
    FailureKind.PULL_REQUEST_REFUSED: {"quote": "Validation Failed"},
    FailureKind.PULL_REQUEST_CLOSED: {"by": Login("grace")},
    FailureKind.BRANCH_RENAMED: {
        "branch": "orchestra/epic-7/task-2-1a2b3c",
        "renamed_to": "prices",
    },
    FailureKind.FORK: {"pull_request": 13},
    FailureKind.WRONG_BASE: {"pull_request": 13, "branch": "dev", "expected_branch": "main"},
    FailureKind.MERGED_ELSEWHERE: {
        "pull_request": 13,
        "branch": "dev",
        "expected_branch": "main",
        "sha": CommitSha("c9d4e1f" + "0" * 33),
    },
    FailureKind.CHANGES_REQUESTED: {"people": ("grace",), "rounds": 5},
    FailureKind.NO_MERGE_METHOD: {"wanted": "rebase", "allowed": ("squash",)},
    FailureKind.MERGE_REFUSED: {"quote": "Commits must have verified signatures."},
    FailureKind.NOTHING_CHANGED: {"quote": "The price is already served."},
    FailureKind.LEGACY: {"quote": "the agent ended with an error (the only attempt)"},
}


def texts() -> dict[str, str]:
    """Return every text by the name of its picture."""
    return {
        **dict(_progress()),
        **dict(many_tasks()),
        **dict(planning()),
        **dict(money()),
        **dict(_failures()),
        "doctor": _doctor(),
    }


def _progress() -> Iterator[tuple[str, str]]:
    mistaken = (ChecklistMistake(kind=ChecklistMistakeKind.NO_TITLE, line=4),)
    settings = (SettingsMistake(kind=SettingsMistakeKind.DUPLICATE_KEY, line=3, other_line=1),)
    states = {
        "pending": pending(unprotected_base=True),
        "mistakes": pending(mistakes=mistaken, settings_mistakes=settings),
        "scheduled": pending(start_at=at(600)),
        "running": epic(MERGED, OPEN, LATER, *_QUEUED),
        "base-red": epic(base_red=("test", "lint")),
        "throttled": epic(throttled_until=at(40), throttled_by="Cursor"),
        "pausing": epic(pausing=True),
        "paused-by-person": _paused_by_person(),
        "paused-by-failure": paused(),
        "paused-by-label": paused(pause=Pause(kind=PauseKind.INTERRUPTED), tasks=(MERGED, LATER)),
        "completed": _ended(EpicStatus.COMPLETED, MERGED),
        "partly-done": _ended(EpicStatus.PARTIAL_COMPLETED, MERGED, _skipped()),
        "failed": _ended(EpicStatus.FAILED, MERGED, FAILED),
        "cancelled": _ended(EpicStatus.CANCELLED, MERGED, _cancelled()),
    }
    for name, facts in states.items():
        yield f"progress-{name}", comment(facts)


def _paused_by_person() -> Epic:
    assert OPEN.run is not None
    stopped = replace(OPEN.run, status=AgentStatus.STOPPED, stop_requested=True)
    at_work = replace(OPEN, status=TaskStatus.PROCESSING, wait=None).with_run(stopped)
    pause = Pause(kind=PauseKind.PERSON, by=Login("ada"))
    return paused(pause=pause, tasks=(MERGED, at_work, LATER))


def _skipped() -> Task:
    return replace(LATER, number=2, status=TaskStatus.SKIPPED, ended_at=at(15))


def _cancelled() -> Task:
    return replace(LATER, number=2, status=TaskStatus.CANCELLED, ended_at=at(15))


def _ended(status: EpicStatus, *tasks: Task) -> Epic:
    return epic(*tasks, status=status, ended_at=at(18))


def _failures() -> Iterator[tuple[str, str]]:
    for kind in FailureKind:
        failure = FAILED.failure if kind is FailureKind.CHECKS_FAILED else None
        failure = failure or Failure(kind=kind, **_DETAILS.get(kind, {}))
        task = replace(FAILED, failure=failure)
        pause = Pause(kind=PauseKind.TASK_FAILED, task=2, failure=failure)
        facts = paused(pause=pause, tasks=(MERGED, task, LATER))
        message = Message(kind=MessageKind.PAUSED, to=Login("octocat"), pause=pause, task=2)
        name = kind.replace("_", "-")
        yield f"failure-{name}", message_comment(message, epic_view(facts, at(20)), "p")


def _doctor() -> str:
    found = (
        Finding(kind=FindingKind.PERMISSIONS_GRANTED, topic=Topic.INSTALLATION),
        Finding(kind=FindingKind.EVENTS_MISSING, topic=Topic.INSTALLATION, names=("push",)),
        Finding(kind=FindingKind.SETTINGS_GOOD, topic=Topic.SETTINGS),
        Finding(kind=FindingKind.BASE_RED, topic=Topic.BASE, branch="main", names=("test",)),
        Finding(kind=FindingKind.UNPROTECTED, topic=Topic.BASE, branch="main"),
        Finding(kind=FindingKind.MERGE_METHOD, topic=Topic.BASE, word="squash"),
        Finding(kind=FindingKind.AGENT_KEY, topic=Topic.AGENTS, word="Orchestra key"),
        Finding(kind=FindingKind.LAUNCHES_MAY_DOUBLE, topic=Topic.AGENTS),
        Finding(kind=FindingKind.REPOSITORY_NOT_REACHED, topic=Topic.AGENTS),
        Finding(kind=FindingKind.MODEL_NOT_OFFERED, topic=Topic.AGENTS, word="o3", names=("opus",)),
        Finding(kind=FindingKind.WEBHOOKS_REACHABLE, topic=Topic.ADDRESS),
        Finding(kind=FindingKind.TASKS, topic=Topic.CHECKLIST, count=2, total=3),
        Finding(kind=FindingKind.WHO_MAY, topic=Topic.PEOPLE, rule=Rule(level=Level.WRITE)),
    )
    message = Message(kind=MessageKind.DOCTOR, to=Login("octocat"), findings=found)
    return message_comment(message, epic_view(pending(), at(20)), "doctor")
