"""Issues and their labels: what people and Apps do to them, and the webhooks that follow."""

from typing import Any

from sandbox.github.errors import Refusal, invalid, moved_permanently, not_found
from sandbox.github.operations import mergeability
from sandbox.github.payloads import issues as payloads
from sandbox.github.payloads import pulls as pull_payloads
from sandbox.github.payloads.base import Site
from sandbox.github.state import ROLES, Actor, Issue, Label, Repository
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks

LONGEST_TITLE = 256  # characters, as the API's own message says
LONGEST_BODY = 65_536  # likewise


def check_title(resource: str, title: str) -> None:
    """422 for a title that is blank, or longer than GitHub takes."""
    if not title.strip():
        raise invalid(resource, "title", "missing_field")
    if len(title) > LONGEST_TITLE:
        message = f"title is too long (maximum is {LONGEST_TITLE} characters)"
        raise invalid(resource, "title", "custom", message)


def check_body(resource: str, body: str | None) -> None:
    """422 when `body` is longer than GitHub takes."""
    if body is not None and len(body) > LONGEST_BODY:
        message = f"body is too long (maximum is {LONGEST_BODY} characters)"
        raise invalid(resource, "body", "custom", message)


def find(github: World, repository: Repository, number: int) -> Issue:
    """Find the issue or pull request; 410 when deleted, 301 when moved, 404 when it never was."""
    if number in repository.deleted_issues:
        raise Refusal(410, "This issue was deleted")
    if number in repository.transferred:
        raise _moved(github, repository.transferred[number])
    if number not in repository.issues:
        raise not_found()
    return repository.issues[number]


def _moved(site: Site, to: Issue) -> Refusal:
    """To where the issue is now (GitHub's own `/repositories/{id}` is not imitated)."""
    return moved_permanently(f"{site.url}/repos/{to.repository.full_name}/issues/{to.number}")


def may(actor: Actor, repository: Repository, role: str) -> bool:
    """Whether a person's role reaches `role`; Apps are judged by their permissions elsewhere."""
    if actor.installation is not None:
        return True
    return ROLES.index(repository.role_of(actor.user)) >= ROLES.index(role)


def may_when_locked(github: World, actor: Actor, repository: Repository) -> bool:
    """Whether somebody may still speak where the conversation is locked."""
    if actor.installation is not None:
        return github.app_speaks_when_locked
    return may(actor, repository, "write")


def emit(github: World, found: Issue, action: str, actor: Actor, **more: Any) -> None:
    """Send the `issues` or `pull_request` webhook for `action`."""
    if found.pull:
        state = mergeability.mergeable_state(found.pull)
        payload = {
            "action": action,
            "number": found.number,
            "pull_request": pull_payloads.full(github, found.pull, state),
        }
        event = "pull_request"
    else:
        payload = {"action": action, "issue": payloads.issue(github, found)}
        event = "issues"
    hooks.emit(github, event, found.repository, actor.user, {**payload, **more})


def create(
    github: World,
    repository: Repository,
    actor: Actor,
    title: str,
    body: str | None = None,
    *,
    labels: list[str] | None = None,
) -> Issue:
    """Open an issue."""
    check_title("Issue", title)
    check_body("Issue", body)
    found = new_issue(github, repository, actor, title, body)
    emit(github, found, "opened", actor)
    if labels and may(actor, repository, "triage"):
        add_labels(github, found, actor, labels)
    return found


def new_issue(
    github: World, repository: Repository, actor: Actor, title: str, body: str | None
) -> Issue:
    """Make a record with the next number, announced to nobody yet."""
    repository.last_number += 1
    now = github.clock.now()
    found = Issue(
        github.new_id(),
        repository.last_number,
        repository,
        actor.user,
        title,
        body,
        now,
        now,
        actor.app,
    )
    repository.issues[found.number] = found
    return found


