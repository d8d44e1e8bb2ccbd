"""Branches that move or go, and the checks on their heads."""

from collections.abc import Iterator
from typing import Any

from bot.clients.github.contents import SETTINGS_PATH
from bot.core.commands.resume import Resume
from bot.core.events import BaseChanged, CommandGiven
from bot.core.text.prefix import PREFIX
from jobs.ingest.delivery import Ingested, RepositoryDelivery
from storage import ingest, repositories

_BRANCH = "refs/heads/"
# docs.github.com/rest/checks/runs: conclusions that do not pass.
_FAILED = {"failure", "timed_out", "cancelled", "action_required", "stale", "startup_failure"}
_FAILED_STATES = {"failure", "error"}


def push(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epics that a branch's head moved; on the default one it may bring other settings."""
    ref: str = context.payload["ref"]
    if not ref.startswith(_BRANCH):
        return
    branch = ref.removeprefix(_BRANCH)
    if branch == context.repository.default_branch and _touches_settings(context.payload):
        repositories.settings_changed(context.connection, context.repository.id)
    pushed = context.push(branch, context.payload["before"], context.payload["after"])
    yield from context.branch_changed(branch, stirs=True, push=pushed)
    yield from _base_changed(context, _moved(branch, context.payload))


def _moved(branch: str, payload: Any) -> BaseChanged:
    """Return how the branch moved; one that is gone has no head to be followed."""
    if payload.get("deleted"):
        return BaseChanged(branch=branch, moved=True)
    return BaseChanged(
        branch=branch,
        moved=True,
        before=payload["before"],
        after=payload["after"],
        forced=bool(payload.get("forced")),
    )


def _touches_settings(payload: Any) -> bool:
    """Tell whether it may touch settings: commits that a forced push takes away are not listed."""
    kinds = ("added", "modified", "removed")
    commits = payload.get("commits") or ()
    paths = {path for commit in commits for kind in kinds for path in commit.get(kind) or ()}
    return SETTINGS_PATH in paths or bool(payload.get("forced"))


def delete(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epics that a branch, or a tag, is gone."""
    if context.payload["ref_type"] == "branch":
        yield from context.branch_changed(context.payload["ref"])


def status(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Tell the epics that a commit status changed, on the head of each of these branches."""
    state = context.payload["state"]
    for place, found in enumerate(context.payload.get("branches") or ()):
        branch = found["name"]
        yield from context.branch_changed(branch)
        if state != "pending":
            failed = state in _FAILED_STATES
            yield from _base_changed(
                context, BaseChanged(branch=branch, moved=False, failed=failed), place
            )


def check_run(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Another's check, or a button on one of ours."""
    run = context.payload["check_run"]
    if _is_ours(context, run):
        if context.action == "requested_action" and not context.by_bot:
            yield from _button(context, run)
        return
    yield from _checked(context, run, (run.get("check_suite") or {}).get("head_branch"))


def check_suite(context: RepositoryDelivery) -> Iterator[Ingested]:
    """All checks of another App on a head have ended."""
    suite = context.payload["check_suite"]
    if not _is_ours(context, suite):
        yield from _checked(context, suite, suite.get("head_branch"))


def _is_ours(context: RepositoryDelivery, checked: Any) -> bool:
    return (checked.get("app") or {}).get("id") == context.own_app_id


def _checked(context: RepositoryDelivery, checked: Any, branch: str | None) -> Iterator[Ingested]:
    """GitHub names no branch where a fork's was checked."""
    if branch is None:
        return
    yield from context.branch_changed(branch)
    if context.action == "completed":
        failed = checked.get("conclusion") in _FAILED
        yield from _base_changed(context, BaseChanged(branch=branch, moved=False, failed=failed))


def _button(context: RepositoryDelivery, run: Any) -> Iterator[Ingested]:
    """Tell the epic of a button: its identifier is what would stand after `/orchestra`."""
    branch = (run.get("check_suite") or {}).get("head_branch")
    task = ingest.task_of_check(
        context.connection, context.repository.id, run["id"], run["head_sha"], branch
    )
    if task is not None:
        verb, _, digest = context.payload["requested_action"]["identifier"].partition(" ")
        approves = verb == Resume.verb
        event = CommandGiven(
            comment_id=None,
            line=0,
            text=f"{PREFIX} {verb}" if approves else f"{PREFIX} {verb} {digest}".rstrip(),
            digest=digest or None if approves else None,
            by=context.sender,
            pull_request=task.pull_request_number,
        )
        yield task.epic_id, context.key("button"), event


def _base_changed(
    context: RepositoryDelivery, event: BaseChanged, place: int = 0
) -> Iterator[Ingested]:
    found = ingest.epics_on_base(context.connection, context.repository.id, event.branch)
    for epic_id in found:
        yield epic_id, context.key(f"base:{epic_id}:{place}"), event
