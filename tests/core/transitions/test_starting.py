"""Settings of the file and of one epic, a start at a time, and who may give which command."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.mistakes import SettingsMistake, SettingsMistakeKind
from bot.core.model.notices import Notice, NoticeKind
from bot.core.model.observations import BaseBranch, BranchRules
from bot.core.model.refusals import RefusalKind
from bot.core.model.settings import (
    EpicSettings,
    Level,
    MergeWhen,
    OnFailure,
    Permissions,
    Priority,
    Rule,
)
from bot.core.model.task import Task
from tests.core.transitions.scenes import ADA, after, command, epic, kinds, later, refusals, task

SEEN = events.BaseFetched(branch="main", base=BaseBranch(), rules=BranchRules())
RED = replace(SEEN, base=BaseBranch(failed_checks=("test",)))
NOT_SEEN = events.BaseFetchRefused(branch="main", reason="no")
MISTAKE = SettingsMistake(kind=SettingsMistakeKind.UNKNOWN_KEY, line=2, key="merging")
AT_ONE = "start at=2026-03-01T13:00"
BAD = "- [ ] <your task>\n"
FILE = EpicSettings(merge_when=MergeWhen.APPROVED, retries=1)


def waiting(**facts: Any) -> Epic:
    known: dict[str, Any] = {"tasks": (), "status": EpicStatus.PENDING, "base_branch": None}
    return epic(**{**known, **facts})


def edit(before: Epic, body: str) -> events.BodyEdited:
    enrichment = events.Enrichment(permission="write")
    return events.BodyEdited(
        by=ADA, title="Widgets", body=body, before=before.body, enrichment=enrichment
    )


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("set merge=manual", "merge_when", MergeWhen.MANUAL),
        ("set on_failure=stop", "on_failure", OnFailure.STOP),
        ("set priority=quality", "priority", Priority.QUALITY),
        ("set model=o3", "model", "o3"),
    ],
)
def test_set_outlives_the_file_as_it_is_read_again(text: str, key: str, value: object) -> None:
    decision = after(epic(), command(text))
    assert getattr(decision.epic.settings, key) == value
    assert "FetchPullRequest" in kinds(decision)
    resumed = after(decision.epic, command("pause"), command("resume", settings=FILE))
    assert getattr(resumed.epic.settings, key) == value
    assert resumed.epic.settings.retries == 1


def test_settings_with_mistakes_stop_the_start() -> None:
    wrong = command("start", settings_mistakes=(MISTAKE,))
    decision = after(waiting(), wrong)
    assert (decision.epic.status, decision.epic.tasks) == (EpicStatus.PENDING, ())
    assert kinds(decision) == ["React", "PostComment"]
    corrected = after(decision.epic, command("start", settings=FILE))
    assert (corrected.epic.status, corrected.epic.settings) == (EpicStatus.ACTIVE, FILE)


def test_a_start_at_a_time() -> None:
    asked = after(waiting(), command("start at=2026-03-01T13:00+00:00 model=o3"))
    assert (asked.epic.status, asked.epic.due_at) == (EpicStatus.PENDING, later(3600))
    assert "LaunchAgent" not in kinds(asked)
    early = after(asked.epic, events.TimePassed(), now=later(3599))
    assert early.epic.status is EpicStatus.PENDING
    due = after(asked.epic, events.TimePassed(), now=later(3600))
    assert (due.epic.status, kinds(due)) == (EpicStatus.PENDING, ["FetchBase"])
    assert due.epic.due_at is None
    started = after(due.epic, SEEN, now=later(3601))
    assert (started.epic.status, started.epic.start_at) == (EpicStatus.ACTIVE, None)
    assert kinds(started) == ["LaunchAgent"]
    assert started.epic.settings.model == "o3"


def test_a_time_that_has_passed_starts_nothing() -> None:
    decision = after(waiting(), command("start at=2026-03-01T11:00"))
    assert (decision.epic.start_at, kinds(decision)) == (None, ["React", "PostComment"])


def test_cancel_cancels_a_scheduled_start() -> None:
    decision = after(waiting(start_at=later(60)), command("cancel"))
    assert (decision.epic.status, decision.epic.start_at) == (EpicStatus.PENDING, None)


def test_an_edit_before_a_start_at_a_time_is_followed() -> None:
    asked = after(waiting(), command("start at=2026-03-01T13:00"))
    edited = after(asked.epic, edit(asked.epic, "- [ ] other\n")).epic
    started = after(edited, events.TimePassed(), SEEN, now=later(3600)).epic
    titles = [one.title for one in started.tasks if one.status is not TaskStatus.SKIPPED]
    assert titles == ["other"]


@pytest.mark.parametrize(
    ("event", "status", "red", "launches"),
    [
        (SEEN, EpicStatus.ACTIVE, (), ["LaunchAgent"]),
        (RED, EpicStatus.ACTIVE, ("test",), ["PostComment", "FetchBase"]),
        (NOT_SEEN, EpicStatus.ACTIVE, (), ["LaunchAgent"]),
        (replace(SEEN, branch="other"), EpicStatus.PENDING, (), []),
    ],
    ids=["green", "red", "refused", "another branch"],
)
def test_a_start_that_is_due_waits_for_the_base(
    event: events.Event, status: EpicStatus, red: tuple[str, ...], launches: list[str]
) -> None:
    due = after(after(waiting(), command(AT_ONE)).epic, events.TimePassed(), now=later(3600)).epic
    decision = after(due, event, now=later(3601))
    assert (decision.epic.status, decision.epic.base_red) == (status, red)
    assert kinds(decision) == launches


def test_an_epic_branch_yet_to_be_made_starts_from_the_default_branch() -> None:
    file = EpicSettings(base_branch="epic/{number}")
    asked = after(waiting(), command(AT_ONE, settings=file)).epic
    (ask, *_) = after(asked, events.TimePassed(), now=later(3600)).emitted
    assert ask.effect == effects.FetchBase(branch="main")
    begun = after(asked, SEEN, now=later(3600))
    assert (begun.epic.base, kinds(begun)) == ("epic/1", ["CreateBaseBranch"])


def test_mistakes_hold_a_start_until_they_are_corrected() -> None:
    asked = after(waiting(), command(AT_ONE)).epic
    wrong = after(asked, edit(asked, BAD)).epic
    held = after(wrong, events.TimePassed(), now=later(3600))
    assert (held.epic.status, kinds(held), held.epic.due_at) == (EpicStatus.PENDING, [], None)
    assert held.log == ((None, Notice(kind=NoticeKind.START_HELD)),)
    assert after(held.epic, SEEN, now=later(3700)).epic.status is EpicStatus.PENDING
    corrected = after(held.epic, edit(held.epic, "- [ ] other\n"), now=later(3800))
    assert kinds(corrected) == ["FetchBase"]
    begun = after(corrected.epic, SEEN, now=later(3801))
    assert kinds(begun) == ["LaunchAgent"]
    assert [one.title for one in begun.epic.tasks if one.started_at] == ["other"]


def test_settings_with_mistakes_hold_a_start_until_another_start() -> None:
    asked = after(waiting(), command(AT_ONE)).epic
    assert after(asked, command("start", settings_mistakes=(MISTAKE,))).epic == asked
    started = command("start", permission="admin", settings_mistakes=(MISTAKE,))
    again = after(asked, started).epic
    assert again.settings_mistakes == (MISTAKE,)
    assert kinds(after(again, events.TimePassed(), now=later(3600))) == []


def test_the_base_that_was_asked_for_with_a_time_stays() -> None:
    asked = after(waiting(), command(f"{AT_ONE} base=develop")).epic
    at_once = after(asked, command("start")).epic
    assert (at_once.status, at_once.base) == (EpicStatus.ACTIVE, "develop")


def ended() -> Epic:
    done = replace(task(TaskStatus.COMPLETED), started_at=later(-60))
    tasks = (done, Task(number=2, title="two", status=TaskStatus.FAILED))
    status = EpicStatus.PARTIAL_COMPLETED
    return epic(tasks=tasks, status=status, started_at=later(-60), ended_at=later(-1))


def test_an_ended_epic_that_is_to_start_later_waits_like_any_other() -> None:
    asked = after(ended(), command(AT_ONE)).epic
    assert (asked.status, asked.ended_at, asked.due_at) == (EpicStatus.PENDING, None, later(3600))
    begun = after(asked, events.TimePassed(), SEEN, now=later(3600)).epic
    assert (begun.status, begun.started_at) == (EpicStatus.ACTIVE, later(-60))
    assert [one.status for one in begun.tasks] == [TaskStatus.COMPLETED, TaskStatus.PROCESSING]
    cancelled = after(asked, command("cancel")).epic
    assert (cancelled.status, cancelled.start_at) == (EpicStatus.PENDING, None)
    assert after(cancelled, command("start")).epic.status is EpicStatus.ACTIVE
    assert after(cancelled, command("cancel")).epic.status is EpicStatus.CANCELLED


@pytest.mark.parametrize("kind", Interruption)
@pytest.mark.parametrize("before", [waiting(), ended()], ids=["new", "ended"])
def test_an_interruption_cancels_a_scheduled_start(before: Epic, kind: Interruption) -> None:
    asked = after(before, command(AT_ONE)).epic
    decision = after(asked, events.Interrupted(kind=kind, by=ADA))
    assert (decision.epic.status, decision.epic.start_at) == (EpicStatus.PENDING, None)
    notice = Notice(kind=NoticeKind.START_CANCELLED, interruption=kind, by=ADA)
    assert decision.log == ((None, notice),)
    assert after(decision.epic, events.TimePassed(), now=later(3600)).emitted == ()


@pytest.mark.parametrize(
    ("verb", "permission", "teams", "allowed"),
    [
        ("status", "write", (), True),
        ("merge 1", "write", (), False),
        ("merge 1", "maintain", (), True),
        ("merge 1", "read", ("acme/ops",), True),
        ("merge 1", "read", ("acme/dev",), False),
        ("cancel", "admin", (), False),
        ("nonsense", "write", (), True),
    ],
)
def test_permissions_of_each_command(
    verb: str, permission: str, teams: tuple[str, ...], allowed: bool
) -> None:
    permissions = Permissions(
        verbs=(
            ("merge", Rule(level=Level.MAINTAIN, teams=("acme/ops",))),
            ("cancel", Rule(people=(Login("grace"),))),
        )
    )
    settings = EpicSettings(permissions=permissions)
    given = command(verb, permission=permission, teams=teams, settings=settings)
    decision = after(epic(), given)
    assert (RefusalKind.NOT_ALLOWED in refusals(decision)) is not allowed
    grace = replace(given, by=Login("grace"))
    assert "not_allowed" not in str(after(epic(), replace(grace, text="/orchestra cancel")).emitted)
