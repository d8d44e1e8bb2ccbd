"""Pull requests, reviews and merging."""

from sandbox.github.errors import not_found
from sandbox.github.operations import async_merge, branch_update, mergeability, merging, pulls
from sandbox.github.payloads import commits
from sandbox.github.payloads import pulls as payloads
from sandbox.github.state import PullRequest
from sandbox.github.wire.http import Answer, Call, paged, repo_route

READ = "pull_requests=read"
WRITE = "pull_requests=write"
PULL = "/pulls/{pull_number:int}"


def pull_of(call: Call) -> PullRequest:
    """Return the pull request in the path."""
    return pulls.find(call.repository, call.params["pull_number"])


def _shown(call: Call, pull: PullRequest, status: int = 200) -> Answer:
    shown = payloads.full(call.github, pull, mergeability.mergeable_state(pull))
    return Answer(status, shown, {"location": shown["url"]} if status == 201 else {})


@repo_route("GET", "/pulls", READ)
def list_pulls(call: Call) -> Answer:
    """`pulls/list`: `head` is `owner:branch`; newest first."""
    state = call.query.get("state", "open")
    head, base = call.query.get("head", ""), call.query.get("base")
    owner = call.repository.owner.login
    found = [
        pull
        for pull in call.repository.pulls
        if state in ("all", pull.issue.state)
        and (":" not in head or head == f"{owner}:{pull.head}")
        and base in (None, pull.base)
    ]
    ordered = found if call.query.get("direction") == "asc" else reversed(found)
    return paged(call, ordered, lambda pull: payloads.simple(call.github, pull))


@repo_route("POST", "/pulls", WRITE, role="write")
def create_pull(call: Call) -> Answer:
    """`pulls/create`."""
    made = pulls.create(
        call.github,
        call.repository,
        call.actor,
        head=call.text("head"),
        base=call.text("base"),
        title=call.text("title"),
        body=call.optional_text("body"),
        draft=bool(call.body.get("draft")),
    )
    return _shown(call, made, 201)


@repo_route("GET", PULL, READ)
def get_pull(call: Call) -> Answer:
    """`pulls/get`: the first look finds `mergeable` null and starts its computation."""
    pull = pull_of(call)
    answer = _shown(call, pull)
    mergeability.compute_mergeable(pull)
    return answer


@repo_route("PATCH", PULL, WRITE)
def update_pull(call: Call) -> Answer:
    """`pulls/update`; there is no way to un-draft here."""
    pull = pull_of(call)
    pulls.edit(call.github, pull, call.actor, call.body)
    return _shown(call, pull)


@repo_route("GET", PULL + "/files", READ)
def list_files(call: Call) -> Answer:
    """`pulls/list-files`."""
    pull = pull_of(call)
    git = call.repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    changes = git.changes(common, pull.head_sha)
    return paged(
        call,
        changes,
        lambda one: commits.file_change(call.github, pull.repository, pull.head_sha, one),
    )


@repo_route("GET", PULL + "/commits", READ)
def list_commits(call: Call) -> Answer:
    """`pulls/list-commits`."""
    pull = pull_of(call)
    found = pull.repository.git.between(pull.base_sha, pull.head_sha)
    return paged(call, found, lambda one: commits.commit(call.github, pull.repository, one.sha))


@repo_route("PUT", PULL + "/merge", "contents=write", role="write")
def merge(call: Call) -> Answer:
    """`pulls/merge`."""
    sha = merging.merge(
        call.github,
        pull_of(call),
        call.actor,
        method=call.text("merge_method", "merge"),
        sha=call.optional_text("sha"),
        title=call.optional_text("commit_title"),
        message=call.optional_text("commit_message"),
    )
    message = "Pull Request successfully merged"
    return Answer(200, {"sha": sha, "merged": True, "message": message})


@repo_route("GET", PULL + "/merge", READ)
def is_merged(call: Call) -> Answer:
    """`pulls/check-if-merged`."""
    if not pull_of(call).merged_at:
        raise not_found()
    return Answer(204)


@repo_route("PUT", PULL + "/merge-async", "contents=write", role="write")
def merge_async(call: Call) -> Answer:
    """`pulls/merge-async`."""
    _check_merge_async(call)
    status, body = async_merge.request(call.github, pull_of(call), call.actor, call.body)
    return Answer(status, body)


@repo_route("GET", PULL + "/merge-async/{uuid}", READ)
def get_merge_async(call: Call) -> Answer:
    """`pulls/get-merge-async-result`."""
    _check_merge_async(call)
    return Answer(200, async_merge.result(call.github, pull_of(call), call.params["uuid"]))


def _check_merge_async(call: Call) -> None:
    if not call.github.has_merge_async:
        raise not_found()


@repo_route("PUT", PULL + "/update-branch", WRITE, role="write")
def update_branch(call: Call) -> Answer:
    """`pulls/update-branch`: done at once, although GitHub only promises to."""
    pull = pull_of(call)
    expected = call.optional_text("expected_head_sha")
    branch_update.update_branch(call.github, pull, call.actor, expected)
    url = payloads.simple(call.github, pull)["url"]
    return Answer(202, {"message": "Updating pull request branch.", "url": url})
