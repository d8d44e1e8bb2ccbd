"""The App's way from a labelled issue to a merged pull request, by githubkit over HTTP."""

from githubkit import AppInstallationAuthStrategy
from githubkit import GitHub as Client

from sandbox.clock import Clock
from sandbox.github import CheckScript, GitHub

REPO = "acme/widgets"
AT = {"owner": "acme", "repo": "widgets"}


def test_issue_to_merge(
    github: GitHub, clock: Clock, client: Client[AppInstallationAuthStrategy]
) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript()}
    issue = github.open_issue(REPO, "Epic", "- [ ] one\n", by="alice", labels=["orchestra"])
    rest = client.rest
    assert rest.issues.get(**AT, issue_number=issue.number).parsed_data.title == "Epic"
    comment = rest.issues.create_comment(**AT, issue_number=issue.number, body="hello").parsed_data
    assert comment.user and comment.user.login == "orchestra[bot]"
    rest.reactions.create_for_issue_comment(**AT, comment_id=comment.id, content="eyes")
    main = rest.git.get_ref(**AT, ref="heads/main").parsed_data.object_.sha
    rest.git.create_ref(**AT, ref="refs/heads/orchestra/one", sha=main)
    github.commit_files(REPO, "orchestra/one", {"one.txt": "1\n"}, "Add one", "cursor[bot]")
    pull = rest.pulls.create(
        **AT, head="orchestra/one", base="main", title="One", body="Refs #1", draft=True
    ).parsed_data
    assert (pull.mergeable, pull.commits, pull.changed_files) == (None, 1, 1)
    client.graphql(
        "mutation Ready($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) "
        "{ pullRequest { isDraft } } }",
        {"id": pull.node_id},
    )
    clock.advance(1)
    github.tick()
    runs = rest.checks.list_for_ref(**AT, ref=pull.head.sha).parsed_data.check_runs
    assert [(run.name, run.conclusion) for run in runs] == [("test", "success")]
    asked = rest.pulls.merge_async(
        **AT, pull_number=pull.number, sha=pull.head.sha, merge_method="squash"
    )
    assert asked.status_code == 202
    clock.advance(1)
    github.tick()
    uuid = asked.json()["details"]["uuid"]
    result = rest.pulls.get_merge_async_result(**AT, pull_number=pull.number, uuid=uuid)
    assert result.json()["status"] == "merged"
    assert rest.git.delete_ref(**AT, ref="heads/orchestra/one").status_code == 204
    after = rest.git.get_ref(**AT, ref="heads/main").parsed_data.object_.sha
    assert after == result.json()["details"]["sha"] != main
    parsed = rest.repos.get_commit(**AT, ref=after).parsed_data
    assert parsed.commit.message.startswith("One (#2)")
