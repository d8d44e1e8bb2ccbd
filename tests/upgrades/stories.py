"""The stories that are recorded at each release and played through the next one's upgrade.

They bring about every kind of wait, failure and pause, and each ends by itself or by what people
do. A release's recordings name the steps by their numbers: change no story that is recorded, add
another one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.core.identifiers import EpicStatus, TaskStatus
from tests.harness import REPOSITORY, Story
from tests.upgrades.acts import Act, act

Condition = Callable[[Story], bool]

ONE = "- [ ] First thing\n"
TWO = "- [ ] First thing\n- [ ] Second thing\n"
THREE = f"{TWO}- [ ] Third thing\n"
EPIC = 1
LAUNCH = "POST /v0/agents"
NEVER = act("plan", outcome="never")


@dataclass(frozen=True)
class Step:
    """What people do, then what is waited for, and `seconds` more."""

    acts: tuple[Act, ...]
    until: Condition
    seconds: float = 0


@dataclass(frozen=True)
class Plan:
    """A story; `whole` ones are stopped at every boundary, others wherever it is like no other."""

    steps: tuple[Step, ...]
    cursor: str = "v0"
    whole: bool = False


# What people do.


def start(body: str = ONE) -> tuple[Act, ...]:
    """Open the epic and start it."""
    return (*open_epic(body), say("start"))


def open_epic(body: str = ONE) -> tuple[Act, ...]:
    return (
        act("open_issue", title="Widgets 2.0", body=body, by="ada"),
        act("label", number=EPIC, name="orchestra", by="ada"),
    )


def say(command: str, by: str = "ada") -> Act:
    return act("comment", number=EPIC, body=f"/orchestra {command}", by=by)


def settings(text: str) -> Act:
    return push("main", {".github/orchestra.yml": text})


def push(branch: str, files: dict[str, str]) -> Act:
    return act("commit_files", branch=branch, files=files, message="By hand", author_login="grace")


def check(**script: Any) -> Act:
    return act("checks", test=script)


def role(login: str, name: str = "write") -> Act:
    return act("set_permission", login=login, role=name)


def approve(number: int) -> Act:
    return act("review", number=number, event="APPROVE", by="grace")


def writes(first: str, *later: str, path: str = "widgets.py") -> Act:
    """The next agent writes the first text, and another each time it is sent back."""
    follow_ups = [{"commits": [{path: text}]} for text in later]
    return act("plan", commits=[{path: first}], follow_ups=follow_ups)


# What is waited for.


def passes(seconds: float) -> tuple[Condition, float]:
    return (lambda _: True), seconds


def epic_is(status: EpicStatus) -> Condition:
    return lambda story: story.has(status)()


def task_is(number: int, status: TaskStatus) -> Condition:
    return lambda story: story.task_is(number, status)()


def closed(story: Story) -> bool:
    return story.github.issue(REPOSITORY, EPIC).state == "closed"


def pulls(count: int) -> Condition:
    return lambda story: len(story.github.repository(REPOSITORY).pulls) >= count


def agents(count: int) -> Condition:
    return lambda story: len(story.cursor.agents) >= count


def turns(count: int) -> Condition:
    """The first agent has been given that many prompts."""

    def is_so(story: Story) -> bool:
        first = next(iter(story.cursor.agents.values()), None)
        return first is not None and len(first.prompts) >= count

    return is_so


def queued(story: Story) -> bool:
    return bool(story.github.repository(REPOSITORY).queue)


def auto_merges(story: Story) -> bool:
    return any(one.auto_merge for one in story.github.repository(REPOSITORY).pulls)


PENDING, PAUSED, FAILED = EpicStatus.PENDING, EpicStatus.PAUSED, EpicStatus.FAILED
COMPLETED, CANCELLED = EpicStatus.COMPLETED, EpicStatus.CANCELLED
PARTIAL = EpicStatus.PARTIAL_COMPLETED
CHECKS_END = 20.0
AT_LEAST_A_CLAIM = 80.0


def waiting(before: tuple[Act, ...], until: Condition, *after: Act) -> tuple[Step, ...]:
    """Come to a wait, stay there for a while, and do what ends it well."""
    return (Step(before, until, AT_LEAST_A_CLAIM), Step(after, epic_is(COMPLETED)))


def paused(before: tuple[Act, ...], *after: Act, end: EpicStatus = COMPLETED) -> tuple[Step, ...]:
    """Come to a pause, stay there for a while, and do what ends it."""
    return (Step(before, epic_is(PAUSED), AT_LEAST_A_CLAIM), Step(after, epic_is(end)))


APPROVED = settings("merge: {when: approved}\n")
NO_FIXES = settings("fixes: {ci: 0}\n")

STORIES: dict[str, Plan] = {
    "happy": Plan((Step(start(), closed),), whole=True),
    "cancel": Plan(
        (
            Step((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Step((say("cancel"),), epic_is(CANCELLED)),
        ),
        whole=True,
    ),
    "two-tasks": Plan((Step((act("merge_delay", seconds=5), *start(TWO)), closed),)),
    "cursor-v1": Plan((Step(start(TWO), closed),), cursor="v1"),
    "closed-by-a-person": Plan(
        (
            Step((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Step((act("close", number=EPIC, by="ada"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((act("reopen", number=EPIC, by="ada"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "merge-queue": Plan(
        (
            Step((act("rules", merge_queue={"after": 100_000.0}), *start()), queued, 80),
            Step((say("pause"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((act("rules"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "auto-merge": Plan(
        (
            Step(
                (
                    act("change_settings", allow_auto_merge=True),
                    act("rules", other=["required_signatures"]),
                    check(after=30),
                    *start(),
                ),
                auto_merges,
                AT_LEAST_A_CLAIM,
            ),
            Step((say("pause"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "fix-of-a-check": Plan(
        (
            Step(
                (
                    check(fails_while=["widgets.py", "GREY"], after=80, log="AssertionError\n"),
                    writes("GREY\n", "RED\n"),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "fix-of-a-review": Plan(
        (
            Step((role("grace"), APPROVED, writes("GREY\n", "RED\n"), *start()), pulls(1), 80),
            Step(
                (
                    act(
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
            Step((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "conflict": Plan(
        (
            Step(
                (role("grace"), APPROVED, writes("OURS\n", "THEIRS\n", path="README.md"), *start()),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Step((push("main", {"README.md": "THEIRS\n"}),), turns(2), AT_LEAST_A_CLAIM),
            Step((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "behind": Plan(
        (
            Step((role("grace"), APPROVED, act("rules", strict=True), *start()), pulls(1), 80),
            Step((push("main", {"other.md": "other\n"}),), *passes(80)),
            Step((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "red-base-before": Plan(
        (
            Step(
                (
                    check(fails_while=["widgets.py", "BROKEN"], after=1),
                    push("main", {"widgets.py": "BROKEN\n"}),
                ),
                *passes(5),
            ),
            Step(start(), *passes(AT_LEAST_A_CLAIM)),
            Step((push("main", {"widgets.py": "repaired\n"}),), epic_is(COMPLETED)),
        )
    ),
    "red-base-after-a-merge": Plan(
        (
            Step((act("plan"), act("plan", seconds_to_end=300), *start(TWO)), agents(2), 5),
            Step((act("report_check", branch="main", conclusion="failure"),), *passes(400)),
            Step((act("report_check", branch="main", conclusion="success"),), epic_is(COMPLETED)),
        )
    ),
    "epic-branch": Plan(
        (
            Step(
                (
                    role("grace"),
                    settings("base_branch: epic/{number}\n"),
                    act("merge_delay", seconds=5),
                    *start(),
                ),
                pulls(2),
                AT_LEAST_A_CLAIM,
            ),
            Step((approve(3),), epic_is(COMPLETED)),
        )
    ),
    "failed-check": Plan(paused((NO_FIXES, check(fail_first=1), *start()), say("retry 1"))),
    "no-changes": Plan(
        paused((act("plan", no_commits=True), *start(TWO)), say("skip 1"), end=PARTIAL)
    ),
    "agent-errors": Plan(
        (
            Step(
                (
                    act("plan", outcome="ERROR"),
                    act("plan", outcome="EXPIRED", commits=[{"half.md": "half\n"}]),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "no-retries-left": Plan(
        paused(
            (settings("agents: {retries: 0}\n"), act("plan", outcome="ERROR"), *start()),
            say("retry 1"),
        )
    ),
    "manual": Plan(
        waiting((settings("merge: {when: manual}\n"), *start()), pulls(1), say("merge 1"))
    ),
    "approval": Plan(
        waiting(
            (
                role("grace"),
                act("rules", required_approvals=1),
                *start(),
            ),
            pulls(1),
            act("request_review", number=2, people=["grace"], by="ada"),
            approve(2),
        )
    ),
    "workflow-file": Plan(
        waiting(
            (role("grace"), writes("on: push\n", path=".github/workflows/ci.yml"), *start()),
            pulls(1),
            act("ready_for_review", number=2, by="grace"),
            act("merge_pull_request", number=2, by="grace"),
        )
    ),
    "draft": Plan(
        waiting(
            (settings("merge: {undraft: false}\n"), *start()),
            pulls(1),
            act("ready_for_review", number=2, by="ada"),
        )
    ),
    "unknown-rule": Plan(
        (
            Step((act("rules", other=["required_signatures"]), *start()), pulls(1), 80),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "conversation": Plan(
        (
            Step(
                (
                    role("grace"),
                    act("rules", resolved_threads=True),
                    check(after=30),
                    writes("GREY\n"),
                    *start(),
                ),
                pulls(1),
            ),
            Step(
                (
                    act(
                        "review",
                        number=2,
                        event="COMMENT",
                        by="grace",
                        comments=[["widgets.py", 1, "Why grey?"]],
                    ),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Step((act("resolve_threads", number=2, by="grace"),), epic_is(COMPLETED)),
        )
    ),
    "missing-check": Plan(
        (
            Step((check(never_starts=True), *start()), pulls(1), 4000),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "unprotected-base": Plan(
        (
            Step((act("rules", required_checks=[]), check(after=20), *start()), epic_is(COMPLETED)),
        )
    ),
    "cursor-throttles": Plan(
        waiting(
            (
                act(
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
    "github-throttles": Plan(
        (
            Step(
                (
                    act(
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
    "scheduled": Plan(
        (
            Step(open_epic(), *passes(30)),
            Step((say("start at=2026-11-21T11:00Z"),), *passes(1800)),
            Step((), epic_is(COMPLETED)),
        )
    ),
    "wrong-settings": Plan(
        (
            Step((settings("on_failure: contine\n"), *start()), *passes(90)),
            Step((settings("on_failure: continue\n"),), *passes(90)),
            Step((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "wrong-checklist": Plan(
        (
            Step(start("Nothing to do yet.\n"), *passes(90)),
            Step((act("edit_issue", number=EPIC, body=ONE, by="ada"),), *passes(30)),
            Step((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "commands": Plan(
        (
            Step((NEVER, *start(TWO)), agents(1), 30),
            Step(
                (
                    say("add Third thing"),
                    say("set model=gpt-5.2 merge=approved on_failure=continue"),
                    say("status"),
                    say("doctor"),
                    say("cancel", by="mallory"),
                    say("frobnicate"),
                    act("edit_issue", number=EPIC, body=f"Hurry!\n\n{THREE}", by="ada"),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Step((say("skip 2"),), *passes(30)),
            Step((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "pause-after": Plan(
        (
            Step((act("plan", seconds_to_end=60), *start(TWO)), agents(1), 5),
            Step((say("pause after"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((say("resume"),), epic_is(COMPLETED)),
        )
    ),
    "fix-and-restart": Plan(
        (
            Step((role("grace"), APPROVED, writes("GREY\n", "RED\n"), *start()), pulls(1), 80),
            Step((say("fix 1 Make it red."),), turns(2), AT_LEAST_A_CLAIM),
            Step((say("restart 1"),), agents(2), AT_LEAST_A_CLAIM),
            Step((say("merge 1"),), epic_is(COMPLETED)),
        )
    ),
    "continue-after-a-failure": Plan(
        (
            Step(
                (
                    settings("on_failure: continue\n"),
                    act("plan", no_commits=True),
                    *start(TWO),
                ),
                epic_is(PARTIAL),
                AT_LEAST_A_CLAIM,
            ),
            Step((say("start"),), epic_is(COMPLETED)),
        )
    ),
    "stop-at-a-failure": Plan(
        (
            Step(
                (settings("on_failure: stop\n"), act("plan", no_commits=True), *start(TWO)),
                epic_is(FAILED),
                AT_LEAST_A_CLAIM,
            ),
        )
    ),
    "suspended": Plan(
        (
            Step((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Step((act("suspend"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((act("unsuspend"), say("resume")), epic_is(COMPLETED)),
        )
    ),
    "archived": Plan(
        (
            Step((APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Step((act("archive_repository"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((act("unarchive_repository"), say("cancel")), epic_is(CANCELLED)),
        )
    ),
    "unlabelled": Plan(
        (
            Step((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Step(
                (act("unlabel", number=EPIC, name="orchestra", by="ada"),),
                epic_is(PAUSED),
                AT_LEAST_A_CLAIM,
            ),
            Step((say("pause"),), *passes(AT_LEAST_A_CLAIM)),
            Step((say("resume"),), epic_is(COMPLETED)),
        )
    ),
    "lost-launch": Plan(
        (
            Step(
                (act("cursor_fails", kind=LAUNCH, status=0, carried_out=True), *start()),
                epic_is(COMPLETED),
            ),
        )
    ),
    "launch-that-never-was": Plan(
        (Step((act("cursor_fails", kind=LAUNCH, status=0), *start()), epic_is(COMPLETED)),)
    ),
    "refused-launch": Plan(
        paused(
            (
                act(
                    "cursor_fails",
                    kind=LAUNCH,
                    status=403,
                    body={"error": "No access to acme/widgets"},
                ),
                *start(),
            ),
            say("retry 1"),
        )
    ),
    "refused-merge": Plan(
        (
            Step(
                (
                    act(
                        "github_fails",
                        match="PUT .*/merge-async",
                        status=405,
                        body={"message": "Base was modified."},
                        times=2,
                    ),
                    *start(),
                ),
                epic_is(COMPLETED),
            ),
        )
    ),
    "forbidden-merge": Plan(
        paused(
            (
                act(
                    "github_fails",
                    match="PUT .*/merge-async",
                    status=403,
                    body={"message": "Not that one."},
                    times=5,
                ),
                *start(),
            ),
            say("retry 1"),
        )
    ),
    "closed-pull-request": Plan(
        (
            Step((APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Step((act("close", number=2, by="ada"),), epic_is(PAUSED), AT_LEAST_A_CLAIM),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "closing-keyword": Plan(
        (
            Step((role("grace"), APPROVED, *start()), pulls(1), AT_LEAST_A_CLAIM),
            Step(
                (act("edit_issue", number=2, body="Fixes #1", by="ada"), approve(2)),
                epic_is(COMPLETED),
            ),
        )
    ),
    "reopened": Plan(
        (
            Step((NEVER, *start()), agents(1), 5),
            Step((act("close", number=EPIC, by="orchestra[bot]"),), *passes(AT_LEAST_A_CLAIM)),
            Step((say("cancel"),), epic_is(CANCELLED)),
        )
    ),
    "edit-that-is-not-used": Plan(
        (
            Step((role("tess", "triage"), NEVER, *start(TWO)), agents(1), 5),
            Step(
                (act("edit_issue", number=EPIC, body="Nothing left.\n", by="tess"),),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Step((say("restart 1"),), epic_is(COMPLETED)),
        )
    ),
    "deleted-comments": Plan(
        (
            Step((NEVER, *start()), agents(1), AT_LEAST_A_CLAIM),
            Step((act("delete_comments", number=EPIC, by="ada"),), *passes(AT_LEAST_A_CLAIM)),
            Step((say("restart 1"),), epic_is(COMPLETED)),
        )
    ),
    "lost-agent": Plan(
        (
            Step((NEVER, *start()), agents(1), 5),
            Step(
                (
                    act(
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
    "unreadable-base": Plan(
        (
            Step((act("plan"), act("plan", seconds_to_end=120), *start(TWO)), agents(2), 5),
            Step(
                (
                    act(
                        "github_fails",
                        match="BaseBranch",
                        status=403,
                        body={"message": "Resource not accessible by integration"},
                        times=2,
                    ),
                    act("github_fails", match="POST .*/reactions", status=422, times=2),
                    act("report_check", branch="main", conclusion="failure"),
                    say("status"),
                ),
                *passes(5),
            ),
            Step((act("report_check", branch="main", conclusion="success"),), epic_is(COMPLETED)),
        )
    ),
    "unreadable-permission": Plan(
        (
            Step(open_epic(), *passes(5)),
            Step(
                (act("github_fails", match="/permission", status=502, times=3), say("start")),
                epic_is(COMPLETED),
            ),
        )
    ),
    "refused-follow-up": Plan(
        (
            Step(
                (
                    check(fails_while=["widgets.py", "GREY"], after=5),
                    writes("GREY\n", "RED\n"),
                    act(
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
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "refused-pull-request": Plan(
        (
            Step(
                (
                    act("plan", no_pull_request=True),
                    act(
                        "github_fails",
                        match="POST .*/pulls$",
                        status=422,
                        body={"message": "Validation Failed"},
                    ),
                    *start(),
                ),
                epic_is(PAUSED),
                AT_LEAST_A_CLAIM,
            ),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "refused-update": Plan(
        (
            Step((role("grace"), APPROVED, act("rules", strict=True), *start()), pulls(1), 80),
            Step(
                (
                    act(
                        "github_fails",
                        match="update-branch",
                        status=403,
                        body={"message": "Not that branch."},
                    ),
                    push("main", {"other.md": "other\n"}),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "never-up-to-date": Plan(
        (
            Step(
                (
                    role("grace"),
                    settings("merge: {when: approved, up_to_date: off}\n"),
                    act("rules", strict=True),
                    *start(),
                ),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Step((push("main", {"other.md": "other\n"}), approve(2)), *passes(700)),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "unreadable-rules": Plan(
        (
            Step(
                (
                    role("grace"),
                    act("rules", resolved_threads=True, is_classic=True),
                    check(after=30),
                    writes("GREY\n"),
                    *start(),
                ),
                pulls(1),
            ),
            Step(
                (
                    act(
                        "review",
                        number=2,
                        event="COMMENT",
                        by="grace",
                        comments=[["widgets.py", 1, "Why grey?"]],
                    ),
                ),
                *passes(AT_LEAST_A_CLAIM),
            ),
            Step((act("resolve_threads", number=2, by="grace"),), epic_is(COMPLETED)),
        )
    ),
    "unanswered-review": Plan(
        (
            Step(
                (
                    role("grace"),
                    APPROVED,
                    act("plan", follow_ups=[{"no_commits": True}]),
                    *start(),
                ),
                pulls(1),
                AT_LEAST_A_CLAIM,
            ),
            Step(
                (act("review", number=2, event="REQUEST_CHANGES", body="No.", by="grace"),),
                turns(2),
                AT_LEAST_A_CLAIM,
            ),
            Step((approve(2),), epic_is(COMPLETED)),
        )
    ),
    "slow-checks": Plan(
        (
            Step(
                (
                    NO_FIXES,
                    act(
                        "checks",
                        test={"conclusion": "failure", "after": 5},
                        lint={"after": 200},
                    ),
                    *start(),
                ),
                epic_is(PAUSED),
            ),
            Step((say("skip 1"),), epic_is(PARTIAL)),
        )
    ),
    "two-epics": Plan(
        (
            Step(
                (
                    act("merge_delay", seconds=30),
                    *start(),
                    act("open_issue", title="Gadgets", body="- [ ] Another\n", by="ada"),
                    act("label", number=2, name="orchestra", by="ada"),
                    act("comment", number=2, body="/orchestra start", by="ada"),
                ),
                lambda story: closed(story) and story.github.issue(REPOSITORY, 2).state == "closed",
            ),
        )
    ),
}
