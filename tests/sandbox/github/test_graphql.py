"""The queries the bot sends, and GraphQL's errors."""

from typing import Any

import pytest

from sandbox.clock import Clock
from sandbox.github import CheckScript, GitHub
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import REPO, Person, opened_pull, wait

SNAPSHOT = """query Snapshot($number: Int!) {
  repository(owner: "acme", name: "widgets") { pullRequest(number: $number) {
    id number state isDraft merged mergedAt mergedBy { login } mergeCommit { oid }
    headRefOid headRefName headRepository { nameWithOwner } baseRefOid baseRefName mergeable
    mergeStateStatus reviewDecision title body url createdAt updatedAt closedAt changedFiles
    author { login } autoMergeRequest { enabledAt } isInMergeQueue
    baseRef { target { ... on Commit { statusCheckRollup { state } } } }
    timelineItems(last: 5, itemTypes: [CLOSED_EVENT, REOPENED_EVENT, READY_FOR_REVIEW_EVENT]) {
      nodes { __typename
        ... on ClosedEvent { createdAt actor { login } }
        ... on ReopenedEvent { createdAt actor { login } }
        ... on ReadyForReviewEvent { createdAt actor { login } } } }
    commits(last: 1) { nodes { commit { oid committedDate pushedDate statusCheckRollup { state
      contexts(first: 1) { pageInfo { hasNextPage endCursor } nodes { __typename
        ... on CheckRun { databaseId name status conclusion startedAt completedAt detailsUrl
          checkSuite { app { databaseId slug } } }
        ... on StatusContext { context state createdAt targetUrl } } } } } } }
    files(first: 10) { nodes { path } }
    latestReviews(first: 10) { nodes { state author { login } commit { oid } } }
    reviews(last: 10, states: [APPROVED]) { nodes { state } }
    reviewThreads(first: 10) { nodes { isResolved } }
  } }
}"""


def _ask(person: Person, query: str, **variables: Any) -> dict[str, Any]:
    answer = person.send("POST", "//graphql", {"query": query, "variables": variables})
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_snapshot(github: GitHub, app: Person, clock: Clock) -> None:
    github.repository(REPO).ci.checks = {
        "test": CheckScript(),
        "lint": CheckScript(as_status=True),
    }
    pull = opened_pull(github, "x", draft=True)
    github.ready_for_review(REPO, 1, by="alice")
    github.review(REPO, 1, "APPROVE", by="bob")
    wait(github, clock)
    found = _ask(app, SNAPSHOT, number=1)["data"]["repository"]["pullRequest"]
    assert (found["state"], found["mergeable"], found["mergeStateStatus"]) == (
        "OPEN",
        "MERGEABLE",
        "CLEAN",
    )
    assert found["author"] == {"login": "cursor"}
    rollup = found["commits"]["nodes"][0]["commit"]["statusCheckRollup"]
    assert rollup["state"] == "SUCCESS"
    assert rollup["contexts"]["pageInfo"]["hasNextPage"] is True
    run = rollup["contexts"]["nodes"][0]
    assert (run["name"], run["checkSuite"]["app"]["slug"]) == ("test", "github-actions")
    assert [one["__typename"] for one in found["timelineItems"]["nodes"]] == ["ReadyForReviewEvent"]
    assert found["files"]["nodes"] == [{"path": "x.txt"}]
    assert found["latestReviews"]["nodes"][0]["commit"]["oid"] == pull.head_sha
    sha = github.merge_pull_request(REPO, 1, by="alice", method="squash")
    merged = _ask(app, SNAPSHOT, number=1)["data"]["repository"]["pullRequest"]
    assert (merged["state"], merged["mergedBy"]["login"]) == ("MERGED", "alice")
    assert merged["mergeCommit"]["oid"] == sha
    assert merged["timelineItems"]["nodes"][-1]["actor"]["login"] == "alice"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ('{ repository(owner: "acme", name: "nope") { id } }', "NOT_FOUND"),
        (
            '{ repository(owner: "acme", name: "widgets") { issue(number: 9) { id } } }',
            "NOT_FOUND",
        ),
        ('{ node(id: "nope") { id } }', "NOT_FOUND"),
        (
            '{ repository(owner: "acme", name: "widgets") '
            "{ pullRequest(number: 1) { commits { totalCount } } } }",
            "MISSING_PAGINATION_BOUNDARIES",
        ),
        ("{ nonsense }", None),
    ],
)
def test_errors(github: GitHub, alice: Person, query: str, kind: str | None) -> None:
    opened_pull(github, "x")
    errors = _ask(alice, query)["errors"]
    assert errors[0].get("type") == kind
    assert errors[0]["message"]


def test_forbidden_without_the_permission(github: GitHub) -> None:
    github.register_app({"default_permissions": {"pull_requests": "read"}})
    app = Person(github, f"Bearer {issue_token(github, github.install('acme'), {}).text}")
    pull = opened_pull(github, "x", draft=True)
    mutation = (
        "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) "
        "{ pullRequest { isDraft } } }"
    )
    answer = _ask(app, mutation, id=pull.issue.node_id)
    assert answer["errors"][0]["type"] == "FORBIDDEN"
    assert pull.draft


def test_draft_and_minimize(github: GitHub, alice: Person) -> None:
    pull = opened_pull(github, "x")
    mutation = (
        "mutation M($pull: ID!, $comment: ID!) { "
        "convertPullRequestToDraft(input: {pullRequestId: $pull}) { pullRequest { isDraft } } "
        "minimizeComment(input: {subjectId: $comment, classifier: OUTDATED}) "
        "{ minimizedComment { isMinimized } } }"
    )
    comment = github.comment(REPO, 1, "old", by="bob")
    done = _ask(alice, mutation, pull=pull.issue.node_id, comment=comment.node_id)
    assert done["data"]["convertPullRequestToDraft"]["pullRequest"]["isDraft"] is True
    assert done["data"]["minimizeComment"]["minimizedComment"]["isMinimized"] is True
    shown = alice.send("GET", f"/issues/comments/{comment.id}").json()
    assert shown["minimized"] == {"reason": "outdated"}


def test_rate_limit_and_viewer(app: Person) -> None:
    found = _ask(app, "{ viewer { login } rateLimit { cost remaining } }")["data"]
    assert found["rateLimit"]["cost"] == 1


def test_a_directory_lists_its_files_and_directories(github: GitHub, alice: Person) -> None:
    files = {".github/workflows/ci.yml": "on: push\n", ".github/a.md": "A"}
    github.commit_files(REPO, "main", files, "Files", "alice")
    query = """query($at: String!) { repository(owner: "acme", name: "widgets") {
      object(expression: $at) { ... on Tree {
        entries { name type object { ... on Blob { text } } } } } } }"""

    def at(place: str) -> Any:
        return _ask(alice, query, at=place)["data"]["repository"]["object"]

    [file, folder] = at("main:.github")["entries"]
    assert file == {"name": "a.md", "type": "blob", "object": {"text": "A"}}
    assert folder == {"name": "workflows", "type": "tree", "object": None}
    below = at("refs/heads/main:.github/workflows")
    assert [one["name"] for one in below["entries"]] == ["ci.yml"]
    assert at("main:nowhere") is None
