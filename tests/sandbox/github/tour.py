"""Every route once, by githubkit where the App calls it and by plain HTTP where people do."""

import asyncio
from dataclasses import dataclass
from typing import Any, TypeAlias, TypedDict

import httpx
from githubkit import AppInstallationAuthStrategy
from githubkit import GitHub as Client

from sandbox.clock import Clock
from sandbox.github import BranchRules, CheckScript, GitHub, Installation, PullRequest

REPO = "acme/widgets"
AppClient: TypeAlias = Client[AppInstallationAuthStrategy]


class At(TypedDict):
    """The arguments that name the repository."""

    owner: str
    repo: str


AT: At = {"owner": "acme", "repo": "widgets"}


@dataclass(frozen=True)
class Person:
    """Somebody with a personal token, calling the application without a server."""

    github: GitHub
    authorization: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request; `path` starts after the repository, or with `//` at the root."""
        whole = path[1:] if path.startswith("//") else f"/repos/{REPO}{path}"
        sent = {"authorization": self.authorization} | headers

        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.github.asgi)
            async with httpx.AsyncClient(transport=transport, base_url=self.github.url) as http:
                return await http.request(method, whole, json=body, headers=sent)

        return asyncio.run(ask())


def pushed_branch(github: GitHub, name: str, files: dict[str, str | None] | None = None) -> str:
    """A branch by Cursor with one commit."""
    return github.commit_files(
        REPO, name, files or {f"{name}.txt": "1\n"}, f"Add {name}", "cursor[bot]"
    )


def opened_pull(github: GitHub, name: str, **more: Any) -> PullRequest:
    """A pull request from a new branch."""
    files = more.pop("files", None)
    pushed_branch(github, name, files)
    given = {"base": "main", "title": name, "body": "", "author_login": "cursor[bot]", **more}
    return github.open_pull_request(REPO, head=name, **given)


def wait(github: GitHub, clock: Clock, seconds: float = 1) -> None:
    """Let time pass and do what falls due."""
    clock.advance(seconds)
    github.tick()


def tour_issues(client: AppClient) -> None:
    """Issues, comments, reactions and labels."""
    rest = client.rest.issues
    made = rest.create(**AT, title="Epic", body="- [ ] a", labels=["orchestra"]).parsed_data
    number = made.number
    rest.list_for_repo(**AT, state="all", labels="orchestra").parsed_data  # noqa: B018
    rest.update(**AT, issue_number=number, title="Epic 2", body="- [x] a").parsed_data  # noqa: B018
    comment = rest.create_comment(**AT, issue_number=number, body="hello").parsed_data
    reactions = client.rest.reactions
    for answer in (
        rest.get(**AT, issue_number=number),
        rest.list_comments(**AT, issue_number=number),
        rest.get_comment(**AT, comment_id=comment.id),
        rest.update_comment(**AT, comment_id=comment.id, body="bye"),
        rest.pin_comment(**AT, comment_id=comment.id),
        rest.get(**AT, issue_number=number),
        reactions.create_for_issue(**AT, issue_number=number, content="heart"),
        reactions.create_for_issue_comment(**AT, comment_id=comment.id, content="eyes"),
        reactions.create_for_issue_comment(**AT, comment_id=comment.id, content="eyes"),
        reactions.list_for_issue_comment(**AT, comment_id=comment.id),
        reactions.list_for_issue(**AT, issue_number=number),
        rest.create_label(**AT, name="state: running", color="ff0000", description="d"),
        rest.get_label(**AT, name="orchestra"),
        rest.list_labels_for_repo(**AT),
        rest.add_labels(**AT, issue_number=number, labels=["state: running"]),
        rest.remove_label(**AT, issue_number=number, name="orchestra"),
        rest.list_labels_on_issue(**AT, issue_number=number),
        rest.update(**AT, issue_number=number, state="closed", state_reason="completed"),
        rest.update(**AT, issue_number=number, state="open"),
    ):
        assert answer.parsed_data
    kept = reactions.list_for_issue_comment(**AT, comment_id=comment.id).parsed_data
    reactions.delete_for_issue_comment(**AT, comment_id=comment.id, reaction_id=kept[0].id)
    rest.unpin_comment(**AT, comment_id=comment.id)
    rest.lock(**AT, issue_number=number)
    rest.unlock(**AT, issue_number=number)
    rest.delete_comment(**AT, comment_id=comment.id)


def tour_repository(github: GitHub, client: AppClient) -> None:
    """Files, branches, references, comparison, rules."""
    github.repository(REPO).rules["main"] = BranchRules(["test"], required_approvals=1)
    sha = pushed_branch(github, "feature/x")
    rest = client.rest
    for answer in (
        rest.repos.get(**AT),
        rest.repos.get_collaborator_permission_level(**AT, username="tara"),
        rest.repos.list_branches(**AT),
        rest.repos.get_branch(**AT, branch="feature/x"),
        rest.repos.get_branch_rules(**AT, branch="main"),
        rest.repos.get_content(**AT, path="README.md"),
        rest.repos.get_content(**AT, path=""),
        rest.repos.compare_commits(**AT, basehead="main...feature/x"),
        rest.repos.compare_commits(**AT, basehead="feature/x...main"),
        rest.repos.get_commit(**AT, ref=sha),
        rest.repos.list_activities(**AT, ref="feature/x"),
        rest.repos.list_activities(**AT, activity_type="push"),
        rest.git.get_ref(**AT, ref="heads/feature/x"),
        rest.git.create_ref(**AT, ref="refs/heads/y", sha=sha),
        rest.git.update_ref(**AT, ref="heads/y", sha=sha),
        rest.repos.create_commit_status(**AT, sha=sha, state="success", context="lint"),
        rest.repos.get_combined_status_for_ref(**AT, ref="feature/x"),
    ):
        assert answer.parsed_data is not None
    rest.git.delete_ref(**AT, ref="heads/y")
    del github.repository(REPO).rules["main"]


def tour_checks(github: GitHub, client: AppClient, sha: str) -> None:
    """The App's own check run, and its buttons."""
    rest = client.rest.checks
    run = rest.create(**AT, name="Orchestra", head_sha=sha, status="in_progress").parsed_data
    action = {"label": "Retry", "description": "Again", "identifier": "retry"}
    note = {"path": "a.txt", "start_line": 1, "end_line": 1, "message": "m"}
    output: Any = {
        "title": "t",
        "summary": "s",
        "annotations": [{**note, "annotation_level": "notice"}],
    }
    data: Any = {"conclusion": "neutral", "output": output, "actions": [action]}
    rest.update(**AT, check_run_id=run.id, data=data).parsed_data  # noqa: B018
    rest.get(**AT, check_run_id=run.id).parsed_data  # noqa: B018
    rest.list_annotations(**AT, check_run_id=run.id).parsed_data  # noqa: B018
    rest.list_for_ref(**AT, ref=sha).parsed_data  # noqa: B018
    github.press_button(REPO, run.id, "retry", by="alice")
    github.press_button(REPO, run.id, None, by="alice")


