"""May this pull request be merged now? One look in, one verdict out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.core.settings import EpicSettings, MergeWhen
from bot.core.snapshots import BranchRules, Check, CheckState, PullRequestSnapshot

# GitHub computes `mergeable` in the background; asking again soon is how one learns of it.
MERGEABLE_SECONDS = 2.0


class Step(StrEnum):
    """What is to be done with the pull request."""

    MERGED = "merged"
    CLOSED = "closed"
    MARK_READY = "mark_ready"
    MERGE = "merge"
    WAIT = "wait"
    ASK_PERSON = "ask_person"
    CHECKS_FAILED = "checks_failed"
    CONFLICT = "conflict"


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The step to take and, in words for people, what it hangs on.

    `until` is when the answer changes by itself, for a wait that has such a time.
    """

    step: Step
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One look at a pull request, and what it is measured against."""

    seen: PullRequestSnapshot
    rules: BranchRules
    settings: EpicSettings
    now: datetime
    head_seen_at: datetime | None = None
    own_app_id: int | None = None

    def judge(self) -> Verdict:
        """Decide on the next step."""
        for look in (self._state, self._checks, self._reviews, self._mergeable):
            if verdict := look():
                return verdict
        if self.settings.merge_when is MergeWhen.MANUAL:
            return Verdict(step=Step.WAIT, reason="a person to merge it")
        return Verdict(step=Step.MERGE)

    def _state(self) -> Verdict | None:
        if self.seen.is_merged:
            return Verdict(step=Step.MERGED)
        if not self.seen.is_open:
            return Verdict(step=Step.CLOSED)
        if self.seen.mergeable is False:
            return Verdict(step=Step.CONFLICT, reason="merge conflict")
        if self.seen.is_draft:
            return Verdict(step=Step.MARK_READY, reason="the draft to be marked ready")
        return None

    def _checks(self) -> Verdict | None:
        if self.settings.merge_when is MergeWhen.IMMEDIATELY:
            return None
        checks = list(self._counted())
        if failed := [check.name for check in checks if check.state is CheckState.FAILED]:
            return Verdict(step=Step.CHECKS_FAILED, reason=_named("check", failed, "failed"))
        names = {check.name for check in checks}
        missing = [name for name in self.rules.required_checks if name not in names]
        if missing:
            return self._wait_for_start(_named("required check", missing, "to start"))
        running = [check.name for check in checks if check.state is CheckState.RUNNING]
        if running:
            return Verdict(step=Step.WAIT, reason=_named("check", running, "to finish"))
        return None if self.rules.required_checks else self._grace(names)

    def _counted(self) -> Iterable[Check]:
        for check in self.seen.checks:
            own = check.app_id is not None and check.app_id == self.own_app_id
            if not own and not self._skipped_as_draft(check):
                yield check

    def _skipped_as_draft(self, check: Check) -> bool:
        ready = self.seen.ready_at
        done = check.completed_at
        return check.skipped and ready is not None and done is not None and done <= ready

    def _grace(self, names: set[str]) -> Verdict | None:
        ends = self._since() + timedelta(seconds=self.settings.grace)
        if self.now < ends:
            return Verdict(
                step=Step.WAIT,
                reason=f"checks that may still start, until {ends:%H:%M:%S} UTC",
                until=ends,
            )
        if not names and self.seen.base.has_checks:
            return self._wait_for_start("a check to start, as the base branch has some")
        return None

    def _wait_for_start(self, reason: str) -> Verdict:
        ends = self._since() + timedelta(seconds=self.settings.checks_timeout)
        if self.now < ends:
            return Verdict(step=Step.WAIT, reason=reason, until=ends)
        return Verdict(step=Step.ASK_PERSON, reason=reason)

    def _since(self) -> datetime:
        """The latest of opened, pushed and marked ready: from then on checks may be expected."""
        times = (self.seen.opened_at, self.head_seen_at, self.seen.ready_at)
        return max(time for time in times if time is not None)

    def _reviews(self) -> Verdict | None:
        decision = self.seen.review_decision
        if decision == "CHANGES_REQUESTED":
            return Verdict(step=Step.WAIT, reason="the changes that a reviewer requested")
        if decision == "REVIEW_REQUIRED":
            return Verdict(step=Step.WAIT, reason="an approving review")
        return None

    def _mergeable(self) -> Verdict | None:
        if self.seen.mergeable is None:
            return Verdict(
                step=Step.WAIT,
                reason="GitHub to work out whether it can be merged",
                until=self.now + timedelta(seconds=MERGEABLE_SECONDS),
            )
        return None


def _named(what: str, names: list[str], then: str) -> str:
    listed = ", ".join(f"“{name}”" for name in sorted(names))
    return f"{what}{'s' if len(names) > 1 else ''} {listed} {then}"
