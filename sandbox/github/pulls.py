"""Pull requests: opening, editing, reviews, drafts, and what GitHub says of their state."""

from typing import TYPE_CHECKING, Any

from sandbox.github import branches, checks, hooks, issues
from sandbox.github.errors import Refusal, invalid, not_found, unprocessable
from sandbox.github.model import Actor, BranchRules, PullRequest, Repository, Review
from sandbox.github.payloads import pulls as payloads

if TYPE_CHECKING:
    from sandbox.github.world import World

REVIEW_EVENTS = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}


def find(repository: Repository, number: int) -> PullRequest:
    """The pull request, or 404."""
    found = repository.issues.get(number)
    if found is None or found.pull is None:
        raise not_found()
    return found.pull


def create(
    github: "World",
    repository: Repository,
    actor: Actor,
    *,
    head: str,
    base: str,
    title: str,
    body: str | None,
    draft: bool,
) -> PullRequest:
    """Open a pull request; 422 as GitHub gives it for each thing that may be wrong."""
    if not title.strip():
        raise invalid("PullRequest", "title", "missing_field")
    issues.check_body("PullRequest", body)
    owner, colon, name = head.rpartition(":")
    if colon and owner != repository.owner.login:
        raise invalid("PullRequest", "head", "invalid")
    head_sha, base_sha = repository.git.head(name), repository.git.head(base)
    if head_sha is None:
        raise invalid("PullRequest", "head", "invalid")
    if base_sha is None:
        raise invalid("PullRequest", "base", "invalid")
    _check_new(repository, name, base, head_sha, base_sha)
    issue = issues.new_issue(github, repository, actor, title, body)
    pull = PullRequest(github.new_id(), issue, name, head_sha, base, base_sha, draft)
    issue.pull = pull
    issues.emit(github, issue, "opened", actor)
    repository.ci.head_changed(github, pull)
    return pull


def _check_new(repository: Repository, head: str, base: str, head_sha: str, base_sha: str) -> None:
    label = f"{repository.owner.login}:{head}"
    message = ""
    if any(one.open and (one.head, one.base) == (head, base) for one in repository.pulls):
        message = f"A pull request already exists for {label}."
    elif head_sha in repository.git.ancestors(base_sha):
        message = f"No commits between {base} and {head}"
    if message:
        error = {"resource": "PullRequest", "code": "custom", "message": message}
        raise Refusal(422, "Validation Failed", errors=[error])


def edit(github: "World", pull: PullRequest, actor: Actor, changes: dict[str, Any]) -> None:
    """Apply a PATCH's `title`, `body`, `state` and `base`."""
    issues.edit_text(github, pull.issue, actor, changes)
    base = changes.get("base")
    if base and base != pull.base:
        sha = pull.repository.git.head(base)
        if sha is None:
            raise invalid("PullRequest", "base", "invalid")
        before = {"ref": {"from": pull.base}, "sha": {"from": pull.base_sha}}
        pull.base, pull.base_sha, pull.mergeable = base, sha, None
        issues.emit(github, pull.issue, "edited", actor, changes={"base": before})
    state = changes.get("state")
    if state in ("open", "closed") and state != pull.issue.state:
        set_state(github, pull, actor, state)


def set_state(github: "World", pull: PullRequest, actor: Actor, state: str) -> None:
    """Close or reopen; a merged one, or one whose branch is gone, cannot be reopened."""
    if state == "open":
        if pull.merged_at or pull.repository.git.head(pull.head) is None:
            raise invalid("PullRequest", "state", "invalid", "state cannot be changed.")
        pull.head_sha = pull.repository.git.head(pull.head) or pull.head_sha
        pull.mergeable = None
    issues.set_state(github, pull.issue, actor, state)
    if state == "open":
        pull.repository.ci.head_changed(github, pull)


def set_draft(github: "World", pull: PullRequest, actor: Actor, draft: bool) -> None:
    """Mark ready for review, or convert to draft."""
    if pull.draft == draft:
        return
    pull.draft = draft
    now = github.clock.now()
    pull.issue.updated_at = now
    kind = "ConvertToDraftEvent" if draft else "ReadyForReviewEvent"
    pull.issue.timeline.append((kind, now, actor.user))
    action = "converted_to_draft" if draft else "ready_for_review"
    issues.emit(github, pull.issue, action, actor)
    if not draft:
        pull.repository.ci.ready_for_review(github, pull)