def edit(github: World, found: Issue, actor: Actor, changes: dict[str, Any]) -> None:
    """Apply a PATCH's `title`, `body`, `labels`, `state` and `state_reason`.

    Authors and writers may; without push access labels are dropped in silence.
    """
    if found.user is not actor.user and not may(actor, found.repository, "triage"):
        raise Refusal(403, "Must have admin rights to Repository.")
    edit_text(github, found, actor, changes)
    if "labels" in changes and may(actor, found.repository, "triage"):
        names = [one["name"] if isinstance(one, dict) else str(one) for one in changes["labels"]]
        for label in list(found.labels):
            if label.name not in names:
                remove_label(github, found, actor, label.name)
        add_labels(github, found, actor, names)
    if changes.get("state") in ("open", "closed"):
        set_state(github, found, actor, changes["state"], changes.get("state_reason"))


def edit_text(github: World, found: Issue, actor: Actor, changes: dict[str, Any]) -> None:
    """Change title or body and say what they were before."""
    resource = "PullRequest" if found.pull else "Issue"
    check_title(resource, changes.get("title", found.title))
    check_body(resource, changes.get("body"))
    before: dict[str, Any] = {}
    for name in ("title", "body"):
        if name in changes and changes[name] != getattr(found, name):
            before[name] = {"from": getattr(found, name) or ""}
            setattr(found, name, changes[name])
    if "title" in before:
        was = before["title"]["from"]
        found.renames.append((github.clock.now(), actor.user, was, found.title))
    if "body" in before:
        found.edits.append((github.clock.now(), actor.user))
    if before:
        found.updated_at = github.clock.now()
        emit(github, found, "edited", actor, changes=before)


def set_state(
    github: World, found: Issue, actor: Actor, state: str, reason: str | None = None
) -> None:
    """Close or reopen."""
    if found.state == state:
        return
    closed = state == "closed"
    now = github.clock.now()
    found.state = state
    found.state_reason = None if found.pull else (reason or "completed") if closed else "reopened"
    found.closed_at, found.closed_by = (now, actor.user) if closed else (None, None)
    found.updated_at = now
    found.timeline.append(("ClosedEvent" if closed else "ReopenedEvent", now, actor.user))
    emit(github, found, "closed" if closed else "reopened", actor)


def delete(github: World, found: Issue, actor: Actor) -> None:
    """Delete the issue as an admin can on its page; GitHub's REST API has no such call."""
    del found.repository.issues[found.number]
    found.repository.deleted_issues.add(found.number)
    emit(github, found, "deleted", actor)


def set_lock(github: World, found: Issue, actor: Actor, reason: str | None, on: bool) -> None:
    """Lock or unlock the conversation."""
    found.locked, found.lock_reason = on, reason if on else None
    emit(github, found, "locked" if on else "unlocked", actor)


def ensure_label(github: World, repository: Repository, name: str) -> Label:
    """Return the label, made if the repository has none of that name (case does not matter)."""
    key = name.lower()
    if key not in repository.labels:
        repository.labels[key] = Label(github.new_id(), name)
    return repository.labels[key]


def create_label(
    github: World, repository: Repository, name: str, color: str, description: str | None
) -> Label:
    """Create a label; 422 `already_exists` when there is one of that name."""
    if name.lower() in repository.labels:
        raise invalid("Label", "name", "already_exists")
    label = ensure_label(github, repository, name)
    label.color, label.description = color, description
    return label


def add_labels(github: World, found: Issue, actor: Actor, names: list[str]) -> None:
    """Put labels on; those already there change nothing and announce nothing."""
    for name in names:
        label = ensure_label(github, found.repository, name)
        if label not in found.labels:
            found.labels.append(label)
            found.updated_at = github.clock.now()
            shown = payloads.label(github, found.repository, label)
            emit(github, found, "labeled", actor, label=shown)


def delete_label(github: World, repository: Repository, actor: Actor, name: str) -> None:
    """Delete it from the repository: each issue's webhook comes without the label."""
    label = repository.labels.pop(name.lower(), None)
    if label is None:
        raise not_found()
    for found in repository.issues.values():
        if label in found.labels:
            found.labels.remove(label)
            emit(github, found, "unlabeled", actor)


def remove_label(github: World, found: Issue, actor: Actor, name: str) -> None:
    """Take a label off; 404 when it is not on."""
    label = found.repository.labels.get(name.lower())
    if label is None or label not in found.labels:
        raise Refusal(404, "Label does not exist")
    found.labels.remove(label)
    found.updated_at = github.clock.now()
    shown = payloads.label(github, found.repository, label)
    emit(github, found, "unlabeled", actor, label=shown)
