"""GitHub's rules beyond checks and reviews, and what GitHub lets an App merge."""

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.reasons import Wait, WaitKind

WORKFLOWS = ".github/workflows/"


def evaluate_workflows(candidate: MergeCandidate) -> Verdict | None:
    """Leave changed workflows to people where our App lacks the `workflows` permission."""
    touched = [path for path in candidate.snapshot.files if path.startswith(WORKFLOWS)]
    if not touched or candidate.may_change_workflows:
        return None
    wait = Wait(kind=WaitKind.WORKFLOW_FILES, path=touched[0])
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def evaluate_refusal(candidate: MergeCandidate) -> Verdict | None:
    """Don't repeat a refused merge before the reason for the refusal is gone.

    `blocked` alone is but a hint: the first try shows whether it is true, and what for.
    """
    refusal, blocked = candidate.refusal, candidate.snapshot.merge_state == "blocked"
    if refusal is None or not (candidate.merge_forbidden or blocked):
        return None
    if candidate.merge_forbidden:
        wait = Wait(kind=WaitKind.MERGE_FORBIDDEN, quote=refusal.quote, merge_allowed=True)
    else:
        wait = Wait(
            kind=WaitKind.RULES,
            rules=candidate.rules.other_rules,
            quote=refusal.quote,
            count=candidate.snapshot.unresolved_threads or None,
        )
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def evaluate_rules(candidate: MergeCandidate) -> Verdict | None:
    """Leave rules that we cannot evaluate ourselves to GitHub's auto-merge."""
    rules = candidate.rules.other_rules
    if candidate.snapshot.merge_state != "blocked" or not rules:
        return None
    if candidate.snapshot.auto_merge:
        wait = Wait(kind=WaitKind.AUTO_MERGE, rules=rules)
        return Verdict(step=Step.WAIT, wait=wait, leaves_auto_merge=True)
    wait = Wait(kind=WaitKind.RULES, rules=rules)
    if candidate.rules.auto_merge_allowed:
        return Verdict(step=Step.AUTO_MERGE, wait=wait, leaves_auto_merge=True)
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)
