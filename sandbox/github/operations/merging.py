"""Merging by git: at once or later, and what a merge brings with it."""

import re

from sandbox.github.errors import Refusal
from sandbox.github.git.objects import Signature
from sandbox.github.operations import branches, issues, merge_queue
from sandbox.github.operations.mergeability import unmet_rules
from sandbox.github.state import Actor, PullRequest
from sandbox.github.state.world import World

CLOSING = re.compile(r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)", re.IGNORECASE)
METHODS = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
QUEUE_LOGIN = "github-merge-queue[bot]"
QUEUE_RULE = "Changes must be made through the merge queue"


def merge(
    github: World,
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
    check(pull, actor, sha)
    _check_method(pull, method)
    new_head = write(github, pull, actor, method, title=title, message=message)
    if new_head is None:
        raise Refusal(405, "Pull Request is not mergeable")
    complete(github, pull, actor, new_head)
    return new_head


def check(pull: PullRequest, actor: Actor, sha: str | None) -> None:
    """Refuse, as `merge` does, what the queue would not take either."""
    if not pull.open:
        raise Refusal(405, "Pull Request is not mergeable")
    if pull.draft:
        raise Refusal(405, "Pull Request is still a draft")
    if sha and sha != pull.head_sha:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    if unmet := unmet_rules(pull):
        raise _violation(*unmet)
    _check_workflows(pull, actor)


def _violation(*unmet: str) -> Refusal:
    return Refusal(405, "Repository rule violations found\n\n" + "\n\n".join(unmet) + "\n\n")


def _check_method(pull: PullRequest, method: str) -> None:
    rules = pull.repository.rules_of(pull.base)
    if method not in METHODS:
        raise Refusal(422, "Validation Failed")
    linear = "required_linear_history" in rules.other
    if method not in rules.allowed_merge_methods or (linear and method == "merge"):
        raise Refusal(405, f"{METHODS[method]} are not allowed on this repository.")
    if rules.merge_queue:
        raise _violation(QUEUE_RULE)


def _check_workflows(pull: PullRequest, actor: Actor) -> None:
    """Refuse workflow files from an App without the permission of its own that they need."""
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


def write(
    github: World,
    pull: PullRequest,
    actor: Actor,
    method: str,
    *,
    title: str | None = None,
    message: str | None = None,
) -> str | None:
    """Write the merge as a commit that no branch points at yet; None where the two conflict."""
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
        author = github.signature(found.user)
    else:
        source = f"{pull.repository.owner.login}/{pull.head}"
        first = title or f"Merge pull request #{found.number} from {source}"
        rest = found.title if message is None else message
        author = github.signature(actor.user)
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


def complete(github: World, pull: PullRequest, actor: Actor, sha: str) -> None:
    """Everything after the merge commit `sha` exists; what it brings in may close issues too."""
    brought = [one.message for one in pull.repository.git.between(pull.base_sha, sha)]
    merge_queue.leave(github, pull, actor, "ALREADY_MERGED")
    pull.auto_merge = None
    mark_merged(github, pull, actor, sha)
    branches.move(github, pull.repository, actor, pull.base, sha)
    if pull.base == pull.repository.default_branch:
        _close_named(github, pull, actor, "\n".join([pull.issue.body or "", *brought]))
    if pull.repository.delete_branch_on_merge and pull.repository.git.head(pull.head):
        branches.delete_merged(github, pull.repository, actor, pull.head, pull.base)


def mark_merged(github: World, pull: PullRequest, actor: Actor, sha: str) -> None:
    """Record the merge and announce `closed` with `merged` true."""
    pull.merged_at, pull.merged_by, pull.merge_sha = github.clock.now(), actor.user, sha
    issues.set_state(github, pull.issue, actor, "closed")


def _close_named(github: World, pull: PullRequest, actor: Actor, text: str) -> None:
    for number in map(int, CLOSING.findall(text)):
        named = pull.repository.issues.get(number)
        if named and not named.pull:
            issues.set_state(github, named, actor, "closed", "completed")
