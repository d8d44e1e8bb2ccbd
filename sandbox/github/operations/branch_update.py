"""The base merged into a pull request's branch, as its page's button does."""

from sandbox.github.errors import unprocessable
from sandbox.github.operations import branches
from sandbox.github.operations.mergeability import behind
from sandbox.github.state import Actor, PullRequest
from sandbox.github.state.world import World


def update_branch(github: World, pull: PullRequest, actor: Actor, expected: str | None) -> None:
    """Merge the base into the head; 422 when the head moved or the two conflict."""
    if expected and expected != pull.head_sha:
        raise unprocessable("expected_head_sha did not match the current head ref.")
    git = pull.repository.git
    if not behind(pull):
        raise unprocessable("There are no new commits on the base branch.")
    tree = git.merge_trees(pull.head_sha, pull.base_sha)
    if tree is None:
        raise unprocessable("merge conflict between base and head")
    who = github.signature(actor.user)
    message = f"Merge branch '{pull.base}' into {pull.head}"
    parents = (pull.head_sha, pull.base_sha)
    sha = git.objects.write_commit(tree, parents, who, who, message)
    branches.move(github, pull.repository, actor, pull.head, sha)
