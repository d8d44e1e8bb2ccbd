"""What people do in a story, as data: it is recorded by name and played again years later."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.control import made, scripts
from sandbox.cursor import AgentScript, Cursor
from sandbox.cursor import Fault as CursorFault
from sandbox.github import BranchRules, CheckScript, Fault, GitHub, Installation
from tests.harness import REPOSITORY


@dataclass(frozen=True)
class UserStep:
    """One of OWN, or else a method of GitHub that takes the repository's name first.

    `arguments` are plain JSON.
    """

    name: str
    arguments: dict[str, Any]


def step(name: str, /, **arguments: Any) -> UserStep:
    """Put an act into words."""
    return UserStep(name, arguments)


def take(github: GitHub, cursor: Cursor, one: UserStep) -> None:
    """Do it."""
    if one.name in OWN:
        OWN[one.name](github, cursor, **one.arguments)
    else:
        getattr(github, one.name)(REPOSITORY, **one.arguments)


def _label(github: GitHub, _: Cursor, number: int, name: str, by: str) -> None:
    github.label(REPOSITORY, number, name, by=by)


def _plan(_: GitHub, cursor: Cursor, **script: Any) -> None:
    cursor.plan(made(AgentScript, script))


def _checks(github: GitHub, _: Cursor, **checks: dict[str, Any]) -> None:
    github.repository(REPOSITORY).ci.checks = scripts(CheckScript, checks)


def _rules(github: GitHub, _: Cursor, **rules: Any) -> None:
    wanted = {"required_checks": ["test"], **rules}
    github.repository(REPOSITORY).rules["main"] = made(BranchRules, wanted)


def _merge_delay(github: GitHub, _: Cursor, seconds: float) -> None:
    github.merge_async_delay = seconds


def _github_fails(github: GitHub, _: Cursor, match: str, **fault: Any) -> None:
    github.faults.add(Fault(match, **fault))


def _cursor_fails(_: GitHub, cursor: Cursor, kind: str, times: int = 1, **fault: Any) -> None:
    cursor.fail(kind, CursorFault(**fault), times)


def _report_check(github: GitHub, _: Cursor, branch: str, conclusion: str) -> None:
    """The CI's check `test` ends on what the branch is now."""
    sha = github.repository(REPOSITORY).git.head(branch)
    assert sha is not None
    github.set_check_run(REPOSITORY, sha, "test", status="completed", conclusion=conclusion)


def _delete_comments(github: GitHub, _: Cursor, number: int, by: str) -> None:
    """Somebody deletes what the App said there."""
    for comment in list(github.issue(REPOSITORY, number).comments):
        if comment.user.login == github.app.bot.login:
            github.delete_comment(comment, by=by)


def _suspend(github: GitHub, _: Cursor) -> None:
    github.suspend(_installation(github), by="grace")


def _unsuspend(github: GitHub, _: Cursor) -> None:
    github.unsuspend(_installation(github), by="grace")


def _installation(github: GitHub) -> Installation:
    found = github.installation_of(github.repository(REPOSITORY))
    assert found is not None
    return found


OWN: dict[str, Callable[..., None]] = {
    "label": _label,
    "plan": _plan,
    "checks": _checks,
    "rules": _rules,
    "merge_delay": _merge_delay,
    "github_fails": _github_fails,
    "cursor_fails": _cursor_fails,
    "report_check": _report_check,
    "delete_comments": _delete_comments,
    "suspend": _suspend,
    "unsuspend": _unsuspend,
}
