"""Merges, by us or by GitHub itself, and the branches they go into."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.clients.errors import NotFound, PermanentError
from bot.core import events
from bot.core.effects import (
    CancelMerge,
    CreateBaseBranch,
    EnableAutoMerge,
    FetchMerge,
    MergePullRequest,
    OpenRevert,
)
from bot.core.model.identifiers import CommitSha
from bot.core.model.observations import PullRequestSnapshot
from bot.core.model.pull_request import PullRequest
from jobs.engine.interfaces import CheckAgain, NotApplied
from jobs.handlers.handler import SECOND_CHECK
from jobs.handlers.registry import HANDLERS
from sandbox.github import BranchRules, MergeQueue
from tests.jobs.executing import World
from tests.jobs.fakes import REPOSITORY, START


def merge_of(pull: PullRequestSnapshot) -> MergePullRequest:
    return MergePullRequest(
        task=2,
        number=pull.number,
        head=pull.head_sha,
        method="squash",
        title="Second",
        message="Refs #1",
        attempt=1,
        fetched_at=START,
    )


def auto_merge_of(pull: PullRequestSnapshot) -> EnableAutoMerge:
    return EnableAutoMerge(
        task=2,
        number=pull.number,
        node_id=pull.node_id,
        head=pull.head_sha,
        method="squash",
        title="Second",
        message="Refs #1",
        attempt=1,
        fetched_at=START,
    )


def call_off(pull: PullRequestSnapshot) -> CancelMerge:
    return CancelMerge(
        number=pull.number,
        node_id=pull.node_id,
        is_queued=pull.queue_position is not None,
        auto_merge=pull.auto_merge,
    )


def test_a_merge_that_is_recognised_is_not_asked_for_again(world: World) -> None:
    pull = world.open_pull()
    effect = merge_of(pull)
    assert world.already_applied(effect) == NotApplied()
    pending = world.perform(effect)
    assert isinstance(pending, events.MergePending)
    fetch = FetchMerge(task=2, number=pull.number, head=pull.head_sha, uuid=pending.uuid)
    assert world.perform(fetch) == pending
    world.pass_time(1)
    merged = world.perform(fetch)
    assert isinstance(merged, events.Merged)
    assert world.already_applied(effect) == merged


def test_a_queued_pull_request_is_reported_as_such(world: World) -> None:
    world.github.set_rules(REPOSITORY, "main", BranchRules(merge_queue=MergeQueue(after=60)))
    pull = world.open_pull()
    effect = merge_of(pull)
    pending = world.perform(effect)
    assert isinstance(pending, events.MergePending)
    world.pass_time(1)
    fetch = FetchMerge(task=2, number=pull.number, head=pull.head_sha, uuid=pending.uuid)
    queued = events.Enqueued(task=2)
    assert (world.perform(fetch), world.already_applied(effect)) == (queued, queued)
    assert world.already_applied(auto_merge_of(pull)) == queued
    world.perform(call_off(world.fetch(pull.number)))
    assert world.fetch(pull.number).queue_position is None
    assert world.already_applied(effect) == NotApplied()


def test_auto_merge_is_set_once_and_cancelled(world: World) -> None:
    world.github.change_settings(REPOSITORY, allow_auto_merge=True)
    world.github.set_rules(REPOSITORY, "main", BranchRules(required_approvals=1))
    pull = world.open_pull()
    effect = auto_merge_of(pull)
    assert world.already_applied(effect) == NotApplied()
    assert world.perform(effect) == world.already_applied(effect) == events.AutoMergeSet(task=2)
    world.perform(call_off(world.fetch(pull.number)))
    assert not world.fetch(pull.number).auto_merge


def test_what_auto_merge_does_not_wait_for_is_evaluated_again(world: World) -> None:
    world.github.change_settings(REPOSITORY, allow_auto_merge=True)
    pull = world.open_pull()
    assert world.perform(auto_merge_of(pull)) == events.MergeRefused(
        task=2, head=pull.head_sha, auto_merge=True
    )


def test_auto_merge_that_is_not_allowed(world: World) -> None:
    world.github.set_rules(REPOSITORY, "main", BranchRules(required_approvals=1))
    refused = world.perform(auto_merge_of(world.open_pull()))
    assert isinstance(refused, events.MergeRefused)
    assert not refused.needs_person


@pytest.mark.parametrize(
    ("reason", "needs_person"), [("the `workflows` permission", True), ("no", False)]
)
def test_a_person_is_needed_for_workflow_files(reason: str, needs_person: bool) -> None:
    effect = FetchMerge(task=2, number=7, head=CommitSha("a"), uuid="u")
    told = HANDLERS[FetchMerge].refused(effect, PermanentError("GitHub", reason))
    assert isinstance(told, events.MergeRefused)
    assert told.needs_person is needs_person


def test_the_base_branch_is_made_once_wherever_it_stands(world: World) -> None:
    effect = CreateBaseBranch(branch="epic/1", source="main")
    git = world.github.repository(REPOSITORY).git
    before = git.head("main")
    assert world.perform(effect) == events.BaseReady()
    world.commit("main", "b.txt")
    assert world.perform_again(effect) == events.BaseReady()
    assert git.head("epic/1") == before != git.head("main")


def test_a_base_branch_that_cannot_be_made(world: World) -> None:
    effect = CreateBaseBranch(branch="epic/1", source="nowhere")
    with pytest.raises(NotFound) as refusal:
        world.perform(effect)
    told = HANDLERS[CreateBaseBranch].refused(effect, refusal.value)
    assert told == events.BaseReady(reason="there is no branch nowhere")


def test_a_revert_is_opened_once(world: World) -> None:
    pull = world.open_pull()
    world.github.merge_pull_request(REPOSITORY, pull.number, by="alice")
    effect = OpenRevert(
        task=2,
        number=pull.number,
        node_id=pull.node_id,
        head_branch=pull.head_branch,
        title="Ask @acme/all, fixes #7",
    )
    assert world.already_applied(effect) == NotApplied()
    opened = world.perform(effect)
    assert world.fetch(opened.number).title == (
        f"Revert “Ask @\u200bacme/all, fixes #\u200b7” (#{pull.number})"
    )
    assert world.perform_again(effect) == opened


def test_a_revert_is_missing_only_at_a_second_check(world: World) -> None:
    pull = world.open_pull()
    effect = OpenRevert(task=2, number=pull.number, node_id="x", head_branch="y", title="Revert")
    at_once = world.context().now - world.context().now
    assert world.already_applied(effect, since=at_once) == CheckAgain(SECOND_CHECK)


@pytest.mark.parametrize(
    ("seconds_old", "stirred", "sent"),
    [
        (0, None, True),
        (14, None, True),
        (15, None, False),
        (600, None, False),
        (5, 6, True),
        (5, 5, True),
        (5, 4, False),
        (None, None, False),
    ],
)
@pytest.mark.parametrize("automatic", [False, True])
def test_a_merge_rests_on_a_fetch_of_just_now(
    world: World, seconds_old: int | None, stirred: int | None, sent: bool, automatic: bool
) -> None:
    def ago(seconds: int | None) -> datetime | None:
        return None if seconds is None else START - timedelta(seconds=seconds)

    world.github.change_settings(REPOSITORY, allow_auto_merge=True)
    pull = world.open_pull()
    request = PullRequest(
        number=pull.number, url="", head_sha=pull.head_sha, stirred_at=ago(stirred)
    )
    world.put_task(pull_request=request)
    effect = replace(
        auto_merge_of(pull) if automatic else merge_of(pull), fetched_at=ago(seconds_old)
    )
    event = world.perform(effect)
    assert (event != events.MergeOutdated(task=2, head=pull.head_sha)) is sent
    assert bool(world.github.repository(REPOSITORY).merge_requests) is (sent and not automatic)


def test_a_merge_carries_the_base_that_it_went_into(world: World) -> None:
    world.commit("production", "live.txt")
    pull = world.open_pull()
    pending = world.perform(merge_of(pull))
    world.github.retarget(REPOSITORY, pull.number, "production", by="alice")
    world.pass_time(1)
    fetch = FetchMerge(task=2, number=pull.number, head=pull.head_sha, uuid=pending.uuid)
    assert world.perform(fetch).base == "production"
    assert world.already_applied(merge_of(pull)).base == "production"  # type: ignore[union-attr] # it is merged
