"""Merge queues, auto-merge and reverts."""

import json
from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import BranchRules, GitHub, MergeQueue
from tests.sandbox.github.further_tour import AUTO_MERGE, DEQUEUE, ENQUEUE, REVERT, mutation
from tests.sandbox.github.test_reviews import look
from tests.sandbox.github.tour import REPO, Person, opened_pull, pushed_branch, wait


def ask(who: Person, query: str, identity: str) -> dict[str, Any]:
    body = {"query": query, "variables": {"id": identity}}
    found: dict[str, Any] = who.send("POST", "//graphql", body).json()
    return found


def actions(github: GitHub) -> list[tuple[str, str | None]]:
    bodies = [json.loads(hook.body) for hook in github.outbox.take()]
    return [(one["action"], one.get("reason")) for one in bodies if "pull_request" in one]


@pytest.fixture
def queued(github: GitHub, app: Person, clock: Clock) -> GitHub:
    """A pull request in the queue, asked for by merge-async."""
    github.set_rules(REPO, "main", BranchRules(merge_queue=MergeQueue(after=5)))
    opened_pull(github, "x")
    uuid = app.send("PUT", "/pulls/1/merge-async", {}).json()["details"]["uuid"]
    wait(github, clock)
    assert app.send("GET", f"/pulls/1/merge-async/{uuid}").json()["status"] == "enqueued"
    assert actions(github)[-1] == ("enqueued", None)
    return github


def test_the_queue_merges_in_time(queued: GitHub, app: Person, clock: Clock) -> None:
    seen = look(app)
    assert seen["isInMergeQueue"] is True
    assert seen["mergeQueueEntry"] == {"position": 1, "state": "AWAITING_CHECKS"}
    again = app.send("PUT", "/pulls/1/merge-async", {})
    assert (again.status_code, again.json()["status"]) == (200, "enqueued")
    assert queued.next_due() is not None
    wait(queued, clock, 4)
    assert not queued.pull(REPO, 1).merged_at
    wait(queued, clock)
    assert actions(queued) == [("dequeued", "MERGE"), ("closed", None)]
    merged_by = queued.pull(REPO, 1).merged_by
    assert merged_by is not None
    assert merged_by.login == "github-merge-queue[bot]"


@pytest.mark.parametrize(
    "what", ["fails", "pushed", "conflict", "closed", "by hand", "rule gone", "rule unmet"]
)
def test_leaving_the_queue(queued: GitHub, app: Person, clock: Clock, what: str) -> None:
    pull = queued.pull(REPO, 1)
    queue = queued.repository(REPO).rules["main"].merge_queue
    assert queue is not None
    if what == "fails":
        queue.fails = True
    if what == "pushed":
        pushed_branch(queued, "x", {"x.txt": "2\n"})
    if what == "conflict":
        queued.commit_files(REPO, "main", {"x.txt": "other\n"}, "Other", "bob")
    if what == "closed":
        queued.close(REPO, 1, by="bob")
    if what == "by hand":
        assert not ask(app, DEQUEUE, pull.issue.node_id).get("errors")
    if what == "rule gone":
        queued.set_rules(REPO, "main", None)
    if what == "rule unmet":
        queued.set_rules(REPO, "main", BranchRules(["test"], merge_queue=queue))
    wait(queued, clock, 5)
    reason = dict(actions(queued))["dequeued"]
    assert reason == {
        "fails": "CI_FAILURE",
        "pushed": "GIT_TREE_INVALID",
        "conflict": "MERGE_CONFLICT",
        "rule gone": "QUEUE_CLEARED",
        "rule unmet": "BRANCH_PROTECTIONS",
    }.get(what, "MANUAL")
    assert not pull.merged_at
    assert look(app)["mergeQueueEntry"] is None


def test_a_queue_brings_up_to_date_itself(github: GitHub, app: Person, clock: Clock) -> None:
    github.set_rules(REPO, "main", BranchRules(strict=True, merge_queue=MergeQueue(after=1)))
    pull = opened_pull(github, "x")
    github.commit_files(REPO, "main", {"other.txt": "1\n"}, "Other", "bob")
    wait(github, clock)
    assert look(app)["mergeStateStatus"] == "CLEAN"
    assert not ask(app, ENQUEUE, pull.issue.node_id).get("errors")
    wait(github, clock)
    assert pull.merged_at


