"""The rest of the tour: what seeing a pull request through to the end asks for."""

from typing import Any

from sandbox.clock import Clock
from sandbox.github import BranchRules, CheckScript, GitHub, Installation, MergeQueue
from tests.sandbox.github.tour import AT, REPO, AppClient, opened_pull, pushed_branch, wait

LOOK = """query Look($number: Int!) {
  repository(owner: "acme", name: "widgets") { autoMergeAllowed pullRequest(number: $number) {
    id author { __typename login } mergeStateStatus isInMergeQueue isMergeQueueEnabled
    mergeQueueEntry { position state } autoMergeRequest { enabledAt } headRef { name }
    latestOpinionatedReviews(first: 10, writersOnly: true) {
      nodes { databaseId state submittedAt author { __typename login } commit { oid } } }
    reviewRequests(first: 10) { nodes { requestedReviewer { __typename
      ... on User { login } ... on Bot { login } ... on Mannequin { login }
      ... on Team { slug } } } }
    reviewThreads(first: 10) { totalCount nodes { id isResolved isOutdated path line
      comments(first: 10) { nodes { databaseId body author { __typename login }
        pullRequestReview { databaseId } } } } }
    files(first: 10) { nodes { path } }
    baseRef { target { ... on Commit { oid statusCheckRollup { state contexts(first: 10) {
      totalCount nodes { __typename
        ... on CheckRun { databaseId name status conclusion
          checkSuite { app { databaseId slug } workflowRun { databaseId } } }
        ... on StatusContext { context state } } } } } } }
  } }
}"""


def mutation(name: str, key: str, answer: str, more: str = "") -> str:
    """A mutation of one thing by its id, `$id`."""
    given = f"{key}: $id{', ' + more if more else ''}"
    return f"mutation Do($id: ID!) {{ {name}(input: {{{given}}}) {{ {answer} }} }}"


ENQUEUE = mutation("enqueuePullRequest", "pullRequestId", "mergeQueueEntry { id position state }")
DEQUEUE = mutation("dequeuePullRequest", "id", "mergeQueueEntry { position state }")
REVERT = mutation("revertPullRequest", "pullRequestId", "revertPullRequest { number title body }")
RESOLVE = mutation("resolveReviewThread", "threadId", "thread { isResolved }")
AUTO_MERGE = mutation(
    "enablePullRequestAutoMerge",
    "pullRequestId",
    "pullRequest { autoMergeRequest { enabledAt mergeMethod } }",
    "mergeMethod: SQUASH",
)
NO_AUTO_MERGE = mutation(
    "disablePullRequestAutoMerge", "pullRequestId", "pullRequest { autoMergeRequest { enabledAt } }"
)


def tour_reviews(github: GitHub, client: AppClient) -> None:
    """Opinions, conversations, requests."""
    github.team("acme", "painters", ["bob"])
    pull = opened_pull(github, "reviewed")
    number, rest = pull.number, client.rest.pulls
    line = ("reviewed.txt", 1, "Why?")
    first = github.review(REPO, number, "REQUEST_CHANGES", "no", by="bob", comments=[line])
    comment = pull.threads[0].comments[0]
    for answer in (
        rest.list_review_comments(**AT, pull_number=number),
        rest.get_review_comment(**AT, comment_id=comment.id),
        rest.list_comments_for_review(**AT, pull_number=number, review_id=first.id),
        rest.create_reply_for_review_comment(
            **AT, pull_number=number, comment_id=comment.id, body="Because."
        ),
        rest.request_reviewers(
            **AT, pull_number=number, data={"reviewers": ["tara"], "team_reviewers": ["painters"]}
        ),
        rest.list_requested_reviewers(**AT, pull_number=number),
        rest.get(**AT, pull_number=number),
        rest.get_review(**AT, pull_number=number, review_id=first.id),
        rest.dismiss_review(**AT, pull_number=number, review_id=first.id, message="Answered"),
        client.rest.teams.get_membership_for_user_in_org("acme", "painters", "bob"),
    ):
        assert answer.parsed_data
    client.graphql(LOOK, {"number": number})
    rest.remove_requested_reviewers(**AT, pull_number=number, data={"reviewers": ["tara"]})
    client.graphql(RESOLVE, {"id": pull.threads[0].node_id})
    github.resolve_threads(REPO, number, by="bob", resolved=False)
    github.close(REPO, number, by="alice")


