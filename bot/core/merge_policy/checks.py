"""Checks: which count, which are awaited, and which have failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.merge_policy.candidate import Look
from bot.core.merge_policy.verdict import Step, Verdict, named
from bot.core.model.observations import Check, CheckState


def judge_base(look: Look) -> Verdict | None:
    """Nothing is merged onto a base branch that is red."""
    failed = red_checks(look)
    if look.obeys_github_alone or not failed:
        return None
    what = named("check", list(failed), "fails" if len(failed) == 1 else "fail")
    return Verdict(
        step=Step.WAIT,
        reason=f"`{look.seen.base_branch}` to be green again, where {what}",
        needs_person=True,
        may_be_merged=True,
    )


def red_checks(look: Look) -> tuple[str, ...]:
    """The checks that fail on the base branch and count there."""
    return counting_on_base(
        look.seen.base.failed_checks, look.rules.required_checks, look.settings.ignore_checks
    )


def counting_on_base(
    failed: tuple[str, ...], required: tuple[str, ...], ignored: tuple[str, ...]
) -> tuple[str, ...]:
    """Those of the base's failed checks that count: the required ones, where any are required."""
    return tuple(
        name for name in failed if name not in ignored and (not required or name in required)
    )


def judge_checks(look: Look) -> Verdict | None:
    """Every check that counts has passed, and none is missing."""
    required, checks = look.rules.required_checks, list(_counted(look))
    past = not any(_holds(check) for check in checks if check.name in required)
    running = [check.name for check in checks if check.state is CheckState.RUNNING]
    if failed := tuple(check for check in checks if check.state is CheckState.FAILED):
        return _failed(look, failed, running, may_be_merged=past)
    names = [check.name for check in checks]
    missing = [name for name in required if name not in names]
    if missing:
        reason = named("required check", missing, "to start")
        return _wait_for_start(look, reason, may_be_merged=False)
    if running:
        reason = named("check", running, "to finish")
        return Verdict(step=Step.WAIT, reason=reason, may_be_merged=past)
    asks_no_more = required or look.obeys_github_alone
    return None if asks_no_more else _grace(look, has_checks=bool(names))


def _failed(
    look: Look, failed: tuple[Check, ...], running: list[str], *, may_be_merged: bool
) -> Verdict:
    """Nothing is done about failures before all results are in, or their time is over.

    GitHub runs no job again while others of its run are at work, and an agent that is sent back is
    to learn of everything that failed.
    """
    reason = named("check", [check.name for check in failed], "failed")
    ends = _since(look) + timedelta(seconds=look.settings.checks_timeout)
    if running and look.now < ends:
        reason = f"{named('check', running, 'to finish')}, as {reason}"
        return Verdict(step=Step.WAIT, reason=reason, until=ends, may_be_merged=may_be_merged)
    return Verdict(
        step=Step.CHECKS_FAILED, reason=reason, checks=failed, may_be_merged=may_be_merged
    )


def _holds(check: Check) -> bool:
    return check.state is not CheckState.PASSED


def _counted(look: Look) -> Iterator[Check]:
    """The checks that hold a merge: where only GitHub is obeyed, those that its rules require."""
    for check in look.seen.checks:
        if look.obeys_github_alone and check.name not in look.rules.required_checks:
            continue
        own = check.app_id is not None and check.app_id == look.own_app_id
        ignored = check.name in look.settings.ignore_checks
        if not own and not ignored and not _skipped_as_draft(look, check):
            yield check


def _skipped_as_draft(look: Look, check: Check) -> bool:
    ready, done = look.seen.ready_at, check.completed_at
    return check.skipped and ready is not None and done is not None and done <= ready


def _grace(look: Look, *, has_checks: bool) -> Verdict | None:
    ends = _since(look) + timedelta(seconds=look.settings.grace)
    if look.now < ends:
        return Verdict(
            step=Step.WAIT,
            reason=f"checks that may still start, until {ends:%H:%M:%S} UTC",
            until=ends,
            may_be_merged=True,
        )
    if not has_checks and look.seen.base.has_checks:
        reason = "a check to start, as the base branch has some"
        return _wait_for_start(look, reason, may_be_merged=True)
    return None


def _wait_for_start(look: Look, reason: str, *, may_be_merged: bool) -> Verdict:
    ends = _since(look) + timedelta(seconds=look.settings.checks_timeout)
    if look.now < ends:
        return Verdict(step=Step.WAIT, reason=reason, until=ends, may_be_merged=may_be_merged)
    return Verdict(
        step=Step.ASK_PERSON, reason=reason, needs_person=True, may_be_merged=may_be_merged
    )


def _since(look: Look) -> datetime:
    """The latest of opened, pushed and marked ready: from then on checks may be expected."""
    times = (look.seen.opened_at, look.head_seen_at, look.seen.ready_at)
    return max(time for time in times if time is not None)
