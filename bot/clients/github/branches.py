"""Branches, and the pull requests opened from them."""

import re
from datetime import datetime
from typing import Any

from bot.clients.errors import NotFound, PermanentError
from bot.clients.github.api import Api
from bot.core.model.identifiers import CommitSha

_REF = "/repos/{owner}/{repo}/git/ref/{ref}"
_PULLS = "/repos/{owner}/{repo}/pulls"
_SHA = re.compile(r"[0-9a-f]{40}")


def head_of(api: Api, branch: str) -> str | None:
    """GET /repos/{owner}/{repo}/git/ref/{ref}: the head's SHA, None without the branch.

    GET …/branches/{branch} would do for most, but follows a branch that was renamed.
    """
    try:
        sha: str = api.call(f"GET {_REF}", ref=f"heads/{branch}")["object"]["sha"]
    except NotFound:
        return None
    return sha


def renamed_to(api: Api, branch: str) -> str | None:
    """GET …/branches/{branch}, which leads to a renamed branch's new name; None if it has none."""
    try:
        name: str = api.call("GET /repos/{owner}/{repo}/branches/{branch}", branch=branch)["name"]
    except NotFound:
        return None
    return None if name == branch else name


def create_branch(api: Api, branch: str, source: str) -> None:
    """POST /repos/{owner}/{repo}/git/refs from a SHA, or from the head of another branch.

    Raises PermanentError where the branch exists at another commit, NotFound without the source.
    """
    sha = source if _SHA.fullmatch(source) else head_of(api, source)
    if sha is None:
        raise NotFound("GitHub", f"there is no branch {source}", status=404)
    wanted = {"ref": f"refs/heads/{branch}", "sha": sha}
    try:
        api.call("POST /repos/{owner}/{repo}/git/refs", json=wanted)
    except PermanentError as error:
        if error.status != 422 or head_of(api, branch) != sha:
            raise


def delete_branch(api: Api, branch: str) -> None:
    """DELETE /repos/{owner}/{repo}/git/refs/{ref}; a branch that is gone already is fine."""
    try:
        api.call("DELETE /repos/{owner}/{repo}/git/refs/{ref}", ref=f"heads/{branch}")
    except NotFound:
        if head_of(api, branch) is not None:
            raise
    except PermanentError as error:
        # A protected branch answers 422 too.
        if error.status != 422 or "does not exist" not in error.message:
            raise


def commits_ahead(api: Api, base: str, branch: str) -> int | None:
    """How many commits `base` lacks; None when `branch` does not exist."""
    try:
        ahead: int = _compared(api, base, branch)["ahead_by"]
    except NotFound:
        if head_of(api, branch) is None:
            return None
        raise
    return ahead


def commits_since(api: Api, base: str, branch: str, since: datetime) -> int:
    """How many commits `base` lacks, 0 where the oldest of them was there before `since`.

    Commits are listed oldest first, and their times are in whole seconds.
    """
    try:
        found = _compared(api, base, branch)
    except NotFound:
        if head_of(api, branch) is None:
            return 0
        raise
    commits = found["commits"]
    made_at = [datetime.fromisoformat(one["commit"]["committer"]["date"]) for one in commits]
    return int(found["ahead_by"]) if made_at and min(made_at) >= since.replace(microsecond=0) else 0


def contains(api: Api, ancestor: str, head: str) -> bool:
    """Whether `ancestor` is in the history of `head`, or is it."""
    return _compared(api, ancestor, head)["status"] in ("ahead", "identical")


def merge_base(api: Api, base: str, head: str) -> CommitSha:
    """Return the newest commit that both have."""
    return CommitSha(_compared(api, base, head)["merge_base_commit"]["sha"])


def _compared(api: Api, base: str, head: str) -> dict[str, Any]:
    """GET /repos/{owner}/{repo}/compare/{basehead}, without most of its commits and files."""
    route = "GET /repos/{owner}/{repo}/compare/{basehead}"
    found: dict[str, Any] = api.call(route, basehead=f"{base}...{head}", params={"per_page": 1})
    return found


def pull_request_for_branch(api: Api, branch: str) -> int | None:
    """GET /repos/{owner}/{repo}/pulls?head=: an open one first, else the newest."""
    params = {"head": f"{api.path['owner']}:{branch}", "state": "all", "per_page": 100}
    found: list[dict[str, Any]] = api.call(f"GET {_PULLS}", params=params)
    ranked = [(pull["state"] == "open", pull["number"]) for pull in found]
    return max(ranked)[1] if ranked else None


def open_one_for_branch(api: Api, branch: str, base: str) -> int | None:
    """GET /repos/{owner}/{repo}/pulls?head=&base=&state=open; GitHub allows one of each pair."""
    params = {"head": f"{api.path['owner']}:{branch}", "base": base, "state": "open"}
    found: list[dict[str, Any]] = api.call(f"GET {_PULLS}", params=params)
    return max((pull["number"] for pull in found), default=None)


def open_ones_needing(api: Api, branch: str) -> tuple[int, ...]:
    """GET /repos/{owner}/{repo}/pulls?base= and ?head=: whoever's, into or from the branch."""
    numbers: set[int] = set()
    for which in ({"base": branch}, {"head": f"{api.path['owner']}:{branch}"}):
        found = api.pages(f"GET {_PULLS}", params={**which, "state": "open"})
        numbers |= {pull["number"] for pull in found}
    return tuple(sorted(numbers))


def open_pull_request(api: Api, request: dict[str, Any]) -> int:
    """POST /repos/{owner}/{repo}/pulls; where there is one already, that one's number."""
    try:
        number: int = api.call(f"POST {_PULLS}", json=request)["number"]
    except PermanentError as error:
        existing = None
        if error.status == 422 and "already exists" in error.message:
            existing = pull_request_for_branch(api, request["head"])
        if existing is None:
            raise
        return existing
    return number
