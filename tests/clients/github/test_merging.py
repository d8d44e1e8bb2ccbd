from collections.abc import Iterator
from dataclasses import replace

import pytest
import respx

from bot.clients.github import (
    Enqueued,
    MergeAnswer,
    MergedAt,
    MergePending,
    MergeRefused,
    RepositoryClient,
    is_workflow_refusal,
)
from bot.core.model.identifiers import CommitSha, RepositoryName
from sandbox.github import BranchRules as Rules
from tests.clients.github.conftest import World, connected, elsewhere, pull_request

ASYNC_ROUTE = "/repos/{owner}/{repo}/pulls/{pull_number}/merge-async"
PULL_URL = "https://api.github.com/repos/acme/widgets/pulls/7"
NOBODY = CommitSha("0" * 40)


def merge(world: World, number: int, head: CommitSha | None = None) -> object:
    head = head or world.repository.pull_request(number).head_sha
    return world.repository.merge(
        number, head=head, method="squash", title="Task 1", message="Refs #1"
    )


def test_a_merge_in_the_background(world: World) -> None:
    number = world.open_pull()
    pending = merge(world, number)
    assert isinstance(pending, MergePending)
    assert merge(world, number) == pending
    assert world.repository.merge_result(number, pending.uuid) == pending
    world.pass_time(1)
    git = world.github.repository(world.name).git
    done = MergedAt(CommitSha(git.head("main") or ""))
    assert world.repository.merge_result(number, pending.uuid) == done
    assert merge(world, number) == done
    assert git.commit(done.sha).message.splitlines()[0] == "Task 1"


def test_a_merge_that_fails_in_the_background(world: World) -> None:
    number = world.open_pull()
    world.github.repository(world.name).rules["main"] = Rules(required_checks=["build"])
    pending = merge(world, number)
    assert isinstance(pending, MergePending)
    world.pass_time(1)
    refused = world.repository.merge_result(number, pending.uuid)
    assert isinstance(refused, MergeRefused)
    assert "rule violations" in refused.reason


def test_a_head_that_moves_under_a_merge(world: World) -> None:
    number = world.open_pull()
    pending = merge(world, number)
    assert isinstance(pending, MergePending)
    world.github.commit_files(world.name, "topic/a.txt", {"b.txt": "b"}, "More", "alice")
    world.pass_time(1)
    refused = world.repository.merge_result(number, pending.uuid)
    assert isinstance(refused, MergeRefused)
    assert "Head branch was modified" in refused.reason


def test_a_draft_and_a_closed_one_are_refused(world: World) -> None:
    draft, closed = world.open_pull(draft=True), world.open_pull(path="b.txt")
    world.github.close(world.name, closed, by="alice")
    assert merge(world, draft) == MergeRefused("Pull request is still a draft.")
    assert merge(world, closed) == MergeRefused("Pull request is closed.")


def test_a_merge_that_github_has_forgotten(world: World) -> None:
    refused = world.repository.merge_result(world.open_pull(), "no-such-merge")
    assert isinstance(refused, MergeRefused)


