from datetime import timedelta

import pytest

from bot.clients.errors import NotFound, PermanentError
from bot.clients.github import GitHubApp
from bot.core.model.observations import BranchRules
from sandbox.github import BranchRules as Rules
from sandbox.github import GitHub
from tests.clients.github.conftest import START, World


@pytest.fixture
def issue(world: World) -> int:
    return world.github.open_issue(world.name, "Epic", "- [ ] one", by="alice").number


def test_the_owner_is_asked_once(app: GitHubApp, github: GitHub) -> None:
    assert app.owner() == "acme"
    assert app.identity.slug == "orchestra"
    assert app.owner() == "acme"
    assert len(github.ledger.of_kind("GET /app")) == 1


@pytest.mark.parametrize(
    ("role", "word"),
    [
        ("admin", "admin"),
        ("maintain", "maintain"),
        ("write", "write"),
        ("triage", "triage"),
        ("read", "read"),
    ],
)
def test_permission(world: World, role: str, word: str) -> None:
    world.github.set_permission(world.name, "bob", role)
    assert world.repository.permission_of("bob") == word


@pytest.mark.parametrize("login", ["who-is-that", "helper[bot]"])
def test_somebody_unknown_is_not_found(world: World, login: str) -> None:
    with pytest.raises(NotFound):
        world.repository.permission_of(login)


def test_about(world: World) -> None:
    about = world.repository.about()
    assert about.default_branch == "main"
    assert about.merge_methods == ("squash", "merge", "rebase")
    assert not about.archived
    assert about.visibility == "public"


def test_an_issue_is_read_and_changed(world: World, issue: int) -> None:
    world.repository.set_issue_body(issue, "- [x] one")
    world.repository.add_label(issue, "orchestra")
    world.repository.add_label(issue, "orchestra")
    seen = world.repository.issue(issue)
    assert (seen.title, seen.body, seen.labels) == ("Epic", "- [x] one", ("orchestra",))
    assert seen.is_open
    world.repository.close_issue(issue)
    assert not world.repository.issue(issue).is_open
    assert world.github.issue(world.name, issue).state_reason == "completed"
    world.repository.reopen_issue(issue)
    assert world.repository.issue(issue).is_open


def test_labels_come_and_go(world: World, issue: int) -> None:
    assert world.repository.add_label(issue, "one") == ("one",)
    assert world.repository.add_label(issue, "two: 2") == ("one", "two: 2")
    world.repository.remove_label(issue, "two: 2")
    world.repository.remove_label(issue, "two: 2")
    assert world.repository.issue(issue).labels == ("one",)


def test_an_issue_without_body_reads_as_empty(world: World) -> None:
    number = world.github.open_issue(world.name, "Epic", None, by="alice").number
    assert world.repository.issue(number).body == ""


def test_a_deleted_issue_is_not_found(world: World, issue: int) -> None:
    world.github.delete_issue(world.name, issue, by="acme")
    with pytest.raises(NotFound) as caught:
        world.repository.issue(issue)
    assert caught.value.status == 410


def test_a_comment_is_posted_and_changed(world: World, issue: int) -> None:
    comment_id = world.repository.create_comment(issue, "working")
    world.repository.update_comment(comment_id, "done")
    [comment] = world.github.issue(world.name, issue).comments
    assert (comment.id, comment.body, comment.user.login) == (comment_id, "done", "orchestra[bot]")


def test_a_deleted_comment_cannot_be_changed(world: World, issue: int) -> None:
    comment_id = world.repository.create_comment(issue, "working")
    [comment] = world.github.issue(world.name, issue).comments
    world.github.delete_comment(comment, by="acme")
    with pytest.raises(NotFound):
        world.repository.update_comment(comment_id, "done")


def test_only_our_own_comment_is_found_by_its_marker(world: World, issue: int) -> None:
    world.github.comment(world.name, issue, "a copy <!-- mark -->", by="alice")
    assert world.repository.find_comment(issue, "<!-- mark -->", START) is None
    comment_id = world.repository.create_comment(issue, "text <!-- mark -->")
    assert world.repository.find_comment(issue, "<!-- mark -->", START) == comment_id
    assert world.repository.find_comment(issue, "<!-- other -->", START) is None


