"""Taking a merged pull request back by another one."""

from sandbox.github.errors import unprocessable
from sandbox.github.operations import branches, pulls
from sandbox.github.state import Actor, PullRequest
from sandbox.github.state.world import World


def revert(
    github: World,
    pull: PullRequest,
    actor: Actor,
    *,
    title: str | None = None,
    body: str | None = None,
    draft: bool = False,
) -> PullRequest:
    """Make a branch on the base's head without the merge's changes, and its pull request.

    422 when it was not merged or later commits stand in the way.
    """
    sha = _reverted(github, pull, actor)
    branch = f"revert-{pull.number}-{pull.head}"
    branches.create(github, pull.repository, actor, branch, sha)
    return pulls.create(
        github,
        pull.repository,
        actor,
        head=branch,
        base=pull.base,
        title=title or f'Revert "{pull.issue.title}"',
        body=body or f"Reverts {pull.repository.full_name}#{pull.number}",
        draft=draft,
    )


def _reverted(github: World, pull: PullRequest, actor: Actor) -> str:
    git = pull.repository.git
    head = git.head(pull.base)
    if pull.merge_sha is None or head is None:
        raise unprocessable("Pull request is not merged")
    who = github.signature(actor.user)
    # The base as it was before, on top of the merge: that makes the merge the common ancestor.
    before = git.commit(pull.base_sha).tree
    undone = git.objects.write_commit(before, (pull.merge_sha,), who, who, "before")
    tree = git.merge_trees(head, undone)
    if tree is None:
        raise unprocessable("Reverting this pull request conflicts with later changes")
    message = (
        f'Revert "{pull.issue.title} (#{pull.number})"\n\nThis reverts commit {pull.merge_sha}.'
    )
    return git.objects.write_commit(tree, (head,), who, who, message)
