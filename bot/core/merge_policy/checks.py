"""Checks: which count, which are awaited, and which have failed."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import Check, CheckState
from bot.core.model.reasons import Wait, WaitKind


def evaluate_base(candidate: MergeCandidate) -> Verdict | None:
    """Merge nothing into a base branch that is red."""
    failed = red_checks(candidate)
    if candidate.obeys_github_alone or not failed:
        return None
    wait = Wait(
        kind=WaitKind.BASE_RED,
        branch=candidate.snapshot.base_branch,
        checks=_sorted(failed),
        merge_allowed=True,
    )
    return Verdict(step=Step.WAIT, wait=wait, needs_person=True)


def red_checks(candidate: MergeCandidate) -> tuple[str, ...]:
    """Return the checks that fail on the base branch and count there."""
    return counting_on_base(
        candidate.snapshot.base.failed_checks,
        candidate.rules.required_checks,
        candidate.settings.ignore_checks,
    )


def counting_on_base(
    failed: tuple[str, ...], required: tuple[str, ...], ignored: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the base's failed checks that count: the required ones, where any are required."""
    return tuple(
        name for name in failed if name not in ignored and (not required or name in required)
    )


def evaluate_checks(candidate: MergeCandidate) -> Verdict | None:
    """Require every check that counts to have passed, and none to be missing."""
    required, checks = candidate.rules.required_checks, list(_counted(candidate))
    merge_allowed = all(
        check.state is CheckState.PASSED for check in checks if check.name in required
    )
    if verdict := _failed(candidate, checks, merge_allowed=merge_allowed):
        return verdict
    names = [check.name for check in checks]
    if missing := _sorted(name for name in required if name not in names):
        return _wait_for_start(candidate, Wait(kind=WaitKind.CHECKS_TO_START, checks=missing))
    if running := _running(checks):
        wait = Wait(kind=WaitKind.CHECKS_RUNNING, checks=running, merge_allowed=merge_allowed)
        return Verdict(step=Step.WAIT, wait=wait)
    asks_no_more = required or candidate.obeys_github_alone
    return None if asks_no_more else _grace(candidate, has_checks=bool(names))


def _failed(
    candidate: MergeCandidate, checks: list[Check], *, merge_allowed: bool
) -> Verdict | None:
    """Act on failures once all results are in, or their time is over.

    GitHub runs no job again while others of its run are at work, and an agent that is sent back
    has to learn of everything that failed.
    """
    failed = tuple(check for check in checks if check.state is CheckState.FAILED)
    if not failed:
        return None
    running, names = _running(checks), _sorted(check.name for check in failed)
    ends = _deadline(candidate)
    if running and candidate.now < ends:
        wait = Wait(
            kind=WaitKind.CHECKS_RUNNING,
            checks=running,
            failed=names,
            merge_allowed=merge_allowed,
        )
        return Verdict(step=Step.WAIT, wait=wait, until=ends)
    wait = Wait(
        kind=WaitKind.CHECK_FAILURES,
        checks=names,
        pages=tuple((check.name, check.url) for check in failed if check.url),
        merge_allowed=merge_allowed,
    )
    return Verdict(step=Step.CHECKS_FAILED, wait=wait, checks=failed)


def _running(checks: list[Check]) -> tuple[str, ...]:
    return _sorted(check.name for check in checks if check.state is CheckState.RUNNING)


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))


def _counted(candidate: MergeCandidate) -> Iterator[Check]:
    """Yield the checks that hold a merge: only required ones where GitHub alone is obeyed."""
    for check in candidate.snapshot.checks:
        if candidate.obeys_github_alone and check.name not in candidate.rules.required_checks:
            continue
        own = check.app_id is not None and check.app_id == candidate.own_app_id
        ignored = check.name in candidate.settings.ignore_checks
        if not own and not ignored and not _skipped_as_draft(candidate, check):
            yield check


def _skipped_as_draft(candidate: MergeCandidate, check: Check) -> bool:
    ready, done = candidate.snapshot.ready_at, check.completed_at
    return check.skipped and ready is not None and done is not None and done <= ready


def _grace(candidate: MergeCandidate, *, has_checks: bool) -> Verdict | None:
    ends = _since(candidate) + timedelta(seconds=candidate.settings.grace)
    if candidate.now < ends:
        wait = Wait(kind=WaitKind.CHECKS_GRACE, until=ends, merge_allowed=True)
        return Verdict(step=Step.WAIT, wait=wait, until=ends)
    if not has_checks and candidate.snapshot.base.has_checks:
        wait = Wait(kind=WaitKind.CHECKS_EXPECTED, merge_allowed=True)
        return _wait_for_start(candidate, wait)
    return None


def _wait_for_start(candidate: MergeCandidate, wait: Wait) -> Verdict:
    """Wait for a check until its time is over, then ask a person."""
    ends = _deadline(candidate)
    if candidate.now < ends:
        return Verdict(step=Step.WAIT, wait=wait, until=ends)
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def _deadline(candidate: MergeCandidate) -> datetime:
    return _since(candidate) + timedelta(seconds=candidate.settings.checks_timeout)


def _since(candidate: MergeCandidate) -> datetime:
    """Return the latest of opened, pushed and marked ready: checks may be expected since then."""
    snapshot = candidate.snapshot
    times = (snapshot.opened_at, candidate.head_seen_at, snapshot.ready_at)
    return max(time for time in times if time is not None)