def tour_pulls(github: GitHub, clock: Clock, client: AppClient) -> None:
    """A pull request from draft to merged, reviews and both ways of merging."""
    github.repository(REPO).ci.checks = {
        "test": CheckScript(skip_drafts=True),
        "lint": CheckScript(as_status=True),
    }
    rest = client.rest.pulls
    sha = pushed_branch(github, "one")
    made = rest.create(**AT, head="one", base="main", title="One", draft=True).parsed_data
    number = made.number
    tour_checks(github, client, sha)
    github.ready_for_review(REPO, made.number, by="alice")
    github.commit_files(REPO, "main", {"other.txt": "1\n"}, "Other", "bob")
    for answer in (
        rest.list(**AT, state="all", head="acme:one"),
        rest.get(**AT, pull_number=number),
        rest.get(**AT, pull_number=number),
        rest.update_branch(**AT, pull_number=number),
        rest.update(**AT, pull_number=number, title="The one", body="Refs #1"),
        rest.list_files(**AT, pull_number=number),
        rest.list_commits(**AT, pull_number=number),
        rest.create_review(**AT, pull_number=number, event="COMMENT", body="good"),
        rest.list_reviews(**AT, pull_number=number),
    ):
        assert answer.parsed_data is not None
    wait(github, clock)
    asked = rest.merge_async(**AT, pull_number=number, merge_method="rebase").raw_response.json()
    uuid = asked["details"]["uuid"]
    rest.get_merge_async_result(**AT, pull_number=number, uuid=uuid).parsed_data  # noqa: B018
    wait(github, clock)
    rest.get_merge_async_result(**AT, pull_number=number, uuid=uuid).parsed_data  # noqa: B018
    rest.merge_async(**AT, pull_number=number).parsed_data  # noqa: B018
    rest.check_if_merged(**AT, pull_number=number)
    second = opened_pull(github, "two", draft=True)
    github.close(REPO, second.number, by="alice")
    github.reopen(REPO, second.number, by="alice")
    github.ready_for_review(REPO, second.number, by="alice")
    rest.merge(**AT, pull_number=second.number).parsed_data  # noqa: B018


