"""Merging by git: at once or later, and what a merge brings with it."""

import re
import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.github import branches, issues, pulls
from sandbox.github.errors import Refusal, not_found
from sandbox.github.model import Actor, BranchRules, MergeRequest, PullRequest
from sandbox.github.objects import Signature
from sandbox.github.payloads import pulls as payloads

if TYPE_CHECKING:
    from sandbox.github.world import World

CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)", re.IGNORECASE)
METHODS = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
KEPT = timedelta(hours=24)


def merge(
    github: "World",
    pull: PullRequest,
    actor: Actor,
    *,
    method: str = "merge",
    sha: str | None = None,
    title: str | None = None,
    message: str | None = None,
) -> str:
    """Merge now and return the base branch's new SHA.

    405 when it cannot be merged as it stands, 409 when `sha` is not its head.
    Docs page: rest/pulls/pulls#merge-a-pull-request.
    """
    _check(pull, actor, method, sha)
    new_head = _write(github, pull, actor, method, title=title, message=message)
    if new_head is None:
        raise Refusal(405, "Pull Request is not mergeable")
    complete(github, pull, actor, new_head, f"{title or ''}\n{message or ''}")
    return new_head


def _check(pull: PullRequest, actor: Actor, method: str, sha: str | None) -> None:
    if not pull.open:
        raise Refusal(405, "Pull Request is not mergeable")
    if pull.draft:
        raise Refusal(405, "Pull Request is still a draft")
    if sha and sha != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    rules = pull.repository.rules.get(pull.base, BranchRules())
    if method not in METHODS:
        raise Refusal(422, "Validation Failed")
    if method not in rules.allowed_merge_methods:
        raise Refusal(405, f"{METHODS[method]} are not allowed on this repository.")
    unmet = pulls.unmet_rule(pull)
    if unmet:
        raise Refusal(405, f"Repository rule violations found\n\n{unmet}\n\n")
    _check_workflows(pull, actor)


def _check_workflows(pull: PullRequest, actor: Actor) -> None:
    """An App needs a permission of its own to bring in workflow files."""
    if actor.permissions is None or actor.permissions.get("workflows") == "write":
        return
    git = pull.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    for change in git.changes(common, pull.head_sha):
        if change.path.startswith(".github/workflows/"):
            raise Refusal(
                403,
                "refusing to allow a GitHub App to create or update workflow "
                f"`{change.path}` without `workflows` permission",
            )


def _write(
    github: "World",
    pull: PullRequest,
    actor: Actor,
    method: str,
    *,
    title: str | None,
    message: str | None,
) -> str | None:
    git = pull.repository.git
    committer = Signature("World", "noreply@github.com", github.clock.now())
    if method == "rebase":
        return _rebase(pull, committer)
    tree = git.merge_trees(pull.base_sha, pull.head_sha)
    if tree is None:
        return None
    found = pull.issue
    parents: tuple[str, ...] = (pull.base_sha, pull.head_sha)
    if method == "squash":
        parents = parents[:1]
        first = title or f"{found.title} (#{found.number})"
        listed = [f"* {one.message}" for one in git.between(pull.base_sha, pull.head_sha)]
        rest = "\n\n".join(listed) if message is None else message
        author = branches.signature(github, found.user)
    else:
        source = f"{pull.repository.owner.login}/{pull.head}"
        first = title or f"Merge pull request #{found.number} from {source}"
        rest = found.title if message is None else message
        author = branches.signature(github, actor.user)
    text = f"{first}\n\n{rest}" if rest else first
    return git.objects.write_commit(tree, parents, author, committer, text)


