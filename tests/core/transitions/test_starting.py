"""Settings of the file and of one epic, a start at a time, and who may give which command."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic, Task
from bot.core.model.identifiers import EpicStatus, Login, TaskStatus
from bot.core.model.interruptions import Interruption
from bot.core.model.observations import BaseBranch, BranchRules
from bot.core.model.settings import (
    EpicSettings,
    Level,
    MergeWhen,
    OnFailure,
    Permissions,
    Priority,
    Rule,
)
from bot.rendering.next_line import waiting_for
from tests.core.transitions.scenes import ADA, after, command, epic, kinds, later, task

SEEN = events.BaseFetched(branch="main", base=BaseBranch(), rules=BranchRules())
RED = replace(SEEN, base=BaseBranch(failed_checks=("test",)))
NOT_SEEN = events.BaseFetchRefused(branch="main", reason="no")
AT_ONE = "start at=2026-03-01T13:00"
BAD = "- [ ] " + "x" * 300 + "\n"
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
    wrong = command("start", settings_mistakes=("line 2: merge.when is …",))
    decision = after(waiting(), wrong)
    assert (decision.epic.status, decision.epic.tasks) == (EpicStatus.PENDING, ())
    assert kinds(decision) == ["React", "PostComment"]
    mended = after(decision.epic, command("start", settings=FILE))
    assert (mended.epic.status, mended.epic.settings) == (EpicStatus.ACTIVE, FILE)


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


def test_cancel_calls_a_start_off() -> None:
    decision = after(waiting(start_at=later(60)), command("cancel"))
    assert (decision.epic.status, decision.epic.start_at) == (EpicStatus.PENDING, None)


def test_an_edit_before_a_start_at_a_time_is_followed() -> None:
    asked = after(waiting(), command("start at=2026-03-01T13:00"))
    edited = after(asked.epic, edit(asked.epic, "- [ ] other\n")).epic
    started = after(edited, events.TimePassed(), SEEN, now=later(3600)).epic
    titles = [one.title for one in started.tasks if one.status is not TaskStatus.SKIPPED]
    assert titles == ["other"]


@pytest.mark.parametrize(
    ("word", "status", "red", "launches"),
    [
        (SEEN, EpicStatus.ACTIVE, None, ["LaunchAgent"]),
        (RED, EpicStatus.ACTIVE, "“test”", ["PostComment", "FetchBase"]),
        (NOT_SEEN, EpicStatus.ACTIVE, None, ["LaunchAgent"]),
        (replace(SEEN, branch="other"), EpicStatus.PENDING, None, []),
    ],
    ids=["green", "red", "refused", "another branch"],
)
def test_a_start_that_is_due_waits_for_a_look_at_the_base(
    word: events.Event, status: EpicStatus, red: str | None, launches: list[str]
) -> None:
    due = after(after(waiting(), command(AT_ONE)).epic, events.TimePassed(), now=later(3600)).epic
    assert waiting_for(due, later(3600)) == (
        "a look at the base branch before it begins; it goes on by itself,"
        " `/orchestra cancel` calls it off"
    )
    decision = after(due, word, now=later(3601))
    assert (decision.epic.status, decision.epic.base_red) == (status, red)
    assert kinds(decision) == launches


def test_an_epic_branch_yet_to_be_made_starts_from_the_default_branch() -> None:
    file = EpicSettings(base_branch="epic/{number}")
    asked = after(waiting(), command(AT_ONE, settings=file)).epic
    (ask, *_) = after(asked, events.TimePassed(), now=later(3600)).emitted
    assert ask.effect == effects.FetchBase(branch="main")
    begun = after(asked, SEEN, now=later(3600))
    assert (begun.epic.base, kinds(begun)) == ("epic/1", ["CreateBaseBranch"])


def test_mistakes_hold_a_start_until_they_are_mended() -> None:
    asked = after(waiting(), command(AT_ONE)).epic
    wrong = after(asked, edit(asked, BAD)).epic
    held = after(wrong, events.TimePassed(), now=later(3600))
    assert (held.epic.status, kinds(held), held.epic.due_at) == (EpicStatus.PENDING, [], None)
    said = "it was to start now, and does not: what it starts from has mistakes"
    assert held.log == ((None, said),)
    assert waiting_for(held.epic, later(3600)) == (
        "a corrected checklist; as 1 Mar 13:00 UTC has passed it then begins by itself,"
        " `/orchestra cancel` calls it off"
    )
    assert after(held.epic, SEEN, now=later(3700)).epic.status is EpicStatus.PENDING
    mended = after(held.epic, edit(held.epic, "- [ ] other\n"), now=later(3800))
    assert kinds(mended) == ["FetchBase"]
    begun = after(mended.epic, SEEN, now=later(3801))
    assert kinds(begun) == ["LaunchAgent"]
    assert [one.title for one in begun.epic.tasks if one.started_at] == ["other"]


def test_settings_with_mistakes_hold_a_start_until_another_start() -> None:
    asked = after(waiting(), command(AT_ONE)).epic
    again = after(asked, command("start", settings_mistakes=("line 2: no",))).epic
    assert waiting_for(again, later(0)) == (
        "a corrected `.github/orchestra.yml`, then `/orchestra start`"
    )
    assert kinds(after(again, events.TimePassed(), now=later(3600))) == []


def test_the_base_that_was_asked_for_with_a_time_stays() -> None:
    asked = after(waiting(), command(f"{AT_ONE} base=develop")).epic
    at_once = after(asked, command("start")).epic
    assert (at_once.status, at_once.base) == (EpicStatus.ACTIVE, "develop")


def ended() -> Epic:
    tasks = (task(TaskStatus.COMPLETED), Task(number=2, title="two", status=TaskStatus.FAILED))
    status = EpicStatus.PARTIAL_COMPLETED
    return epic(tasks=tasks, status=status, started_at=later(-60), ended_at=later(-1))


def test_an_ended_epic_that_is_to_start_later_waits_like_any_other() -> None:
    asked = after(ended(), command(AT_ONE)).epic
    assert (asked.status, asked.ended_at, asked.due_at) == (EpicStatus.PENDING, None, later(3600))
    assert waiting_for(asked, later(0)) == (
        "1 Mar 13:00 UTC; `/orchestra start` begins at once, `/orchestra cancel` calls it off"
    )
    begun = after(asked, events.TimePassed(), SEEN, now=later(3600)).epic
    assert (begun.status, begun.started_at) == (EpicStatus.ACTIVE, later(-60))
    assert [one.status for one in begun.tasks] == [TaskStatus.COMPLETED, TaskStatus.PROCESSING]
    called_off = after(asked, command("cancel")).epic
    assert (called_off.status, called_off.start_at) == (EpicStatus.PENDING, None)
    assert after(called_off, command("start")).epic.status is EpicStatus.ACTIVE
    assert after(called_off, command("cancel")).epic.status is EpicStatus.CANCELLED


@pytest.mark.parametrize("kind", Interruption)
@pytest.mark.parametrize("before", [waiting(), ended()], ids=["new", "ended"])
def test_whatever_interrupts_calls_a_start_off(before: Epic, kind: Interruption) -> None:
    asked = after(before, command(AT_ONE)).epic
    decision = after(asked, events.Interrupted(kind=kind, by=ADA))
    assert (decision.epic.status, decision.epic.start_at) == (EpicStatus.PENDING, None)
    (line,) = decision.log
    assert line[1].startswith("the start is called off: the ")
    assert line[1].endswith(" by @ada")
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
    texts = [ask.effect.message.kind for ask in decision.emitted if hasattr(ask.effect, "message")]
    assert ("not_allowed" in texts) is not allowed
    grace = replace(given, by=Login("grace"))
    assert "not_allowed" not in str(after(epic(), replace(grace, text="/orchestra cancel")).emitted)
