"""Whether a pull request can be merged: conflicts, the base branch's rules, and GitHub's words."""

from collections.abc import Iterator

from sandbox.github.operations import checks, code_owners, opinions
from sandbox.github.state import PullRequest

# Rules about pushes that a merge always keeps, or that only choose its method.
WITHOUT_WORDS = frozenset({"creation", "deletion", "non_fast_forward", "required_linear_history"})
WORDS = {
    "code_scanning": "Waiting for Code Scanning results.",
    "required_deployments": "Required deployments have not succeeded.",
    "required_signatures": "Commits must have verified signatures.",
    "workflows": "Required workflows have not succeeded.",
}


def compute_mergeable(pull: PullRequest) -> None:
    """Try the merge, as GitHub does in the background."""
    if pull.open and pull.mergeable is None:
        git = pull.repository.git
        pull.mergeable = git.merge_trees(pull.base_sha, pull.head_sha) is not None


def behind(pull: PullRequest) -> bool:
    """Whether the base has commits that the head has not."""
    return pull.base_sha not in pull.repository.git.ancestors(pull.head_sha)


def _must_catch_up(pull: PullRequest) -> bool:
    """Behind although that is not allowed; a queue brings what is in it up to date itself."""
    rules = pull.repository.rules_of(pull.base)
    return rules.strict and rules.merge_queue is None and behind(pull)


def unmet_rules(pull: PullRequest) -> list[str]:
    """Return what the base branch's rules still miss, in GitHub's words.

    That a merge has to go through a queue is not said here.
    """
    rules = pull.repository.rules_of(pull.base)
    missing = [
        f'Required status check "{name}" is expected.'
        for name in dict.fromkeys([*rules.required_checks, *rules.classic_checks])
        if not checks.passed(pull.repository, pull.head_sha, name, rules.required_apps.get(name))
    ]
    if _must_catch_up(pull):
        missing.append("This branch must not be behind the base branch.")
    missing += _unmet_reviews(pull)
    missing += [
        WORDS.get(kind, f"The rule {kind} is not met.")
        for kind in rules.other
        if kind not in WITHOUT_WORDS
    ]
    return missing


def _unmet_reviews(pull: PullRequest) -> Iterator[str]:
    rules = pull.repository.rules_of(pull.base)
    if rules.required_approvals and opinions.decision(pull) != "APPROVED":
        count = rules.required_approvals
        noun = "review is" if count == 1 else "reviews are"
        yield f"At least {count} approving {noun} required by reviewers with write access."
    approving = [one for one in opinions.opinions(pull, True) if one.state == "APPROVED"]
    owners = code_owners.missing(pull, {one.user.login.lower() for one in approving})
    if rules.code_owner_review and owners:
        yield f"Waiting on code owner review from {', '.join(owners)}."
    by_others = any(
        one.user is not pull.last_pusher and one.commit_id == pull.head_sha for one in approving
    )
    if rules.last_push_approval and not by_others:
        pusher = pull.last_pusher.login if pull.last_pusher else ""
        yield (
            f"New changes require approval from someone other than {pusher} because they were "
            "the last pusher."
        )
    if rules.resolved_threads and any(one.resolved_by is None for one in pull.threads):
        yield "A conversation must be resolved before this pull request can be merged."


def mergeable_state(pull: PullRequest) -> str:
    """Return the REST API's undocumented word for how things stand, GraphQL's in lower case."""
    if not pull.open or pull.mergeable is None:
        return "unknown"
    if not pull.mergeable:
        return "dirty"
    if pull.draft:
        return "draft"
    if _must_catch_up(pull):
        return "behind"
    if unmet_rules(pull):
        return "blocked"
    state = checks.rollup_state(pull.repository, pull.head_sha)
    return "clean" if state in (None, "SUCCESS") else "unstable"
