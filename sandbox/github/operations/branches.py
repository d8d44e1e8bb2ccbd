"""Branches: moving, making and deleting them, and what follows for pull requests."""

from collections.abc import Mapping

from sandbox.github.errors import unprocessable
from sandbox.github.operations import auto_merge, ci, issues, merge_queue, reviews
from sandbox.github.payloads import commits
from sandbox.github.payloads.repositories import page
from sandbox.github.state import Activity, Actor, PullRequest, Repository
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks

ZERO = "0" * 40

# No other record's numbers: what else exists keeps its own, however often branches move.
FIRST_ACTIVITY = 20_000_000_001


def commit_files(
    github: World,
    repository: Repository,
    actor: Actor,
    branch: str,
    files: Mapping[str, str | None],
    *,
    message: str,
    base_ref: str | None = None,
) -> str:
    """Commit to `branch`, made from `base_ref` (default: the default branch) if missing."""
    git = repository.git
    parent = git.head(branch) or git.resolve(base_ref or repository.default_branch)
    if parent is None:
        raise unprocessable(f"{base_ref} does not exist")
    who = github.signature(actor.user)
    sha = git.write_files(parent, files, message, who, who)
    move(github, repository, actor, branch, sha)
    return sha


def create(github: World, repository: Repository, actor: Actor, branch: str, sha: str) -> None:
    """Create a branch at `sha`; 422 when it exists or the commit does not."""
    if repository.git.head(branch) is not None:
        raise unprocessable("Reference already exists")
    if not repository.git.objects.exists(sha):
        raise unprocessable("Object does not exist")
    move(github, repository, actor, branch, sha)


def move(github: World, repository: Repository, actor: Actor, branch: str, sha: str) -> None:
    """Point `branch` at `sha`, tell the App, and refresh the pull requests it concerns."""
    before = repository.git.head(branch)
    if before == sha:
        return
    try:
        repository.git.set_head(branch, sha)
    except OSError as error:
        raise unprocessable("Reference name conflicts with another reference") from error
    repository.pushed_at = github.clock.now()
    if before is None:
        payload = {
            "ref": branch,
            "ref_type": "branch",
            "full_ref": f"refs/heads/{branch}",
            "master_branch": repository.default_branch,
            "description": None,
            "pusher_type": "user",
        }
        hooks.emit(github, "create", repository, actor.user, payload)
    _emit_push(github, repository, actor, branch=branch, before=before, after=sha)
    if before is None or branch == repository.default_branch:
        ci.pushed(github, repository, branch, sha)
    for pull in [one for one in repository.pulls if one.open]:
        if pull.head == branch:
            _synchronize(github, pull, actor, before or ZERO, sha)
        elif pull.base == branch:
            _base_moved(github, pull, actor, sha)


def _synchronize(github: World, pull: PullRequest, actor: Actor, before: str, sha: str) -> None:
    pull.head_sha, pull.mergeable = sha, None
    pull.issue.updated_at = github.clock.now()
    pull.last_pusher = actor.user
    issues.emit(github, pull.issue, "synchronize", actor, before=before, after=sha)
    reviews.dismiss_stale(github, pull, actor)
    merge_queue.leave(github, pull, actor, "GIT_TREE_INVALID")
    # Bots push by their App's permission, which roles do not show.
    if actor.user.kind == "User" and not issues.may(actor, pull.repository, "write"):
        auto_merge.disable(github, pull, actor, "Head branch was pushed to without write access")
    if pull.closes_without_commits and sha in pull.repository.git.ancestors(pull.base_sha):
        issues.set_state(github, pull.issue, actor, "closed")
        return
    ci.head_changed(github, pull)


def _base_moved(github: World, pull: PullRequest, actor: Actor, sha: str) -> None:
    pull.base_sha, pull.mergeable = sha, None
    if pull.head_sha in pull.repository.git.ancestors(sha):
        pull.merged_at, pull.merged_by, pull.merge_sha = github.clock.now(), actor.user, sha
        issues.set_state(github, pull.issue, actor, "closed")


