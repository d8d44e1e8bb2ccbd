"""Checks: which count, which are awaited, and which have failed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.core.merge_gate.look import Look
from bot.core.merge_gate.verdict import Step, Verdict, named
from bot.core.snapshots import Check, CheckState


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
    if look.obeys_github_alone:
        return None
    checks = list(_counted(look))
    if failed := tuple(check for check in checks if check.state is CheckState.FAILED):
        names = [check.name for check in failed]
        reason = named("check", names, "failed")
        return Verdict(step=Step.CHECKS_FAILED, reason=reason, checks=failed, may_be_merged=True)
    names = [check.name for check in checks]
    missing = [name for name in look.rules.required_checks if name not in names]
    if missing:
        return _wait_for_start(look, named("required check", missing, "to start"))
    running = [check.name for check in checks if check.state is CheckState.RUNNING]
    if running:
        reason = named("check", running, "to finish")
        return Verdict(step=Step.WAIT, reason=reason, may_be_merged=True)
    return None if look.rules.required_checks else _grace(look, has_checks=bool(names))


def _counted(look: Look) -> Iterator[Check]:
    for check in look.seen.checks:
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
        return _wait_for_start(look, "a check to start, as the base branch has some")
    return None


def _wait_for_start(look: Look, reason: str) -> Verdict:
    ends = _since(look) + timedelta(seconds=look.settings.checks_timeout)
    if look.now < ends:
        return Verdict(step=Step.WAIT, reason=reason, until=ends, may_be_merged=True)
    return Verdict(step=Step.ASK_PERSON, reason=reason, needs_person=True, may_be_merged=True)


def _since(look: Look) -> datetime:
    """The latest of opened, pushed and marked ready: from then on checks may be expected."""
    times = (look.seen.opened_at, look.head_seen_at, look.seen.ready_at)
    return max(time for time in times if time is not None)