def tour_app(client: AppClient, installation: Installation) -> None:
    """What the App asks about itself, with its JWT."""
    app = client.with_auth(client.auth.as_app())
    for answer in (
        app.rest.apps.get_authenticated(),
        app.rest.apps.list_installations(),
        app.rest.apps.get_installation(installation_id=installation.id),
        app.rest.apps.create_installation_access_token(
            installation_id=installation.id, data={"repositories": ["widgets"]}
        ),
        app.rest.apps.get_repo_installation(**AT),
        client.rest.apps.list_repos_accessible_to_installation(),
        app.rest.apps.get_webhook_config_for_app(),
    ):
        assert answer.parsed_data


def tour_deliveries(github: GitHub, client: AppClient) -> None:
    """One that failed is looked at and sent again."""
    own = client.with_auth(client.auth.as_app())  # githubkit keeps no hold of it by `rest`
    app = own.rest.apps
    github.outbox.delivered += [(one, 502) for one in github.outbox.held]
    newest = app.list_webhook_deliveries(status="failure").parsed_data[0]
    assert app.get_webhook_delivery(delivery_id=newest.id).parsed_data.guid == newest.guid
    app.redeliver_webhook_delivery(delivery_id=newest.id)


def tour_events(github: GitHub, installation: Installation) -> None:
    """What only people do, for its webhooks."""
    issue = github.open_issue(REPO, "Other", "text", by="alice", labels=["bug"])
    github.unlabel(REPO, issue.number, "bug", by="alice")
    comment = github.comment(REPO, issue.number, "/orchestra help", by="bob")
    github.edit_comment(comment, "/orchestra status", by="bob")
    github.delete_comment(comment, by="bob")
    github.edit_issue(REPO, issue.number, by="alice", title="New", body="other")
    github.close(REPO, issue.number, by="alice")
    github.reopen(REPO, issue.number, by="alice")
    github.delete_issue(REPO, issue.number, by="alice")
    pull = opened_pull(github, "three")
    github.label(REPO, pull.number, "bug", by="alice")
    github.review(REPO, pull.number, "REQUEST_CHANGES", "no", by="bob")
    pushed_branch(github, "three", {"three.txt": "2\n"})
    github.edit_issue(REPO, pull.number, by="alice", title="New", body="other")
    github.delete_branch(REPO, "three", by="bob")
    github.ping()
    github.suspend(installation)
    github.unsuspend(installation)
    selected = github.install("globex", [])
    github.create_repository("globex/tool")
    github.change_repositories(selected, add=["globex/tool"])
    github.change_repositories(selected, remove=["globex/tool"])
    github.rename_repository(REPO, "gadgets")
    github.archive_repository("acme/gadgets")
    github.uninstall(selected)
