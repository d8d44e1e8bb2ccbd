"""What an agent should know of an earlier failure."""

from bot.core.model.reasons import Failure, FailureKind

_TEXTS = {
    FailureKind.AGENT_ERROR: "The earlier agent ended with an error.",
    FailureKind.AGENT_EXPIRED: "The earlier agent ran out of time.",
    FailureKind.AGENT_STOPPED: "The earlier agent was stopped before it had finished.",
    FailureKind.LAUNCH_REFUSED: "The earlier agent was never launched.",
    FailureKind.BRANCH_REFUSED: "The earlier agent was never launched.",
    FailureKind.LAUNCH_LOST: "The earlier agent was never launched.",
    FailureKind.NOTHING_CHANGED: "The earlier agent finished without changing anything.",
    FailureKind.PULL_REQUEST_REFUSED: "GitHub refused a request about the pull request.",
    FailureKind.PULL_REQUEST_CLOSED: "The earlier pull request was closed without a merge.",
    FailureKind.NAME_TAKEN: "The earlier agent could not push its branch.",
    FailureKind.BRANCH_DELETED: "The earlier branch was deleted.",
    FailureKind.BRANCH_RENAMED: "The earlier branch was renamed.",
    FailureKind.FORK: "The earlier pull request came from a fork.",
    FailureKind.WRONG_BASE: "The earlier pull request went into {branch} instead of {expected}.",
    FailureKind.MERGED_ELSEWHERE: "The earlier pull request was merged into {branch} instead of"
    " {expected}.",
    FailureKind.CHECKS_FAILED: "These checks failed: {checks}.",
    FailureKind.CHANGES_REQUESTED: "Changes were requested by {people}.",
    FailureKind.MERGE_CONFLICT: "The branch conflicts with its base branch.",
    FailureKind.NO_MERGE_METHOD: "The pull request could not be merged.",
    FailureKind.MERGE_REFUSED: "GitHub refused to merge the pull request.",
    FailureKind.REMOVED: "The task was removed from the checklist.",
    FailureKind.DEPENDENCY: "A task that it needs was not done.",
    FailureKind.INTERNAL: "The work was interrupted for a reason that has nothing to do with it.",
    FailureKind.LEGACY: "",
}


def failure_text(failure: Failure) -> str:
    """Return what happened, then somebody's own words about it."""
    text = _TEXTS[failure.kind].format(
        branch=failure.branch,
        expected=failure.expected_branch,
        checks=", ".join(failure.checks),
        people=", ".join(failure.people),
    )
    return "\n".join(part for part in (text, failure.quote) if part)