def rename(github: World, repository: Repository, actor: Actor, old: str, new: str) -> None:
    """Rename a branch: what goes onto it follows, what comes from it is closed.

    The old name answers 301 where branches are read by name, until another takes it. Only the
    default branch's renaming is announced.
    """
    sha = repository.git.head(old)
    if sha is None:
        raise unprocessable("Branch not found")
    repository.git.delete(old)
    repository.git.set_head(new, sha)
    repository.renamed_branches[old] = new
    if (rules := repository.rules.pop(old, None)) is not None:
        repository.rules[new] = rules
    if repository.default_branch == old:
        repository.default_branch = new
        changes = {"default_branch": {"from": old}}
        payload = {"action": "edited", "changes": changes}
        hooks.emit(github, "repository", repository, actor.user, payload)
    for pull in [one for one in repository.pulls if one.open]:
        if pull.base == old:
            retarget(github, pull, actor, new, sha)
        elif pull.head == old:
            merge_queue.leave(github, pull, actor, "GIT_TREE_INVALID")
            issues.set_state(github, pull.issue, actor, "closed")


def retarget(github: World, pull: PullRequest, actor: Actor, base: str, sha: str) -> None:
    """Give the pull request another base, at `sha`, and tell the App."""
    before = {"ref": {"from": pull.base}, "sha": {"from": pull.base_sha}}
    pull.base, pull.base_sha, pull.mergeable = base, sha, None
    issues.emit(github, pull.issue, "edited", actor, changes={"base": before})


def delete_merged(
    github: World, repository: Repository, actor: Actor, branch: str, onto: str
) -> None:
    """Delete the head of what was merged `onto`: what is based on it gets that base first."""
    sha = repository.git.head(onto)
    for pull in repository.pulls:
        if pull.open and pull.base == branch and sha is not None:
            retarget(github, pull, actor, onto, sha)
    delete(github, repository, actor, branch)


def delete(github: World, repository: Repository, actor: Actor, branch: str) -> None:
    """Remove `branch`; 422 when it is gone. Open pull requests from or to it are closed."""
    before = repository.git.head(branch)
    if before is None:
        raise unprocessable("Reference does not exist")
    repository.git.delete(branch)
    payload = {
        "ref": branch,
        "ref_type": "branch",
        "full_ref": f"refs/heads/{branch}",
        "pusher_type": "user",
    }
    hooks.emit(github, "delete", repository, actor.user, payload)
    _emit_push(github, repository, actor, branch=branch, before=before, after=None)
    for pull in repository.pulls:
        if pull.open and branch in (pull.head, pull.base):
            merge_queue.leave(github, pull, actor, "GIT_TREE_INVALID")
            auto_merge.disable(github, pull, actor, "Branch was deleted")
            issues.set_state(github, pull.issue, actor, "closed")


def _note(
    github: World,
    repository: Repository,
    actor: Actor,
    *,
    branch: str,
    before: str | None,
    after: str | None,
) -> None:
    """Add the change to the repository's activity."""
    kind = "push"
    if before is None or after is None:
        kind = "branch_creation" if before is None else "branch_deletion"
    elif before not in repository.git.ancestors(after):
        kind = "force_push"
    elif any(one.merge_sha == after and one.base == branch for one in repository.pulls):
        kind = "pr_merge"
    now, ref = github.clock.now(), f"refs/heads/{branch}"
    number = FIRST_ACTIVITY + len(repository.activities)
    entry = Activity(number, ref, before or ZERO, after or ZERO, now, actor.user, kind)
    repository.activities.append(entry)


def _emit_push(
    github: World,
    repository: Repository,
    actor: Actor,
    *,
    branch: str,
    before: str | None,
    after: str | None,
) -> None:
    _note(github, repository, actor, branch=branch, before=before, after=after)
    git = repository.git
    added = (
        git.between(before or repository.git.head(repository.default_branch) or after, after)
        if after
        else []
    )
    forced = bool(before and after and before not in git.ancestors(after))
    site = page(github, repository)
    payload = {
        "ref": f"refs/heads/{branch}",
        "before": before or ZERO,
        "after": after or ZERO,
        "base_ref": None,
        "created": before is None,
        "deleted": after is None,
        "forced": forced,
        "compare": f"{site}/compare/{(before or ZERO)[:12]}...{(after or ZERO)[:12]}",
        "commits": [commits.pushed_commit(github, repository, one) for one in added],
        "head_commit": commits.pushed_commit(github, repository, git.commit(after))
        if after
        else None,
        "pusher": {"name": actor.user.login, "email": github.signature(actor.user).email},
    }
    hooks.emit(github, "push", repository, actor.user, payload)
