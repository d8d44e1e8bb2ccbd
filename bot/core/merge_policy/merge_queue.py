"""A pull request in the merge queue that the base branch requires."""

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.reasons import Wait, WaitKind


def evaluate_queue(candidate: MergeCandidate) -> Verdict | None:
    """Leave what is in the merge queue to GitHub."""
    position = candidate.snapshot.queue_position
    if position is None:
        return None
    wait = Wait(kind=WaitKind.MERGE_QUEUE, position=position)
    return Verdict(step=Step.WAIT, wait=wait, leaves_auto_merge=True)
