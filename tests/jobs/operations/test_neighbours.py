"""Who answers at the start, and what is said of those who do not."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from sqlalchemy import text

from bot.services import Services
from jobs.operations import neighbours
from jobs.operations.neighbours import Standing, look_at_services, look_at_stores
from sandbox.cursor import Fault
from storage.database import Database
from storage.migrate import NewerSchemaError, migrate, newest_revision
from tests.fakes import Fakes, services_of
from tests.jobs.fakes import REPOSITORY, fakes_of_one_repository

OWNER = REPOSITORY.partition("/")[0]


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "BETWEEN_TRIES", 0.0)


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    migrate(database)
    yield database
    database.close()


def services(near: Fakes, database: Database, directory: Path, **environment: Any) -> Services:
    github, cursor = fakes_of_one_repository(near, directory)
    return services_of(near, database, github, cursor, **environment)


def said(found: Iterator[neighbours.Neighbour]) -> list[str]:
    return [f"{one.standing}: {one}" for one in found]


def test_each_is_named_with_what_it_is(near: Fakes, migrated: Database, tmp_path: Path) -> None:
    github_fake, cursor_fake = fakes_of_one_repository(near, tmp_path)
    github_fake.install(OWNER)
    ours = services_of(near, migrated, github_fake, cursor_fake)
    database, queue = said(look_at_stores(ours))
    github, cursor = said(look_at_services(ours))
    assert database.startswith("good: database: SQLite 3.")
    assert database.endswith(f"{tmp_path}/x.db, revision {newest_revision()}")
    assert queue.startswith("good: queue: Valkey ")
    assert github.startswith("good: GitHub: App orchestra (id ")
    assert github.endswith(f") of {OWNER}, installed on {OWNER}")
    assert cursor.startswith("good: Cursor: key “")
    assert cursor.endswith("”, API v0")


def test_a_database_of_another_release_is_named_with_the_remedy(
    near: Fakes, migrated: Database, tmp_path: Path
) -> None:
    with migrated.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    database, _ = said(look_at_stores(services(near, migrated, tmp_path)))
    assert database.startswith("wrong: database: SQLite")
    assert "is revision 0001: run `orchestra migrate`" in database


def test_a_database_that_a_newer_version_made_is_left_alone(
    near: Fakes, migrated: Database, tmp_path: Path
) -> None:
    with migrated.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerSchemaError):
        migrate(migrated)
    database, _ = said(look_at_stores(services(near, migrated, tmp_path)))
    assert database.startswith("wrong: database: ")
    assert "was migrated by a newer version of Orchestra: install that version" in database


def test_an_empty_database_is_named(near: Fakes, tmp_path: Path) -> None:
    empty = Database(f"sqlite:///{tmp_path}/empty.db")
    found, _ = said(look_at_stores(services(near, empty, tmp_path)))
    assert "is empty: run `orchestra migrate`" in found


def test_stores_that_cannot_be_reached_are_one_sentence_each(
    near: Fakes, migrated: Database, tmp_path: Path
) -> None:
    away = replace(
        services(near, migrated, tmp_path),
        database=Database("postgresql+psycopg://me:secret@127.0.0.1:1/bot"),
        redis=Redis.from_url("redis://:secret@127.0.0.1:1"),
    )
    database, queue = said(look_at_stores(away))
    assert database.startswith("wrong: database: cannot be reached (")
    assert database.endswith("is 127.0.0.1/bot right, and may this user open it?")
    assert queue.startswith("wrong: queue: cannot be reached (")
    assert "secret" not in database + queue
    assert "\n" not in database + queue


@pytest.mark.parametrize("app_id", ["7", "4711"])
def test_an_app_that_github_does_not_know_is_for_a_person(
    near: Fakes, migrated: Database, tmp_path: Path, app_id: str
) -> None:
    github, _ = said(look_at_services(services(near, migrated, tmp_path, GITHUB_APP_ID=app_id)))
    assert github.startswith("wrong: GitHub: refuses us (“")
    assert "GITHUB_APP_ID and GITHUB_PRIVATE_KEY must be of the same App" in github


def test_a_refused_key_of_cursors_is_for_a_person(
    near: Fakes, migrated: Database, tmp_path: Path
) -> None:
    _, cursor = said(
        look_at_services(services(near, migrated, tmp_path, CURSOR_API_KEY="crsr_other"))
    )
    assert cursor.startswith("wrong: Cursor: refuses us (“")
    assert cursor.endswith("set CURSOR_API_KEY to it")


def test_one_refusal_is_not_believed_and_an_outage_only_told(
    near: Fakes, migrated: Database, tmp_path: Path
) -> None:
    github, cursor = fakes_of_one_repository(near, tmp_path)
    ours = services_of(near, migrated, github, cursor)
    cursor.fail("GET /v0/me", Fault(401, {"error": "Unauthorized"}))
    assert [one.standing for one in look_at_services(ours)] == [Standing.GOOD, Standing.GOOD]
    cursor.fail("GET /v0/me", Fault(503, {"error": "away"}))
    away = list(look_at_services(ours))[1]
    assert away.standing is Standing.AWAY
    assert away.says.endswith("what needs it waits, and is done once it answers")


def test_only_some_of_many_accounts_are_named(
    near: Fakes, migrated: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = services(near, migrated, tmp_path)
    monkeypatch.setattr(ours.github, "accounts", lambda: [f"a{n}" for n in range(7)])
    github, _ = said(look_at_services(ours))
    assert github.endswith("installed on a0, a1, a2, a3, a4 and 2 more")
