"""Whether the head contains what was merged before it."""

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import UpToDate


def evaluate_up_to_date(candidate: MergeCandidate) -> Verdict | None:
    """Require every merge that the head must come after, and whatever GitHub's rules ask for."""
    # GitHub says `behind` only where a rule asks for it, which we may not be able to read.
    behind = candidate.snapshot.merge_state == "behind"
    if candidate.is_up_to_date and not behind:
        return None
    base = candidate.snapshot.base_branch
    if behind and candidate.settings.up_to_date is UpToDate.OFF:
        wait = Wait(kind=WaitKind.BRANCH_UPDATE_BY_PERSON, branch=base)
        return Verdict(step=Step.WAIT, wait=wait, needs_person=True)
    return Verdict(step=Step.UPDATE, wait=Wait(kind=WaitKind.BRANCH_UPDATE, branch=base))
