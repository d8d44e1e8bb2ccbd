"""Reviews, conversations about lines, and who is asked for a review."""

from typing import Any

from sandbox.clock import github_time
from sandbox.github.payloads.base import Payload, Site, user
from sandbox.github.payloads.issues import association, issue_page, rollup
from sandbox.github.payloads.repositories import address
from sandbox.github.state import (
    PullRequest,
    Review,
    ReviewComment,
    ReviewThread,
    Team,
    User,
    node_id,
)


def review(site: Site, pull: PullRequest, found: Review) -> Payload:
    """`pull-request-review`."""
    html = f"{issue_page(site, pull.issue)}#pullrequestreview-{found.id}"
    url = f"{address(site, pull.repository)}/pulls/{pull.number}"
    return {
        "id": found.id,
        "node_id": node_id("PRR", found.id),
        "user": user(site, found.user),
        "body": found.body,
        "state": found.state,
        "html_url": html,
        "pull_request_url": url,
        "_links": {"html": {"href": html}, "pull_request": {"href": url}},
        "submitted_at": github_time(found.submitted_at),
        "commit_id": found.commit_id,
        "author_association": association(pull.repository, found.user),
    }


def line_now(thread: ReviewThread) -> int | None:
    """Return the thread's line in the head's file; None once it reads otherwise (outdated)."""
    git = thread.pull.repository.git

    def text_at(sha: str) -> list[str]:
        lines = git.text(git.files_at(sha).get(thread.path)).splitlines()
        return lines[thread.line - 1 : thread.line]

    then = text_at(thread.comments[0].commit_id)
    return thread.line if text_at(thread.pull.head_sha) == then else None


def comment(site: Site, found: ReviewComment) -> Payload:
    """`pull-request-review-comment`."""
    thread, pull = found.thread, found.thread.pull
    api = address(site, pull.repository)
    own, whole = f"{api}/pulls/comments/{found.id}", f"{api}/pulls/{pull.number}"
    html = f"{issue_page(site, pull.issue)}#discussion_r{found.id}"
    line = line_now(thread)
    shown: dict[str, Any] = {
        "id": found.id,
        "node_id": node_id("PRRC", found.id),
        "url": own,
        "html_url": html,
        "pull_request_url": whole,
        "pull_request_review_id": found.review.id,
        "diff_hunk": f"@@ -{thread.line} +{thread.line} @@",
        "path": thread.path,
        "position": line,
        "original_position": thread.line,
        "line": line,
        "original_line": thread.line,
        "start_line": None,
        "original_start_line": None,
        "side": "RIGHT",
        "start_side": None,
        "subject_type": "line",
        "commit_id": pull.head_sha if line else found.commit_id,
        "original_commit_id": found.commit_id,
        "user": user(site, found.user),
        "body": found.body,
        "created_at": github_time(found.created_at),
        "updated_at": github_time(found.updated_at),
        "author_association": association(pull.repository, found.user),
        "reactions": rollup(own, found.reactions),
        "_links": {"self": {"href": own}, "html": {"href": html}, "pull_request": {"href": whole}},
    }
    first = thread.comments[0] if thread.comments else found
    if found is not first:
        shown["in_reply_to_id"] = first.id
    return shown


def thread(site: Site, found: ReviewThread) -> Payload:
    """Return a thread as `pull_request_review_thread` carries it."""
    return {"node_id": found.node_id, "comments": [comment(site, one) for one in found.comments]}


def reviewer(site: Site, asked: User | Team) -> Payload:
    """`simple-user` or `team`."""
    return team(site, asked) if isinstance(asked, Team) else user(site, asked)


def team(site: Site, found: Team) -> Payload:
    """`team`."""
    organization = found.organization
    api = f"{site.url}/organizations/{organization.id}/team/{found.id}"
    return {
        "id": found.id,
        "node_id": found.node_id,
        "name": found.slug,
        "slug": found.slug,
        "description": None,
        "privacy": "closed",
        "notification_setting": "notifications_enabled",
        "permission": "push",
        "url": api,
        "html_url": f"{site.url}/orgs/{organization.login}/teams/{found.slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "type": "organization",
        "organization_id": organization.id,
        "parent": None,
    }
