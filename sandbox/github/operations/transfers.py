"""Issues and repositories that move elsewhere."""

from sandbox.github.errors import unprocessable
from sandbox.github.operations import issues
from sandbox.github.payloads import base, repositories
from sandbox.github.payloads import issues as payloads
from sandbox.github.state import Actor, Issue, Repository, User
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks


def transfer_issue(github: World, found: Issue, to: Repository, actor: Actor) -> Issue:
    """Move the issue to `to` with its comments, under a new number."""
    if found.pull:
        raise unprocessable("Pull requests cannot be transferred")
    before = found.repository
    old_issue, old_home = payloads.issue(github, found), repositories.minimal(github, before)
    moved = issues.new_issue(github, to, Actor(found.user), found.title, found.body)
    moved.app, moved.state, moved.created_at = found.app, found.state, found.created_at
    moved.comments = found.comments
    for comment in moved.comments:
        comment.issue = moved
        del before.comments[comment.id]
        to.comments[comment.id] = comment
    changes = {
        "new_issue": payloads.issue(github, moved),
        "new_repository": repositories.minimal(github, to),
    }
    found.comments = []
    issues.emit(github, found, "transferred", actor, changes=changes)
    del before.issues[found.number]
    before.transferred[found.number] = moved
    whence = {"old_issue": old_issue, "old_repository": old_home}
    issues.emit(github, moved, "opened", actor, changes=whence)
    return moved


def transfer_repository(github: World, found: Repository, to: User, sender: User) -> Repository:
    """Change the owner; only the new owner's installation, if there is one, hears of it.

    Docs page: webhooks/webhook-events-and-payloads#repository.
    """
    old_name, old_owner = found.full_name.lower(), found.owner
    if old_owner.kind == "Organization":
        whose = {"organization": base.organization(github, old_owner)}
    else:
        whose = {"user": base.user(github, old_owner)}
    found.owner = to
    del github.repositories[old_name]
    github.repositories[found.full_name.lower()] = found
    github.moved[old_name] = found
    payload = {"action": "transferred", "changes": {"owner": {"from": whose}}}
    hooks.emit(github, "repository", found, sender, payload)
    return found
