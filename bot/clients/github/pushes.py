"""Who pushed to a branch, and whether a push brought in nothing but the base."""

from dataclasses import dataclass
from typing import Any

from bot.clients.github import branches
from bot.clients.github.api import Api
from bot.core.model.identifiers import CommitSha, Login

# GitHub lists no more of a commit's or a comparison's files on one page.
_MAX_FILES = 300

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """One entry of a branch's activity; `by` is None where GitHub shows no account."""

    before: CommitSha
    after: CommitSha
    by: Login | None
    is_bot: bool


def of_branch(api: Api, branch: str) -> tuple[Pushed, ...]:
    """GET /repos/{owner}/{repo}/activity: merges and the branch's creation are pushes as well."""
    params = {"ref": f"refs/heads/{branch}", "per_page": 100}
    found: list[Json] = api.call("GET /repos/{owner}/{repo}/activity", params=params)
    return tuple(_pushed(one) for one in found if one["activity_type"] != "branch_deletion")


def _pushed(entry: Json) -> Pushed:
    actor: Json | None = entry.get("actor")
    return Pushed(
        before=CommitSha(entry["before"]),
        after=CommitSha(entry["after"]),
        by=Login(actor["login"]) if actor else None,
        is_bot=actor is not None and actor["type"] == "Bot",
    )


def merges_nothing_else(api: Api, sha: str, onto: str, base: str) -> bool:
    """Compare what the merge changed with what the base had changed, file by file.

    Its author, committer and message are whatever its author says. Where both sides had changed a
    file, the merge may have changed it once more, and is taken for more than a merge.
    """
    commit: Json = api.call("GET /repos/{owner}/{repo}/commits/{ref}", ref=sha)
    parents = [parent["sha"] for parent in commit["parents"]]
    if len(parents) != 2 or parents[0] != onto:
        return False
    if not branches.contains(api, parents[1], base):
        return False
    brought: Json = api.call(
        "GET /repos/{owner}/{repo}/compare/{basehead}",
        basehead=f"{onto}...{parents[1]}",
        params={"per_page": 1},
    )
    files = commit.get("files") or ()
    if max(len(files), len(brought.get("files") or ())) >= _MAX_FILES:
        return False
    return _states(files) == _states(brought.get("files") or ())


def _states(files: Any) -> set[tuple[str, str, str | None]]:
    return {(one["filename"], one["status"], one["sha"]) for one in files}
