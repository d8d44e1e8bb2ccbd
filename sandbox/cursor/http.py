"""The fake over ASGI: routes, key check, faults, ledger."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from sandbox.cursor.faults import Fault
from sandbox.cursor.notify import send_again, send_urgent
from sandbox.cursor.world import World
from sandbox.ledger import Entry, Ledger

ACTOR = "Orchestra key"


@dataclass(frozen=True)
class Call:
    """One request: path parameters, query, body as sent, headers in lower case."""

    method: str
    path: str
    query_text: str
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def json(self) -> Any:
        """The body as JSON; None when there is none or it is not JSON."""
        try:
            return json.loads(self.raw)
        except ValueError:
            return None


@dataclass(frozen=True)
class Answer:
    """A status and a JSON body."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class RefusedError(Exception):
    """A request turned down; each version of the API words it in its own shape."""

    def __init__(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}


Handler = Callable[[World, Call], Answer]


class Route:
    """A method and template with its handler; `kind` is what the ledger calls it."""

    def __init__(self, kind: str, handler: Handler) -> None:
        self.kind, self.handler = kind, handler
        self.method, template = kind.split(" ")
        self.version = template.split("/")[1]
        self._pattern: re.Pattern[str] = compile_path(template)[0]

    def match(self, call: Call) -> dict[str, str] | None:
        """Return the path's parameters, None when this is another route."""
        found = self._pattern.match(call.path) if call.method == self.method else None
        return found.groupdict() if found else None


class Application:
    """The ASGI application; requests are handled one at a time under the world's lock."""

    def __init__(self, world: World, ledger: Ledger, routes: list[Route]) -> None:
        self._world, self._ledger, self._routes = world, ledger, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        call = await _read(Request(scope, receive))
        answer = await run_in_threadpool(self._answer, call)
        if answer is None:
            await _drop(receive, send)
        else:
            await _response(answer)(scope, receive, send)

    def _answer(self, call: Call) -> Answer | None:
        """Return the answer; None when the connection is to be dropped."""
        with self._world.lock:
            send_again(self._world)
            self._world.timers.run(self._world.clock.now())
            route, call = self._route(call)
            known = _key_is_right(call, self._world.api_key)
            fault = self._world.faults.take(route.kind, call.raw.decode(errors="replace"))
            if fault is None:
                answer = self._handle(route, call, known=known)
            else:
                answer = self._fail(fault, route, call, known=known)
            dropped = fault is not None and not fault.status
            self._note(route.kind, call, answer, known=known, dropped=dropped)
            urgent, self._world.urgent = self._world.urgent, []
        send_urgent(self._world.outbox, urgent)
        return None if dropped else answer

    def _route(self, call: Call) -> tuple[Route, Call]:
        for route in self._routes:
            params = route.match(call)
            if params is not None:
                return route, Call(**{**vars(call), "params": params})
        return Route(f"{call.method} {call.path}", _no_route), call

    def _handle(self, route: Route, call: Call, *, known: bool) -> Answer:
        try:
            if route.handler is not _no_route and not known:
                raise RefusedError(401, "error", "Invalid User API Key")
            return route.handler(self._world, call)
        except RefusedError as refusal:
            nested = self._world.quirks.nested_v0_errors
            body = _refusal_body(refusal, route.version, nested=nested)
            return Answer(refusal.status, body, refusal.headers)

    def _fail(self, fault: Fault, route: Route, call: Call, *, known: bool) -> Answer:
        if fault.carried_out:
            answer = self._handle(route, call, known=known)
            if not fault.status:
                return answer
        return Answer(fault.status, fault.body, fault.headers)

    def _note(self, kind: str, call: Call, answer: Answer, *, known: bool, dropped: bool) -> None:
        self._ledger.add(
            Entry(
                at=self._world.clock.now(),
                actor=ACTOR if known else "",
                kind=kind,
                method=call.method,
                path=call.path,
                query=call.query_text,
                request=call.json,
                status=0 if dropped else answer.status,
                answer=answer.body,
            )
        )


def _no_route(_: World, call: Call) -> Answer:
    return Answer(404, {"message": f"Route {call.method}:{call.path} not found"})


def _refusal_body(refusal: RefusedError, version: str, *, nested: bool) -> dict[str, Any]:
    if refusal.status == 401:
        return {"code": refusal.code, "message": refusal.message}
    if version == "v0" and not nested:
        return {"error": refusal.message}
    return {"error": {"code": refusal.code, "message": refusal.message}}


def _key_is_right(call: Call, api_key: str) -> bool:
    scheme, _, value = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return value == api_key
    expected = base64.b64encode(f"{api_key}:".encode()).decode()
    return scheme.lower() == "basic" and value == expected


async def _read(request: Request) -> Call:
    return Call(
        method=request.method,
        path=request.url.path,
        query_text=request.url.query,
        query=dict(request.query_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        raw=await request.body(),
    )


def _response(answer: Answer) -> Response:
    if isinstance(answer.body, str):
        return HTMLResponse(answer.body, answer.status, answer.headers)
    # In ASCII, as GitHub's fake: what a script says need not be encodable.
    text = json.dumps(answer.body, separators=(",", ":"))
    return Response(text, answer.status, answer.headers, media_type="application/json")


async def _drop(receive: Receive, send: Send) -> None:
    """Close the connection before a byte of an answer is sent.

    ASGI has no word for it: a server that only returns would send a 500. uvicorn's `send` is a
    method of the request's cycle, which holds the transport; without a server whoever calls
    this application directly gets a ConnectionResetError.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionResetError("dropped without an answer")
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
