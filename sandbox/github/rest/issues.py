"""Issues, comments, labels, reactions."""

from datetime import datetime

from sandbox.github.errors import not_found
from sandbox.github.operations import comments, issues
from sandbox.github.payloads import issues as payloads
from sandbox.github.state import Comment, Issue, Reaction
from sandbox.github.wire.http import Answer, Call, paged, repo_route

READ = ("issues=read", "pull_requests=read")
WRITE = ("issues=write", "pull_requests=write")


def _issue(call: Call) -> Issue:
    return issues.find(call.github, call.repository, call.params["issue_number"])


def _comment(call: Call) -> Comment:
    return comments.find(call.repository, call.params["comment_id"])


def _shown(call: Call, found: Issue, status: int = 200) -> Answer:
    shown = payloads.issue(call.github, found)
    headers = {"location": shown["url"]} if status == 201 else {}
    return Answer(status, shown, headers)


def _labels(call: Call, found: Issue) -> Answer:
    return Answer(200, [payloads.label(call.github, found.repository, one) for one in found.labels])


@repo_route("GET", "/issues", *READ)
def list_issues(call: Call) -> Answer:
    """`issues/list-for-repo`: pull requests are issues too; newest first."""
    state = call.query.get("state", "open")
    names = {name.lower() for name in call.query.get("labels", "").split(",") if name}
    since = call.query.get("since")
    moment = datetime.fromisoformat(since) if since else None
    found = [
        issue
        for issue in call.repository.issues.values()
        if state in ("all", issue.state)
        and names <= {label.name.lower() for label in issue.labels}
        and (moment is None or issue.updated_at >= moment)
    ]
    ordered = found if call.query.get("direction") == "asc" else reversed(found)
    return paged(call, ordered, lambda issue: payloads.issue(call.github, issue))


@repo_route("POST", "/issues", "issues=write")
def create_issue(call: Call) -> Answer:
    """`issues/create`."""
    names = [one["name"] if isinstance(one, dict) else one for one in call.body.get("labels", [])]
    title, body = call.text("title"), call.optional_text("body")
    made = issues.create(call.github, call.repository, call.actor, title, body, labels=names)
    return _shown(call, made, 201)


@repo_route("GET", "/issues/{issue_number:int}", *READ)
def get_issue(call: Call) -> Answer:
    """`issues/get`."""
    return _shown(call, _issue(call))


@repo_route("PATCH", "/issues/{issue_number:int}", *WRITE)
def update_issue(call: Call) -> Answer:
    """`issues/update`: `labels` replaces the whole set."""
    found = _issue(call)
    issues.edit(call.github, found, call.actor, call.body)
    return _shown(call, found)


@repo_route("GET", "/issues/{issue_number:int}/sub_issues", *READ)
def list_sub_issues(call: Call) -> Answer:
    """`issues/list-sub-issues`: in the order that people gave them."""
    return paged(call, _issue(call).sub_issues, lambda one: payloads.issue(call.github, one))


@repo_route("GET", "/issues/{issue_number:int}/dependencies/blocked_by", *READ)
def list_blocked_by(call: Call) -> Answer:
    """`issues/list-dependencies-blocked-by`."""
    return paged(call, _issue(call).blocked_by, lambda one: payloads.issue(call.github, one))


@repo_route("PUT", "/issues/{issue_number:int}/lock", *WRITE, role="write")
def lock_issue(call: Call) -> Answer:
    """`issues/lock`."""
    reason = call.body.get("lock_reason")
    issues.set_lock(call.github, _issue(call), call.actor, reason, True)
    return Answer(204)


@repo_route("DELETE", "/issues/{issue_number:int}/lock", *WRITE, role="write")
def unlock_issue(call: Call) -> Answer:
    """`issues/unlock`."""
    issues.set_lock(call.github, _issue(call), call.actor, None, False)
    return Answer(204)


@repo_route("GET", "/issues/{issue_number:int}/comments", *READ)
def list_comments(call: Call) -> Answer:
    """`issues/list-comments`: oldest first, `since` compares the last update."""
    since = call.query.get("since")
    moment = datetime.fromisoformat(since) if since else None
    found = [one for one in _issue(call).comments if moment is None or one.updated_at >= moment]
    return paged(call, found, lambda one: payloads.comment(call.github, one))


@repo_route("POST", "/issues/{issue_number:int}/comments", *WRITE)
def create_comment(call: Call) -> Answer:
    """`issues/create-comment`."""
    made = comments.create(call.github, _issue(call), call.actor, call.text("body"))
    shown = payloads.comment(call.github, made)
    return Answer(201, shown, {"location": shown["url"]})


