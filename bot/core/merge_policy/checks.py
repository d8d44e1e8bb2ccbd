"""Checks: which count, which are awaited, and which have failed."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.evidence import (
    evaluate_evidence,
    is_ignored,
    missing_evidence,
    skipped_as_draft,
)
from bot.core.merge_policy.grace import (
    deadline,
    end_of_grace,
    evaluate_grace,
    since,
    wait_or_ask,
)
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import BaseBranch, BranchRules, Check, CheckState
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import EpicSettings


def evaluate_base(candidate: MergeCandidate) -> Verdict | None:
    """Merge nothing into a base branch that is red, or was and has not passed since."""
    failed = red_checks(candidate)
    unfinished = set(failed) - set(candidate.snapshot.base.failed_checks)
    if not failed:
        failed, unfinished = candidate.base_red, set(candidate.base_unfinished)
    if candidate.obeys_github_alone or not failed:
        return None
    wait = Wait(
        kind=WaitKind.BASE_RED,
        branch=candidate.snapshot.base_branch,
        checks=tuple(sorted(failed)),
        unfinished=tuple(sorted(unfinished)),
        merge_allowed=True,
    )
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)


def red_checks(candidate: MergeCandidate) -> tuple[str, ...]:
    """Return the checks that have not passed on the base branch and count there."""
    return counting_on_base(candidate.snapshot.base, candidate.rules, candidate.settings)


def counting_on_base(
    base: BaseBranch, rules: BranchRules, settings: EpicSettings
) -> tuple[str, ...]:
    """Return the base's red checks that count: the required ones, where any are required."""
    return tuple(
        name
        for name in dict.fromkeys((*base.failed_checks, *base.interrupted_checks))
        if any(_counts_on_base(check, rules, settings) for check in _not_passed(base, name))
    )


def _not_passed(base: BaseBranch, name: str) -> list[Check]:
    """Return the checks of that name that did not pass; earlier versions told the name alone."""
    passing = (CheckState.PASSED, CheckState.RUNNING)
    found = [one for one in base.checks if one.name == name and one.state not in passing]
    return found or [Check(name=name, state=CheckState.FAILED)]


def _counts_on_base(check: Check, rules: BranchRules, settings: EpicSettings) -> bool:
    # GitHub does not tell whether a status of the branch itself is required.
    of_anybody = check.is_status and check.name in rules.required_checks
    required = not rules.required_checks or rules.requires(check) or of_anybody
    return required and not is_ignored(settings, check)


def evaluate_checks(candidate: MergeCandidate) -> Verdict | None:
    """Require every check that counts to have passed, and none to be missing."""
    checks = list(_counted(candidate))
    for find in (_failed, _blocked, _missing, _running, _interrupted):
        if verdict := find(candidate, checks):
            return verdict
    if candidate.rules.required_checks or candidate.obeys_github_alone:
        return None
    return evaluate_grace(candidate) or evaluate_evidence(candidate, checks)


def lacks_evidence(candidate: MergeCandidate) -> bool:
    """Return whether what ran for earlier pull requests is missing after the grace."""
    is_over = candidate.now >= end_of_grace(candidate)
    return is_over and bool(missing_evidence(candidate))


def _failed(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Act on failures once all results are in, or their time is over.

    GitHub runs no job again while others of its run are at work, and an agent that is sent back
    has to learn of everything that failed.
    """
    failed = _in_state(checks, CheckState.FAILED)
    if not failed:
        return None
    running, ends = _in_state(checks, CheckState.RUNNING), deadline(candidate)
    if running and candidate.now < ends:
        wait = Wait(
            kind=WaitKind.CHECKS_RUNNING,
            checks=_names(running),
            failed=_names(failed),
            merge_allowed=_merge_allowed(candidate, checks),
        )
        return Verdict(step=Step.WAIT, wait=wait, until=ends)
    wait = _wait(WaitKind.CHECK_FAILURES, candidate, checks, failed)
    return Verdict(step=Step.CHECKS_FAILED, wait=wait, checks=failed)


def _blocked(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Ask a person at once for what only a person can let go on."""
    blocked = _in_state(checks, CheckState.BLOCKED)
    if not blocked:
        return None
    workflows = tuple(check for check in blocked if check.is_actions)
    kind = WaitKind.WORKFLOW_APPROVAL if workflows else WaitKind.CHECKS_BLOCKED
    wait = _wait(kind, candidate, checks, workflows or blocked)
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def _missing(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Wait for each required check to be reported, by the App that it is required of."""
    missing = tuple(sorted(candidate.rules.missing_from(checks)))
    if not missing:
        return None
    if set(missing) <= set(candidate.rules.required_of(candidate.own_app_id)):
        wait = Wait(kind=WaitKind.OWN_CHECK_REQUIRED, branch=candidate.snapshot.base_branch)
        return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)
    wait = Wait(kind=WaitKind.CHECKS_TO_START, checks=missing)
    return wait_or_ask(candidate, wait, deadline(candidate))


def _running(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Wait for what runs; about what takes longer than its time a person is asked, once."""
    running = _in_state(checks, CheckState.RUNNING)
    if not running:
        return None
    ends = {check: _ends(candidate, check) for check in running}
    overdue = tuple(check for check in running if ends[check] <= candidate.now)
    wait = _wait(WaitKind.CHECKS_RUNNING, candidate, checks, overdue or running)
    return wait_or_ask(candidate, wait, min(ends.values()))


def _ends(candidate: MergeCandidate, check: Check) -> datetime:
    """Return until when it may take; a status that is reported again and again began at first."""
    reported_at = candidate.pending_since if check.is_status else None
    began = reported_at or check.started_at or since(candidate)
    seconds = timedelta(seconds=candidate.settings.checks_timeout)
    return max(since(candidate), began) + seconds


def _interrupted(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Have what was cancelled or given up run again."""
    interrupted = _in_state(checks, CheckState.INTERRUPTED)
    if not interrupted:
        return None
    wait = _wait(WaitKind.CHECKS_INTERRUPTED, candidate, checks, interrupted)
    return Verdict(step=Step.CHECKS_INTERRUPTED, wait=wait, checks=interrupted)


def _wait(
    kind: WaitKind, candidate: MergeCandidate, checks: list[Check], about: tuple[Check, ...]
) -> Wait:
    return Wait(
        kind=kind,
        checks=_names(about),
        pages=tuple((check.name, check.url) for check in about if check.url),
        merge_allowed=_merge_allowed(candidate, checks),
    )


def _merge_allowed(candidate: MergeCandidate, checks: list[Check]) -> bool:
    """Return whether GitHub's own rules leave the merge to a person."""
    return not candidate.rules.missing_from(checks) and all(
        check.state is CheckState.PASSED for check in checks if candidate.rules.requires(check)
    )


def _in_state(checks: list[Check], state: CheckState) -> tuple[Check, ...]:
    return tuple(check for check in checks if check.state is state)


def _names(checks: Iterable[Check]) -> tuple[str, ...]:
    return tuple(sorted({check.name for check in checks}))


def _counted(candidate: MergeCandidate) -> Iterator[Check]:
    """Yield the checks that hold a merge: only required ones where GitHub alone is obeyed.

    What GitHub requires cannot be ignored: it would refuse the merge.
    """
    for check in candidate.snapshot.checks:
        required = candidate.rules.requires(check)
        left_out = candidate.obeys_github_alone or is_ignored(candidate.settings, check)
        own = check.app_id is not None and check.app_id == candidate.own_app_id
        if own or (left_out and not required) or skipped_as_draft(candidate, check):
            continue
        yield check