def test_a_comment_from_before_is_not_found(world: World, issue: int) -> None:
    world.repository.create_comment(issue, "text <!-- mark -->")
    later = world.github.clock.now() + timedelta(hours=1)
    assert world.repository.find_comment(issue, "<!-- mark -->", later) is None


def test_a_comment_is_found_behind_a_hundred_others(world: World, issue: int) -> None:
    for _ in range(100):
        world.github.comment(world.name, issue, "me too", by="alice")
    comment_id = world.repository.create_comment(issue, "text <!-- mark -->")
    assert world.repository.find_comment(issue, "<!-- mark -->", START) == comment_id


def test_reactions_may_be_repeated(world: World, issue: int) -> None:
    comment = world.github.comment(world.name, issue, "/orchestra start", by="alice")
    eyes = world.repository.add_reaction(comment.id, "eyes")
    assert world.repository.add_reaction(comment.id, "eyes") == eyes
    world.repository.remove_reaction(comment.id, eyes)
    world.repository.remove_reaction(comment.id, eyes)
    assert comment.reactions == []


def test_a_branch_lives_and_dies(world: World) -> None:
    repository, branch = world.repository, "orchestra/epic-1/task-1-x"
    assert not repository.branch_exists(branch)
    assert repository.commits_ahead("main", branch) is None
    repository.create_branch(branch, "main")
    repository.create_branch(branch, "main")
    assert repository.branch_exists(branch)
    assert not repository.branch_exists("orchestra/epic-1")
    assert repository.commits_ahead("main", branch) == 0
    head = world.github.commit_files(world.name, branch, {"b.txt": "b"}, "More", "alice")
    assert repository.commits_ahead("main", branch) == 1
    assert repository.contains("main", branch)
    assert repository.contains(branch, branch)
    assert not repository.contains(head, "main")
    assert repository.merge_base("main", head) == world.github.repository(world.name).git.head(
        "main"
    )
    repository.create_branch("copy", head)
    assert repository.commits_ahead("main", "copy") == 1
    repository.delete_branch(branch)
    repository.delete_branch(branch)
    assert not repository.branch_exists(branch)


def test_a_branch_at_another_commit_is_in_the_way(world: World) -> None:
    world.github.commit_files(world.name, "taken", {"b.txt": "b"}, "Work", "alice", base="main")
    with pytest.raises(PermanentError) as caught:
        world.repository.create_branch("taken", "main")
    assert caught.value.status == 422


def test_a_missing_base_is_told_from_a_missing_branch(world: World) -> None:
    with pytest.raises(NotFound):
        world.repository.commits_ahead("no-such-base", "main")
    with pytest.raises(NotFound):
        world.repository.create_branch("new", "no-such-base")


def test_rules_of_a_branch(world: World) -> None:
    assert not world.repository.branch_rules("main").guards
    world.github.repository(world.name).rules["main"] = Rules(
        required_checks=["build", "lint"],
        required_approvals=2,
        allowed_merge_methods=["rebase", "merge"],
    )
    assert world.repository.branch_rules("main") == BranchRules(
        required_checks=("build", "lint"),
        required_approvals=2,
        merge_methods=("merge", "rebase"),
    )


def test_a_pull_request_is_opened_once(world: World) -> None:
    assert world.repository.pull_request_for_branch("topic/a.txt") is None
    number = world.open_pull()
    again = world.repository.open_pull_request(
        head="topic/a.txt", base="main", title="Task 1", body=""
    )
    assert again == number == world.repository.pull_request_for_branch("topic/a.txt")


def test_the_open_pull_request_of_a_branch_comes_before_a_closed_one(world: World) -> None:
    first = world.open_pull()
    world.github.close(world.name, first, by="alice")
    assert world.repository.pull_request_for_branch("topic/a.txt") == first
    second = world.repository.open_pull_request(
        head="topic/a.txt", base="main", title="Again", body=""
    )
    assert world.repository.pull_request_for_branch("topic/a.txt") == second


