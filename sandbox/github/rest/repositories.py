"""Repositories: branches, rules, files, references, comparison, collaborators."""

from sandbox.github.errors import Refusal, moved_permanently, not_found, unprocessable
from sandbox.github.operations import branches
from sandbox.github.payloads import commits, repositories, rules
from sandbox.github.wire.http import Answer, Call, paged, repo_route

# As seen in https://github.com/github/branch-deploy/issues/345.
NEEDS_PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."


def resolve(call: Call, name: str) -> str:
    """Return the SHA that a branch or SHA names, or answer 404."""
    found = call.repository.git.resolve(name)
    if found is None:
        raise not_found()
    return found


@repo_route("GET", "", "metadata=read")
def get_repository(call: Call) -> Answer:
    """`repos/get`."""
    return Answer(200, repositories.full(call.github, call.repository))


@repo_route("GET", "/collaborators/{username}/permission", "metadata=read")
def get_permission(call: Call) -> Answer:
    """`repos/get-collaborator-permission-level`; 404 for a login nobody has."""
    found = call.github.users.get(call.params["username"].lower())
    if found is None:
        raise Refusal(404, f"{call.params['username']} is not a user")
    role = call.repository.role_of(found)
    return Answer(200, repositories.permission(call.github, found, role))


@repo_route("GET", "/branches", "contents=read")
def list_branches(call: Call) -> Answer:
    """`repos/list-branches`."""
    repository = call.repository

    def short(name: str) -> dict[str, object]:
        shown = commits.branch(call.github, repository, name, repository.git.head(name) or "")
        commit = shown["commit"]
        return {
            "name": name,
            "commit": {"sha": commit["sha"], "url": commit["url"]},
            "protected": shown["protected"],
        }

    return paged(call, repository.git.branches(), short)


@repo_route("GET", "/branches/{branch:path}", "contents=read")
def get_branch(call: Call) -> Answer:
    """`repos/get-branch`."""
    name = call.params["branch"]
    sha = call.repository.git.head(name)
    if sha is None and (new := call.repository.renamed_branches.get(name)):
        raise moved_permanently(f"{call.github.url}{call.path.removesuffix(name)}{new}")
    if sha is None:
        raise Refusal(404, "Branch not found")
    return Answer(200, commits.branch(call.github, call.repository, name, sha))


@repo_route("GET", "/rules/branches/{branch:path}", "metadata=read")
def get_rules(call: Call) -> Answer:
    """`repos/get-branch-rules`: empty where there are none, 403 where the plan has none."""
    repository = call.repository
    if not repository.has_rules:
        raise Refusal(403, NEEDS_PLAN)
    wanted = repository.rules_of(call.params["branch"])
    return paged(call, rules.rules(repository, wanted), lambda rule: rule)


@repo_route("GET", "/contents/{path:path}", "contents=read")
def get_content(call: Call) -> Answer:
    """`repos/get-content`: a file in base64, or a directory's entries."""
    repository = call.repository
    path = call.params["path"].strip("/")
    ref = call.query.get("ref") or repository.default_branch
    sha = repository.git.resolve(ref)
    if sha is None:
        raise Refusal(404, f"No commit found for the ref {ref}")
    files = dict(repository.git.files_at(sha))
    if path in files:
        return Answer(200, repositories.file(call.github, repository, path, ref, files[path]))
    listed = repositories.directory(call.github, repository, path, ref, files)
    if not listed:
        raise not_found()
    return Answer(200, listed)


@repo_route("GET", "/readme", "contents=read")
def get_readme(call: Call) -> Answer:
    """`repos/get-readme`: the one at the top, by its usual names."""
    repository = call.repository
    ref = call.query.get("ref") or repository.default_branch
    sha = repository.git.resolve(ref)
    files = dict(repository.git.files_at(sha)) if sha else {}
    names = [path for path in sorted(files) if path.lower().partition(".")[0] == "readme"]
    if not names:
        raise not_found()
    shown = repositories.file(call.github, repository, names[0], ref, files[names[0]])
    return Answer(200, shown)