@pytest.fixture
def enterprise(world: World, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The same on a server that has no asynchronous merge."""
    monkeypatch.setattr(world.github, "has_merge_async", False)
    installation = world.github.installation_of(world.github.repository(world.name))
    assert installation is not None
    with connected(world.github, url) as app:
        repository = app.repository(installation.id, RepositoryName.parse(world.name))
        yield replace(world, repository=repository)


def test_without_the_asynchronous_merge_the_other_is_used(enterprise: World) -> None:
    asked_before = len(enterprise.github.ledger.of_kind(f"PUT {ASYNC_ROUTE}"))
    first, second = enterprise.open_pull(), enterprise.open_pull(path="b.txt")
    git = enterprise.github.repository(enterprise.name).git
    assert merge(enterprise, first) == MergedAt(CommitSha(git.head("main") or ""))
    assert merge(enterprise, second) == MergedAt(CommitSha(git.head("main") or ""))
    assert len(enterprise.github.ledger.of_kind(f"PUT {ASYNC_ROUTE}")) == asked_before + 1


def test_a_pull_request_that_is_none_says_nothing_about_routes(world: World) -> None:
    assert isinstance(merge(world, 999, NOBODY), MergeRefused)
    assert isinstance(merge(world, world.open_pull()), MergePending)


def test_what_the_synchronous_merge_refuses(enterprise: World) -> None:
    number = enterprise.open_pull()
    assert merge(enterprise, number, NOBODY) == MergeRefused(
        "Head branch was modified. Review and try the merge again."
    )
    enterprise.github.repository(enterprise.name).rules["main"] = Rules(required_checks=["build"])
    refused = merge(enterprise, number)
    assert isinstance(refused, MergeRefused)
    assert "rule violations" in refused.reason


@pytest.mark.parametrize("has_merge_async", [True, False])
def test_workflow_files_need_a_permission(
    enterprise: World, monkeypatch: pytest.MonkeyPatch, has_merge_async: bool
) -> None:
    permissions = {"contents": "write", "pull_requests": "write", "issues": "write"}
    monkeypatch.setattr(enterprise.github.app, "permissions", permissions)
    monkeypatch.setattr(enterprise.github, "has_merge_async", has_merge_async)
    number = enterprise.open_pull(path=".github/workflows/ci.yml")
    answer = merge(enterprise, number)
    if isinstance(answer, MergePending):
        enterprise.pass_time(1)
        answer = enterprise.repository.merge_result(number, answer.uuid)
    assert isinstance(answer, MergeRefused)
    assert "lacks the `workflows` permission" in answer.reason


@pytest.fixture
def online(world: World) -> Iterator[RepositoryClient]:
    with elsewhere(world.github, "https://api.github.com") as repository:
        yield repository


def test_a_pull_request_in_the_merge_queue_is_pending(online: RepositoryClient) -> None:
    queued = {"status": "enqueued", "details": {"message": "Added to the merge queue"}}
    respx.put(f"{PULL_URL}/merge-async").respond(json=queued)
    respx.get(f"{PULL_URL}/merge-async/u-1").respond(json=queued)
    merge = online.merge(7, head=NOBODY, method="squash", title="", message="")
    assert merge == online.merge_result(7, "u-1") == Enqueued()
    assert isinstance(merge, MergePending)
    assert merge.uuid == "merge-queue"


@pytest.mark.parametrize(
    ("state", "oid", "entry", "answer"),
    [
        ("OPEN", None, {"position": 1}, Enqueued()),
        ("OPEN", None, None, MergeRefused("the merge queue took the pull request out again")),
        ("MERGED", "1" * 40, None, MergedAt(CommitSha("1" * 40))),
        ("CLOSED", None, None, MergeRefused("the pull request was closed")),
    ],
)
def test_the_pull_request_tells_what_became_of_it_in_the_queue(
    online: RepositoryClient, state: str, oid: str | None, entry: object, answer: MergeAnswer
) -> None:
    commit = oid and {"oid": oid}
    pull = pull_request(state=state, merged=bool(oid), mergeCommit=commit, mergeQueueEntry=entry)
    data = {"repository": {"pullRequest": pull}}
    respx.post("https://api.github.com/graphql").respond(json={"data": data})
    assert online.merge_result(7, "merge-queue") == answer


def test_a_merge_that_names_no_commit_is_looked_up(online: RepositoryClient) -> None:
    merged = {"status": "merged", "details": {"message": "Pull request is already merged."}}
    respx.put(f"{PULL_URL}/merge-async").respond(json=merged)
    pull = pull_request(state="MERGED", merged=True, mergeCommit={"oid": "1" * 40})
    data = {"repository": {"pullRequest": pull}}
    respx.post("https://api.github.com/graphql").respond(json={"data": data})
    merge = online.merge(7, head=NOBODY, method="squash", title="", message="")
    assert merge == MergedAt(CommitSha("1" * 40))


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (
            "refusing to allow a GitHub App to create or update workflow "
            "`.github/workflows/ci.yml` without `workflows` permission",
            True,
        ),
        ("the pull request changes workflow files, and the App lacks it", True),
        ("Required workflow 'Lint' is not successful", False),
        ("Pull request is closed.", False),
    ],
)
def test_a_refusal_for_workflow_files_is_told_apart(reason: str, expected: bool) -> None:
    assert is_workflow_refusal(reason) is expected