def _rebase(pull: PullRequest, committer: Signature) -> str | None:
    """Each commit of the head on top of the base, oldest first; None at the first conflict."""
    git = pull.repository.git
    onto = pull.base_sha
    for one in git.between(pull.base_sha, pull.head_sha):
        if len(one.parents) > 1:
            continue
        # A commit with the new tree on the old parent makes that parent the merge base.
        there = git.commit(onto).tree
        stand_in = git.objects.write_commit(there, one.parents, committer, committer, "base")
        tree = git.merge_trees(stand_in, one.sha)
        if tree is None:
            return None
        onto = git.objects.write_commit(tree, (onto,), one.author, committer, one.message)
    return onto


def complete(github: "World", pull: PullRequest, actor: Actor, sha: str, words: str = "") -> None:
    """Everything after the merge commit `sha` exists; `words` may close issues as well."""
    mark_merged(github, pull, actor, sha)
    branches.move(github, pull.repository, actor, pull.base, sha)
    if pull.base == pull.repository.default_branch:
        _close_named(github, pull, actor, f"{pull.issue.body or ''}\n{words}")
    if pull.repository.delete_branch_on_merge and pull.repository.git.head(pull.head):
        branches.delete(github, pull.repository, actor, pull.head)


def mark_merged(github: "World", pull: PullRequest, actor: Actor, sha: str) -> None:
    """Record the merge and announce `closed` with `merged` true."""
    pull.merged_at, pull.merged_by, pull.merge_sha = github.clock.now(), actor.user, sha
    issues.set_state(github, pull.issue, actor, "closed")


def _close_named(github: "World", pull: PullRequest, actor: Actor, text: str) -> None:
    for number in map(int, CLOSING.findall(text)):
        named = pull.repository.issues.get(number)
        if named and not named.pull:
            issues.set_state(github, named, actor, "closed", "completed")


def request(
    github: "World", pull: PullRequest, actor: Actor, body: dict[str, Any]
) -> tuple[int, dict[str, Any]]:
    """`PUT …/merge-async`: status code and body; rules are looked at when it is executed."""
    if pull.merged_at:
        details = {"message": "Pull request is already merged.", "sha": pull.merge_sha}
        return 200, {"status": "merged", "details": details}
    if not pull.open or pull.draft:
        word = "still a draft" if pull.open else "closed"
        details = {"message": f"Pull request is {word}."}
        return 400, {"status": "failed", "details": details}
    for other in pull.repository.merge_requests.values():
        if other.pull is pull and other.status == "pending":
            message = "A merge request already exists for this pull request."
            return 409, payloads.merge_request(other, message)
    method = body.get("merge_method")
    if method is not None and method not in METHODS:
        raise Refusal(422, "Validation Failed")
    made = MergeRequest(
        str(uuid.uuid4()),
        pull,
        actor,
        method,
        body.get("merge_action") or "default",
        body.get("sha") or pull.head_sha,
        body.get("commit_title"),
        body.get("commit_message"),
        github.clock.now() + timedelta(seconds=github.merge_async_delay),
    )
    pull.repository.merge_requests[made.uuid] = made
    github.later(github.merge_async_delay, lambda: _execute(github, made))
    return 202, payloads.merge_request(made)


def _execute(github: "World", wanted: MergeRequest) -> None:
    pull = wanted.pull
    wanted.finished_at = github.clock.now()
    try:
        wanted.sha = merge(
            github,
            pull,
            wanted.actor,
            method=wanted.method or "merge",
            sha=wanted.expected_sha,
            title=wanted.title,
            message=wanted.message,
        )
    except Refusal as refusal:
        wanted.status, wanted.detail = "failed", refusal.message
    else:
        wanted.status, wanted.detail = "merged", "Pull request was merged."


def result(github: "World", pull: PullRequest, number: str) -> dict[str, Any]:
    """`GET …/merge-async/{uuid}`; 404 when unknown or 24 hours old."""
    found = pull.repository.merge_requests.get(number)
    if found is None or found.pull is not pull:
        raise not_found()
    if found.finished_at and github.clock.now() - found.finished_at > KEPT:
        raise not_found()
    message = "Merge request is in progress." if found.status == "pending" else ""
    return payloads.merge_request(found, message)
