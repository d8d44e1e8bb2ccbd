"""What is known of the base, when it is asked about, and what holds launches."""

from dataclasses import replace
from typing import Any

import pytest

from bot.core import effects, events
from bot.core.model.epic import Epic
from bot.core.model.identifiers import CommitSha, EpicStatus, TaskStatus
from bot.core.model.known_base import KnownBase
from bot.core.model.observations import BaseBranch, BranchRules
from bot.core.model.reasons import PauseKind
from bot.core.model.task import Task
from bot.core.transitions.dispatch import Decision
from tests.core.transitions.scenes import NEXT, NOW, after, command, epic, kinds, later, seen, task

MERGE, OTHER, THIRD = CommitSha("d" * 40), CommitSha("e" * 40), CommitSha("f" * 40)
DONE = task(TaskStatus.COMPLETED, merge_sha=MERGE, ended_at=later(-60))
SECOND = replace(task(), number=2, pull_request_number=11)


def one_merged(known: KnownBase | None = None, second: Task = SECOND, **facts: Any) -> Epic:
    """Task 1 is merged, task 2 under way."""
    return epic(tasks=(DONE, second), known_base=known or KnownBase(head=MERGE), **facts)


def pushed(before: CommitSha, head: CommitSha, *, forced: bool = False) -> events.BaseChanged:
    return events.BaseChanged(branch="main", moved=True, before=before, after=head, forced=forced)


def fetched(*, is_lost: bool, merge: CommitSha | None = MERGE) -> events.BaseFetched:
    return events.BaseFetched(
        branch="main",
        base=BaseBranch(sha=OTHER),
        rules=BranchRules(),
        merge=merge,
        is_lost=is_lost,
    )


def asks(decision: Decision) -> list[CommitSha | None]:
    """The merges that are looked for in the base's history."""
    effect = [one.effect for one in decision.emitted]
    return [one.merge for one in effect if isinstance(one, effects.FetchBase)]


def test_our_own_merge_is_the_head_and_nothing_is_asked_at_the_next_launch() -> None:
    before = epic(task(TaskStatus.MERGING))
    decision = after(before, events.Merged(task=1, number=10, sha=MERGE, base="main"))
    assert decision.epic.known_base == KnownBase(head=MERGE)
    assert "LaunchAgent" in kinds(decision)
    assert asks(decision) == []


@pytest.mark.parametrize(
    ("push", "head", "asked"),
    [
        (pushed(MERGE, OTHER), OTHER, []),
        (pushed(OTHER, MERGE), MERGE, []),
        (pushed(MERGE, OTHER, forced=True), MERGE, [MERGE]),
        (pushed(OTHER, THIRD), MERGE, [MERGE]),
        (events.BaseChanged(branch="main", moved=True), MERGE, []),
        (replace(pushed(OTHER, THIRD), branch="other"), MERGE, []),
    ],
    ids=["forward", "our own", "forced", "from elsewhere", "earlier version", "another branch"],
)
def test_only_a_push_that_may_have_lost_the_merge_is_asked_about(
    push: events.BaseChanged, head: CommitSha, asked: list[CommitSha]
) -> None:
    decision = after(one_merged(), push)
    assert (decision.epic.known_base.head, asks(decision)) == (head, asked)
    assert decision.epic.known_base.in_doubt is bool(asked)


def test_without_a_merge_there_is_nothing_to_lose() -> None:
    decision = after(epic(), pushed(OTHER, THIRD, forced=True))
    assert (decision.epic.known_base, asks(decision)) == (KnownBase(head=THIRD), [])


def test_doubt_holds_launches_and_is_asked_about_again() -> None:
    waiting = Task(number=2, position=1, title="two")
    before = one_merged(KnownBase(head=MERGE, in_doubt=True), waiting)
    decision = after(before, events.TimePassed())
    assert (kinds(decision), asks(decision)) == (["FetchBase"], [MERGE])
    assert decision.epic.due_at is not None
    released = after(decision.epic, fetched(is_lost=False))
    assert released.epic.known_base == KnownBase(head=OTHER)
    assert kinds(released) == ["LaunchAgent"]


@pytest.mark.parametrize("event", [fetched(is_lost=True), None], ids=["base", "pull request"])
def test_a_lost_merge_pauses_the_epic_once(event: events.Event | None) -> None:
    lost = event or replace(seen(task_number=2, number=11), merge=MERGE, is_lost=True)
    decision = after(one_merged(settings={"grace": 0}), lost)
    pause = decision.epic.pause
    assert pause is not None
    assert (pause.kind, pause.branch, pause.sha, pause.task) == (
        PauseKind.BASE_REWRITTEN,
        "main",
        MERGE,
        1,
    )
    assert "MergePullRequest" not in kinds(decision)
    # Whoever resumes has accepted it.
    resumed = after(decision.epic, command("resume"), replace(seen(task_number=2, number=11)))
    assert resumed.epic.status is EpicStatus.ACTIVE
    assert "MergePullRequest" in kinds(resumed)


@pytest.mark.parametrize("merge", [None, THIRD])
def test_an_answer_about_another_merge_says_nothing(merge: CommitSha | None) -> None:
    decision = after(one_merged(), fetched(is_lost=True, merge=merge))
    assert decision.epic.status is EpicStatus.ACTIVE
    assert decision.epic.known_base == KnownBase(head=MERGE)


def test_a_base_that_github_does_not_show_holds_nothing_for_ever() -> None:
    before = one_merged(KnownBase(head=MERGE, in_doubt=True))
    refused = events.BaseFetchRefused(branch="main", reason="no")
    assert not after(before, refused).epic.known_base.in_doubt


@pytest.mark.parametrize(("head", "asked"), [(MERGE, []), (NEXT, []), (OTHER, [MERGE])])
def test_resume_asks_about_a_head_that_is_not_known(head: CommitSha, asked: list[Any]) -> None:
    before = one_merged(KnownBase(head=NEXT), status=EpicStatus.PAUSED)
    enrichment = {"base": BaseBranch(sha=head), "base_rules": BranchRules()}
    decision = after(before, command("resume", **enrichment), now=NOW)
    assert asks(decision)[:1] == asked
