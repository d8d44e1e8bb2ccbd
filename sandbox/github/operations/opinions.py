"""What reviewers think of a pull request: the latest opinion of each, and what follows."""

from sandbox.github.state import PullRequest, Review

OPINIONS = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")


def latest(pull: PullRequest) -> list[Review]:
    """Return the newest opinion per reviewer; a mere comment does not replace one."""
    newest: dict[str, Review] = {}
    for one in pull.reviews:
        if one.state != "COMMENTED" or one.user.login not in newest:
            newest[one.user.login] = one
    return list(newest.values())


def opinions(pull: PullRequest, writers_only: bool) -> list[Review]:
    """GraphQL's latestOpinionatedReviews."""
    return [
        one
        for one in latest(pull)
        if one.state in OPINIONS
        and (
            not writers_only or pull.repository.role_of(one.user) in ("write", "maintain", "admin")
        )
    ]


def decision(pull: PullRequest) -> str | None:
    """GraphQL's reviewDecision; None where nothing is required and nobody objected."""
    rules = pull.repository.rules_of(pull.base)
    states = [one.state for one in opinions(pull, True)]
    if "CHANGES_REQUESTED" in states:
        return "CHANGES_REQUESTED"
    if not rules.required_approvals:
        return None
    enough = states.count("APPROVED") >= rules.required_approvals
    return "APPROVED" if enough else "REVIEW_REQUIRED"
