"""No evidence is not green: what has to show up on a head before it counts as checked."""

from datetime import timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.grace import end_of_grace, since, wait_or_ask
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import Check, ExpectedCheck
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import EpicSettings

# How long a check that ran for earlier pull requests may take to start before a person is asked.
EXPECTED_SECONDS = 600.0


def evaluate_evidence(candidate: MergeCandidate, checks: list[Check]) -> Verdict | None:
    """Wait for what ran for earlier pull requests into this base and is missing on this head."""
    if skipped := _only_skipped(candidate, checks):
        wait = Wait(kind=WaitKind.CHECKS_SKIPPED, checks=skipped, merge_allowed=True)
        return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)
    if not (missing := missing_evidence(candidate)):
        return None
    wait = Wait(kind=WaitKind.CHECKS_EXPECTED, checks=missing, merge_allowed=True)
    ends = since(candidate) + timedelta(seconds=EXPECTED_SECONDS)
    return wait_or_ask(candidate, wait, max(end_of_grace(candidate), ends))


def missing_evidence(candidate: MergeCandidate) -> tuple[str, ...]:
    """Return the names of what is to show up on the head and does not."""
    return tuple(sorted({one.name for one in candidate.expected if _is_missing(candidate, one)}))


def _is_missing(candidate: MergeCandidate, expected: ExpectedCheck) -> bool:
    """Return whether nothing of it shows on the head; what is ignored has run all the same."""
    ignored = candidate.settings.ignore_checks
    if expected.has_filters or expected.name in ignored or expected.app in ignored:
        return False
    return not any(
        expected.is_shown_by(check) and not skipped_as_draft(candidate, check)
        for check in candidate.snapshot.checks
    )


def _only_skipped(candidate: MergeCandidate, checks: list[Check]) -> tuple[str, ...]:
    """Return the checks that were skipped for the draft and have not run since.

    Another workflow's job of the same name, or a run for a push, is not it.
    """
    ran = {_identity(check) for check in checks}
    return tuple(
        sorted(
            {
                check.name
                for check in candidate.snapshot.checks
                if skipped_as_draft(candidate, check)
                and not is_ignored(candidate.settings, check)
                and _identity(check) not in ran
            }
        )
    )


def _identity(check: Check) -> tuple[object, ...]:
    return check.name, check.app_id, check.workflow, check.workflow_event


def skipped_as_draft(candidate: MergeCandidate, check: Check) -> bool:
    """Return whether it was skipped by a run that began while the pull request was a draft.

    A check run has no time of creation, and one may be reported as skipped after the pull request
    was marked as ready: its suite's counts. Other Apps keep one suite for all of a head's runs, and
    report when each started.
    """
    ready = candidate.snapshot.ready_at
    began = check.suite_created_at or check.started_at or check.completed_at
    return check.skipped and ready is not None and began is not None and began <= ready


def is_ignored(settings: EpicSettings, check: Check) -> bool:
    """Return whether the settings leave it out by its name, its workflow's or its App's."""
    names = {check.name, check.workflow_name, check.app}
    return not names.isdisjoint(settings.ignore_checks)
