"""`orchestra migrate` and `orchestra why`: what a person at the terminal is told."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.migrate import migrate

NOWHERE = "postgresql+psycopg://me:hidden@127.0.0.1:1/bot"


def orchestra(
    *words: str, database_url: str, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end, with its two outputs as one."""
    return subprocess.run(
        [sys.executable, "-m", "bot.cli.app", *words],
        env={**os.environ, "DATABASE_URL": database_url, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def nowhere(_: Path) -> str:
    return NOWHERE


def empty(directory: Path) -> str:
    return f"sqlite:///{directory}/empty.db"


def no_database(directory: Path) -> str:
    (directory / "notes.txt").write_text("This is a text, and no database at all.\n" * 20)
    return f"sqlite:///{directory}/notes.txt"


def newer(directory: Path) -> str:
    database = Database(f"sqlite:///{directory}/newer.db")
    migrate(database)
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    return str(database.url)


@pytest.mark.parametrize(
    ("words", "address", "said"),
    [
        (["migrate"], nowhere, "is 127.0.0.1/bot right, and may this user open it?"),
        (["migrate"], no_database, "(file is not a database): is /"),
        (["migrate"], newer, "was migrated by a newer version of Orchestra: install"),
        (["why", "a/b#1"], nowhere, "is 127.0.0.1/bot right, and may this user open it?"),
        (["why", "a/b#1"], empty, "is empty: run `orchestra migrate`"),
        (["why", "a/b#1"], newer, "was migrated by a newer version of Orchestra: install"),
    ],
)
def test_a_database_that_cannot_be_used_is_named_with_the_remedy(
    words: list[str], address: Callable[[Path], str], said: str, tmp_path: Path
) -> None:
    ran = orchestra(*words, database_url=address(tmp_path))
    assert ran.returncode == 1
    assert said in ran.stdout.splitlines()[-1]
    assert "Traceback" not in ran.stdout
    assert "hidden" not in ran.stdout


def test_an_issue_that_is_no_epic_is_told_so(tmp_path: Path) -> None:
    url = empty(tmp_path)
    migrated = orchestra("migrate", database_url=url)
    ran = orchestra("why", "ada/notes#7", database_url=url)
    assert migrated.returncode == 0
    assert migrated.stdout.splitlines()[-1].startswith("database is at revision ")
    assert ran.returncode == 1
    assert ran.stdout.startswith("ada/notes#7 is no epic here: ")


def test_only_its_owner_reads_a_database_that_any_command_makes(tmp_path: Path) -> None:
    assert orchestra("migrate", database_url=empty(tmp_path)).returncode == 0
    assert [oct(one.stat().st_mode & 0o777) for one in tmp_path.glob("empty.db*")] == ["0o600"]


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_logs_that_cannot_be_written_are_one_sentence(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ran = orchestra("migrate", database_url=empty(tmp_path), LOG_DIR=str(tmp_path / place))
    assert ran.returncode == 1
    assert len(ran.stdout.splitlines()) == 1
    assert ran.stdout.endswith("name a directory of yours in LOG_DIR\n")


@pytest.mark.parametrize("port", ["99999", "-5", "http"])
def test_what_is_no_port_is_said(port: str, tmp_path: Path) -> None:
    ran = orchestra("up", "--port", port, database_url=empty(tmp_path))
    assert ran.returncode == 2
    assert "Invalid value for '--port'" in ran.stdout
    assert "Traceback" not in ran.stdout