def test_who_may_enter(github: GitHub, app: Person) -> None:
    pull = opened_pull(github, "x")
    identity = pull.issue.node_id
    assert "merge queue" in ask(app, ENQUEUE, identity)["errors"][0]["message"]
    github.set_rules(REPO, "main", BranchRules(["test"], merge_queue=MergeQueue()))
    assert "is expected" in ask(app, ENQUEUE, identity)["errors"][0]["message"]
    github.set_check_run(REPO, pull.head_sha, "test", conclusion="success")
    direct = app.send("PUT", "/pulls/1/merge", {})
    assert "through the merge queue" in direct.json()["message"]
    entry = ask(app, ENQUEUE, identity)["data"]["enqueuePullRequest"]["mergeQueueEntry"]
    assert entry["position"] == 1
    assert "already in the queue" in ask(app, ENQUEUE, identity)["errors"][0]["message"]


def test_auto_merge_waits_for_the_rules(github: GitHub, app: Person, clock: Clock) -> None:
    github.set_rules(REPO, "main", BranchRules(["test"]))
    github.change_settings(REPO, allow_auto_merge=True)
    pull = opened_pull(github, "x")
    assert not ask(app, AUTO_MERGE, pull.issue.node_id).get("errors")
    assert look(app)["autoMergeRequest"] is not None
    wait(github, clock)
    assert not pull.merged_at
    github.set_check_run(REPO, pull.head_sha, "test", conclusion="success")
    wait(github, clock)
    assert pull.merged_at
    assert [one for one, _ in actions(github)] == ["opened", "auto_merge_enabled", "closed"]


@pytest.mark.parametrize(
    ("what", "says"),
    [
        ("not allowed", "not allowed for this repository"),
        ("clean", "is in clean status"),
        ("draft", "is in draft status"),
        ("moved", "Head branch was modified"),
    ],
)
def test_auto_merge_is_refused(github: GitHub, app: Person, what: str, says: str) -> None:
    github.change_settings(REPO, allow_auto_merge=what != "not allowed")
    pull = opened_pull(github, "x", draft=what == "draft")
    more = f'expectedHeadOid: "{"0" * 40}"' if what == "moved" else ""
    query = mutation("enablePullRequestAutoMerge", "pullRequestId", "clientMutationId", more)
    assert says in ask(app, query, pull.issue.node_id)["errors"][0]["message"]
    assert pull.auto_merge is None


@pytest.mark.parametrize("by", ["mallory", "bob"])
def test_a_stranger_s_push_ends_auto_merge(github: GitHub, app: Person, by: str) -> None:
    github.set_rules(REPO, "main", BranchRules(["test"]))
    github.change_settings(REPO, allow_auto_merge=True)
    pull = opened_pull(github, "x")
    ask(app, AUTO_MERGE, pull.issue.node_id)
    github.commit_files(REPO, "x", {"x.txt": "2\n"}, "More", by)
    assert (pull.auto_merge is None) == (by == "mallory")


@pytest.mark.parametrize("method", ["merge", "squash", "rebase"])
def test_revert(github: GitHub, app: Person, method: str) -> None:
    pull = opened_pull(github, "x", files={"a.txt": "one\ntwo\nTHREE\n"})
    github.commit_files(REPO, "x", {"x.txt": "1\n"}, "More", "cursor[bot]")
    github.commit_files(REPO, "main", {"a.txt": "ONE\ntwo\nthree\n"}, "Other", "bob")
    assert "is not merged" in ask(app, REVERT, pull.issue.node_id)["errors"][0]["message"]
    github.merge_pull_request(REPO, 1, by="bob", method=method)
    github.commit_files(REPO, "main", {"later.txt": "1\n"}, "Later", "bob")
    made = ask(app, REVERT, pull.issue.node_id)["data"]["revertPullRequest"]["revertPullRequest"]
    assert (made["title"], made["body"]) == ('Revert "x"', "Reverts acme/widgets#1")
    github.merge_pull_request(REPO, made["number"], by="bob")
    git = github.repository(REPO).git
    files = git.files_at(git.head("main") or "")
    assert set(files) == {"README.md", "a.txt", "later.txt"}
    assert git.text(files["a.txt"]) == "ONE\ntwo\nthree\n"


def test_a_revert_may_conflict(github: GitHub, app: Person) -> None:
    pull = opened_pull(github, "x")
    github.merge_pull_request(REPO, 1, by="bob")
    github.commit_files(REPO, "main", {"x.txt": "changed\n"}, "Later", "bob")
    assert "conflicts" in ask(app, REVERT, pull.issue.node_id)["errors"][0]["message"]
