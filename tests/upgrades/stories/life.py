"""What becomes of an epic, its issue and its repository, and the commands that change it."""

from tests.harness import REPOSITORY
from tests.upgrades.user_steps import step
from tests.upgrades.vocabulary import (
    APPROVED,
    AT_LEAST_A_CLAIM,
    CANCELLED,
    COMPLETED,
    EPIC,
    NEVER,
    ONE,
    PAUSED,
    THREE,
    TWO,
    Scenario,
    Stage,
    agents,
    closed,
    epic_is,
    open_epic,
    passes,
    pulls,
    role,
    say,
    settings,
    start,
)

LIFE: dict[str, Scenario] = {
    "happy": Scenario((Stage(start(), closed),), whole=True),
    "cancel": Scenario(
        (
            Stage((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Stage((say("cancel"),), epic_is(CANCELLED)),
        ),
        whole=True,
    ),
    "two-tasks": Scenario((Stage((step("merge_delay", seconds=5), *start(TWO)), closed),)),
    "two-epics": Scenario(
        (
            Stage(
                (
                    step("merge_delay", seconds=30),
                    *start(),
                    step("open_issue", title="Gadgets", body="- [ ] Another\n", by="ada"),
                    step("label", number=2, name="orchestra", by="ada"),
                    step("comment", number=2, body="/orchestra start", by="ada"),
                ),
                lambda story: closed(story) and story.github.issue(REPOSITORY, 2).state == "closed",
            ),
        )
    ),
    "closed-by-a-person": Scenario(
        (
            Stage((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Stage((step("close", number=EPIC, by="ada"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((step("reopen", number=EPIC, by="ada"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "reopened": Scenario(
        (
            Stage((NEVER, *start()), agents(1), 5),
            Stage((step("close", number=EPIC, by="orchestra[bot]"),), *passes(AT_LEAST_A_CLAIM)),
            Stage((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "unlabelled": Scenario(
        (
            Stage((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Stage(
                (step("unlabel", number=EPIC, name="orchestra", by="ada"),),
                epic_is(PAUSED),
                AT_LEAST_A_CLAIM,
            ),
            Stage((say("pause"),), *passes(AT_LEAST_A_CLAIM)),
            Stage((say("resume"),), epic_is(COMPLETED)),
        )
    ),
    "suspended": Scenario(
        (
            Stage((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Stage((step("suspend"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((step("unsuspend"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "archived": Scenario(
        (
            Stage((APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Stage((step("archive_repository"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((step("unarchive_repository"), say("cancel")), epic_is(CANCELLED)),
        )
    ),
    "pause-after": Scenario(
        (
            Stage((step("plan", seconds_to_end=60), *start(TWO)), agents(1), 5),
            Stage((say("pause after"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Stage((say("resume"),), epic_is(COMPLETED)),
        )
    ),
    "scheduled": Scenario(
        (
            Stage(open_epic(), *passes(30)),
            Stage((say("start at=2026-11-21T11:00Z"),), *passes(1800)),
            Stage((), epic_is(COMPLETED)),
        )
    ),
    "commands": Scenario(
        (
            Stage((NEVER, *start(TWO)), agents(1), 30),
            Stage(
                (
                    say("add Third thing"),
                    say("set model=gpt-5.2 merge=approved on_failure=continue"),
                    say("status"),
                    say("doctor"),
                    say("cancel", by="mallory"),
                    say("frobnicate"),
                    step("edit_issue", number=EPIC, body=f"Hurry!\n\n{THREE}", by="ada"),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Stage((say("skip 2"),), *passes(30)),
            Stage((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "edit-that-is-not-used": Scenario(
        (
            Stage((role("tess", "triage"), NEVER, *start(TWO)), agents(1), 5),
            Stage(
                (step("edit_issue", number=EPIC, body="Nothing left.\n", by="tess"),),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Stage((say("restart 1"),), epic_is(COMPLETED)),
        )
    ),
    "deleted-comments": Scenario(
        (
            Stage((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Stage((step("delete_comments", number=EPIC, by="ada"),), *passes(AT_LEAST_A_CLAIM)),
            Stage((say("restart 1"),), epic_is(COMPLETED)),
        )
    ),
    "wrong-settings": Scenario(
        (
            Stage((settings("on_failure: contine\n"), *start()), *passes(90)),
            Stage((settings("on_failure: continue\n"),), *passes(90)),
            Stage((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "wrong-checklist": Scenario(
        (
            Stage(start("Nothing to do yet.\n"), *passes(90)),
            Stage((step("edit_issue", number=EPIC, body=ONE, by="ada"),), *passes(30)),
            Stage((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "unreadable-permission": Scenario(
        (
            Stage(open_epic(), *passes(5)),
            Stage(
                (step("github_fails", match="/permission", status=502, times=3), say("start")),
                epic_is(COMPLETED),
            ),
        )
    ),
    "github-throttles": Scenario(
        (
            Stage(
                (
                    step(
                        "github_fails",
                        match="PullRequest",
                        status=403,
                        body={"message": "You have exceeded a secondary rate limit."},
                        headers={"retry-after": "300"},
                    ),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
}
