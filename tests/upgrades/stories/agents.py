"""Agents that are launched, lost, refused, sent back, and that fail."""

from tests.upgrades.user_steps import step
from tests.upgrades.vocabulary import (
    APPROVED,
    AT_LEAST_A_CLAIM,
    COMPLETED,
    FAILED,
    LAUNCH,
    NEVER,
    PARTIAL,
    PAUSED,
    TWO,
    Scenario,
    Stage,
    agents,
    approve,
    check,
    closed,
    epic_is,
    passes,
    paused,
    pulls,
    push,
    role,
    say,
    settings,
    start,
    turns,
    waiting,
    writes,
)

AGENTS: dict[str, Scenario] = {
    "cursor-v1": Scenario((Stage(start(TWO), closed),), cursor="v1"),
    "agent-errors": Scenario(
        (
            Stage(
                (
                    step("plan", outcome="ERROR"),
                    step("plan", outcome="EXPIRED", commits=[{"half.md": "half\n"}]),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "no-changes": Scenario(
        paused((step("plan", no_commits=True), *start(TWO)), say("skip 1"), end=PARTIAL)
    ),
    "no-retries-left": Scenario(
        paused(
            (settings("agents: {retries: 0}\n"), step("plan", outcome="ERROR"), *start()),
            say("retry 1"),
        )
    ),
    "continue-after-a-failure": Scenario(
        (
            Stage(
                (
                    settings("on_failure: continue\n"),
                    step("plan", no_commits=True),
                    *start(TWO),
                ),
                epic_is(PARTIAL),
                AT_LEAST_A_CLAIM,
            ),
            Stage((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "stop-at-a-failure": Scenario(
        (
            Stage(
                (settings("on_failure: stop\n"), step("plan", no_commits=True), *start(TWO)),
                epic_is(FAILED),
                AT_LEAST_A_CLAIM,
            ),
        )
    ),
    "lost-launch": Scenario(
        (
            Stage(
                (step("cursor_fails", kind=LAUNCH, status=0, carried_out=True), *start()),
                epic_is(COMPLETED),
            ),
        )
    ),
    "launch-that-never-was": Scenario(
        (Stage((step("cursor_fails", kind=LAUNCH, status=0), *start()), epic_is(COMPLETED)),)
    ),
    "refused-launch": Scenario(
        paused(
            (
                step(
                    "cursor_fails",
                    kind=LAUNCH,
                    status=400,
                    body={"error": "Model 'o9' is not available"},
                ),
                *start(),
            ),
            say("retry 1"),
        )
    ),
    "lost-agent": Scenario(
        (
            Stage((NEVER, *start()), agents(1), 5),
            Stage(
                (
                    step(
                        "cursor_fails",
                        kind="GET /v0/agents/{id}",
                        status=404,
                        body={"error": "Agent not found"},
                    ),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "cursor-throttles": Scenario(
        waiting(
            (
                step(
                    "cursor_fails",
                    kind=LAUNCH,
                    status=429,
                    body={"error": {"code": "rate_limit_exceeded", "message": "Too many"}},
                    headers={"Retry-After": "300"},
                ),
                *start(),
            ),
            passes(0)[0],
        )
    ),
    "fix-of-a-check": Scenario(
        (
            Stage(
                (
                    check(fails_while=["widgets.py", "GREY"], after=80, log="AssertionError\n"),
                    writes("GREY\n", "RED\n"),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "fix-of-a-review": Scenario(
        (
            Stage((role("grace"), APPROVED, writes("GREY\n", "RED\n"), *start()), pulls(1), 80),
            Stage(
                (
                    step(
                        "review",
                        number=2,
                        event="REQUEST_CHANGES",
                        body="No.",
                        by="grace",
                        comments=[["widgets.py", 1, "name it"]],
                    ),
                ),
                turns(2),
                AT_LEAST_A_CLAIM,
            ),
            Stage((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "unanswered-review": Scenario(
        (
            Stage(
                (
                    role("grace"),
                    APPROVED,
                    step("plan", follow_ups=[{"no_commits": True}]),
                    *start(),
                ),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Stage(
                (step("review", number=2, event="REQUEST_CHANGES", body="No.", by="grace"),),
                turns(2),
                AT_LEAST_A_CLAIM,
            ),
            Stage((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "fix-and-restart": Scenario(
        (
            Stage((role("grace"), APPROVED, writes("GREY\n", "RED\n"), *start()), pulls(1), 80),
            Stage((say("fix 1 Make it red."),), turns(2), AT_LEAST_A_CLAIM),
            Stage((say("restart 1"),), agents(2), AT_LEAST_A_CLAIM),
            Stage((say("merge 1"),), epic_is(COMPLETED)),
        )
    ),
    "refused-follow-up": Scenario(
        (
            Stage(
                (
                    check(fails_while=["widgets.py", "GREY"], after=5),
                    writes("GREY\n", "RED\n"),
                    step(
                        "cursor_fails",
                        kind=f"{LAUNCH}/{{id}}/followup",
                        status=400,
                        body={"error": "This agent takes no follow-up"},
                        times=9,
                    ),
                    *start(),
                ),
                epic_is(PAUSED),
                AT_LEAST_A_CLAIM,
            ),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "conflict": Scenario(
        (
            Stage(
                (role("grace"), APPROVED, writes("OURS\n", "THEIRS\n", path="README.md"), *start()),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Stage((push("main", {"README.md": "THEIRS\n"}),), turns(2), AT_LEAST_A_CLAIM),
            Stage((approve(2),), epic_is(COMPLETED)),
        )
    ),
}
