"""One pull request that could be merged, each time with something else about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.merge_policy import MergeCandidate, Verdict, evaluate
from bot.core.model.identifiers import CommitSha, Login, RepositoryName
from bot.core.model.observations import (
    BranchRules,
    Check,
    CheckState,
    PullRequestSnapshot,
    Review,
    ReviewState,
)
from bot.core.model.reasons import Wait, WaitKind
from bot.core.model.settings import EpicSettings, MergeWhen

OPENED = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PASSED, FAILED, RUNNING = CheckState.PASSED, CheckState.FAILED, CheckState.RUNNING
OURS = 7
HEAD, OLD_HEAD = CommitSha("a" * 40), CommitSha("9" * 40)

SEEN = PullRequestSnapshot(
    number=2,
    node_id="PR_2",
    url="https://github.com/acme/widgets/pull/2",
    title="First thing",
    body="",
    head_sha=HEAD,
    head_branch="orchestra/epic-1/task-1-abc",
    base_branch="main",
    base_sha=CommitSha("b" * 40),
    is_open=True,
    is_draft=False,
    is_merged=False,
    opened_at=OPENED,
    author=Login("cursor[bot]"),
    mergeable=True,
)


def at(seconds: float) -> datetime:
    return OPENED + timedelta(seconds=seconds)


def check(name: str = "test", state: CheckState = PASSED, **more: Any) -> Check:
    return Check(name=name, state=state, **more)


def skipped(seconds: float) -> Check:
    return check(skipped=True, completed_at=at(seconds))


def review(state: ReviewState, by: str = "grace", **more: Any) -> Review:
    facts = {"id": 1, "sha": HEAD, "submitted_at": OPENED, **more}
    return Review(by=Login(by), state=state, **facts)


def verdict(
    now: float = 100,
    rules: dict[str, Any] | None = None,
    settings: dict[str, Any] | None = None,
    fetch: dict[str, Any] | None = None,
    **seen: Any,
) -> Verdict:
    """The verdict `now` seconds after the opening."""
    facts: dict[str, Any] = {"epic": (RepositoryName("acme", "widgets"), 1), "own_app_id": OURS}
    return evaluate(
        MergeCandidate(
            snapshot=replace(SEEN, **seen),
            rules=BranchRules(**(rules or {})),
            settings=EpicSettings(**(settings or {})),
            now=at(now),
            **{**facts, **(fetch or {})},
        )
    )


def wait(kind: WaitKind, *checks: str, **facts: Any) -> Wait:
    return Wait(kind=kind, checks=checks, **facts)


def reason(found: Verdict) -> Wait | None:
    """What the merge waits for, without whether `merge` gets past it."""
    return found.wait and replace(found.wait, merge_allowed=False)


def merge_allowed(found: Verdict) -> bool:
    return found.wait is not None and found.wait.merge_allowed


def when(policy: MergeWhen) -> dict[str, Any]:
    return {"merge_when": policy}


def requiring(*checks: str) -> dict[str, Any]:
    return {"required_checks": checks}
