"""Settings of the file and of one epic, a start at a time, and who may give which command."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import events
from bot.core.epic import Epic
from bot.core.identifiers import EpicStatus, Login, TaskStatus
from bot.core.settings import (
    EpicSettings,
    Level,
    MergeWhen,
    OnFailure,
    Permissions,
    Priority,
    Rule,
)
from tests.core.decide.scenes import ADA, after, command, epic, kinds, later

FILE = EpicSettings(merge_when=MergeWhen.APPROVED, retries=1)


def waiting(**facts: Any) -> Epic:
    known: dict[str, Any] = {"tasks": (), "status": EpicStatus.PENDING, "base_branch": None}
    return epic(**{**known, **facts})


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
    assert "LookAtPullRequest" in kinds(decision)
    resumed = after(decision.epic, command("pause"), command("resume", settings=FILE))
    assert getattr(resumed.epic.settings, key) == value
    assert resumed.epic.settings.retries == 1


def test_settings_with_mistakes_stop_the_start() -> None:
    wrong = command("start", settings_mistakes=("line 2: merge.when is …",))
    decision = after(waiting(), wrong)
    assert (decision.epic.status, decision.epic.tasks) == (EpicStatus.PENDING, ())
    assert kinds(decision) == ["React", "PostComment"]
    mended = after(decision.epic, command("start", settings=FILE))
    assert (mended.epic.status, mended.epic.settings) == (EpicStatus.ACTIVE, FILE)


def test_a_start_at_a_time() -> None:
    asked = after(waiting(), command("start at=2026-03-01T13:00+00:00 model=o3"))
    assert (asked.epic.status, asked.epic.look_at) == (EpicStatus.PENDING, later(3600))
    assert "LaunchAgent" not in kinds(asked)
    early = after(asked.epic, events.TimePassed(), now=later(3599))
    assert early.epic.status is EpicStatus.PENDING
    started = after(asked.epic, events.TimePassed(), now=later(3600))
    assert (started.epic.status, started.epic.start_at) == (EpicStatus.ACTIVE, None)
    assert kinds(started) == ["LaunchAgent"]
    assert started.epic.settings.model == "o3"


def test_a_time_that_has_passed_starts_nothing() -> None:
    decision = after(waiting(), command("start at=2026-03-01T11:00"))
    assert (decision.epic.start_at, kinds(decision)) == (None, ["React", "PostComment"])


@pytest.mark.parametrize("status", [EpicStatus.PENDING, EpicStatus.CANCELLED])
def test_cancel_calls_a_start_off(status: EpicStatus) -> None:
    decision = after(waiting(status=status, start_at=later(60)), command("cancel"))
    assert (decision.epic.status, decision.epic.start_at) == (status, None)


def test_an_edit_before_a_start_at_a_time_is_followed() -> None:
    asked = after(waiting(), command("start at=2026-03-01T13:00"))
    edit = events.BodyEdited(
        by=ADA,
        title="Widgets",
        body="- [ ] other\n",
        before=asked.epic.body,
        reading=events.Reading(permission="write"),
    )
    started = after(after(asked.epic, edit).epic, events.TimePassed(), now=later(3600)).epic
    titles = [one.title for one in started.tasks if one.status is not TaskStatus.SKIPPED]
    assert titles == ["other"]


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
    texts = [ask.effect.message.kind for ask in decision.asks if hasattr(ask.effect, "message")]
    assert ("not_allowed" in texts) is not allowed
    grace = replace(given, by=Login("grace"))
    assert "not_allowed" not in str(after(epic(), replace(grace, text="/orchestra cancel")).asks)
