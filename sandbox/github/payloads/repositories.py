"""Repositories, branches, references and files."""

import base64
from urllib.parse import quote

from sandbox.clock import github_time
from sandbox.github.git.objects import Leaf
from sandbox.github.payloads.base import Payload, Site, user
from sandbox.github.state import Repository, User, node_id

PLAIN_LINKS = (
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "hooks",
    "languages",
    "merges",
    "stargazers",
    "subscribers",
    "subscription",
    "tags",
    "teams",
)
TEMPLATE_LINKS = {
    "archive": "/{archive_format}{/ref}",
    "assignees": "/assignees{/user}",
    "blobs": "/git/blobs{/sha}",
    "branches": "/branches{/branch}",
    "collaborators": "/collaborators{/collaborator}",
    "comments": "/comments{/number}",
    "commits": "/commits{/sha}",
    "compare": "/compare/{base}...{head}",
    "contents": "/contents/{+path}",
    "git_commits": "/git/commits{/sha}",
    "git_refs": "/git/refs{/sha}",
    "git_tags": "/git/tags{/sha}",
    "issue_comment": "/issues/comments{/number}",
    "issue_events": "/issues/events{/number}",
    "issues": "/issues{/number}",
    "keys": "/keys{/key_id}",
    "labels": "/labels{/name}",
    "milestones": "/milestones{/number}",
    "notifications": "/notifications{?since,all,participating}",
    "pulls": "/pulls{/number}",
    "releases": "/releases{/id}",
    "statuses": "/statuses/{sha}",
    "trees": "/git/trees{/sha}",
}


def address(site: Site, repository: Repository) -> str:
    """Return the repository's place in the API."""
    return f"{site.url}/repos/{repository.full_name}"


def page(site: Site, repository: Repository) -> str:
    """Return the repository's page for people."""
    return f"{site.url}/{repository.full_name}"


def _links(site: Site, repository: Repository) -> Payload:
    api = address(site, repository)
    links = {f"{name}_url": f"{api}/{name}" for name in PLAIN_LINKS}
    links |= {f"{name}_url": api + tail for name, tail in TEMPLATE_LINKS.items()}
    host = site.url.partition("://")[2]
    html = page(site, repository)
    return {
        "url": api,
        "html_url": html,
        **links,
        "git_url": f"git://{host}/{repository.full_name}.git",
        "ssh_url": f"git@{host}:{repository.full_name}.git",
        "clone_url": f"{html}.git",
        "svn_url": html,
        "mirror_url": None,
    }


def minimal(site: Site, repository: Repository) -> Payload:
    """`repository`, which also satisfies `minimal-repository`."""
    open_issues = sum(issue.state == "open" for issue in repository.issues.values())
    created = github_time(repository.created_at)
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "owner": user(site, repository.owner),
        "private": repository.private,
        "description": None,
        "fork": False,
        **_links(site, repository),
        "homepage": None,
        "language": None,
        "license": None,
        "topics": [],
        "visibility": "private" if repository.private else "public",
        "default_branch": repository.default_branch,
        "size": 1,
        **dict.fromkeys(("forks", "forks_count", "watchers", "watchers_count"), 0),
        "stargazers_count": 0,
        "open_issues": open_issues,
        "open_issues_count": open_issues,
        **dict.fromkeys(("has_issues", "has_projects", "has_wiki", "has_downloads"), True),
        "has_pages": False,
        "has_discussions": False,
        "archived": repository.archived,
        "disabled": False,
        "is_template": False,
        "allow_forking": True,
        "web_commit_signoff_required": False,
        "created_at": created,
        "updated_at": created,
        "pushed_at": github_time(repository.pushed_at),
    }


def full(site: Site, repository: Repository) -> Payload:
    """`full-repository`."""
    methods = repository.rules_of(repository.default_branch).allowed_merge_methods
    return {
        **minimal(site, repository),
        "subscribers_count": 0,
        "network_count": 0,
        "allow_squash_merge": "squash" in methods,
        "allow_merge_commit": "merge" in methods,
        "allow_rebase_merge": "rebase" in methods,
        "allow_auto_merge": repository.allow_auto_merge,
        "delete_branch_on_merge": repository.delete_branch_on_merge,
        "allow_update_branch": True,
    }


def permission(site: Site, account: User, role: str) -> Payload:
    """`repository-collaborator-permission`: maintain reads as write, triage as read."""
    coarse = {"maintain": "write", "triage": "read"}.get(role, role)
    return {
        "permission": coarse,
        "role_name": role,
        "user": {**user(site, account), "role_name": role},
    }


def reference(site: Site, repository: Repository, branch: str, sha: str) -> Payload:
    """`git-ref`."""
    api = address(site, repository)
    return {
        "ref": f"refs/heads/{branch}",
        "node_id": node_id("REF", repository.id) + quote(branch, safe=""),
        "url": f"{api}/git/refs/heads/{quote(branch)}",
        "object": {"type": "commit", "sha": sha, "url": f"{api}/git/commits/{sha}"},
    }


def _content(site: Site, repository: Repository, path: str, ref: str, leaf: Leaf) -> Payload:
    api, html = address(site, repository), page(site, repository)
    own = f"{api}/contents/{quote(path)}?ref={quote(ref)}"
    blob = f"{api}/git/blobs/{leaf.sha}"
    shown = f"{html}/blob/{quote(ref)}/{quote(path)}"
    return {
        "name": path.rpartition("/")[2],
        "path": path,
        "sha": leaf.sha,
        "url": own,
        "html_url": shown,
        "git_url": blob,
        "download_url": f"{html}/raw/{quote(ref)}/{quote(path)}",
        "_links": {"self": own, "git": blob, "html": shown},
    }


def file(site: Site, repository: Repository, path: str, ref: str, leaf: Leaf) -> Payload:
    """`content-file`, its text in base64 with a line break every 60 characters."""
    data = repository.git.objects.read(leaf.sha)
    text = base64.b64encode(data).decode()
    lines = [text[start : start + 60] + "\n" for start in range(0, len(text), 60)]
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(data),
        "content": "".join(lines),
        **_content(site, repository, path, ref, leaf),
    }


def directory(
    site: Site, repository: Repository, path: str, ref: str, files: dict[str, Leaf]
) -> list[Payload]:
    """`content-directory`: the entries right under `path`."""
    prefix = f"{path}/" if path else ""
    entries: dict[str, Payload] = {}
    for name, leaf in files.items():
        if not name.startswith(prefix):
            continue
        first, below, _ = name[len(prefix) :].partition("/")
        kind = "dir" if below else "file"
        size = 0 if below else len(repository.git.objects.read(leaf.sha))
        entry = _content(site, repository, prefix + first, ref, leaf)
        entries.setdefault(first, {"type": kind, "size": size, **entry})
    return [entries[name] for name in sorted(entries)]


def tree(site: Site, repository: Repository, sha: str, *, recursive: bool) -> Payload:
    """`git-tree` of a commit, its folders left out."""
    api, git = address(site, repository), repository.git
    files = git.files_at(sha)
    root = git.commit(sha).tree
    entries = [
        {
            "path": path,
            "mode": leaf.mode,
            "type": "blob",
            "sha": leaf.sha,
            "size": len(git.objects.read(leaf.sha)),
            "url": f"{api}/git/blobs/{leaf.sha}",
        }
        for path, leaf in sorted(files.items())
        if recursive or "/" not in path
    ]
    return {"sha": root, "url": f"{api}/git/trees/{root}", "tree": entries, "truncated": False}