def tour_rules(github: GitHub, client: AppClient) -> None:
    """Every kind of rule, of both kinds of protection."""
    rules = BranchRules(
        ["test"],
        strict=True,
        required_approvals=1,
        merge_queue=MergeQueue(),
        other=["required_signatures", "required_linear_history"],
        classic_checks=["lint"],
    )
    github.set_rules(REPO, "main", rules)
    assert client.rest.repos.get_branch_rules(**AT, branch="main").parsed_data
    assert client.rest.repos.get_branch(**AT, branch="main").parsed_data
    github.set_rules(REPO, "main", None)


def tour_merging(github: GitHub, clock: Clock, client: AppClient) -> None:
    """A merge queue, auto-merge, and taking a merge back."""
    github.repository(REPO).ci.checks = {}
    github.set_rules(REPO, "main", BranchRules(merge_queue=MergeQueue(after=5)))
    pull = opened_pull(github, "queued")
    asked = client.rest.pulls.merge_async(**AT, pull_number=pull.number).raw_response.json()
    wait(github, clock)
    uuid = asked["details"]["uuid"]
    rest = client.rest.pulls
    done = rest.get_merge_async_result(**AT, pull_number=pull.number, uuid=uuid)
    assert done.raw_response.json()["status"] == "enqueued"
    assert rest.merge_async(**AT, pull_number=pull.number).status_code == 200
    client.graphql(LOOK, {"number": pull.number})
    client.graphql(DEQUEUE, {"id": pull.issue.node_id})
    client.graphql(ENQUEUE, {"id": pull.issue.node_id})
    wait(github, clock, 5)
    github.set_rules(REPO, "main", BranchRules(["test"]))
    github.repository(REPO).allow_auto_merge = True
    other = opened_pull(github, "automatic")
    for wanted in (AUTO_MERGE, NO_AUTO_MERGE, AUTO_MERGE):
        client.graphql(wanted, {"id": other.issue.node_id})
    client.graphql(LOOK, {"number": other.number})
    assert rest.get(**AT, pull_number=other.number).parsed_data.auto_merge
    github.set_check_run(REPO, other.head_sha, "test", conclusion="success")
    wait(github, clock)
    github.set_rules(REPO, "main", None)
    client.graphql(REVERT, {"id": other.issue.node_id})


def tour_actions(github: GitHub, clock: Clock, client: AppClient) -> None:
    """Jobs, their logs and annotations, and running them again."""
    note = {"path": "a.txt", "start_line": 1, "end_line": 1, "annotation_level": "failure"}
    notes: list[dict[str, Any]] = [{**note, "message": "m"}]
    flaky = CheckScript(flaky=True, log="boom\n", annotations=notes)
    github.repository(REPO).ci.checks = {"test": flaky}
    pull = opened_pull(github, "flaky")
    wait(github, clock)
    rest = client.rest
    [run] = rest.checks.list_for_ref(**AT, ref=pull.head_sha).parsed_data.check_runs
    assert rest.actions.get_job_for_workflow_run(**AT, job_id=run.id).parsed_data
    assert rest.checks.list_annotations(**AT, check_run_id=run.id).parsed_data[0].message == "m"
    assert rest.actions.download_job_logs_for_workflow_run(**AT, job_id=run.id).text == "boom\n"
    assert rest.actions.re_run_job_for_workflow_run(**AT, job_id=run.id).status_code == 201
    wait(github, clock)
    client.graphql(LOOK, {"number": pull.number})


def tour_moves(github: GitHub, client: AppClient, installation: Installation) -> None:
    """What moves, is locked, and goes."""
    github.create_repository("acme/tools")
    issue = github.open_issue(REPO, "Moving", "text", by="alice")
    github.comment(REPO, issue.number, "soon", by="bob")
    github.lock_issue(REPO, issue.number, by="alice", reason="spam")
    github.unlock_issue(REPO, issue.number, by="alice")
    moved = github.transfer_issue(REPO, issue.number, "acme/tools", by="alice")
    assert client.rest.issues.get(**AT, issue_number=issue.number).parsed_data.id == moved.id
    github.archive_repository("acme/tools")
    github.unarchive_repository("acme/tools")
    github.install("globex")
    github.transfer_repository("acme/tools", "globex")
    github.delete_repository("globex/tools")
    pushed_branch(github, "gone")
    github.change_repositories(installation, remove=[REPO])
    github.change_repositories(installation, add=[REPO])
