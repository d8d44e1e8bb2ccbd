"""Auto-merge: switched on and off. What merges in the end is in `unattended`."""

from sandbox.github.errors import unprocessable
from sandbox.github.operations import issues, mergeability
from sandbox.github.state import Actor, AutoMerge, PullRequest
from sandbox.github.state.world import World


def enable(github: World, pull: PullRequest, wanted: AutoMerge) -> None:
    """Merge by itself later on; 422 for what could be merged at once.

    Docs page: automatically-merging-a-pull-request.
    """
    state = mergeability.mergeable_state(pull)
    if not pull.repository.allow_auto_merge:
        raise unprocessable("Auto merge is not allowed for this repository")
    if not pull.open:
        raise unprocessable("Can't enable auto-merge for this pull request.")
    if pull.draft or state in ("clean", "unstable"):
        word = "draft" if pull.draft else state
        raise unprocessable(f"Pull request Pull request is in {word} status")
    pull.auto_merge = wanted
    issues.emit(github, pull.issue, "auto_merge_enabled", wanted.actor)


def disable(github: World, pull: PullRequest, actor: Actor, reason: str) -> None:
    """No longer merge by itself, if it would."""
    if pull.auto_merge is not None:
        pull.auto_merge = None
        issues.emit(github, pull.issue, "auto_merge_disabled", actor, reason=reason)
