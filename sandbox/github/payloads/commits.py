"""Commits, comparisons and commit statuses."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.git.objects import Commit, Signature
from sandbox.github.git.store import FileChange
from sandbox.github.payloads.base import Payload, Site, user, user_or_none
from sandbox.github.payloads.repositories import address, minimal, page
from sandbox.github.payloads.rules import protection
from sandbox.github.state import Activity, Repository, Status, node_id

VERIFICATION = {
    "verified": False,
    "reason": "unsigned",
    "signature": None,
    "payload": None,
    "verified_at": None,
}


def _signature(who: Signature) -> Payload:
    return {"name": who.name, "email": who.email, "date": github_time(who.when)}


def _account(site: Site, who: Signature) -> Payload:
    """Return the account behind a signature, an empty object where there is none."""
    known = site.users.get(who.name.lower())
    return user(site, known) if known else {}


def commit(site: Site, repository: Repository, sha: str) -> Payload:
    """`commit` without its files."""
    found = repository.git.commit(sha)
    api, html = address(site, repository), page(site, repository)
    return {
        "sha": sha,
        "node_id": node_id("C", repository.id) + sha,
        "url": f"{api}/commits/{sha}",
        "html_url": f"{html}/commit/{sha}",
        "comments_url": f"{api}/commits/{sha}/comments",
        "commit": {
            "url": f"{api}/git/commits/{sha}",
            "author": _signature(found.author),
            "committer": _signature(found.committer),
            "message": found.message,
            "tree": {"sha": found.tree, "url": f"{api}/git/trees/{found.tree}"},
            "comment_count": 0,
            "verification": VERIFICATION,
        },
        "author": _account(site, found.author),
        "committer": _account(site, found.committer),
        "parents": [
            {
                "sha": parent,
                "url": f"{api}/commits/{parent}",
                "html_url": f"{html}/commit/{parent}",
            }
            for parent in found.parents
        ],
    }


def detailed(site: Site, repository: Repository, sha: str) -> Payload:
    """`commit` with stats and files against its first parent."""
    parents = repository.git.commit(sha).parents
    changes = repository.git.changes(parents[0], sha) if parents else []
    added = sum(change.additions for change in changes)
    deleted = sum(change.deletions for change in changes)
    return {
        **commit(site, repository, sha),
        "stats": {"total": added + deleted, "additions": added, "deletions": deleted},
        "files": [file_change(site, repository, sha, change) for change in changes],
    }


def file_change(site: Site, repository: Repository, sha: str, change: FileChange) -> Payload:
    """`diff-entry`."""
    html = page(site, repository)
    return {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{html}/blob/{sha}/{change.path}",
        "raw_url": f"{html}/raw/{sha}/{change.path}",
        "contents_url": f"{address(site, repository)}/contents/{change.path}?ref={sha}",
        "patch": change.patch,
        **({"previous_filename": change.previous_path} if change.previous_path else {}),
    }


def comparison(
    site: Site, repository: Repository, *, basehead: str, base: str, head: str, common: str
) -> Payload:
    """`commit-comparison` of two SHAs with the merge base `common`."""
    git = repository.git
    ahead, behind = git.between(base, head), git.between(head, base)
    words = {(True, True): "diverged", (True, False): "ahead", (False, True): "behind"}
    html = f"{page(site, repository)}/compare/{basehead}"
    return {
        "url": f"{address(site, repository)}/compare/{basehead}",
        "html_url": html,
        "permalink_url": f"{page(site, repository)}/compare/{base[:7]}...{head[:7]}",
        "diff_url": f"{html}.diff",
        "patch_url": f"{html}.patch",
        "base_commit": commit(site, repository, base),
        "merge_base_commit": commit(site, repository, common),
        "status": words.get((bool(ahead), bool(behind)), "identical"),
        "ahead_by": len(ahead),
        "behind_by": len(behind),
        "total_commits": len(ahead),
        "commits": [commit(site, repository, one.sha) for one in ahead],
        "files": [
            file_change(site, repository, head, change) for change in git.changes(common, head)
        ],
    }


def branch(site: Site, repository: Repository, name: str, sha: str) -> Payload:
    """`branch-with-protection`."""
    own = f"{address(site, repository)}/branches/{name}"
    return {
        "name": name,
        "commit": commit(site, repository, sha),
        "_links": {"self": own, "html": f"{page(site, repository)}/tree/{name}"},
        "protected": name in repository.rules and repository.has_rules,
        "protection": protection(site, repository, name),
        "protection_url": f"{own}/protection",
    }


def simple_status(site: Site, repository: Repository, status: Status) -> Payload:
    """`simple-commit-status`."""
    created = github_time(status.created_at)
    return {
        "id": status.id,
        "node_id": node_id("SC", status.id),
        "url": f"{address(site, repository)}/statuses/{status.sha}",
        "avatar_url": user(site, status.creator)["avatar_url"],
        "state": status.state,
        "context": status.context,
        "description": status.description,
        "target_url": status.target_url,
        "created_at": created,
        "updated_at": created,
    }


def status(site: Site, repository: Repository, found: Status) -> Payload:
    """`status`."""
    return {
        **simple_status(site, repository, found),
        "creator": user_or_none(site, found.creator),
    }


def combined_status(
    site: Site, repository: Repository, sha: str, state: str, found: list[Status]
) -> Payload:
    """`combined-commit-status`."""
    commit_url = f"{address(site, repository)}/commits/{sha}"
    return {
        "state": state,
        "statuses": [simple_status(site, repository, one) for one in found],
        "sha": sha,
        "total_count": len(found),
        "repository": minimal(site, repository),
        "commit_url": commit_url,
        "url": f"{commit_url}/status",
    }


def activity(site: Site, found: Activity) -> Payload:
    """`activity`."""
    return {
        "id": found.id,
        "node_id": node_id("PSH", found.id),
        "before": found.before,
        "after": found.after,
        "ref": found.ref,
        "timestamp": github_time(found.at),
        "activity_type": found.kind,
        "actor": user_or_none(site, found.actor),
    }


def pushed_commit(site: Site, repository: Repository, found: Commit) -> Payload:
    """Return a commit as `push` webhooks list it."""
    parent = found.parents[0] if found.parents else found.sha
    changed: dict[str, list[str]] = {"added": [], "removed": [], "modified": []}
    for change in repository.git.changes(parent, found.sha):
        if change.previous_path:
            changed["removed"].append(change.previous_path)
        status = "added" if change.status == "renamed" else change.status
        changed[status].append(change.path)
    return {
        **simple_commit(found),
        "distinct": True,
        "url": f"{page(site, repository)}/commit/{found.sha}",
        **changed,
    }


def simple_commit(found: Commit) -> dict[str, Any]:
    """`simple-commit`."""
    return {
        "id": found.sha,
        "tree_id": found.tree,
        "message": found.message,
        "timestamp": github_time(found.committer.when),
        "author": {"name": found.author.name, "email": found.author.email},
        "committer": {"name": found.committer.name, "email": found.committer.email},
    }
