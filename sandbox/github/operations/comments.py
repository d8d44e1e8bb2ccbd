"""Comments on issues and pull requests, and reactions."""

from typing import Any

from sandbox.github.errors import Refusal, invalid, not_found, unprocessable
from sandbox.github.operations.issues import check_body, may, may_when_locked
from sandbox.github.payloads import issues as payloads
from sandbox.github.state import Actor, App, Comment, Issue, Reaction, Repository
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks


def _emit(github: World, found: Comment, action: str, actor: Actor, **more: Any) -> None:
    payload = {
        "action": action,
        "issue": payloads.issue(github, found.issue),
        "comment": payloads.comment(github, found),
        **more,
    }
    hooks.emit(github, "issue_comment", found.issue.repository, actor.user, payload)


def find(repository: Repository, number: int) -> Comment:
    """Find the comment, or answer 404."""
    if number not in repository.comments:
        raise not_found()
    return repository.comments[number]


def create(
    github: World, issue: Issue, actor: Actor, body: str, *, through: App | None = None
) -> Comment:
    """Comment on `issue`, `through` an App maybe; a locked one takes comments of writers only."""
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field", "body can't be blank")
    check_body("IssueComment", body)
    if issue.locked and not may_when_locked(github, actor, issue.repository):
        raise Refusal(403, "Unable to create comment because issue is locked.")
    now = github.clock.now()
    found = Comment(github.new_id(), issue, actor.user, body, now, now, through or actor.app)
    issue.comments.append(found)
    issue.repository.comments[found.id] = found
    issue.updated_at = now
    _emit(github, found, "created", actor)
    return found


def _may_change(found: Comment, actor: Actor) -> None:
    if found.user is not actor.user and not may(actor, found.issue.repository, "write"):
        raise Refusal(403, "Must have admin rights to Repository.")


def edit(github: World, found: Comment, actor: Actor, body: str) -> None:
    """Replace the comment's text."""
    _may_change(found, actor)
    check_body("IssueComment", body)
    before, found.body = found.body, body
    found.updated_at = github.clock.now()
    _emit(github, found, "edited", actor, changes={"body": {"from": before}})


def delete(github: World, found: Comment, actor: Actor) -> None:
    """Remove the comment."""
    _may_change(found, actor)
    found.issue.comments.remove(found)
    del found.issue.repository.comments[found.id]
    _emit(github, found, "deleted", actor)


def pin(github: World, found: Comment, actor: Actor) -> None:
    """Pin the comment to its issue, in place of any other; pull requests have no pins."""
    if found.issue.pull:
        raise unprocessable("Comments on pull requests cannot be pinned")
    for other in found.issue.comments:
        unpin(other)
    found.pinned_at, found.pinned_by = github.clock.now(), actor.user


def unpin(found: Comment) -> None:
    """Take the pin off, if it is on."""
    found.pinned_at = found.pinned_by = None


def react(github: World, on: list[Reaction], actor: Actor, content: str) -> tuple[Reaction, bool]:
    """Add a reaction; the second value says whether it is new."""
    if content not in payloads.REACTIONS:
        raise invalid("Reaction", "content", "invalid")
    for existing in on:
        if existing.user is actor.user and existing.content == content:
            return existing, False
    made = Reaction(github.new_id(), actor.user, content, github.clock.now())
    on.append(made)
    return made, True


def unreact(on: list[Reaction], actor: Actor, number: int) -> None:
    """Take one's own reaction back; 404 when it is not there."""
    for existing in on:
        if existing.id == number and existing.user is actor.user:
            on.remove(existing)
            return
    raise not_found()
