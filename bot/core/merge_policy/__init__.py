"""May this pull request be merged now? One look in, one verdict out."""

from datetime import timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.checks import counting_on_base, judge_base, judge_checks, red_checks
from bot.core.merge_policy.reviews import (
    conversations,
    judge_conversations,
    judge_manual,
    judge_reviews,
    judge_workflows,
)
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.settings import UpToDate
from bot.core.text.closing_keywords import closes

__all__ = ["MergeCandidate", "Step", "Verdict", "counting_on_base", "judge", "red_checks"]

# GitHub computes `mergeable` in the background; asking again is how one learns of it.
MERGEABLE_SECONDS = 2.0
MAX_MERGEABLE_SECONDS = 60.0


def judge(fetch: MergeCandidate) -> Verdict:
    """Decide on the next step: the first thing in the way, else the merge."""
    for lookup in _QUESTIONS:
        if verdict := lookup(fetch):
            return verdict
    return Verdict(step=Step.MERGE, leaves_auto_merge=True)


def _state(fetch: MergeCandidate) -> Verdict | None:
    seen = fetch.seen
    if seen.is_merged:
        return Verdict(step=Step.MERGED)
    if not seen.is_open:
        return Verdict(step=Step.CLOSED)
    if seen.mergeable is False:
        return Verdict(step=Step.CONFLICT, reason="merge conflict")
    if seen.is_draft and fetch.settings.undraft:
        return Verdict(step=Step.MARK_READY, reason="the draft to be marked ready")
    if seen.is_draft:
        return Verdict(step=Step.WAIT, reason="a person to mark the draft ready", needs_person=True)
    return None


def _fresh(fetch: MergeCandidate) -> Verdict | None:
    # GitHub says so only where a rule asks for it, which we may not be able to read.
    behind = fetch.seen.merge_state == "behind"
    if fetch.is_up_to_date and not behind:
        return None
    if behind and fetch.settings.up_to_date is UpToDate.OFF:
        reason = f"its branch to be brought up to date with `{fetch.seen.base_branch}`"
        return Verdict(step=Step.WAIT, reason=reason, needs_person=True)
    return Verdict(step=Step.UPDATE, reason=f"an update from `{fetch.seen.base_branch}`")


def _queue(fetch: MergeCandidate) -> Verdict | None:
    position = fetch.seen.queue_position
    if position is None:
        return None
    reason = f"the merge queue (position {position})"
    return Verdict(step=Step.WAIT, reason=reason, leaves_auto_merge=True)


def _body(fetch: MergeCandidate) -> Verdict | None:
    """Nobody's merge, and be it a person's or auto-merge's, is to close the epic."""
    if fetch.epic is None or not closes(fetch.seen.body, *fetch.epic):
        return None
    return Verdict(step=Step.EDIT_BODY, reason="its text to name the epic without closing it")


def _mergeable(fetch: MergeCandidate) -> Verdict | None:
    if fetch.seen.mergeable is not None:
        return None
    seconds = min(MERGEABLE_SECONDS * 2**fetch.unknown_before, MAX_MERGEABLE_SECONDS)
    return Verdict(
        step=Step.WAIT,
        reason="GitHub to work out whether it can be merged",
        until=fetch.now + timedelta(seconds=seconds),
        leaves_auto_merge=True,
    )


def _refused(fetch: MergeCandidate) -> Verdict | None:
    """What GitHub refused to merge is not tried again before what it was refused for is gone.

    `blocked` alone is but a hint: the first try shows whether it is true, and what for.
    """
    if fetch.refusal is None or not (fetch.merge_forbidden or fetch.seen.merge_state == "blocked"):
        return None
    reason = f"a person to merge it: {fetch.refusal}"
    if not fetch.merge_forbidden:
        why = fetch.refusal
        if count := fetch.seen.unresolved_threads:
            why += f"; {conversations(count)} not resolved"
        reason = f"{_rules(fetch)} to be met ({why})"
    return Verdict(step=Step.ASK_PERSON, reason=reason, needs_person=True)


def _rules(fetch: MergeCandidate) -> str:
    named = ", ".join(f"`{rule}`" for rule in fetch.rules.other_rules)
    return f"GitHub's rules ({named})" if named else "GitHub's rules"


def _blocked(fetch: MergeCandidate) -> Verdict | None:
    """What GitHub holds the merge for, and we cannot see, is left to GitHub's auto-merge."""
    if fetch.seen.merge_state != "blocked" or not fetch.rules.other_rules:
        return None
    reason = _rules(fetch)
    if fetch.seen.auto_merge:
        reason += "; GitHub then merges it by itself"
        return Verdict(step=Step.WAIT, reason=reason, leaves_auto_merge=True)
    if fetch.rules.auto_merge_allowed:
        return Verdict(step=Step.AUTO_MERGE, reason=reason, leaves_auto_merge=True)
    return Verdict(step=Step.WAIT, reason=f"{reason} to be met", needs_person=True)


_QUESTIONS = (
    _state,
    _queue,
    _body,
    judge_base,
    _fresh,
    judge_checks,
    judge_reviews,
    judge_conversations,
    judge_manual,
    _mergeable,
    judge_workflows,
    _refused,
    _blocked,
)
