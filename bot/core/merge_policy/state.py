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
    if snapshot.is_draft and candidate.settings.undraft:
        return Verdict(step=Step.MARK_READY, wait=Wait(kind=WaitKind.MARK_READY))
    if snapshot.is_draft:
        return Verdict(step=Step.WAIT, wait=Wait(kind=WaitKind.DRAFT), needs_person=True)
    return None


def evaluate_queue(candidate: MergeCandidate) -> Verdict | None:
    """Leave what is in the merge queue to GitHub."""
    position = candidate.snapshot.queue_position
    if position is None:
        return None
    wait = Wait(kind=WaitKind.MERGE_QUEUE, position=position)
    return Verdict(step=Step.WAIT, wait=wait, leaves_auto_merge=True)


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
