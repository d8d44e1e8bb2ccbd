"""Issues, comments, labels and reactions."""

from sandbox.clock import github_time
from sandbox.github.payloads.base import (
    Payload,
    Site,
    app,
    time_or_none,
    user,
    user_or_none,
)
from sandbox.github.payloads.repositories import address, page
from sandbox.github.state import Comment, Issue, Label, Reaction, Repository, User, node_id

REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes")


def label(site: Site, repository: Repository, found: Label) -> Payload:
    """`label`."""
    return {
        "id": found.id,
        "node_id": node_id("LA", found.id),
        "url": f"{address(site, repository)}/labels/{found.name.replace(' ', '%20')}",
        "name": found.name,
        "description": found.description,
        "color": found.color,
        "default": False,
        "archived_at": None,
        "archived_by": None,
    }


def association(repository: Repository, account: User) -> str:
    """`author-association`; Apps have none."""
    if account is repository.owner:
        return "OWNER"
    return "COLLABORATOR" if account.login in repository.roles else "NONE"


def rollup(url: str, reactions: list[Reaction]) -> Payload:
    """`reaction-rollup` of what hangs at `url`."""
    counts = {
        content: sum(reaction.content == content for reaction in reactions) for content in REACTIONS
    }
    return {"url": f"{url}/reactions", "total_count": len(reactions), **counts}


def issue_page(site: Site, found: Issue) -> str:
    """Return the issue's or pull request's page."""
    kind = "pull" if found.pull else "issues"
    return f"{page(site, found.repository)}/{kind}/{found.number}"


def issue(site: Site, found: Issue) -> Payload:
    """`issue`, for pull requests too."""
    url = f"{address(site, found.repository)}/issues/{found.number}"
    payload: Payload = {
        "id": found.id,
        "node_id": found.node_id,
        "number": found.number,
        "url": url,
        "repository_url": address(site, found.repository),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": issue_page(site, found),
        "state": found.state,
        "state_reason": found.state_reason,
        "title": found.title,
        "body": found.body,
        "user": user(site, found.user),
        "labels": [label(site, found.repository, one) for one in found.labels],
        "assignee": None,
        "assignees": [],
        "milestone": None,
        "locked": found.locked,
        "active_lock_reason": found.lock_reason,
        "comments": len(found.comments),
        "created_at": github_time(found.created_at),
        "updated_at": github_time(found.updated_at),
        "closed_at": time_or_none(found.closed_at),
        "closed_by": user_or_none(site, found.closed_by),
        "author_association": association(found.repository, found.user),
        "performed_via_github_app": app(site, found.app) if found.app else None,
        "reactions": rollup(url, found.reactions),
    }
    if found.pull:
        payload |= _pull_part(site, found)
    else:
        payload |= _related_part(found)
        pinned = next((one for one in found.comments if one.pinned_at), None)
        payload["pinned_comment"] = comment(site, pinned) if pinned else None
    return payload


def _related_part(found: Issue) -> Payload:
    """`sub-issues-summary` and `issue-dependencies-summary`."""
    total, done = len(found.sub_issues), sum(one.state == "closed" for one in found.sub_issues)
    blocking = [one for one in found.repository.issues.values() if found in one.blocked_by]
    return {
        "sub_issues_summary": {
            "total": total,
            "completed": done,
            "percent_completed": 100 * done // total if total else 0,
        },
        "issue_dependencies_summary": {
            "blocked_by": sum(one.state == "open" for one in found.blocked_by),
            "blocking": sum(one.state == "open" for one in blocking),
            "total_blocked_by": len(found.blocked_by),
            "total_blocking": len(blocking),
        },
    }


def _pull_part(site: Site, found: Issue) -> Payload:
    assert found.pull is not None
    html = issue_page(site, found)
    return {
        "draft": found.pull.draft,
        "pull_request": {
            "url": f"{address(site, found.repository)}/pulls/{found.number}",
            "html_url": html,
            "diff_url": f"{html}.diff",
            "patch_url": f"{html}.patch",
            "merged_at": time_or_none(found.pull.merged_at),
        },
    }


def comment(site: Site, found: Comment) -> Payload:
    """`issue-comment`."""
    repository = found.issue.repository
    url = f"{address(site, repository)}/issues/comments/{found.id}"
    pin = None
    if found.pinned_at:
        pin = {
            "pinned_at": github_time(found.pinned_at),
            "pinned_by": user_or_none(site, found.pinned_by),
        }
    return {
        "id": found.id,
        "node_id": found.node_id,
        "url": url,
        "html_url": f"{issue_page(site, found.issue)}#issuecomment-{found.id}",
        "issue_url": f"{address(site, repository)}/issues/{found.issue.number}",
        "body": found.body,
        "user": user(site, found.user),
        "created_at": github_time(found.created_at),
        "updated_at": github_time(found.updated_at),
        "author_association": association(repository, found.user),
        "performed_via_github_app": app(site, found.app) if found.app else None,
        "reactions": rollup(url, found.reactions),
        "pin": pin,
        "minimized": {"reason": found.minimized_reason} if found.minimized_reason else None,
    }


def reaction(site: Site, found: Reaction) -> Payload:
    """`reaction`."""
    return {
        "id": found.id,
        "node_id": node_id("REA", found.id),
        "user": user(site, found.user),
        "content": found.content,
        "created_at": github_time(found.created_at),
    }
