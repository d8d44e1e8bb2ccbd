"""Reviews: opinions, conversations about lines, who is asked for one."""

from collections.abc import Iterable
from typing import Any, TypeVar

from sandbox.github.errors import Refusal, not_found, unprocessable
from sandbox.github.operations import issues
from sandbox.github.payloads import pulls as pull_payloads
from sandbox.github.payloads import reviews as payloads
from sandbox.github.state import (
    Actor,
    PullRequest,
    Repository,
    Review,
    ReviewComment,
    ReviewThread,
    Team,
    User,
)
from sandbox.github.state.world import World
from sandbox.github.webhooks import hooks

STATES = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
}
LineComment = tuple[str, int, str]  # path, line of the head's file, text
Record = TypeVar("Record")


def _emit(github: World, pull: PullRequest, event: str, actor: Actor, **body: Any) -> None:
    payload = {**body, "pull_request": pull_payloads.simple(github, pull)}
    hooks.emit(github, event, pull.repository, actor.user, payload)


def _emit_review(github: World, pull: PullRequest, one: Review, action: str, by: Actor) -> None:
    shown = payloads.review(github, pull, one)
    # a webhook writes the state in lower case, the API in capitals
    shown |= {"state": one.state.lower(), "updated_at": shown["submitted_at"]}
    _emit(github, pull, "pull_request_review", by, action=action, review=shown)


def submit(
    github: World,
    pull: PullRequest,
    actor: Actor,
    event: str,
    *,
    body: str = "",
    comments: Iterable[LineComment] = (),
) -> Review:
    """Submit a review of the present head; nobody approves their own pull request."""
    if event not in STATES:
        raise unprocessable("Variable $event of type PullRequestReviewEvent was invalid")
    if event != "COMMENT" and actor.user is pull.issue.user:
        verb = "approve" if event == "APPROVE" else "request changes on"
        raise Refusal(
            422,
            "Unprocessable Entity",
            errors=[f"Review Can not {verb} your own pull request"],
        )
    state, now = STATES[event], github.clock.now()
    made = Review(github.new_id(), actor.user, body, state, pull.head_sha, now)
    begun = [_begin_thread(github, pull, made, comment) for comment in comments]
    pull.reviews.append(made)
    pull.threads += begun
    pull.requested = [one for one in pull.requested if one is not actor.user]
    _emit_review(github, pull, made, "submitted", actor)
    for thread in begun:
        _emit_comment(github, thread.comments[0], actor)
    return made


def _begin_thread(
    github: World, pull: PullRequest, review: Review, wanted: LineComment
) -> ReviewThread:
    path, line, body = wanted
    git = pull.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    if path not in {change.path for change in git.changes(common, pull.head_sha)}:
        raise Refusal(422, "Unprocessable Entity", errors=["Path could not be resolved"])
    thread = ReviewThread(github.new_id(), pull, path, line)
    thread.comments.append(_comment(github, thread, review, body))
    return thread


def _comment(github: World, thread: ReviewThread, review: Review, body: str) -> ReviewComment:
    issues.check_body("PullRequestReviewComment", body)
    now, head = github.clock.now(), thread.pull.head_sha
    return ReviewComment(github.new_id(), review, thread, review.user, body, head, now, now)


def _emit_comment(github: World, made: ReviewComment, actor: Actor) -> None:
    pull = made.thread.pull
    shown = payloads.comment(github, made)
    _emit(github, pull, "pull_request_review_comment", actor, action="created", comment=shown)


def reply(github: World, to: ReviewComment, actor: Actor, body: str) -> ReviewComment:
    """Answer in the thread; GitHub files it under a new review that says nothing itself."""
    pull = to.thread.pull
    if pull.issue.locked and not issues.may_when_locked(github, actor, pull.repository):
        raise Refusal(403, "Unable to create comment because issue is locked.")
    review = submit(github, pull, actor, "COMMENT")
    made = _comment(github, to.thread, review, body)
    to.thread.comments.append(made)
    _emit_comment(github, made, actor)
    return made


def find(pull: PullRequest, number: int) -> Review:
    """Find the review, or answer 404."""
    return _one_of(one for one in pull.reviews if one.id == number)


def find_comment(repository: Repository, number: int) -> ReviewComment:
    """Find a comment on a line of any of the pull requests, or answer 404."""
    every = (
        comment for pull in repository.pulls for one in pull.threads for comment in one.comments
    )
    return _one_of(comment for comment in every if comment.id == number)


def _one_of(found: Iterable[Record]) -> Record:
    for one in found:
        return one
    raise not_found()


def dismiss(github: World, pull: PullRequest, one: Review, actor: Actor) -> None:
    """Take an opinion's force away; 422 for a mere comment."""
    if one.state not in ("APPROVED", "CHANGES_REQUESTED"):
        raise unprocessable(f"Can not dismiss a {one.state.lower()} pull request review")
    one.state = "DISMISSED"
    _emit_review(github, pull, one, "dismissed", actor)


def dismiss_stale(github: World, pull: PullRequest, actor: Actor) -> None:
    """After a push, where the rules ask for it: approvals no longer count."""
    if pull.repository.rules_of(pull.base).dismiss_stale_reviews:
        for one in pull.reviews:
            if one.state == "APPROVED":
                dismiss(github, pull, one, actor)


def resolve(github: World, thread: ReviewThread, actor: Actor, resolved: bool = True) -> None:
    """Resolve or reopen a conversation."""
    if (thread.resolved_by is not None) == resolved:
        return
    thread.resolved_by = actor.user if resolved else None
    shown = payloads.thread(github, thread)
    action = "resolved" if resolved else "unresolved"
    event = "pull_request_review_thread"
    _emit(github, thread.pull, event, actor, action=action, thread=shown)


def ask(
    github: World, pull: PullRequest, actor: Actor, people: list[str], teams: list[str]
) -> None:
    """Ask people and teams (slugs) for a review; 422 for strangers and for the author."""
    wanted = [_asked(github, pull, login) for login in people]
    wanted += [_team(github, pull, slug) for slug in teams]
    for one in wanted:
        if one not in pull.requested:
            pull.requested.append(one)
        _emit_request(github, pull, actor, "review_requested", one)


def unask(
    github: World, pull: PullRequest, actor: Actor, people: list[str], teams: list[str]
) -> None:
    """Take requests back."""
    for one in list(pull.requested):
        name, among = (one.slug, teams) if isinstance(one, Team) else (one.login, people)
        if name in among:
            pull.requested.remove(one)
            _emit_request(github, pull, actor, "review_request_removed", one)


def _asked(github: World, pull: PullRequest, login: str) -> User | Team:
    found = github.users.get(login.lower())
    if found is pull.issue.user:
        raise unprocessable("Review cannot be requested from pull request author.")
    if found is None or found.login not in pull.repository.roles:
        raise unprocessable(_strangers(pull))
    return found


def _team(github: World, pull: PullRequest, slug: str) -> Team:
    found = github.teams.get((pull.repository.owner.login.lower(), slug))
    if found is None:
        raise unprocessable(_strangers(pull))
    return found


def _strangers(pull: PullRequest) -> str:
    return (
        "Reviews may only be requested from collaborators. One or more of the users or teams you "
        f"specified is not a collaborator of the {pull.repository.full_name} repository."
    )


def _emit_request(
    github: World, pull: PullRequest, actor: Actor, action: str, one: User | Team
) -> None:
    key = "requested_team" if isinstance(one, Team) else "requested_reviewer"
    shown = payloads.reviewer(github, one)
    issues.emit(github, pull.issue, action, actor, **{key: shown})
