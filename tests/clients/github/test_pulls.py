"""Reviews, updates, reverts, auto-merge and the queue, and what a look brings home."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from bot.clients.errors import NotFound, PermanentError
from bot.clients.github import (
    AutoMergeEnabled,
    MergeDirectly,
    MergeRefused,
    RepositoryClient,
    UpdateRefused,
    UpdateStarted,
)
from bot.clients.github.auto_merge import AutoMergeAnswer
from bot.core.model.identifiers import CommitSha, Login
from bot.core.model.observations import (
    Review,
    ReviewState,
    ReviewText,
    ReviewThread,
    ThreadComment,
)
from sandbox.github import GitHub
from tests.clients.github.conftest import elsewhere, pull_request

PULL = "https://api.github.com/repos/acme/widgets/pulls/7"
GRAPHQL = "https://api.github.com/graphql"
HEAD = CommitSha("1" * 40)
ADA_LOGIN = Login("ada")
ADA = {"__typename": "User", "login": "ada"}
BOT = {"__typename": "Bot", "login": "helper"}


@pytest.fixture
def online(github: GitHub) -> Iterator[RepositoryClient]:
    with elsewhere(github, "https://api.github.com") as repository:
        yield repository


def answers(*bodies: Any) -> respx.Route:
    """What GraphQL answers, one after another."""
    return respx.post(GRAPHQL).mock(side_effect=[httpx.Response(200, json=body) for body in bodies])


def shown(errors: Any = None, **pull: Any) -> dict[str, Any]:
    data = {"repository": {"pullRequest": pull_request(**pull)}}
    return {"data": data, "errors": errors} if errors else {"data": data}


def refused(message: str, kind: str = "UNPROCESSABLE") -> dict[str, Any]:
    return {"data": {}, "errors": [{"type": kind, "message": message}]}


def epic_view(**now: Any) -> dict[str, Any]:
    node = {"state": "OPEN", "isInMergeQueue": False, "autoMergeRequest": None, **now}
    return {"data": {"node": node}}


def test_a_look_brings_home_reviews_queue_and_files(online: RepositoryClient) -> None:
    reviews = [
        {
            "fullDatabaseId": str(number),
            "state": state,
            "submittedAt": "2026-11-21T10:00:00Z",
            "author": author,
            "commit": commit,
        }
        for number, state, author, commit in [
            (3_000_000_000, "APPROVED", ADA, {"oid": HEAD}),
            (2, "CHANGES_REQUESTED", BOT, None),
            (3, "COMMENTED", ADA, None),
        ]
    ]
    asked = [ADA, {"__typename": "Team", "slug": "core"}, None]
    answers(
        shown(
            author=ADA,
            mergeStateStatus="BLOCKED",
            headRef=None,
            mergeQueueEntry={"position": 2},
            autoMergeRequest={"enabledAt": "2026-11-21T10:00:00Z"},
            files={
                "nodes": [
                    {"path": "a.py", "changeType": "MODIFIED"},
                    {"path": "b.py", "changeType": "MODIFIED"},
                ]
            },
            latestOpinionatedReviews={"nodes": reviews},
            reviewRequests={"nodes": [{"requestedReviewer": one} for one in asked]},
            reviewThreads={"nodes": [{"isResolved": done} for done in (True, False, False)]},
        )
    )
    seen = online.pull_request(7)
    at = datetime(2026, 11, 21, 10, tzinfo=UTC)
    assert [(one.by, one.state, one.sha, one.is_bot) for one in seen.reviews] == [
        ("ada", ReviewState.APPROVED, HEAD, False),
        ("helper[bot]", ReviewState.CHANGES_REQUESTED, "", True),
    ]
    assert isinstance(seen.reviews[0], Review)
    assert (seen.reviews[0].id, seen.reviews[0].submitted_at) == (3_000_000_000, at)
    assert seen.requested_reviewers == ("ada", "core")
    assert (seen.author, seen.merge_state, seen.head_branch_exists) == ("ada", "blocked", False)
    assert (seen.queue_position, seen.auto_merge, seen.unresolved_threads) == (2, True, 2)
    assert seen.files == ("a.py", "b.py")


def test_a_field_we_may_not_read_hides_no_other(online: RepositoryClient) -> None:
    path = ["repository", "pullRequest", "commits", "nodes", 0, "checkSuite", "workflowRun"]
    error = {"type": "FORBIDDEN", "message": "Resource not accessible", "path": path}
    answers(shown([error]), shown([{**error, "path": ["repository", "pullRequest"]}]))
    assert online.pull_request(7).number == 7
    with pytest.raises(PermanentError, match="not accessible"):
        online.pull_request(7)


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (202, "Updating pull request branch.", UpdateStarted()),
        (422, "There are no new commits on the base branch.", UpdateStarted()),
        (
            422,
            "expected head sha didn't match current head ref.",
            UpdateRefused("expected head sha didn't match current head ref.", head_moved=True),
        ),
        (
            422,
            "expected_head_sha did not match",
            UpdateRefused("expected_head_sha did not match", head_moved=True),
        ),
        (
            422,
            "merge conflict between base and head",
            UpdateRefused("merge conflict between base and head", conflict=True),
        ),
        (403, "Resource not accessible", UpdateRefused("Resource not accessible")),
    ],
)
def test_a_branch_is_brought_up_to_date(
    online: RepositoryClient, status: int, message: str, expected: object
) -> None:
    route = respx.put(f"{PULL}/update-branch").respond(status, json={"message": message})
    assert online.update_branch(7, HEAD) == expected
    assert route.calls.last.request.content == b'{"expected_head_sha":"%b"}' % HEAD.encode()


def test_a_review_is_asked_for(online: RepositoryClient) -> None:
    route = respx.post(f"{PULL}/requested_reviewers").respond(201, json={})
    online.request_review(7, "ada")
    assert route.calls.last.request.content == b'{"reviewers":["ada"]}'


def test_a_thread_is_replied_to(online: RepositoryClient) -> None:
    respx.post(f"{PULL}/comments/11/replies").respond(201, json={"id": 12})
    assert online.reply_to_thread(7, 11, "Done in 1111111.") == 12


def test_a_revert_is_a_pull_request(online: RepositoryClient) -> None:
    made = {"revertPullRequest": {"revertPullRequest": {"number": 8}}}
    answers({"data": made}, refused("Could not be reverted."))
    assert online.revert_pull_request("PR_7", "Revert", "It broke main.") == 8
    with pytest.raises(PermanentError, match="Could not be reverted"):
        online.revert_pull_request("PR_7", "Revert", "")


@pytest.mark.parametrize(
    ("bodies", "expected"),
    [
        ([{"data": {"enablePullRequestAutoMerge": {}}}], AutoMergeEnabled()),
        ([refused("Pull request Pull request is in clean status")], MergeDirectly()),
        ([refused("Pull request is in unstable status")], MergeDirectly()),
        (
            [refused("Protected branch rules not configured for this branch")],
            MergeDirectly(),
        ),
        (
            [refused("Already enabled"), epic_view(autoMergeRequest={"enabledAt": "x"})],
            AutoMergeEnabled(),
        ),
        (
            [refused("Auto merge is not allowed for this repository"), epic_view()],
            MergeRefused("Auto merge is not allowed for this repository"),
        ),
        ([refused("Head sha did not match")], MergeRefused("Head sha did not match")),
    ],
)
def test_auto_merge_is_asked_for(
    online: RepositoryClient, bodies: list[Any], expected: AutoMergeAnswer
) -> None:
    route = answers(*bodies)
    assert (
        online.enable_auto_merge(
            "PR_7", head=HEAD, method="squash", title="First thing (#7)", message="Task 1 of #1"
        )
        == expected
    )
    assert len(route.calls) == len(bodies)


@pytest.mark.parametrize(
    ("act", "still"),
    [
        (RepositoryClient.dequeue, {"isInMergeQueue": True}),
        (RepositoryClient.disable_auto_merge, {"autoMergeRequest": {"enabledAt": "x"}}),
    ],
)
def test_a_refused_undo_counts_while_it_stands(
    online: RepositoryClient, act: Any, still: dict[str, Any]
) -> None:
    answers({"data": {}}, refused("Failed"), epic_view(), refused("Failed"), epic_view(**still))
    act(online, "PR_7")
    act(online, "PR_7")
    with pytest.raises(PermanentError, match="Failed"):
        act(online, "PR_7")


def comment(number: int, review: int, body: str = "why?", writer: bool = True) -> dict[str, Any]:
    written_with = {"fullDatabaseId": str(review), "authorCanPushToRepository": writer}
    identity = {"fullDatabaseId": str(number), "body": body, "author": ADA}
    return {**identity, "pullRequestReview": written_with}


def thread(*comments: dict[str, Any], **changes: Any) -> dict[str, Any]:
    shown = {"path": "a.py", "line": 3, "isResolved": False, "isOutdated": False}
    return {**shown, "comments": {"nodes": list(comments)}, **changes}


def test_what_reviewers_ask_for(online: RepositoryClient) -> None:
    reviews = [
        {"fullDatabaseId": "5", "state": "CHANGES_REQUESTED", "body": "Not yet", "author": ADA},
        {"fullDatabaseId": "6", "state": "APPROVED", "body": "Fine", "author": BOT},
    ]
    threads = [
        thread(comment(11, 5), comment(12, 8, "me too", writer=False), comment(13, 9, "yes")),
        thread(comment(14, 5), isResolved=True),
        thread(comment(15, 6)),
        thread(),
    ]
    pull = {"latestOpinionatedReviews": {"nodes": reviews}, "reviewThreads": {"nodes": threads}}
    answers(
        {"data": {"repository": {"pullRequest": pull}}},
        {"data": {"repository": {"pullRequest": None}}},
    )
    said = (
        ThreadComment(id=11, by=ADA_LOGIN, body="why?"),
        ThreadComment(id=13, by=ADA_LOGIN, body="yes"),
    )
    found = ReviewThread(path="a.py", line=3, comments=said)
    assert online.review_texts(7) == (
        ReviewText(review_id=5, by=ADA_LOGIN, body="Not yet", threads=(found,)),
    )
    with pytest.raises(NotFound):
        online.review_texts(7)
