"""Checks: which count, which are awaited, and which have failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict, named
from bot.core.model.observations import Check, CheckState


def judge_base(fetch: MergeCandidate) -> Verdict | None:
    """Nothing is merged onto a base branch that is red."""
    failed = red_checks(fetch)
    if fetch.obeys_github_alone or not failed:
        return None
    what = named("check", list(failed), "fails" if len(failed) == 1 else "fail")
    return Verdict(
        step=Step.WAIT,
        reason=f"`{fetch.seen.base_branch}` to be green again, where {what}",
        needs_person=True,
        may_be_merged=True,
    )


def red_checks(fetch: MergeCandidate) -> tuple[str, ...]:
    """The checks that fail on the base branch and count there."""
    return counting_on_base(
        fetch.seen.base.failed_checks, fetch.rules.required_checks, fetch.settings.ignore_checks
    )


def counting_on_base(
    failed: tuple[str, ...], required: tuple[str, ...], ignored: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the base's failed checks that count: the required ones, where any are required."""
    return tuple(
        name for name in failed if name not in ignored and (not required or name in required)
    )


def judge_checks(fetch: MergeCandidate) -> Verdict | None:
    """Every check that counts has passed, and none is missing."""
    required, checks = fetch.rules.required_checks, list(_counted(fetch))
    past = not any(_holds(check) for check in checks if check.name in required)
    running = [check.name for check in checks if check.state is CheckState.RUNNING]
    if failed := tuple(check for check in checks if check.state is CheckState.FAILED):
        return _failed(fetch, failed, running, may_be_merged=past)
    names = [check.name for check in checks]
    missing = [name for name in required if name not in names]
    if missing:
        reason = named("required check", missing, "to start")
        return _wait_for_start(fetch, reason, may_be_merged=False)
    if running:
        reason = named("check", running, "to finish")
        return Verdict(step=Step.WAIT, reason=reason, may_be_merged=past)
    asks_no_more = required or fetch.obeys_github_alone
    return None if asks_no_more else _grace(fetch, has_checks=bool(names))


def _failed(
    fetch: MergeCandidate, failed: tuple[Check, ...], running: list[str], *, may_be_merged: bool
) -> Verdict:
    """Nothing is done about failures before all results are in, or their time is over.

    GitHub runs no job again while others of its run are at work, and an agent that is sent back is
    to learn of everything that failed.
    """
    reason = named("check", [check.name for check in failed], "failed")
    ends = _since(fetch) + timedelta(seconds=fetch.settings.checks_timeout)
    if running and fetch.now < ends:
        reason = f"{named('check', running, 'to finish')}, as {reason}"
        return Verdict(step=Step.WAIT, reason=reason, until=ends, may_be_merged=may_be_merged)
    return Verdict(
        step=Step.CHECKS_FAILED, reason=reason, checks=failed, may_be_merged=may_be_merged
    )


def _holds(check: Check) -> bool:
    return check.state is not CheckState.PASSED


def _counted(fetch: MergeCandidate) -> Iterator[Check]:
    """The checks that hold a merge: where only GitHub is obeyed, those that its rules require."""
    for check in fetch.seen.checks:
        if fetch.obeys_github_alone and check.name not in fetch.rules.required_checks:
            continue
        own = check.app_id is not None and check.app_id == fetch.own_app_id
        ignored = check.name in fetch.settings.ignore_checks
        if not own and not ignored and not _skipped_as_draft(fetch, check):
            yield check


def _skipped_as_draft(fetch: MergeCandidate, check: Check) -> bool:
    ready, done = fetch.seen.ready_at, check.completed_at
    return check.skipped and ready is not None and done is not None and done <= ready


def _grace(fetch: MergeCandidate, *, has_checks: bool) -> Verdict | None:
    ends = _since(fetch) + timedelta(seconds=fetch.settings.grace)
    if fetch.now < ends:
        return Verdict(
            step=Step.WAIT,
            reason=f"checks that may still start, until {ends:%H:%M:%S} UTC",
            until=ends,
            may_be_merged=True,
        )
    if not has_checks and fetch.seen.base.has_checks:
        reason = "a check to start, as the base branch has some"
        return _wait_for_start(fetch, reason, may_be_merged=True)
    return None


def _wait_for_start(fetch: MergeCandidate, reason: str, *, may_be_merged: bool) -> Verdict:
    ends = _since(fetch) + timedelta(seconds=fetch.settings.checks_timeout)
    if fetch.now < ends:
        return Verdict(step=Step.WAIT, reason=reason, until=ends, may_be_merged=may_be_merged)
    return Verdict(
        step=Step.ASK_PERSON, reason=reason, needs_person=True, may_be_merged=may_be_merged
    )


def _since(fetch: MergeCandidate) -> datetime:
    """The latest of opened, pushed and marked ready: from then on checks may be expected."""
    times = (fetch.seen.opened_at, fetch.head_seen_at, fetch.seen.ready_at)
    return max(time for time in times if time is not None)
