"""GitHub's rules beyond checks and reviews, and what GitHub lets an App merge."""

from datetime import timedelta

from bot.core.merge_policy.candidate import MergeCandidate
from bot.core.merge_policy.paths import is_under
from bot.core.merge_policy.verdict import Step, Verdict
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.reasons import Wait, WaitKind

PUSHES_PATIENCE = timedelta(seconds=60)
WORKFLOWS = ".github/workflows/"
# What decides who may do what, and what runs with the repository's secrets.
GOVERNED_FOLDERS = (WORKFLOWS, ".github/actions/")
_FOLDERS = frozenset(folder.rstrip("/") for folder in GOVERNED_FOLDERS)
GOVERNED_FILES = frozenset(
    {".github/orchestra.yml", "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS"}
)


def governed_path(snapshot: PullRequestSnapshot, patterns: tuple[str, ...]) -> str | None:
    """Return a file it changes that governs the repository; a renamed file counts by both names.

    `patterns` are those that the settings name besides.
    """
    for path in snapshot.files:
        # A link in place of a folder holds whatever it points to.
        if path in GOVERNED_FILES | _FOLDERS or path.startswith(GOVERNED_FOLDERS):
            return path
        if any(is_under(path, pattern) for pattern in patterns):
            return path
    return None


def evaluate_governance(candidate: MergeCandidate) -> Verdict | None:
    """Let somebody who may command decide on what governs the repository, under every policy."""
    snapshot = candidate.snapshot
    path = governed_path(snapshot, candidate.settings.governed)
    if path is None and snapshot.all_files_known:
        return None
    # What was pushed after a person had asked for the merge, nobody has asked for.
    if candidate.approved_by_commander or (candidate.merge_now and candidate.vouched):
        return None
    wait = Wait(kind=WaitKind.GOVERNED, path=path, sha=snapshot.head_sha, merge_allowed=True)
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


def evaluate_pushers(candidate: MergeCandidate) -> Verdict | None:
    """Let somebody who may command decide on what a person pushed who may not."""
    if candidate.push_approved or (candidate.pushes_known and not candidate.held_by):
        return None
    wait = Wait(
        kind=WaitKind.PUSHED,
        people=candidate.held_by,
        sha=candidate.snapshot.head_sha,
        merge_allowed=True,
    )
    # GitHub's list of pushes comes a little later than the push.
    known_at = (candidate.head_seen_at or candidate.now) + PUSHES_PATIENCE
    if not candidate.held_by and candidate.now < known_at:
        return Verdict(step=Step.WAIT, wait=wait, until=known_at)
    return Verdict(step=Step.ASK_PERSON, wait=wait, needs_person=True)


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
