"""`orchestra doctor OWNER/REPO`: a repository examined without an epic."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.core.model.findings import FindingKind, Topic
from bot.core.model.mistakes import SettingsMistakeKind
from bot.services import Services
from jobs.operations.check import UnknownRepositoryError, check
from sandbox.cursor import Cursor
from sandbox.github import BranchRules, Fault, GitHub
from storage.database import Database
from tests.fakes import MASTER_SECRET, Fakes, services_of
from tests.harness import manifest
from tests.jobs.fakes import REPOSITORY, fakes_of_one_repository

OWNER = REPOSITORY.partition("/")[0]
FILE = ".github/orchestra.yml"


@pytest.fixture
def there(near: Fakes, tmp_path: Path) -> tuple[GitHub, Cursor]:
    github, cursor = fakes_of_one_repository(near, tmp_path)
    github.register_app(manifest())
    github.repository(REPOSITORY).rules["main"] = BranchRules(required_checks=["test"])
    return github, cursor


@pytest.fixture
def ours(near: Fakes, there: tuple[GitHub, Cursor], tmp_path: Path) -> Iterator[Services]:
    """Services whose database is never made: the check does without."""
    made = services_of(near, Database(f"sqlite:///{tmp_path}/none/x.db"), *there)
    with closing(made):
        yield made


@pytest.mark.parametrize(
    "address",
    [REPOSITORY, f"https://github.com/{REPOSITORY}", f"https://github.com/{REPOSITORY}.git/"],
)
def test_what_needs_no_epic_is_examined(
    ours: Services, there: tuple[GitHub, Cursor], address: str
) -> None:
    there[0].install(OWNER)
    found = {one.kind: one for one in check(ours, address)}
    assert found[FindingKind.CHECKS_REQUIRED].names == ("test",)
    assert {FindingKind.REPOSITORY_REACHED, FindingKind.WHO_MAY} <= found.keys()
    topics = {one.topic for one in found.values()}
    assert not topics & {Topic.CHECKLIST, Topic.COST}
    assert FindingKind.UNAVAILABLE not in found


def test_the_settings_file_is_read(ours: Services, there: tuple[GitHub, Cursor]) -> None:
    github, _ = there
    github.install(OWNER)
    github.commit_files(REPOSITORY, "main", {FILE: "base_branch: gone\n"}, "Settings", "ada")
    branches = [one.branch for one in check(ours, REPOSITORY)]
    assert "gone" in branches
    github.commit_files(REPOSITORY, "main", {FILE: "lable: epic\n"}, "Settings", "ada")
    mistakes = [one.settings_mistake for one in check(ours, REPOSITORY) if one.settings_mistake]
    assert [one.kind for one in mistakes] == [SettingsMistakeKind.UNKNOWN_KEY]
    github.faults.add(Fault("GET .*/contents/", status=403, times=1))
    mistakes = [one.settings_mistake for one in check(ours, REPOSITORY) if one.settings_mistake]
    assert [one.kind for one in mistakes] == [SettingsMistakeKind.NOT_READABLE]


def test_an_account_that_is_not_served_is_named(
    ours: Services, near: Fakes, there: tuple[GitHub, Cursor]
) -> None:
    there[0].install(OWNER)
    other = services_of(near, ours.database, *there, ALLOWED_ACCOUNTS="somebody")
    found = {one.kind: one for one in check(other, REPOSITORY)}
    assert found[FindingKind.NOT_SERVED].word == OWNER


def test_of_a_suspended_installation_nothing_else_is_said(
    ours: Services, there: tuple[GitHub, Cursor]
) -> None:
    there[0].suspend(there[0].install(OWNER))
    assert [one.kind for one in check(ours, REPOSITORY)] == [FindingKind.SUSPENDED]


@pytest.mark.parametrize("name", [REPOSITORY, f"{OWNER}/nothing"])
def test_a_repository_that_the_app_does_not_reach(ours: Services, name: str) -> None:
    with pytest.raises(UnknownRepositoryError) as raised:
        check(ours, name)
    assert str(raised.value).startswith(
        f"GitHub has no repository {name}, or the App orchestra isn't installed on it: check"
    )


@pytest.mark.parametrize("address", ["widgets", "a/b/c", "acme/widgets#3", "../x y", "a /b"])
def test_what_names_no_repository(ours: Services, address: str) -> None:
    with pytest.raises(UnknownRepositoryError, match="write it as owner/repo"):
        check(ours, address)


def test_the_command_prints_a_line_each(
    near: Fakes, there: tuple[GitHub, Cursor], tmp_path: Path
) -> None:
    github, cursor = there
    github.install(OWNER)
    key = tmp_path / "key.pem"
    key.write_text(github.app.private_key_pem)
    environment = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/none/x.db",
        "APP_URL": "http://127.0.0.1:8000",
        "GITHUB_APP_ID": str(github.app.id),
        "GITHUB_PRIVATE_KEY_FILE": str(key),
        "GITHUB_WEBHOOK_SECRET": "s",
        "GITHUB_API_URL": near.github_url,
        "CURSOR_API_KEY": cursor.api_key,
        "CURSOR_API_URL": near.cursor_url,
        "WEBHOOK_SECRET": MASTER_SECRET,
    }

    def run(name: str) -> tuple[int, list[str]]:
        ran = subprocess.run(
            [sys.executable, "-m", "bot.cli.app", "doctor", name],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return ran.returncode, ran.stdout.splitlines()

    code, lines = run(REPOSITORY)
    assert "ok      Checks: Required on main: test." in lines
    assert lines[-1].startswith("Ready to start, with ")
    assert code == 0
    cursor.repositories.clear()
    github.repository(REPOSITORY).rules["main"] = BranchRules(required_checks=["Orchestra"])
    code, lines = run(REPOSITORY)
    assert code == 1
    [fault] = [line for line in lines if line.startswith("fault   Checks: ")]
    assert "Take it out of the required checks." in fault
    code, lines = run(f"{OWNER}/nothing")
    assert (code, len(lines)) == (1, 1)
    assert lines[0].startswith(f"GitHub has no repository {OWNER}/nothing, or the App")
