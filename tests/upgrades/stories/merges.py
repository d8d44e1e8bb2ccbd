"""Merges that are asked for, refused, called off, and pull requests that go wrong."""

from tests.upgrades.user_steps import step
from tests.upgrades.vocabulary import (
    APPROVED,
    AT_LEAST_A_CLAIM,
    CANCELLED,
    COMPLETED,
    PARTIAL,
    PAUSED,
    Scenario,
    Stage,
    approve,
    auto_merges,
    check,
    epic_is,
    pulls,
    queued,
    role,
    say,
    settings,
    start,
)

MERGES: dict[str, Scenario] = {
    "merge-queue": Scenario(
        (
            Stage((step("rules", merge_queue={"after": 100_000.0}), *start()), queued, 80),
            Stage((say("pause"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((step("rules"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "auto-merge": Scenario(
        (
            Stage(
                (
                    step("change_settings", allow_auto_merge=True),
                    step("rules", other=["required_signatures"]),
                    check(after=30),
                    *start(),
                ),
                auto_merges,
                AT_LEAST_A_CLAIM,
            ),
            Stage((say("pause"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "epic-branch": Scenario(
        (
            Stage(
                (
                    role("grace"),
                    settings("base_branch: epic/{number}\n"),
                    step("merge_delay", seconds=5),
                    *start(),
                ),
                pulls(2),
                AT_LEAST_A_CLAIM,
            ),
            Stage((approve(3),), epic_is(COMPLETED)),
        )
    ),
    "closed-pull-request": Scenario(
        (
            Stage((APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Stage((step("close", number=2, by="ada"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "closing-keyword": Scenario(
        (
            Stage((role("grace"), APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Stage(
                (step("edit_issue", number=2, body="Fixes #1", by="ada"), approve(2)),
                epic_is(COMPLETED),
            ),
        )
    ),
}
