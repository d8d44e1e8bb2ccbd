"""Reviews, conversations, and merges that a person asks for."""

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import Review, ReviewState
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import Approver, MergeWhen


def evaluate_reviews(candidate: MergeCandidate) -> Verdict | None:
    """Require that no reviewer requests changes, and that whoever must approve has done so."""
    decision = candidate.snapshot.review_decision
    requesting = tuple(
        review
        for review in candidate.snapshot.reviews
        if review.state is ReviewState.CHANGES_REQUESTED and review.may_write
    )
    if requesting and (decision == "CHANGES_REQUESTED" or not candidate.obeys_github_alone):
        wait = Wait(
            kind=WaitKind.CHANGES_REQUESTED,
            people=tuple(review.by for review in requesting),
            merge_allowed=decision != "CHANGES_REQUESTED",
        )
        return Verdict(
            step=Step.CHANGES_REQUESTED, wait=wait, reviews=requesting, needs_person=True
        )
    if decision in ("REVIEW_REQUIRED", "CHANGES_REQUESTED"):
        return _wait_for_review(candidate, WaitKind.REQUIRED_REVIEW)
    if candidate.settings.merge_when is not MergeWhen.APPROVED or candidate.merge_now:
        return None
    if any(_approves_head(candidate, review) for review in candidate.snapshot.reviews):
        return None
    return _wait_for_review(candidate, WaitKind.REVIEW, merge_allowed=True)


def _approves_head(candidate: MergeCandidate, review: Review) -> bool:
    own = review.by == candidate.snapshot.author or review.is_bot or not review.may_write
    of_head = review.sha == candidate.snapshot.head_sha
    left_out = review.by in candidate.pushers
    if candidate.settings.approver is Approver.NOT_STARTER:
        left_out = left_out or review.by in candidate.steered_by
    return review.state is ReviewState.APPROVED and of_head and not (own or left_out)


def _wait_for_review(
    candidate: MergeCandidate, kind: WaitKind, *, merge_allowed: bool = False
) -> Verdict:
    wait = Wait(
        kind=kind,
        people=candidate.snapshot.requested_reviewers,
        sha=candidate.snapshot.head_sha,
        merge_allowed=merge_allowed,
    )
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)


def evaluate_conversations(candidate: MergeCandidate) -> Verdict | None:
    """Require every conversation to be resolved where the rules ask for it."""
    count = candidate.snapshot.unresolved_threads
    if not candidate.rules.resolved_threads or not count:
        return None
    wait = Wait(kind=WaitKind.CONVERSATIONS, count=count)
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)


def evaluate_manual(candidate: MergeCandidate) -> Verdict | None:
    """Leave the merge to a person under `manual`."""
    if candidate.settings.merge_when is not MergeWhen.MANUAL or candidate.merge_now:
        return None
    wait = Wait(kind=WaitKind.MANUAL_MERGE, merge_allowed=True)
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)