@repo_route("GET", "/issues/comments/{comment_id:int}", *READ)
def get_comment(call: Call) -> Answer:
    """`issues/get-comment`."""
    return Answer(200, payloads.comment(call.github, _comment(call)))


@repo_route("PATCH", "/issues/comments/{comment_id:int}", *WRITE)
def update_comment(call: Call) -> Answer:
    """`issues/update-comment`."""
    found = _comment(call)
    comments.edit(call.github, found, call.actor, call.text("body"))
    return Answer(200, payloads.comment(call.github, found))


@repo_route("DELETE", "/issues/comments/{comment_id:int}", *WRITE)
def delete_comment(call: Call) -> Answer:
    """`issues/delete-comment`."""
    comments.delete(call.github, _comment(call), call.actor)
    return Answer(204)


@repo_route("PUT", "/issues/comments/{comment_id:int}/pin", "issues=write", role="write")
def pin_comment(call: Call) -> Answer:
    """`issues/pin-comment`."""
    found = _comment(call)
    comments.pin(call.github, found, call.actor)
    return Answer(200, payloads.comment(call.github, found))


@repo_route("DELETE", "/issues/comments/{comment_id:int}/pin", "issues=write", role="write")
def unpin_comment(call: Call) -> Answer:
    """`issues/unpin-comment`."""
    comments.unpin(_comment(call))
    return Answer(204)


def _reactions(call: Call) -> list[Reaction]:
    found = _comment(call) if "comment_id" in call.params else _issue(call)
    return found.reactions


@repo_route("GET", "/issues/{issue_number:int}/reactions", *READ)
@repo_route("GET", "/issues/comments/{comment_id:int}/reactions", *READ)
def list_reactions(call: Call) -> Answer:
    """`reactions/list-for-issue` and `-issue-comment`."""
    content = call.query.get("content")
    found = [one for one in _reactions(call) if content in (None, one.content)]
    return paged(call, found, lambda one: payloads.reaction(call.github, one))


@repo_route("POST", "/issues/{issue_number:int}/reactions", *WRITE)
@repo_route("POST", "/issues/comments/{comment_id:int}/reactions", *WRITE)
def create_reaction(call: Call) -> Answer:
    """`reactions/create-for-issue` and `-issue-comment`: the same again is 200, not 201."""
    made, new = comments.react(call.github, _reactions(call), call.actor, call.text("content"))
    return Answer(201 if new else 200, payloads.reaction(call.github, made))


@repo_route("DELETE", "/issues/{issue_number:int}/reactions/{reaction_id:int}", *WRITE)
@repo_route("DELETE", "/issues/comments/{comment_id:int}/reactions/{reaction_id:int}", *WRITE)
def delete_reaction(call: Call) -> Answer:
    """`reactions/delete-for-issue` and `-issue-comment`."""
    comments.unreact(_reactions(call), call.actor, call.params["reaction_id"])
    return Answer(204)


@repo_route("GET", "/issues/{issue_number:int}/labels", *READ)
def list_issue_labels(call: Call) -> Answer:
    """`issues/list-labels-on-issue`."""
    return _labels(call, _issue(call))


@repo_route("POST", "/issues/{issue_number:int}/labels", *WRITE, role="triage")
def add_issue_labels(call: Call) -> Answer:
    """`issues/add-labels`."""
    found = _issue(call)
    issues.add_labels(call.github, found, call.actor, call.body.get("labels", []))
    return _labels(call, found)


@repo_route("DELETE", "/issues/{issue_number:int}/labels/{name:path}", *WRITE, role="triage")
def remove_issue_label(call: Call) -> Answer:
    """`issues/remove-label`."""
    found = _issue(call)
    issues.remove_label(call.github, found, call.actor, call.params["name"])
    return _labels(call, found)


@repo_route("GET", "/labels", *READ)
def list_labels(call: Call) -> Answer:
    """`issues/list-labels-for-repo`."""
    repository = call.repository
    found = repository.labels.values()
    return paged(call, found, lambda one: payloads.label(call.github, repository, one))


@repo_route("POST", "/labels", *WRITE, role="write")
def create_label(call: Call) -> Answer:
    """`issues/create-label`."""
    made = issues.create_label(
        call.github,
        call.repository,
        call.text("name"),
        call.text("color", "ededed"),
        call.optional_text("description"),
    )
    shown = payloads.label(call.github, call.repository, made)
    return Answer(201, shown, {"location": shown["url"]})


@repo_route("GET", "/labels/{name:path}", *READ)
def get_label(call: Call) -> Answer:
    """`issues/get-label`."""
    found = call.repository.labels.get(call.params["name"].lower())
    if found is None:
        raise not_found()
    return Answer(200, payloads.label(call.github, call.repository, found))
