"""What is asked of GitHub before a command, a label or an edit is decided on."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.events import BodyEdited, CommandGiven, Enrichment, EpicLabelled
from bot.core.model.identifiers import EpicStatus, Login
from bot.core.model.mistakes import SettingsMistakeKind
from bot.core.model.settings import EpicSettings
from sandbox.github import Fault
from tests.databases import fresh_database
from tests.fakes import Fakes
from tests.jobs.arrivals import BODY, Arrivals, arrivals
from tests.jobs.fakes import REPOSITORY

ADA = Login("ada")
FILE = ".github/orchestra.yml"
MISTAKEN = "merge:\n  when: sometimes\n"


@pytest.fixture
def world(near: Fakes, tmp_path: Path) -> Iterator[Arrivals]:
    with fresh_database("sqlite") as database, arrivals(near, database, tmp_path) as made:
        yield made


def write(world: Arrivals, text: str | None) -> None:
    world.github.commit_files(REPOSITORY, "main", {FILE: text}, "settings", "ada")


def command(text: str, by: str = "ada") -> CommandGiven:
    return CommandGiven(comment_id=None, line=0, text=f"/orchestra {text}", by=Login(by))


def ask(world: Arrivals, text: str = "pause", by: str = "ada", *, tries: int = 1) -> Enrichment:
    """Read for a command on a new epic."""
    epic = world.epic(status=EpicStatus.PENDING)
    enrichment: Enrichment = world.read(command(text, by), epic, tries=tries)
    return enrichment


def test_without_a_file_the_defaults_hold(world: Arrivals) -> None:
    enrichment = ask(world)
    assert (enrichment.settings, enrichment.settings_mistakes) == (EpicSettings(), ())
    assert enrichment.permission == "write"


def test_a_file_is_asked_for_once_a_minute_and_then_only_whether_it_changed(
    world: Arrivals,
) -> None:
    write(world, "label: epic\n")
    assert ask(world).settings == EpicSettings(label="epic")
    write(world, "label: other\n")
    assert ask(world).settings == EpicSettings(label="epic")
    world.database.shift += timedelta(seconds=61)
    assert ask(world).settings == EpicSettings(label="other")
    etag = world.stored().etag
    world.database.shift += timedelta(seconds=61)
    assert ask(world).settings == EpicSettings(label="other")
    assert world.stored().etag == etag is not None
    write(world, None)
    world.database.shift += timedelta(seconds=61)
    assert ask(world, tries=5).settings == EpicSettings()


@pytest.mark.parametrize("known", [True, False])
def test_one_wrong_answer_does_not_take_the_settings_away(world: Arrivals, known: bool) -> None:
    write(world, "label: epic\n")
    if known:
        ask(world)
        world.database.shift += timedelta(seconds=61)
    world.github.faults.add(Fault("/contents/", status=404))
    assert ask(world, tries=2).settings == EpicSettings(label="epic")


def test_mistakes_are_told_and_the_last_good_settings_stay(world: Arrivals) -> None:
    write(world, "label: epic\n")
    ask(world)
    write(world, MISTAKEN)
    world.database.shift += timedelta(seconds=61)
    enrichment = ask(world)
    assert enrichment.settings == EpicSettings(label="epic")
    [mistake] = enrichment.settings_mistakes
    assert (mistake.line, mistake.key, mistake.word) == (2, "merge.when", "sometimes")
    world.database.shift += timedelta(seconds=61)
    assert ask(world).settings_mistakes == (mistake,)


def test_a_first_file_with_mistakes_leaves_the_epics_own(world: Arrivals) -> None:
    write(world, MISTAKEN)
    # What it was meant to say nobody knows.
    assert ask(world, "start").body is None
    world.github.set_permission(REPOSITORY, "ada", "admin")
    enrichment = ask(world, "start")
    assert enrichment.settings is None
    assert len(enrichment.settings_mistakes) == 1
    assert enrichment.body == BODY


def test_a_directory_in_its_place_is_a_mistake(world: Arrivals) -> None:
    world.github.commit_files(REPOSITORY, "main", {f"{FILE}/x": "x"}, "x", "ada")
    [mistake] = ask(world).settings_mistakes
    assert (mistake.kind, mistake.word) == (SettingsMistakeKind.NOT_A_FILE, "directory")


@pytest.mark.parametrize(
    ("by", "verb", "permission", "teams", "asked"),
    [
        ("tim", "merge", "read", ("acme/core",), 1),
        ("ada", "merge", "write", (), 1),
        ("root", "merge", "admin", (), 0),
        ("ada", "pause", "write", (), 0),
    ],
)
def test_teams_are_asked_about_where_they_decide(
    world: Arrivals, by: str, verb: str, permission: str, teams: tuple[str, ...], asked: int
) -> None:
    write(world, "permissions: {merge: [admin, acme/core]}\n")
    world.github.team("acme", "core", ["tim"])
    world.github.set_permission(REPOSITORY, "tim", "read")
    world.github.set_permission(REPOSITORY, "root", "admin")
    enrichment = ask(world, f"{verb} 1" if verb == "merge" else verb, by)
    assert (enrichment.permission, enrichment.teams) == (permission, teams)
    assert world.asked("/memberships/") == asked


def test_who_may_not_has_nothing_read_for_them(world: Arrivals) -> None:
    world.github.set_permission(REPOSITORY, "mallory", "triage")
    enrichment = ask(world, "start", "mallory")
    assert (enrichment.permission, enrichment.title, enrichment.base) == ("triage", None, None)


@pytest.mark.parametrize(
    ("settings", "text", "branch"),
    [
        ("", "start", "main"),
        ("base_branch: develop\n", "start", "develop"),
        ("base_branch: develop\n", "start base=main", "main"),
        ("base_branch: 'epic/{number}'\n", "start", "main"),
        ("", "start base=develop", "develop"),
    ],
)
def test_the_base_that_start_would_take(
    world: Arrivals, settings: str, text: str, branch: str
) -> None:
    write(world, settings)
    world.github.commit_files(REPOSITORY, "develop", {"d": "d"}, "d", "ada", base="main")
    enrichment = ask(world, text)
    assert enrichment.base is not None
    assert enrichment.base.sha == world.github.repository(REPOSITORY).git.head(branch)
    assert enrichment.base_missing is None
    assert enrichment.unprotected_base


@pytest.mark.parametrize(
    ("settings", "text"), [("base_branch: gone\n", "start"), ("", "start base=gone")]
)
def test_a_base_that_is_not_there(world: Arrivals, settings: str, text: str) -> None:
    write(world, settings)
    enrichment = ask(world, text)
    assert (enrichment.base_missing, enrichment.base, enrichment.unprotected_base) == (
        "gone",
        None,
        False,
    )


def test_what_start_takes_over(world: Arrivals) -> None:
    other = world.epic()
    world.epic(status=EpicStatus.PAUSED)
    write(world, "label: epic\n")
    enrichment = ask(world, "start")
    assert (enrichment.title, enrichment.body, enrichment.is_labelled) == (
        "Widgets 2.0",
        BODY,
        False,
    )
    assert enrichment.other_epics == (other.issue_number,)


def test_a_label_is_read_for_only_where_it_is_the_trigger(world: Arrivals) -> None:
    write(world, "label: epic\n")
    epic = world.epic(status=EpicStatus.PENDING, activated=False)
    world.github.label(REPOSITORY, epic.issue_number, "Epic", by="ada")
    wrong = world.read(EpicLabelled(by=ADA, label="orchestra"), epic)
    assert (wrong.permission, wrong.body) == (None, None)
    right = world.read(EpicLabelled(by=ADA, label="Epic"), epic)
    assert (right.permission, right.body, right.is_labelled) == ("write", BODY, True)


def test_an_edit_is_judged_by_the_epics_own_settings(world: Arrivals) -> None:
    enrichment = world.read(BodyEdited(by=ADA, title="x", body="y"), world.epic())
    assert enrichment == Enrichment(permission="write")
    assert world.asked("contents") == 0


@pytest.mark.parametrize(
    "deaf", [{"activated": False}, {"status": EpicStatus.COMPLETED}, {"status": EpicStatus.FAILED}]
)
def test_nothing_is_asked_for_an_edit_that_means_nothing(
    world: Arrivals, deaf: dict[str, Any]
) -> None:
    assert world.read(BodyEdited(by=ADA, title="x", body="y"), world.epic(**deaf)) == Enrichment()
    assert world.github.ledger.entries == []


@pytest.mark.parametrize(("by", "heard"), [("Renovate[bot]", True), ("other[bot]", False)])
def test_a_bot_is_heard_once_the_settings_that_list_it_are_read(
    world: Arrivals, by: str, heard: bool
) -> None:
    write(world, "permissions: {pause: [write, 'renovate[bot]']}\n")
    epic = world.epic()
    comment = world.github.comment(REPOSITORY, epic.issue_number, "/orchestra pause", by=by)
    given = replace(command("pause", by), comment_id=comment.id)
    enrichment = world.read(given, epic)
    assert (enrichment.permission, bool(comment.reactions)) == ("none" if heard else None, heard)
    assert world.read(given, epic).permission == enrichment.permission
    assert world.asked("contents") == 1
    assert world.asked("/permission") == 0


@pytest.mark.parametrize(
    ("times", "refusal"), [(5, "Not accessible"), (4, None)], ids=["for good", "for a while"]
)
def test_a_refusal_is_kept_when_it_is_repeated(
    world: Arrivals, times: int, refusal: str | None
) -> None:
    write(world, "permissions: {pause: [acme/core]}\n")
    body = {"message": "Not accessible"}
    world.github.faults.add(Fault("/memberships/", status=403, body=body, times=times))
    world.github.team("acme", "core", [])
    epic = world.epic(status=EpicStatus.PENDING)
    assert world.read(command("pause", "ada"), epic, tries=5).refusal == refusal


def test_somebody_whom_github_keeps_not_knowing_has_no_permission(world: Arrivals) -> None:
    world.github.faults.add(Fault("/permission$", status=404, times=5))
    found = ask(world, tries=5)
    assert (found.permission, found.refusal) == ("none", None)


def test_one_wrong_answer_takes_nobodys_permission_away(world: Arrivals) -> None:
    world.github.faults.add(Fault("/permission$", status=404))
    assert ask(world, tries=2).permission == "write"


def test_the_eyes_are_put_on_permitted_commands_only(world: Arrivals) -> None:
    epic = world.epic()
    for by in ("ada", "mallory"):
        comment = world.github.comment(REPOSITORY, epic.issue_number, "/orchestra status", by=by)
        event = CommandGiven(comment_id=comment.id, line=1, text="/orchestra status", by=Login(by))
        enrichment = world.read(event, epic)
        assert (enrichment.eyes_id is not None) == (by == "ada")
        assert len(comment.reactions) == (by == "ada")
