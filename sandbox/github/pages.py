"""The fake's pages for people: a repository, its issues and its pull requests, to read and comment.

They are what `html_url` in payloads leads to. Nothing of them is in the ledger.
"""

import re
from html import escape
from urllib.parse import parse_qs

from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.clock import github_time
from sandbox.github.errors import Refusal
from sandbox.github.fake import GitHub
from sandbox.github.operations import comments
from sandbox.github.state import Issue, PullRequest, Repository

_PATH = re.compile(r"/(?P<name>[^/]+/[^/]+?)(?:/(?P<kind>issues|pull)/(?P<number>\d+))?/?")
_REFERENCE = re.compile(r"(?<![\w&/\"'>])#(\d+)\b")
_WHO = "ada"
_COMMITS = 20
_STYLE = """
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 15px/1.5 sans-serif; }
article { border: 1px solid #d1d9e0; border-radius: 6px; margin: 1rem 0; padding: 0 1rem; }
article > header { color: #59636e; margin: .5rem 0; } a { color: #0969da; }
pre { background: #f6f8fa; padding: .8rem; overflow: auto; } textarea { width: 100%; }
blockquote { border-left: .25em solid #8250df; margin-left: 0; padding-left: 1em; }
td, th { border: 1px solid #d1d9e0; padding: .3rem .8rem; } table { border-collapse: collapse; }
"""
# Issues may hold anything: no script of theirs runs, and nothing of theirs is fetched.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
}


class Pages:
    """`api`, and the pages where a repository of the path's name exists."""

    def __init__(self, github: GitHub, api: ASGIApp) -> None:
        self._github, self._api = github, api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with a page, or pass the request on as it is."""
        found = _PATH.fullmatch(scope.get("path", ""))
        repository = self._github.repositories.get(found["name"].lower()) if found else None
        if found is None or repository is None:
            await self._api(scope, receive, send)
            return
        request = Request(scope, receive)
        body = (await request.body()).decode(errors="replace")
        with self._github.lock:
            answer = self._answer(request, repository, found["number"], body)
        await answer(scope, receive, send)

    def _answer(
        self, request: Request, repository: Repository, number: str | None, body: str
    ) -> Response:
        if number is None:
            return _page(repository.full_name, _overview(repository))
        issue = repository.issues.get(int(number))
        if issue is None:
            return _page("404", "<p>There is no such issue.</p>", 404)
        if request.method != "POST":
            return _page(f"{issue.title} · #{issue.number}", _thread(issue))
        if request.headers.get("origin", self._github.url) != self._github.url:
            return _page("403", "<p>This form is of another site.</p>", 403)
        try:
            text = "".join(parse_qs(body).get("body", []))
            comments.create(self._github, issue, self._github.person(_WHO), text)
        except Refusal as refusal:
            return _page(str(refusal.status), f"<p>{escape(refusal.message)}</p>", refusal.status)
        return RedirectResponse(request.url.path, 303)


def _page(title: str, text: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style><h1>{escape(title)}</h1>{text}</html>",
        status,
        _HEADERS,
    )


def _overview(repository: Repository) -> str:
    """All issues and pull requests, and the default branch's last commits."""
    listed = [
        f'<li><a href="{_place(one)}">#{one.number} {escape(one.title)}</a> · {_state(one)}</li>'
        for one in reversed(repository.issues.values())
    ]
    git, sha = repository.git, repository.git.head(repository.default_branch)
    lines: list[str] = []
    while sha and len(lines) < _COMMITS:
        commit = git.commit(sha)
        lines.append(f"{sha[:7]} {commit.message.splitlines()[0]}")
        sha = commit.parents[0] if commit.parents else None
    return (
        f"<h2>Issues and pull requests</h2><ul>{''.join(listed) or '<li>none yet</li>'}</ul>"
        f"<h2>{escape(repository.default_branch)}</h2><pre>{escape(chr(10).join(lines))}</pre>"
    )


def _thread(issue: Issue) -> str:
    """Show what was said, a pull request's checks and changes, and a form."""
    repository = issue.repository
    parts = [
        f'<p>{_state(issue)} · <a href="/{repository.full_name}">{repository.full_name}</a>'
        f"{''.join(f' · {escape(label.name)}' for label in issue.labels)}</p>",
        _said(issue, issue.user.login, github_time(issue.created_at), issue.body or ""),
        *(_work(issue.pull) if issue.pull else ()),
        *(
            _said(issue, one.user.login, github_time(one.created_at), one.body)
            for one in issue.comments
        ),
        f'<form method="post"><textarea name="body" rows="3" required></textarea>'
        f"<button>Comment as {_WHO}</button></form>",
    ]
    return "".join(parts)


def _work(pull: PullRequest) -> list[str]:
    """Show a pull request's branches, checks, reviews and changes."""
    repository = pull.repository
    runs = [one for one in repository.check_runs.values() if one.head_sha == pull.head_sha]
    git = repository.git
    common = git.merge_base(pull.base_sha, pull.head_sha) or pull.base_sha
    checks = [f"<li>{escape(one.name)}: {one.conclusion or one.status}</li>" for one in runs]
    said = [
        f"<li>{escape(one.user.login)}: {one.state} {escape(one.body)}</li>" for one in pull.reviews
    ]
    said += [
        f"<li>{escape(one.user.login)} on {escape(thread.path)}: {escape(one.body)}</li>"
        for thread in pull.threads
        for one in thread.comments
    ]
    changes = [
        f"<h3>{escape(change.path)}</h3><pre>{escape(change.patch or '')}</pre>"
        for change in git.changes(common, pull.head_sha)
    ]
    return [
        f"<p><code>{escape(pull.head)}</code> into <code>{escape(pull.base)}</code></p>",
        f"<h2>Checks</h2><ul>{''.join(checks) or '<li>none</li>'}</ul>",
        f"<h2>Reviews</h2><ul>{''.join(said) or '<li>none</li>'}</ul>",
        f"<h2>Changes</h2>{''.join(changes) or '<p>none</p>'}<h2>Conversation</h2>",
    ]


def _said(issue: Issue, login: str, at: str, text: str) -> str:
    markdown = MarkdownIt("commonmark", {"html": True, "breaks": True}).enable("table")
    name = issue.repository.full_name
    shown = _REFERENCE.sub(rf'<a href="/{name}/issues/\1">#\1</a>', markdown.render(text))
    return f"<article><header>{escape(login)}, {at}</header>{shown}</article>"


def _place(issue: Issue) -> str:
    kind = "pull" if issue.pull else "issues"
    return f"/{issue.repository.full_name}/{kind}/{issue.number}"


def _state(issue: Issue) -> str:
    if issue.pull and issue.pull.merged_at:
        return "merged"
    return "draft" if issue.pull and issue.pull.open and issue.pull.draft else issue.state
