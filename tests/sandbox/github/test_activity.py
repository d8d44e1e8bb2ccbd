"""Who changed a branch, as a repository's activity lists it."""

from sandbox.github import GitHub, Installation
from tests.sandbox.github.tour import AT, REPO, AppClient, pushed_branch


def test_every_change_of_a_branch_is_listed_newest_first(
    github: GitHub, client: AppClient, installation: Installation
) -> None:
    del installation
    first = pushed_branch(github, "topic")
    second = github.commit_files(REPO, "topic", {"b.txt": "b\n"}, "b", "ada")
    github.force_push(REPO, "topic", first, by="grace")
    github.delete_branch(REPO, "topic", by="ada")
    listed = client.rest.repos.list_activities(**AT, ref="topic").parsed_data
    zero = "0" * 40
    assert [
        (one.activity_type, one.before, one.after, one.actor and one.actor.login) for one in listed
    ] == [
        ("branch_deletion", first, zero, "ada"),
        ("force_push", second, first, "grace"),
        ("push", first, second, "ada"),
        ("branch_creation", zero, first, "cursor[bot]"),
    ]
    whole = client.rest.repos.list_activities(**AT, ref="refs/heads/topic", actor="grace")
    assert [one.activity_type for one in whole.parsed_data] == ["force_push"]


def test_a_merge_is_told_from_a_push(
    github: GitHub, client: AppClient, installation: Installation
) -> None:
    del installation
    pushed_branch(github, "topic")
    pull = github.open_pull_request(
        REPO, head="topic", base="main", title="t", body="", author_login="cursor[bot]"
    )
    github.merge_pull_request(REPO, pull.number, by="ada")
    newest, *_ = client.rest.repos.list_activities(**AT, ref="main").parsed_data
    assert newest.activity_type == "pr_merge"
