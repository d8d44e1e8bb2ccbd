"""What the fakes' own services do not offer: scripts, rules and records, below `/_sandbox/`.

Another process says here by HTTP what a test in this process says in Python. Bodies carry the
fields of the dataclasses they are made into; a mistake is answered 422 in words.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from typing import Any, TypeVar

from pydantic import TypeAdapter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.cursor import AgentScript, Cursor
from sandbox.github import (
    BranchRules,
    CheckScript,
    GitHub,
    Issue,
    PullRequest,
    Refusal,
    Repository,
)
from sandbox.github.pages import Pages
from sandbox.ledger import Ledger
from sandbox.llm import LanguageModel
from sandbox.llm.service import reply_of
from sandbox.webhooks import Outbox

PREFIX = "/_sandbox"
ACTS = (
    "archive_repository",
    "change_settings",
    "close",
    "commit_files",
    "convert_to_draft",
    "delete_branch",
    "dequeue",
    "dismiss_review",
    "edit_issue",
    "force_push",
    "lock_issue",
    "merge_pull_request",
    "press_button",
    "ready_for_review",
    "rename_branch",
    "reopen",
    "reply",
    "request_review",
    "rerun_job",
    "resolve_threads",
    "retarget",
    "revert",
    "review",
    "run_checks",
    "unarchive_repository",
    "unlabel",
    "unlock_issue",
)

Script = TypeVar("Script", AgentScript, BranchRules, CheckScript)
Act = Callable[[Request, dict[str, Any]], Any]


class Controlled:
    """A fake's ASGI application with the control routes beside it."""

    def __init__(self, service: ASGIApp, control: ASGIApp) -> None:
        self._service, self._control = service, control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as it is: the fakes drop connections by `receive` and `send`."""
        ours = scope.get("path", "").startswith(PREFIX + "/")
        await (self._control if ours else self._service)(scope, receive, send)


def github_control(github: GitHub, cursor: Cursor | None = None) -> Controlled:
    """GitHub's API and pages, and control of its repositories.

    `POST /repositories` takes `full_name`, `files` (path to text), `roles` (login to role),
    `rules` (branch to BranchRules), `checks` (name to CheckScript) and `install` (the App, on the
    owner's whole account); it answers `{full_name, git_dir}`, and `cursor` lists it from then. `PUT
    /repositories/{owner}/{name}/checks` and `…/rules` replace those. `POST …/acts/{act}` does one
    of ACTS, a method of GitHub, with the body's fields as its arguments; it answers what came of
    it as `{id}`, `{number}` or `{sha}`, 204 where nothing did. `GET /ledger` and `/webhooks` tell
    what was asked and sent.
    """

    def create(_: Request, body: dict[str, Any]) -> Any:
        repository = github.create_repository(body["full_name"], body.get("files"))
        for login, role in (body.get("roles") or {}).items():
            github.set_permission(repository.full_name, login, role)
        repository.rules = scripts(BranchRules, body.get("rules") or {})
        repository.ci.checks = scripts(CheckScript, body.get("checks") or {})
        if body.get("install"):
            github.install(repository.owner.login, by="ada")
        if cursor is not None:
            cursor.repositories.append(repository.full_name)
        return {"full_name": repository.full_name, "git_dir": repository.git_dir}

    def set_checks(request: Request, body: dict[str, Any]) -> None:
        _repository(github, request).ci.checks = scripts(CheckScript, body)

    def set_rules(request: Request, body: dict[str, Any]) -> None:
        _repository(github, request).rules = scripts(BranchRules, body)

    def do(request: Request, body: dict[str, Any]) -> Any:
        act = request.path_params["act"]
        if act not in ACTS:
            raise ValueError(f"there is no act {act}, only {', '.join(ACTS)}")
        return _outcome(getattr(github, act)(_repository(github, request).full_name, **body))

    one = "/repositories/{owner}/{name}"
    routes = [
        _route("POST", "/repositories", create, github.lock),
        _route("PUT", one + "/checks", set_checks, github.lock),
        _route("PUT", one + "/rules", set_rules, github.lock),
        _route("POST", one + "/acts/{act}", do, github.lock),
    ]
    service = Pages(github, github.asgi)
    return Controlled(service, _application(routes, github.ledger, github.outbox))


def cursor_control(cursor: Cursor) -> Controlled:
    """Cursor's API, and control of its agents.

    `POST /plans` takes `{match, script}`, the script for the next launch whose prompt holds
    `match`; `PUT /default` the script of all others.
    """

    def plan(_: Request, body: dict[str, Any]) -> None:
        cursor.plan(made(AgentScript, body["script"]), body.get("match"))

    def set_default(_: Request, body: dict[str, Any]) -> None:
        cursor.default_script = made(AgentScript, body)

    routes = [_route("POST", "/plans", plan), _route("PUT", "/default", set_default)]
    return Controlled(cursor.asgi, _application(routes, cursor.ledger, cursor.outbox))


def llm_control(llm: LanguageModel) -> Controlled:
    """Serve a language model's API, and control of its answers.

    `POST /replies` takes the fields of a Reply, which the next question is answered with.
    """

    def reply(_: Request, body: dict[str, Any]) -> None:
        llm.reply(reply_of(body))

    routes = [_route("POST", "/replies", reply)]
    return Controlled(llm.asgi, _application(routes, llm.ledger, Outbox()))


def made(kind: type[Script], body: dict[str, Any]) -> Script:
    """`kind` with the fields of `body`, nested ones too; ValueError names what is wrong."""
    script = TypeAdapter(kind).validate_python(body)
    if unknown := sorted(_unknown(body, asdict(script))):
        raise ValueError(f"{kind.__name__} has no {', '.join(unknown)}")
    return script


def scripts(kind: type[Script], bodies: dict[str, dict[str, Any]]) -> dict[str, Script]:
    """`made` for each value."""
    return {name: made(kind, body) for name, body in bodies.items()}


def _unknown(given: Any, understood: Any) -> Iterable[str]:
    if isinstance(given, dict):
        for key, value in given.items():
            if key not in understood:
                yield key
            else:
                yield from _unknown(value, understood[key])
    if isinstance(given, list):
        for one, other in zip(given, understood, strict=True):
            yield from _unknown(one, other)


def _outcome(made: Any) -> dict[str, Any] | None:
    """Return what another process can use of an act's result."""
    if isinstance(made, str):
        return {"sha": made}
    if isinstance(made, (Issue, PullRequest)):
        return {"number": made.number}
    return None if made is None else {"id": made.id}


def _repository(github: GitHub, request: Request) -> Repository:
    return github.repository(f"{request.path_params['owner']}/{request.path_params['name']}")


def _route(
    method: str, path: str, act: Act, lock: AbstractContextManager[Any] | None = None
) -> Route:
    async def answer(request: Request) -> Response:
        try:
            body = await request.json()
            if not isinstance(body, dict):
                raise ValueError("the body is no object")
            with lock or nullcontext():
                said = act(request, body)
        except Refusal as refusal:
            return JSONResponse(refusal.body, refusal.status)
        except KeyError as error:
            return JSONResponse({"message": f"{error.args[0]} is missing"}, 422)
        except (ValueError, TypeError) as error:
            return JSONResponse({"message": str(error)}, 422)
        return Response(status_code=204) if said is None else JSONResponse(said, 201)

    return Route(PREFIX + path, answer, methods=[method])


def _application(routes: list[Route], ledger: Ledger, outbox: Outbox) -> Starlette:
    async def show_ledger(_: Request) -> Response:
        return _dump([vars(entry) for entry in list(ledger.entries)])

    async def show_webhooks(_: Request) -> Response:
        sent = [
            {**vars(webhook), "body": json.loads(webhook.body), "status": status}
            for webhook, status in list(outbox.delivered)
        ]
        return _dump(sent)

    return Starlette(
        routes=[
            *routes,
            Route(PREFIX + "/ledger", show_ledger),
            Route(PREFIX + "/webhooks", show_webhooks),
        ]
    )


def _dump(items: list[dict[str, Any]]) -> Response:
    return Response(json.dumps(items, default=str), media_type="application/json")
