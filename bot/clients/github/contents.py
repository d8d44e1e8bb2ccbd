"""The settings file that a repository keeps for us."""

import base64
from dataclasses import dataclass
from itertools import islice
from typing import Any

from bot.clients.errors import NotFound
from bot.clients.github.api import Api
from bot.core.model.mistakes import SettingsMistake
from bot.core.model.mistakes import SettingsMistakeKind as Kind

SETTINGS_PATH = ".github/orchestra.yml"
MAX_FILE = 100_000  # bytes
MAX_PATHS = 2_000
_NOT_MODIFIED, _NOT_FOUND = 304, 404
# What GitHub answers of a repository in which nothing was committed yet.
_EMPTY = 409
_QUERY = """\
query SettingsFile($owner: String!, $repo: String!, $expression: String!) {
  repository(owner: $owner, name: $repo) { object(expression: $expression) { id } }
}
"""


@dataclass(frozen=True, kw_only=True)
class FileAnswer:
    """The file's text, None without it; `etag` is for the next fetch.

    `unchanged` says that the text is the one `etag` came with. `problem` is why a file that
    is there has no text.
    """

    text: str | None = None
    etag: str | None = None
    unchanged: bool = False
    problem: SettingsMistake | None = None


def settings_file(api: Api, etag: str | None, *, doubts: bool = False) -> FileAnswer:
    """GET /repos/{owner}/{repo}/contents/{path}, of the default branch.

    With `doubts` one 404 does not take the settings away: it raises NotFound where there was a file
    before (`etag`), or GraphQL's Repository.object shows one.
    """
    route = "GET /repos/{owner}/{repo}/contents/{path}"
    answer = api.answer(route, path=SETTINGS_PATH, etag=etag, accept=(_NOT_FOUND,))
    if answer.status == _NOT_MODIFIED:
        return FileAnswer(etag=answer.etag or etag, unchanged=True)
    if answer.status == _NOT_FOUND:
        if doubts and (etag is not None or _is_there(api)):
            raise NotFound("GitHub", f"GitHub does not show {SETTINGS_PATH}", status=_NOT_FOUND)
        return FileAnswer()
    if problem := _problem(answer.body):
        return FileAnswer(etag=answer.etag, problem=problem)
    try:
        text = base64.b64decode(answer.body["content"]).decode()
    except UnicodeDecodeError:
        return FileAnswer(etag=answer.etag, problem=SettingsMistake(kind=Kind.NOT_TEXT))
    return FileAnswer(text=text, etag=answer.etag)


def readme(api: Api) -> str:
    """GET /repos/{owner}/{repo}/readme, of the default branch; empty without one that is text."""
    answer = api.answer("GET /repos/{owner}/{repo}/readme", accept=(_NOT_FOUND,))
    if answer.status == _NOT_FOUND or answer.body.get("encoding") != "base64":
        return ""
    return base64.b64decode(answer.body["content"]).decode(errors="replace")


def paths(api: Api, branch: str) -> tuple[str, ...]:
    """GET /repos/{owner}/{repo}/git/trees/{tree_sha}: the files of a branch, the first 2,000.

    GitHub's list ends at 100,000 entries. A repository without a commit has none.
    """
    route = "GET /repos/{owner}/{repo}/git/trees/{tree_sha}"
    answer = api.answer(
        route, tree_sha=branch, params={"recursive": "1"}, accept=(_NOT_FOUND, _EMPTY)
    )
    if answer.status in (_NOT_FOUND, _EMPTY):
        return ()
    files = (one["path"] for one in answer.body["tree"] if one["type"] == "blob")
    return tuple(islice(files, MAX_PATHS))


def _is_there(api: Api) -> bool:
    variables = {**api.path, "expression": f"HEAD:{SETTINGS_PATH}"}
    repository = api.graphql("SettingsFile", _QUERY, variables).get("repository") or {}
    return repository.get("object") is not None


def _problem(body: Any) -> SettingsMistake | None:
    """Say why it is no settings file: a directory is a list; above 1 MB content is left out."""
    if isinstance(body, list) or body["type"] != "file":
        word = "directory" if isinstance(body, list) else body["type"]
        return SettingsMistake(kind=Kind.NOT_A_FILE, word=word)
    if body["size"] > MAX_FILE:
        return SettingsMistake(kind=Kind.TOO_LARGE, limit=MAX_FILE)
    return None