@repo_route("GET", "/git/trees/{tree_sha:path}", "contents=read")
def get_tree(call: Call) -> Answer:
    """`git/get-tree`: all files where it is recursive, else what stands at the top."""
    sha = call.repository.git.resolve(call.params["tree_sha"])
    if sha is None:
        raise not_found()
    recursive = bool(call.query.get("recursive"))
    return Answer(200, repositories.tree(call.github, call.repository, sha, recursive=recursive))


def _branch_in(ref: str) -> str:
    """`heads/x` to `x`; there are no tags here."""
    if not ref.startswith("heads/"):
        raise not_found()
    return ref.removeprefix("heads/")


@repo_route("GET", "/git/ref/{ref:path}", "contents=read")
def get_ref(call: Call) -> Answer:
    """`git/get-ref`."""
    name = _branch_in(call.params["ref"])
    sha = call.repository.git.head(name)
    if sha is None:
        raise not_found()
    return Answer(200, repositories.reference(call.github, call.repository, name, sha))


@repo_route("POST", "/git/refs", "contents=write", role="write")
def create_ref(call: Call) -> Answer:
    """`git/create-ref`."""
    ref, sha = call.text("ref"), call.text("sha")
    if not ref.startswith("refs/heads/") or ref == "refs/heads/":
        raise unprocessable("Reference name must start with 'refs/heads/'")
    name = ref.removeprefix("refs/heads/")
    branches.create(call.github, call.repository, call.actor, name, sha)
    shown = repositories.reference(call.github, call.repository, name, sha)
    return Answer(201, shown, {"location": shown["url"]})


@repo_route("PATCH", "/git/refs/{ref:path}", "contents=write", role="write")
def update_ref(call: Call) -> Answer:
    """`git/update-ref`: only forward unless forced."""
    repository, name, sha = call.repository, _branch_in(call.params["ref"]), call.text("sha")
    before = repository.git.head(name)
    if before is None:
        raise unprocessable("Reference does not exist")
    if not repository.git.objects.exists(sha):
        raise unprocessable("Object does not exist")
    if not call.body.get("force") and before not in repository.git.ancestors(sha):
        raise unprocessable("Update is not a fast forward")
    branches.move(call.github, repository, call.actor, name, sha)
    return Answer(200, repositories.reference(call.github, repository, name, sha))


@repo_route("DELETE", "/git/refs/{ref:path}", "contents=write", role="write")
def delete_ref(call: Call) -> Answer:
    """`git/delete-ref`: 422 when it is gone already."""
    if not call.params["ref"].startswith("heads/"):
        raise unprocessable("Reference does not exist")
    name = _branch_in(call.params["ref"])
    branches.delete(call.github, call.repository, call.actor, name)
    return Answer(204)


@repo_route("GET", "/compare/{basehead:path}", "contents=read")
def compare(call: Call) -> Answer:
    """`repos/compare-commits-with-basehead`."""
    basehead = call.params["basehead"]
    names = [part.rpartition(":")[2] for part in basehead.split("...")]
    if len(names) != 2:
        raise not_found()
    base, head = (resolve(call, name) for name in names)
    common = call.repository.git.merge_base(base, head)
    if common is None:
        raise Refusal(404, f"No common ancestor between {names[0]} and {names[1]}.")
    shown = commits.comparison(
        call.github, call.repository, basehead=basehead, base=base, head=head, common=common
    )
    return Answer(200, shown)


@repo_route("GET", "/activity", "contents=read")
def list_activity(call: Call) -> Answer:
    """`repos/list-activities`: newest first; `ref` with or without `refs/heads/`."""
    ref, kind = call.query.get("ref"), call.query.get("activity_type")
    actor = call.query.get("actor")
    whole = ref if ref is None or ref.startswith("refs/") else f"refs/heads/{ref}"
    found = [
        one
        for one in reversed(call.repository.activities)
        if whole in (None, one.ref)
        and kind in (None, one.kind)
        and actor in (None, one.actor.login)
    ]
    return paged(call, found, lambda one: commits.activity(call.github, one))


@repo_route("GET", "/commits/{ref:path}", "contents=read")
def get_commit(call: Call) -> Answer:
    """`repos/get-commit`."""
    sha = call.repository.git.resolve(call.params["ref"])
    if sha is None:
        raise unprocessable(f"No commit found for SHA: {call.params['ref']}")
    return Answer(200, commits.detailed(call.github, call.repository, sha))
