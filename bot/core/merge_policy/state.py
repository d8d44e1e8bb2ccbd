"""The pull request's own state: merged, closed, draft, conflicting, queued, its text."""

from datetime import timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.reasons import Wait, WaitKind
from bot.core.retry import doubling
from bot.core.text.closing_keywords import closes

# GitHub computes `mergeable` in the background, so it has to be fetched again.
MERGEABLE_SECONDS = 2.0
MAX_MERGEABLE_SECONDS = 60.0


def evaluate_state(candidate: MergeCandidate) -> Verdict | None:
    """Act on one that is merged, closed, in conflict or a draft."""
    snapshot = candidate.snapshot
    if snapshot.is_merged:
        return Verdict(step=Step.MERGED)
    if not snapshot.is_open:
        return Verdict(step=Step.CLOSED)
    if snapshot.mergeable is False:
        return Verdict(step=Step.CONFLICT)
    return _evaluate_draft(candidate) if snapshot.is_draft else None


def _evaluate_draft(candidate: MergeCandidate) -> Verdict:
    by = candidate.snapshot.drafted_by
    if not candidate.settings.undraft:
        return Verdict(step=Step.WAIT, wait=Wait(kind=WaitKind.DRAFT), needs_person=True)
    if _is_meant_as_draft(candidate) and not candidate.merge_now:
        wait = Wait(kind=WaitKind.DRAFT, people=(by,) if by else (), merge_allowed=True)
        return Verdict(step=Step.WAIT, wait=wait, needs_person=True)
    return Verdict(step=Step.MARK_READY, wait=Wait(kind=WaitKind.MARK_READY))


def _is_meant_as_draft(candidate: MergeCandidate) -> bool:
    """Return whether somebody made a draft of it again: its agent opened it as one just by habit.

    A bot counts as its agent, but only once for each head, or the two of us would go on for ever.
    """
    snapshot, seen_at = candidate.snapshot, candidate.head_seen_at
    if snapshot.drafted_at is None:
        return False
    if not snapshot.drafted_by_bot:
        return True
    was_ready = snapshot.ready_at is not None and snapshot.ready_at <= snapshot.drafted_at
    return was_ready and seen_at is not None and seen_at <= snapshot.drafted_at


def evaluate_body(candidate: MergeCandidate) -> Verdict | None:
    """Take closing keywords out of the text: no merge may close the epic's issue."""
    if candidate.epic is None or not closes(candidate.snapshot.body, *candidate.epic):
        return None
    return Verdict(step=Step.EDIT_BODY, wait=Wait(kind=WaitKind.CLOSING_KEYWORDS))


def evaluate_mergeable(candidate: MergeCandidate) -> Verdict | None:
    """Wait until GitHub knows whether the head can be merged."""
    if candidate.snapshot.mergeable is not None:
        return None
    seconds = doubling(MERGEABLE_SECONDS, candidate.unknown_before, MAX_MERGEABLE_SECONDS)
    return Verdict(
        step=Step.WAIT,
        wait=Wait(kind=WaitKind.MERGEABILITY),
        until=candidate.now + timedelta(seconds=seconds),
        leaves_auto_merge=True,
    )
