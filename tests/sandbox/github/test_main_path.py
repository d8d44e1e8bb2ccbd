"""The App's way from a labelled issue to a merged pull request, by githubkit over HTTP."""

import subprocess

from sandbox.clock import Clock
from sandbox.github import CheckScript, GitHub
from tests.sandbox.github.tour import AT, REPO, AppClient, wait

READY = """mutation Ready($id: ID!) {
  markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } }
}"""


def test_issue_to_merge(github: GitHub, clock: Clock, client: AppClient) -> None:
    github.repository(REPO).ci.checks = {"test": CheckScript()}
    issue = github.open_issue(REPO, "Epic", "- [ ] one\n", by="alice", labels=["orchestra"])
    rest = client.rest
    assert rest.issues.get(**AT, issue_number=issue.number).parsed_data.title == "Epic"
    main = rest.git.get_ref(**AT, ref="heads/main").parsed_data.object_.sha
    rest.git.create_ref(**AT, ref="refs/heads/orchestra/one", sha=main)
    github.commit_files(REPO, "orchestra/one", {"one.txt": "1\n"}, "Add one", "cursor[bot]")
    pull = rest.pulls.create(
        **AT, head="orchestra/one", base="main", title="One", body="Refs #1", draft=True
    ).parsed_data
    assert (pull.mergeable, pull.commits, pull.changed_files) == (None, 1, 1)
    client.graphql(READY, {"id": pull.node_id})
    wait(github, clock)
    runs = rest.checks.list_for_ref(**AT, ref=pull.head.sha).parsed_data.check_runs
    assert [(run.name, run.conclusion) for run in runs] == [("test", "success")]
    number = pull.number
    asked = rest.pulls.merge_async(
        **AT, pull_number=number, sha=pull.head.sha, merge_method="squash"
    )
    assert asked.status_code == 202
    wait(github, clock)
    uuid = asked.raw_response.json()["details"]["uuid"]
    result = rest.pulls.get_merge_async_result(
        **AT, pull_number=number, uuid=uuid
    ).raw_response.json()
    assert result["status"] == "merged"
    assert rest.git.delete_ref(**AT, ref="heads/orchestra/one").status_code == 204
    after = rest.git.get_ref(**AT, ref="heads/main").parsed_data.object_.sha
    assert after == result["details"]["sha"] != main
    assert github.ledger.of_kind("GraphQL Ready")[0].actor == "orchestra[bot]"
    assert len(github.ledger.of_kind("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge-async"))
    assert _git(github, "log", "--format=%s", "main") == ["One (#2)", "Initial commit"]
    assert _git(github, "fsck", "--strict", "--no-dangling") == []


def _git(github: GitHub, *words: str) -> list[str]:
    directory = github.repository(REPO).git_dir
    done = subprocess.run(
        ["git", f"--git-dir={directory}", *words], check=True, capture_output=True, text=True
    )
    return done.stdout.splitlines()
