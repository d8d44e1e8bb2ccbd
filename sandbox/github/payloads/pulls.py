"""Pull requests, reviews and merge results."""

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload, Site, time_or_none, user, user_or_none
from sandbox.github.payloads.issues import association, issue_page, label
from sandbox.github.payloads.repositories import address, minimal
from sandbox.github.payloads.reviews import reviewer
from sandbox.github.state import (
    AutoMerge,
    MergeRequest,
    PullRequest,
    Repository,
    Team,
    User,
)


def _side(site: Site, repository: Repository, branch: str, sha: str) -> Payload:
    return {
        "label": f"{repository.owner.login}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": user(site, repository.owner),
        "repo": minimal(site, repository),
    }


def _links(site: Site, pull: PullRequest) -> Payload:
    api = address(site, pull.repository)
    own, as_issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    return {
        "self": own,
        "html": issue_page(site, pull.issue),
        "issue": as_issue,
        "comments": f"{as_issue}/comments",
        "review_comments": f"{own}/comments",
        "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{own}/commits",
        "statuses": f"{api}/statuses/{pull.head_sha}",
    }


def simple(site: Site, pull: PullRequest) -> Payload:
    """`pull-request-simple`."""
    found, repository = pull.issue, pull.repository
    links = _links(site, pull)
    return {
        "id": pull.id,
        "node_id": found.node_id,
        "number": found.number,
        "url": links["self"],
        "html_url": links["html"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        **{f"{name}_url": links[name] for name in links if name not in ("self", "html")},
        "_links": {name: {"href": target} for name, target in links.items()},
        "state": found.state,
        "locked": found.locked,
        "active_lock_reason": found.lock_reason,
        "title": found.title,
        "body": found.body,
        "user": user(site, found.user),
        "labels": [label(site, repository, one) for one in found.labels],
        "milestone": None,
        "assignee": None,
        "assignees": [],
        "requested_reviewers": _requested(site, pull, User),
        "requested_teams": _requested(site, pull, Team),
        "draft": pull.draft,
        "created_at": github_time(found.created_at),
        "updated_at": github_time(found.updated_at),
        "closed_at": time_or_none(found.closed_at),
        "merged_at": time_or_none(pull.merged_at),
        "merge_commit_sha": pull.merge_sha,
        "head": _side(site, repository, pull.head, pull.head_sha),
        "base": _side(site, repository, pull.base, pull.base_sha),
        "author_association": association(repository, found.user),
        "auto_merge": _auto_merge(site, pull.auto_merge),
    }


def _requested(site: Site, pull: PullRequest, kind: type[User | Team]) -> list[Payload]:
    return [reviewer(site, one) for one in pull.requested if isinstance(one, kind)]


def _auto_merge(site: Site, wanted: AutoMerge | None) -> Payload | None:
    if wanted is None:
        return None
    return {
        "enabled_by": user(site, wanted.actor.user),
        "merge_method": wanted.method,
        "commit_title": wanted.title or "",
        "commit_message": wanted.message or "",
    }


def full(site: Site, pull: PullRequest, mergeable_state: str) -> Payload:
    """`pull-request`."""
    git = pull.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    changes = git.changes(common, pull.head_sha)
    return {
        **simple(site, pull),
        "merged": pull.merged_at is not None,
        "mergeable": pull.mergeable,
        "rebaseable": pull.mergeable,
        "mergeable_state": mergeable_state,
        "merged_by": user_or_none(site, pull.merged_by),
        "comments": len(pull.issue.comments),
        "review_comments": sum(len(one.comments) for one in pull.threads),
        "maintainer_can_modify": False,
        "commits": len(git.between(common, pull.head_sha)),
        "additions": sum(change.additions for change in changes),
        "deletions": sum(change.deletions for change in changes),
        "changed_files": len(changes),
    }


def short(site: Site, pull: PullRequest) -> Payload:
    """`pull-request-minimal`, as checks list them."""
    api = address(site, pull.repository)
    where = {"id": pull.repository.id, "url": api, "name": pull.repository.name}
    return {
        "id": pull.id,
        "number": pull.number,
        "url": f"{api}/pulls/{pull.number}",
        "head": {"ref": pull.head, "sha": pull.head_sha, "repo": where},
        "base": {"ref": pull.base, "sha": pull.base_sha, "repo": where},
    }


def merge_request(found: MergeRequest, message: str = "") -> Payload:
    """`pull-request-merge-async-result`."""
    details: Payload = {"message": message or found.detail}
    if found.status == "pending":
        details |= {
            "uuid": found.uuid,
            "merge_method": found.method or "default",
            "merge_action": found.action,
            "expected_head_sha": found.expected_sha,
        }
    elif found.status == "merged":
        details["sha"] = found.sha
    return {"status": found.status, "details": details}
