"""The ASGI application: match, authenticate, handle, record, answer."""

import asyncio
import hashlib
import json
import re
import uuid
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import compile_path
from starlette.types import Receive, Scope, Send

from sandbox.github.errors import Refusal, moved_permanently, not_found
from sandbox.github.graphql import endpoint
from sandbox.github.rest import (
    actions,
    apps,
    checks,
    hook,
    issues,
    organizations,
    pulls,
    repositories,
    reviews,
)
from sandbox.github.state.faults import Fault
from sandbox.github.state.world import World
from sandbox.github.wire.credentials import actor_of, authenticated_app
from sandbox.github.wire.http import TABLE, Answer, Call, Route
from sandbox.github.wire.limits import Limits
from sandbox.ledger import Entry
from sandbox.serving import drop_connection

MODULES = (
    actions,
    apps,
    checks,
    hook,
    issues,
    organizations,
    pulls,
    repositories,
    reviews,
    endpoint,
)
OLD_VERSION = "2022-11-28"
VERSIONS = (OLD_VERSION, "2026-03-10")
# Singular `assignee` and `merge_commit_sha` left the REST API with version 2026-03-10.
GONE = ("assignee", "merge_commit_sha")


@dataclass
class Asked:
    """A request as read from the wire."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    raw: bytes
    kind: str = ""
    actor: str = ""
    body: Any = None


class Application:
    """The API of one world."""

    def __init__(self, github: World) -> None:
        self._github = github
        self._limits = Limits(github.clock)
        ordered = sorted(TABLE, key=_specificity)
        self._routes = [(*compile_path(route.template)[::2], route) for route in ordered]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        request = Request(scope, receive)
        asked = Asked(
            request.method,
            request.scope["path"],
            request.url.query,
            dict(request.headers),
            await request.body(),
        )
        found, params = self._match(asked)
        fault = self._github.faults.take(asked.kind, asked.method, asked.path)
        if fault and fault.action == "drop_before":
            drop_connection(receive)
            await asyncio.sleep(0)
            return
        if fault and fault.action == "delay":
            await asyncio.sleep(fault.seconds)
        with self._github.lock:
            answer = self._answer(asked, found, params, fault)
            if found is None or not found.is_signed:
                self._record(asked, answer)
        if fault and fault.action == "drop_after":
            drop_connection(receive)
            await asyncio.sleep(0)
            return
        await _response(answer)(scope, receive, send)

    def _match(self, asked: Asked) -> tuple[Route | None, dict[str, Any]]:
        asked.kind = f"{asked.method} {asked.path}"
        try:
            asked.body = json.loads(asked.raw) if asked.raw else {}
        except ValueError:
            asked.body = None
        for pattern, convertors, route in self._routes:
            match = pattern.match(asked.path) if route.method == asked.method else None
            if match:
                asked.kind = route.kind
                if route.template == endpoint.PATH:
                    asked.kind = endpoint.kind(asked.body)
                raw = match.groupdict()
                return route, {name: convertors[name].convert(raw[name]) for name in raw}
        return None, {}

    def _answer(
        self, asked: Asked, route: Route | None, params: dict[str, Any], fault: Fault | None
    ) -> Answer:
        if fault and fault.action == "answer":
            answer = Answer(fault.status, fault.body, dict(fault.headers))
        else:
            try:
                answer = self._handle(asked, route, params)
            except Refusal as refusal:
                answer = Answer(refusal.status, refusal.body, dict(refusal.headers))
            if fault and fault.action == "empty":
                answer.body = _emptied(answer.body)
        version = asked.headers.get("x-github-api-version", OLD_VERSION)
        if version != OLD_VERSION:
            answer.body = _without(answer.body, GONE)
        usual = {
            **self._limits.headers(asked.actor, asked.kind),
            "x-github-request-id": uuid.uuid4().hex[:20].upper(),
            "x-github-api-version-selected": version,
            "x-github-media-type": "github.v3; format=json",
        }
        answer.headers = usual | answer.headers
        return _conditional(asked, answer)

    def _handle(self, asked: Asked, route: Route | None, params: dict[str, Any]) -> Answer:
        if route is None:
            raise not_found()
        version = asked.headers.get("x-github-api-version", OLD_VERSION)
        if version not in VERSIONS:
            raise Refusal(400, f"Version {version} is not supported.")
        if asked.body is None and asked.raw != b"null":
            raise Refusal(400, "Problems parsing JSON")
        authorization = asked.headers.get("authorization", "")
        call = Call(
            self._github,
            route,
            asked.path,
            params,
            QueryParams(asked.query),
            asked.headers,
            asked.body if isinstance(asked.body, dict) else {},
        )
        if route.is_signed:
            return route.handler(call)
        if route.takes_jwt:
            call.app = authenticated_app(self._github, authorization)
            asked.actor = call.app.slug
        else:
            call.acting = actor_of(self._github, authorization)
            asked.actor = call.acting.user.login
        self._follow_rename(call)
        if "repo" in params and not route.takes_jwt:
            route.check(call.actor, call.repository)
        return route.handler(call)

    def _follow_rename(self, call: Call) -> None:
        """301 to the new name's address (GitHub's own `/repositories/{id}` is not imitated)."""
        old = f"{call.params.get('owner')}/{call.params.get('repo')}"
        moved = self._github.moved.get(old.lower())
        if moved and old.lower() not in self._github.repositories:
            url = f"{self._github.url}{call.path.replace(old, moved.full_name, 1)}"
            raise moved_permanently(url)

    def _record(self, asked: Asked, answer: Answer) -> None:
        entry = Entry(
            at=self._github.clock.now(),
            actor=asked.actor,
            kind=asked.kind,
            method=asked.method,
            path=asked.path,
            query=asked.query,
            request=asked.body if asked.raw else None,
            status=answer.status,
            answer=answer.body,
            request_headers=asked.headers,
            answer_headers=answer.headers,
        )
        self._github.ledger.add(entry)


def _specificity(route: Route) -> tuple[int, int, int]:
    template = route.template
    return template.count(":path"), template.count("{"), -len(template)


def _without(body: Any, names: tuple[str, ...]) -> Any:
    if isinstance(body, dict):
        return {key: _without(value, names) for key, value in body.items() if key not in names}
    if isinstance(body, list):
        return [_without(value, names) for value in body]
    return body


def _emptied(body: Any) -> Any:
    """Empty the answer's lists of their items, as copies give it that have not caught up."""
    if isinstance(body, dict):
        return {key: _emptied(value) for key, value in body.items()}
    return [] if isinstance(body, list) else body


def _conditional(asked: Asked, answer: Answer) -> Answer:
    """Give GETs an ETag, and 304 to those who have that version already."""
    if asked.method != "GET" or answer.status != 200 or answer.text is not None:
        return answer
    text = json.dumps(answer.body, sort_keys=True).encode()
    tag = f'W/"{hashlib.sha256(text).hexdigest()}"'
    answer.headers |= {"etag": tag, "cache-control": "private, max-age=60, s-maxage=60"}
    if tag in re.split(r",\s*", asked.headers.get("if-none-match", "")):
        return Answer(304, None, answer.headers)
    return answer


def _response(answer: Answer) -> Response:
    if answer.text is not None:
        return Response(answer.text, answer.status, answer.headers, "text/plain; charset=utf-8")
    if answer.body is None:
        return Response(status_code=answer.status, headers=answer.headers)
    return Response(
        json.dumps(answer.body),
        answer.status,
        answer.headers,
        "application/json; charset=utf-8",
    )
