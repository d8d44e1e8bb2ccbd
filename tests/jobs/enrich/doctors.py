"""What tests of `/orchestra doctor` share: a repository, and the command given in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.core.events import CommandGiven
from bot.core.model.findings import Finding, FindingKind
from bot.core.model.identifiers import EpicStatus, Login
from sandbox.github import BranchRules
from tests.databases import fresh_database
from tests.fakes import Fakes
from tests.harness import manifest
from tests.jobs.arrivals import BODY, Arrivals, arrivals
from tests.jobs.fakes import REPOSITORY

FILE = ".github/orchestra.yml"
REQUIRED = BranchRules(required_checks=["test"])


@contextmanager
def repository(near: Fakes, directory: Path) -> Iterator[Arrivals]:
    """A world with the App as its manifest has it, and one required check on `main`."""
    with fresh_database("sqlite") as database, arrivals(near, database, directory) as made:
        made.github.register_app(manifest())
        made.github.repository(REPOSITORY).rules["main"] = REQUIRED
        yield made


def write(world: Arrivals, **files: str) -> None:
    """Commit files to `main`; `settings` is the settings file, others are workflows."""
    paths = {
        FILE if name == "settings" else f".github/workflows/{name}.yml": text
        for name, text in files.items()
    }
    world.github.commit_files(REPOSITORY, "main", paths, "files", "ada")


def ask(world: Arrivals, body: str = BODY, **facts: Any) -> tuple[Finding, ...]:
    """Give the command on a new epic."""
    epic = replace(world.epic(status=EpicStatus.PENDING), **facts)
    world.github.edit_issue(REPOSITORY, epic.issue_number, body=body, by="ada")
    world.github.outbox.take()
    command = CommandGiven(comment_id=None, line=0, text="/orchestra doctor", by=Login("ada"))
    found: tuple[Finding, ...] = world.read(command, replace(epic, tasks=())).findings
    return found


def findings(world: Arrivals, body: str = BODY, **facts: Any) -> dict[FindingKind, Finding]:
    return {one.kind: one for one in ask(world, body, **facts)}


def rule(world: Arrivals, rules: BranchRules, branch: str = "main") -> None:
    world.github.repository(REPOSITORY).rules[branch] = rules
