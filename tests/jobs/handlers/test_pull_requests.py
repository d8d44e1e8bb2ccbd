"""Pull requests changed, brought up to date, reviewed again and closed."""

import pytest

from bot.clients.errors import PermanentError
from bot.core import events
from bot.core.effects import (
    ClosePullRequest,
    EditPullRequestBody,
    MarkReady,
    ReplyToThread,
    RequestReview,
    UpdateBranch,
)
from bot.core.model.identifiers import CommitSha, Login
from jobs.engine.interfaces import NotApplied
from jobs.handlers.registry import HANDLERS
from tests.jobs.executing import World
from tests.jobs.fakes import REPOSITORY


def test_the_text_as_it_then_is_loses_its_closing_keywords(world: World) -> None:
    number = world.open_pull().number
    issue = world.context().epic.issue_number
    effect = EditPullRequestBody(task=2, number=number)
    world.context().github.set_pull_request_body(number, f"By hand. Fixes #{issue}")
    assert world.perform(effect) == events.PullRequestChanged(task=2)
    assert world.fetch(number).body == f"By hand. Refs #{issue}"
    world.context().github.set_pull_request_body(number, "Written anew")
    assert world.perform_again(effect) == events.PullRequestChanged(task=2)
    assert world.fetch(number).body == "Written anew"


def test_a_branch_is_brought_up_to_date_once(world: World) -> None:
    pull = world.open_pull()
    base = world.commit("main", "b.txt")
    effect = UpdateBranch(task=2, number=pull.number, head=pull.head_sha)
    assert world.perform(effect) == events.BranchUpdated(task=2)
    world.pass_time(5)
    updated = world.fetch(pull.number).head_sha
    assert world.context().github.contains(base, updated)
    # The head has moved: it is to be looked at again.
    assert world.perform_again(effect) == events.BranchUpdated(task=2)
    world.pass_time(5)
    assert world.fetch(pull.number).head_sha == updated


def test_a_conflict_is_told_of(world: World) -> None:
    pull = world.open_pull("a.txt", "ours\n")
    world.commit("main", "a.txt", "theirs\n")
    refused = world.perform(UpdateBranch(task=2, number=pull.number, head=pull.head_sha))
    assert isinstance(refused, events.UpdateRefused)
    assert (refused.head, refused.conflict) == (pull.head_sha, True)


def test_a_refused_update_is_no_conflict() -> None:
    effect = UpdateBranch(task=2, number=7, head=CommitSha("a"))
    told = HANDLERS[UpdateBranch].refused(effect, PermanentError("GitHub", "no"))
    assert told == events.UpdateRefused(task=2, head=CommitSha("a"), reason="no", conflict=False)


@pytest.mark.parametrize(
    "effect",
    [MarkReady(task=2, number=7, node_id="x"), EditPullRequestBody(task=2, number=7)],
)
def test_a_refused_change_is_told_to_the_task(effect: MarkReady | EditPullRequestBody) -> None:
    told = HANDLERS[type(effect)].refused(effect, PermanentError("GitHub", "no"))
    assert told == events.PullRequestRefused(task=2, reason="no")


def test_a_thread_is_answered_once(world: World) -> None:
    pull = world.open_pull()
    world.github.review(
        REPOSITORY,
        pull.number,
        "REQUEST_CHANGES",
        by="alice",
        comments=[("a.txt", 1, "Why?"), ("a.txt", 1, "And this?")],
    )
    [text] = world.context().github.review_texts(pull.number)
    first, second = (thread.comments[0].id for thread in text.threads)
    effect = ReplyToThread(number=pull.number, comment_id=first, head=pull.head_sha)
    other = ReplyToThread(number=pull.number, comment_id=second, head=pull.head_sha)
    assert world.already_applied(effect) == NotApplied()
    world.perform(effect)
    assert world.perform_again(effect) is None
    assert world.already_applied(other) == NotApplied()
    threads = world.github.pull(REPOSITORY, pull.number).threads
    [reply] = [one.body for thread in threads for one in thread.comments[1:]]
    assert f"Addressed in {pull.head_sha}." in reply


def test_a_reply_of_anybody_else_is_not_ours(world: World) -> None:
    pull = world.open_pull()
    world.github.review(
        REPOSITORY, pull.number, "REQUEST_CHANGES", by="alice", comments=[("a.txt", 1, "Why?")]
    )
    [text] = world.context().github.review_texts(pull.number)
    comment_id = text.threads[0].comments[0].id
    effect = ReplyToThread(number=pull.number, comment_id=comment_id, head=pull.head_sha)
    world.perform(effect)
    [thread] = world.github.pull(REPOSITORY, pull.number).threads
    ours = thread.comments[1].body
    other = ReplyToThread(number=pull.number, comment_id=comment_id, head=CommitSha("b" * 40))
    world.github.reply(REPOSITORY, comment_id, ours.replace(pull.head_sha, other.head), by="alice")
    assert world.already_applied(other) == NotApplied()


def test_a_review_is_asked_for_and_a_pull_request_closed(world: World) -> None:
    pull = world.open_pull()
    world.github.set_permission(REPOSITORY, "bob", "write")
    ask = RequestReview(number=pull.number, login=Login("bob"), head=pull.head_sha)
    close = ClosePullRequest(number=pull.number)
    for effect in (ask, close):
        world.perform(effect)
        world.perform_again(effect)
    seen = world.fetch(pull.number)
    assert (seen.requested_reviewers, seen.is_open) == (("bob",), False)
