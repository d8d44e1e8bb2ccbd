"""May this pull request be merged now? One candidate in, one verdict out."""

from collections.abc import Iterator
from dataclasses import replace

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.checks import (
    counting_on_base,
    evaluate_base,
    evaluate_checks,
    lacks_evidence,
    red_checks,
)
from bot.core.merge_policy.governance import (
    evaluate_governance,
    evaluate_pushers,
    evaluate_refusal,
    evaluate_rules,
    evaluate_workflows,
    governed_path,
)
from bot.core.merge_policy.merge_queue import evaluate_queue
from bot.core.merge_policy.reviews import (
    evaluate_conversations,
    evaluate_manual,
    evaluate_reviews,
)
from bot.core.merge_policy.state import (
    evaluate_body,
    evaluate_mergeable,
    evaluate_state,
)
from bot.core.merge_policy.up_to_date import evaluate_up_to_date
from bot.core.merge_policy.verdict import Step, Verdict

__all__ = [
    "MergeCandidate",
    "Step",
    "Verdict",
    "blockers",
    "counting_on_base",
    "evaluate",
    "governed_path",
    "lacks_evidence",
    "red_checks",
]

# The first of these that finds something in the way decides.
_IN_ORDER = (
    evaluate_state,
    evaluate_queue,
    evaluate_body,
    evaluate_base,
    evaluate_up_to_date,
    evaluate_checks,
    evaluate_reviews,
    evaluate_conversations,
    evaluate_manual,
    evaluate_mergeable,
    evaluate_workflows,
    evaluate_governance,
    evaluate_pushers,
    evaluate_refusal,
    evaluate_rules,
)


def evaluate(candidate: MergeCandidate) -> Verdict:
    """Return the next step: what to do about the first thing in the way, else the merge."""
    nothing = Verdict(step=Step.MERGE, leaves_auto_merge=True, stage=len(_IN_ORDER))
    return next(blockers(candidate), nothing)


def blockers(candidate: MergeCandidate) -> Iterator[Verdict]:
    """Yield everything that is in the way of the merge, most important first."""
    for stage, find in enumerate(_IN_ORDER):
        if verdict := find(candidate):
            yield replace(verdict, stage=stage)