def review(github: "World", pull: PullRequest, actor: Actor, event: str, body: str) -> Review:
    """Submit a review of the present head; nobody approves their own pull request."""
    if event not in REVIEW_EVENTS:
        raise unprocessable("Variable $event of type PullRequestReviewEvent was invalid")
    if event != "COMMENT" and actor.user is pull.issue.user:
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refusal(
            422,
            "Unprocessable Entity",
            errors=[f"Review Can not {verb} your own pull request"],
        )
    state, now = REVIEW_EVENTS[event], github.clock.now()
    made = Review(github.new_id(), actor.user, body, state, pull.head_sha, now)
    pull.reviews.append(made)
    shown = payloads.review(github, pull, made)
    payload = {
        "action": "submitted",
        # a webhook writes the state in lower case, the API in capitals
        "review": {**shown, "state": made.state.lower(), "updated_at": shown["submitted_at"]},
        "pull_request": payloads.simple(github, pull),
    }
    hooks.emit(github, "pull_request_review", pull.repository, actor.user, payload)
    return made


def latest_reviews(pull: PullRequest) -> list[Review]:
    """The newest opinion per reviewer; a mere comment does not replace one."""
    newest: dict[str, Review] = {}
    for one in pull.reviews:
        if one.state != "COMMENTED" or one.user.login not in newest:
            newest[one.user.login] = one
    return list(newest.values())


def decision(pull: PullRequest) -> str | None:
    """GraphQL's reviewDecision; None where nothing is required and nobody objected."""
    rules = pull.repository.rules.get(pull.base, BranchRules())
    states = [
        one.state
        for one in latest_reviews(pull)
        if pull.repository.role_of(one.user) in ("write", "maintain", "admin")
    ]
    if "CHANGES_REQUESTED" in states:
        return "CHANGES_REQUESTED"
    if not rules.required_approvals:
        return None
    enough = states.count("APPROVED") >= rules.required_approvals
    return "APPROVED" if enough else "REVIEW_REQUIRED"


def compute_mergeable(pull: PullRequest) -> None:
    """Try the merge, as GitHub does in the background."""
    if pull.open and pull.mergeable is None:
        git = pull.repository.git
        pull.mergeable = git.merge_trees(pull.base_sha, pull.head_sha) is not None


def behind(pull: PullRequest) -> bool:
    """Whether the base has commits that the head has not."""
    return pull.base_sha not in pull.repository.git.ancestors(pull.head_sha)


def unmet_rule(pull: PullRequest) -> str | None:
    """What the base branch's rules still miss, in GitHub's words; None when all is met."""
    rules = pull.repository.rules.get(pull.base)
    if rules is None:
        return None
    for name in rules.required_checks:
        if not checks.passed(pull.repository, pull.head_sha, name):
            return f'Required status check "{name}" is expected.'
    if rules.required_approvals and decision(pull) != "APPROVED":
        return "At least 1 approving review is required by reviewers with write access."
    if rules.strict and behind(pull):
        return "This branch must not be behind the base branch."
    return None


def mergeable_state(pull: PullRequest) -> str:
    """The REST API's undocumented word for how things stand."""
    rules = pull.repository.rules.get(pull.base, BranchRules())
    if not pull.open or pull.mergeable is None:
        return "unknown"
    if not pull.mergeable:
        return "dirty"
    if pull.draft:
        return "draft"
    if rules.strict and behind(pull):
        return "behind"
    if unmet_rule(pull):
        return "blocked"
    state = checks.rollup_state(pull.repository, pull.head_sha)
    return "clean" if state in (None, "SUCCESS") else "unstable"


def update_branch(github: "World", pull: PullRequest, actor: Actor, expected: str | None) -> None:
    """Merge the base into the head; 422 when the head moved or the two conflict."""
    if expected and expected != pull.head_sha:
        raise unprocessable("expected_head_sha did not match the current head ref.")
    git = pull.repository.git
    if not behind(pull):
        raise unprocessable("There are no new commits on the base branch.")
    tree = git.merge_trees(pull.head_sha, pull.base_sha)
    if tree is None:
        raise unprocessable("merge conflict between base and head")
    who = branches.signature(github, actor.user)
    message = f"Merge branch '{pull.base}' into {pull.head}"
    parents = (pull.head_sha, pull.base_sha)
    sha = git.objects.write_commit(tree, parents, who, who, message)
    branches.move(github, pull.repository, actor, pull.head, sha)
