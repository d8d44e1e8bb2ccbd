"""The grace of 90 s in which checks may still appear, and how long they may take."""

from datetime import datetime, timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.reasons import Wait, WaitKind


def evaluate_grace(candidate: MergeCandidate) -> Verdict | None:
    """Wait for checks to appear where no rule names them."""
    until = end_of_grace(candidate)
    if candidate.now >= until:
        return None
    wait = Wait(kind=WaitKind.CHECKS_GRACE, until=until, merge_allowed=True)
    return Verdict(step=Step.WAIT, wait=wait, until=until)


def end_of_grace(candidate: MergeCandidate) -> datetime:
    """Return until when checks may appear."""
    return since(candidate) + timedelta(seconds=candidate.settings.grace)


def wait_or_ask(candidate: MergeCandidate, wait: Wait, ends: datetime) -> Verdict:
    """Wait until `ends`, then ask a person."""
    if candidate.now < ends:
        return Verdict(step=Step.WAIT, wait=wait, until=ends)
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def deadline(candidate: MergeCandidate) -> datetime:
    """Return until when checks may take to start and to end."""
    return since(candidate) + timedelta(seconds=candidate.settings.checks_timeout)


def since(candidate: MergeCandidate) -> datetime:
    """Return the latest of opened, pushed and marked ready: checks may be expected since then."""
    snapshot = candidate.snapshot
    times = (snapshot.opened_at, candidate.head_seen_at, snapshot.ready_at)
    return max(time for time in times if time is not None)