def test_a_pull_request_without_commits_is_refused_in_githubs_words(world: World) -> None:
    world.repository.create_branch("empty", "main")
    with pytest.raises(PermanentError, match="No commits between main and empty"):
        world.repository.open_pull_request(head="empty", base="main", title="T", body="")


def test_a_snapshot_says_all_there_is(world: World) -> None:
    number = world.open_pull(draft=True)
    world.repository.set_pull_request_body(number, "new body")
    seen = world.repository.pull_request(number)
    git = world.github.repository(world.name).git
    assert seen.number == number
    assert (seen.title, seen.body) == ("Task 1", "new body")
    assert (seen.head_branch, seen.head_sha) == ("topic/a.txt", git.head("topic/a.txt"))
    assert (seen.base_branch, seen.base_sha) == ("main", git.head("main"))
    assert (seen.is_open, seen.is_draft, seen.is_merged) == (True, True, False)
    assert seen.opened_at == world.github.clock.now()
    assert seen.ready_at is None
    assert seen.closed_by is None
    assert seen.merge_sha is None
    assert seen.is_same_repository
    assert (seen.author, seen.head_branch_exists) == ("orchestra[bot]", True)
    assert (seen.files, seen.merge_state) == (("a.txt",), "unknown")
    assert (seen.queue_position, seen.auto_merge) == (None, False)
    assert (seen.reviews, seen.requested_reviewers, seen.unresolved_threads) == ((), (), 0)
    assert not seen.base.has_checks
    assert seen.checks == ()


def test_un_drafting_is_dated(world: World) -> None:
    number = world.open_pull(draft=True)
    world.pass_time(60)
    world.repository.mark_ready(world.repository.pull_request(number).node_id)
    seen = world.repository.pull_request(number)
    assert not seen.is_draft
    assert seen.ready_at == seen.opened_at + timedelta(seconds=60)


def test_who_closed_it(world: World) -> None:
    number = world.open_pull()
    world.github.close(world.name, number, by="alice")
    seen = world.repository.pull_request(number)
    assert (seen.is_open, seen.is_merged, seen.closed_by) == (False, False, "alice")
    world.github.reopen(world.name, number, by="alice")
    assert world.repository.pull_request(number).closed_by is None


def test_a_pull_request_is_closed_and_its_branch_deleted(world: World) -> None:
    number = world.open_pull()
    world.repository.close_pull_request(number)
    world.repository.delete_branch("topic/a.txt")
    seen = world.repository.pull_request(number)
    assert (seen.is_open, seen.head_branch_exists) == (False, False)


def test_who_merged_it_and_where(world: World) -> None:
    number = world.open_pull()
    sha = world.github.merge_pull_request(world.name, number, by="helper[bot]")
    seen = world.repository.pull_request(number)
    assert (seen.is_open, seen.is_merged) == (False, True)
    assert (seen.merge_sha, seen.merged_by) == (sha, "helper[bot]")


def test_a_pull_request_that_is_none(world: World, issue: int) -> None:
    with pytest.raises(NotFound):
        world.repository.pull_request(issue)


@pytest.mark.parametrize(
    "name",
    [
        *("fix#12", "rel#1/a#b", "what?x=1&y=2", "100%", "a%23b", "ünï/ß", "日本", "a'b\"c"),
        *("{x}", "$(id)", "semi;colon", "x/installation", "app/installations/1/access_tokens"),
    ],
)
def test_a_branch_is_found_whatever_its_name(world: World, name: str) -> None:
    if "?" in name:
        # Git itself allows none, but a person may ask for one.
        assert not world.repository.branch_exists(name)
        return
    world.github.commit_files(world.name, name, {"a": "a"}, "A", "alice", base="main")
    assert world.repository.branch_exists(name)
    assert world.repository.base_branch(name).sha is not None


@pytest.mark.parametrize("login", ["a#b", "a?b", "a\x01b", "%", "\ufffd", "a/b", "..", "x" * 300])
def test_somebody_of_any_name_is_not_found(world: World, login: str) -> None:
    with pytest.raises(NotFound):
        world.repository.permission_of(login)
