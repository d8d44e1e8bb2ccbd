"""What a pull request waits for: checks, reviews, rules, the base branch, a person."""

from tests.upgrades.user_steps import step
from tests.upgrades.vocabulary import (
    APPROVED,
    AT_LEAST_A_CLAIM,
    COMPLETED,
    NO_FIXES,
    PARTIAL,
    PAUSED,
    TWO,
    Scenario,
    Stage,
    agents,
    approve,
    check,
    epic_is,
    passes,
    paused,
    pulls,
    push,
    role,
    say,
    settings,
    start,
    waiting,
    writes,
)

WAITS: dict[str, Scenario] = {
    "manual": Scenario(
        waiting((settings("merge: {when: manual}\n"), *start()), pulls(1), say("merge 1"))
    ),
    "approval": Scenario(
        waiting(
            (
                role("grace"),
                step("rules", required_approvals=1),
                *start(),
            ),
            pulls(1),
            step("request_review", number=2, people=["grace"], by="ada"),
            approve(2),
        )
    ),
    "workflow-file": Scenario(
        waiting(
            (role("grace"), writes("on: push\n", path=".github/workflows/ci.yml"), *start()),
            pulls(1),
            step("ready_for_review", number=2, by="grace"),
            step("merge_pull_request", number=2, by="grace"),
        )
    ),
    "draft": Scenario(
        waiting(
            (settings("merge: {undraft: false}\n"), *start()),
            pulls(1),
            step("ready_for_review", number=2, by="ada"),
        )
    ),
    "unknown-rule": Scenario(
        (
            Stage((step("rules", other=["required_signatures"]), *start()), pulls(1), 80),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "unreadable-rules": Scenario(
        (
            Stage(
                (
                    role("grace"),
                    step("rules", resolved_threads=True, is_classic=True),
                    check(after=30),
                    writes("GREY\n"),
                    *start(),
                ),
                pulls(1),
            ),
            Stage(
                (
                    step(
                        "review",
                        number=2,
                        event="COMMENT",
                        by="grace",
                        comments=[["widgets.py", 1, "Why grey?"]],
                    ),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Stage((step("resolve_threads", number=2, by="grace"),), epic_is(COMPLETED)),
        )
    ),
    "conversation": Scenario(
        (
            Stage(
                (
                    role("grace"),
                    step("rules", resolved_threads=True),
                    check(after=30),
                    writes("GREY\n"),
                    *start(),
                ),
                pulls(1),
            ),
            Stage(
                (
                    step(
                        "review",
                        number=2,
                        event="COMMENT",
                        by="grace",
                        comments=[["widgets.py", 1, "Why grey?"]],
                    ),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Stage((step("resolve_threads", number=2, by="grace"),), epic_is(COMPLETED)),
        )
    ),
    "missing-check": Scenario(
        (
            Stage((check(never_starts=True), *start()), pulls(1), 4000),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "unprotected-base": Scenario(
        (Stage((step("rules", required_checks=[]), check(after=20), *start()), epic_is(COMPLETED)),)
    ),
    "failed-check": Scenario(paused((NO_FIXES, check(fail_first=1), *start()), say("retry 1"))),
    "slow-checks": Scenario(
        (
            Stage(
                (
                    NO_FIXES,
                    step(
                        "checks",
                        test={"conclusion": "failure", "after": 5},
                        lint={"after": 200},
                    ),
                    *start(),
                ),
                epic_is(PAUSED),
            ),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "behind": Scenario(
        (
            Stage((role("grace"), APPROVED, step("rules", strict=True), *start()), pulls(1), 80),
            Stage((push("main", {"other.md": "other\n"}),), *passes(80)),
            Stage((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "never-up-to-date": Scenario(
        (
            Stage(
                (
                    role("grace"),
                    settings("merge: {when: approved, up_to_date: off}\n"),
                    step("rules", strict=True),
                    *start(),
                ),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Stage((push("main", {"other.md": "other\n"}), approve(2)), *passes(700)),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "refused-update": Scenario(
        (
            Stage((role("grace"), APPROVED, step("rules", strict=True), *start()), pulls(1), 80),
            Stage(
                (
                    step(
                        "github_fails",
                        match="update-branch",
                        status=403,
                        body={"message": "Not that branch."},
                    ),
                    push("main", {"other.md": "other\n"}),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Stage((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "red-base-before": Scenario(
        (
            Stage(
                (
                    check(fails_while=["widgets.py", "BROKEN"], after=1),
                    push("main", {"widgets.py": "BROKEN\n"}),
                ),
                *passes(5),
            ),
            Stage(start(), *passes(AT_LEAST_A_CLAIM)),
            Stage((push("main", {"widgets.py": "repaired\n"}),), epic_is(COMPLETED)),
        )
    ),
    "red-base-after-a-merge": Scenario(
        (
            Stage((step("plan"), step("plan", seconds_to_end=300), *start(TWO)), agents(2), 5),
            Stage((step("report_check", branch="main", conclusion="failure"),), *passes(400)),
            Stage((step("report_check", branch="main", conclusion="success"),), epic_is(COMPLETED)),
        )
    ),
    "unreadable-base": Scenario(
        (
            Stage((step("plan"), step("plan", seconds_to_end=120), *start(TWO)), agents(2), 5),
            Stage(
                (
                    step(
                        "github_fails",
                        match="BaseBranch",
                        status=403,
                        body={"message": "Resource not accessible by integration"},
                        times=2,
                    ),
                    step("github_fails", match="POST .*/reactions", status=422, times=2),
                    step("report_check", branch="main", conclusion="failure"),
                    say("status"),
                ),
                *passes(5),
            ),
            Stage((step("report_check", branch="main", conclusion="success"),), epic_is(COMPLETED)),
        )
    ),
}
