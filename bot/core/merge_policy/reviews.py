"""Reviews, conversations, and what else only a person can give."""

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import Review, ReviewState
from bot.core.model.settings import MergeWhen

WORKFLOWS = ".github/workflows/"


def judge_reviews(fetch: MergeCandidate) -> Verdict | None:
    """Nobody asks for changes, and whoever must approve has done so."""
    decision = fetch.seen.review_decision
    asking = tuple(
        review for review in fetch.seen.reviews if review.state is ReviewState.CHANGES_REQUESTED
    )
    if asking and (decision == "CHANGES_REQUESTED" or not fetch.obeys_github_alone):
        by = " and ".join(f"@{review.by}" for review in asking)
        return Verdict(
            step=Step.CHANGES_REQUESTED,
            reason=f"the changes that {by} requested",
            reviews=asking,
            needs_person=True,
            may_be_merged=decision != "CHANGES_REQUESTED",
        )
    if decision in ("REVIEW_REQUIRED", "CHANGES_REQUESTED"):
        return _wait_for_review(fetch, "an approving review, which GitHub's rules ask for")
    if fetch.settings.merge_when is not MergeWhen.APPROVED or fetch.merge_now:
        return None
    if any(_approves_head(fetch, review) for review in fetch.seen.reviews):
        return None
    reason = f"an approving review of `{fetch.seen.head_sha[:7]}`"
    return _wait_for_review(fetch, reason, may_be_merged=True)


def _approves_head(fetch: MergeCandidate, review: Review) -> bool:
    own = review.by == fetch.seen.author or review.is_bot
    of_head = review.sha == fetch.seen.head_sha
    return review.state is ReviewState.APPROVED and of_head and not own


def _wait_for_review(fetch: MergeCandidate, reason: str, *, may_be_merged: bool = False) -> Verdict:
    if asked := fetch.seen.requested_reviewers:
        reason += f" (asked: {', '.join(f'@{login}' for login in asked)})"
    return Verdict(step=Step.WAIT, reason=reason, needs_person=True, may_be_merged=may_be_merged)


def judge_conversations(fetch: MergeCandidate) -> Verdict | None:
    """Where the rules want conversations resolved, none is open."""
    count = fetch.seen.unresolved_threads
    if not fetch.rules.resolved_threads or not count:
        return None
    return Verdict(
        step=Step.WAIT, reason=f"{conversations(count)} to be resolved", needs_person=True
    )


def conversations(count: int) -> str:
    """Return `1 conversation`, `2 conversations`."""
    return f"{count} conversation{'' if count == 1 else 's'}"


def judge_manual(fetch: MergeCandidate) -> Verdict | None:
    """Under `manual` a person says when."""
    if fetch.settings.merge_when is not MergeWhen.MANUAL or fetch.merge_now:
        return None
    return Verdict(
        step=Step.WAIT, reason="a person to merge it", needs_person=True, may_be_merged=True
    )


def judge_workflows(fetch: MergeCandidate) -> Verdict | None:
    """GitHub lets only Apps with the `workflows` permission merge a change of a workflow."""
    touched = [path for path in fetch.seen.files if path.startswith(WORKFLOWS)]
    if not touched or fetch.may_change_workflows:
        return None
    return Verdict(
        step=Step.ASK_PERSON,
        reason=f"a person to merge it: it changes `{touched[0]}`, and this App may not merge"
        " changes of workflow files",
        needs_person=True,
    )
