"""Branches that move or go, and the checks on their heads."""

from collections.abc import Iterator
from typing import Any

from bot.clients.github.contents import SETTINGS_PATH
from bot.core.commands import PREFIX
from bot.core.events import BaseChanged, CommandGiven
from jobs.ingest.delivery import RepositoryArrival, Routed
from storage import ingest, repositories

_BRANCH = "refs/heads/"
# docs.github.com/rest/checks/runs: conclusions that do not pass.
_FAILED = {"failure", "timed_out", "cancelled", "action_required", "stale", "startup_failure"}
_FAILED_STATES = {"failure", "error"}


def push(arrival: RepositoryArrival) -> Iterator[Routed]:
    """A branch has another head; on the default branch it may bring other settings."""
    ref: str = arrival.payload["ref"]
    if not ref.startswith(_BRANCH):
        return
    branch = ref.removeprefix(_BRANCH)
    if branch == arrival.repository.default_branch and _touches_settings(arrival.payload):
        repositories.settings_changed(arrival.connection, arrival.repository.id)
    yield from arrival.look_at_branch(branch)
    yield from _base_changed(arrival, BaseChanged(branch=branch, moved=True))


def _touches_settings(payload: Any) -> bool:
    """Commits that a forced push takes away are not listed."""
    kinds = ("added", "modified", "removed")
    commits = payload.get("commits") or ()
    paths = {path for commit in commits for kind in kinds for path in commit.get(kind) or ()}
    return SETTINGS_PATH in paths or bool(payload.get("forced"))


def delete(arrival: RepositoryArrival) -> Iterator[Routed]:
    """A branch, or a tag, is gone."""
    if arrival.payload["ref_type"] == "branch":
        yield from arrival.look_at_branch(arrival.payload["ref"])


def status(arrival: RepositoryArrival) -> Iterator[Routed]:
    """A commit status changed, on the head of each of these branches."""
    state = arrival.payload["state"]
    for place, found in enumerate(arrival.payload.get("branches") or ()):
        branch = found["name"]
        yield from arrival.look_at_branch(branch)
        if state != "pending":
            failed = state in _FAILED_STATES
            yield from _base_changed(
                arrival, BaseChanged(branch=branch, moved=False, failed=failed), place
            )


def check_run(arrival: RepositoryArrival) -> Iterator[Routed]:
    """Another's check, or a button on one of ours."""
    run = arrival.payload["check_run"]
    if _is_ours(arrival, run):
        if arrival.action == "requested_action" and not arrival.by_bot:
            yield from _button(arrival, run)
        return
    yield from _checked(arrival, run, (run.get("check_suite") or {}).get("head_branch"))


def check_suite(arrival: RepositoryArrival) -> Iterator[Routed]:
    """All checks of another App on a head have ended."""
    suite = arrival.payload["check_suite"]
    if not _is_ours(arrival, suite):
        yield from _checked(arrival, suite, suite.get("head_branch"))


def _is_ours(arrival: RepositoryArrival, checked: Any) -> bool:
    return (checked.get("app") or {}).get("id") == arrival.own_app_id


def _checked(arrival: RepositoryArrival, checked: Any, branch: str | None) -> Iterator[Routed]:
    """GitHub names no branch where a fork's was checked."""
    if branch is None:
        return
    yield from arrival.look_at_branch(branch)
    if arrival.action == "completed":
        failed = checked.get("conclusion") in _FAILED
        yield from _base_changed(arrival, BaseChanged(branch=branch, moved=False, failed=failed))


def _button(arrival: RepositoryArrival, run: Any) -> Iterator[Routed]:
    """The button's identifier is what would stand after `/orchestra`."""
    branch = (run.get("check_suite") or {}).get("head_branch")
    task = ingest.task_of_check(
        arrival.connection, arrival.repository.id, run["id"], run["head_sha"], branch
    )
    if task is not None:
        event = CommandGiven(
            comment_id=None,
            line=0,
            text=f"{PREFIX} {arrival.payload['requested_action']['identifier']}",
            by=arrival.sender,
            pull_request=task.pull_request_number,
        )
        yield task.epic_id, arrival.key("button"), event


def _base_changed(
    arrival: RepositoryArrival, event: BaseChanged, place: int = 0
) -> Iterator[Routed]:
    found = ingest.epics_on_base(arrival.connection, arrival.repository.id, event.branch)
    for epic_id in found:
        yield epic_id, arrival.key(f"base:{epic_id}:{place}"), event
