"""Pull requests: opening, editing, closing, drafts."""

from typing import Any

from sandbox.github.errors import Refusal, invalid, not_found
from sandbox.github.operations import auto_merge, branches, ci, issues, merge_queue
from sandbox.github.state import Actor, PullRequest, Repository
from sandbox.github.state.world import World


def find(repository: Repository, number: int) -> PullRequest:
    """Find the pull request, or answer 404."""
    found = repository.issues.get(number)
    if found is None or found.pull is None:
        raise not_found()
    return found.pull


def create(
    github: World,
    repository: Repository,
    actor: Actor,
    *,
    head: str,
    base: str,
    title: str,
    body: str | None,
    draft: bool,
) -> PullRequest:
    """Open a pull request; 422 as GitHub gives it for each thing that may be wrong."""
    issues.check_title("PullRequest", title)
    issues.check_body("PullRequest", body)
    owner, colon, name = head.rpartition(":")
    if colon and owner != repository.owner.login:
        raise invalid("PullRequest", "head", "invalid")
    head_sha, base_sha = repository.git.head(name), repository.git.head(base)
    if head_sha is None:
        raise invalid("PullRequest", "head", "invalid")
    if base_sha is None:
        raise invalid("PullRequest", "base", "invalid")
    _check_new(repository, name, base, head_sha, base_sha)
    issue = issues.new_issue(github, repository, actor, title, body)
    pull = PullRequest(github.new_id(), issue, name, head_sha, base, base_sha, draft)
    issue.pull, pull.last_pusher = pull, actor.user
    issues.emit(github, issue, "opened", actor)
    ci.head_changed(github, pull)
    return pull


def _check_new(repository: Repository, head: str, base: str, head_sha: str, base_sha: str) -> None:
    label = f"{repository.owner.login}:{head}"
    message = ""
    if any(one.open and (one.head, one.base) == (head, base) for one in repository.pulls):
        message = f"A pull request already exists for {label}."
    elif head_sha in repository.git.ancestors(base_sha):
        message = f"No commits between {base} and {head}"
    if message:
        error = {"resource": "PullRequest", "code": "custom", "message": message}
        raise Refusal(422, "Validation Failed", errors=[error])


def _check_commits(pull: PullRequest) -> None:
    head = pull.repository.git.head(pull.head) or pull.head_sha
    if head in pull.repository.git.ancestors(pull.base_sha):
        words = f"state cannot be changed. There are no new commits on the {pull.head} branch."
        raise invalid("PullRequest", "state", "invalid", words)


def edit(github: World, pull: PullRequest, actor: Actor, changes: dict[str, Any]) -> None:
    """Apply a PATCH's `title`, `body`, `state` and `base`."""
    issues.edit_text(github, pull.issue, actor, changes)
    base = changes.get("base")
    if base and base != pull.base:
        sha = pull.repository.git.head(base)
        if sha is None:
            raise invalid("PullRequest", "base", "invalid")
        branches.retarget(github, pull, actor, base, sha)
    state = changes.get("state")
    if state in ("open", "closed") and state != pull.issue.state:
        set_state(github, pull, actor, state)


def set_state(github: World, pull: PullRequest, actor: Actor, state: str) -> None:
    """Close or reopen; a merged one, or one whose branch is gone, cannot be reopened."""
    if state == "open":
        if pull.merged_at or pull.repository.git.head(pull.head) is None:
            raise invalid("PullRequest", "state", "invalid", "state cannot be changed.")
        _check_commits(pull)
        pull.head_sha = pull.repository.git.head(pull.head) or pull.head_sha
        pull.mergeable = None
    else:
        merge_queue.leave(github, pull, actor, "MANUAL")
        auto_merge.disable(github, pull, actor, "Pull request was closed")
    issues.set_state(github, pull.issue, actor, state)
    if state == "open":
        ci.head_changed(github, pull)


def set_draft(github: World, pull: PullRequest, actor: Actor, draft: bool) -> None:
    """Mark ready for review, or convert to draft."""
    if pull.draft == draft:
        return
    pull.draft = draft
    if draft:
        merge_queue.leave(github, pull, actor, "MANUAL")
    now = github.clock.now()
    pull.issue.updated_at = now
    kind = "ConvertToDraftEvent" if draft else "ReadyForReviewEvent"
    pull.issue.timeline.append((kind, now, actor.user))
    action = "converted_to_draft" if draft else "ready_for_review"
    issues.emit(github, pull.issue, action, actor)
    if not draft:
        ci.ready_for_review(github, pull)
