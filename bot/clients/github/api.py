"""Requests by route, answers as plain JSON, failures as our own errors."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

import httpx
from githubkit import GitHub
from githubkit.auth.app import AppAuth
from githubkit.exception import RequestFailed

from bot.clients.errors import TransientError, Unauthorized
from bot.clients.github import failures
from bot.clients.github.auth import AppStrategy, InstallationStrategy
from bot.core.text.storable import read_json

# An Enterprise Server knows other versions and has its own default.
_VERSION_HEADER = {"X-GitHub-Api-Version": "2026-03-10"}
_PAGE = 100
_MAX_PAGES = 30
_WITHOUT_BODY = (204, 304)


@dataclass(frozen=True)
class Answer:
    """An answer that was asked for or accepted: its status code and JSON (None without a body)."""

    status: int
    body: Any
    etag: str | None = None

    @property
    def message(self) -> str:
        """GitHub's words to a refusal, at most 300 characters."""
        return failures.words_of(self.body) or f"status {self.status}"


@dataclass(frozen=True)
class Api:
    """GitHub as the App, or as one of its installations.

    A route is written as GitHub's reference does, `GET /repos/{owner}/{repo}/issues/{number}`;
    the names in it are filled from the call's keywords and from `path`. Anything but GET is
    taken to write. Every call raises a ClientError: RateLimited, TransientError, NotFound,
    Unauthorized, PermanentError.
    """

    github: GitHub[AppStrategy] | GitHub[InstallationStrategy]
    path: Mapping[str, str]

    @property
    def app_id(self) -> int:
        """Our App's."""
        return int(self.github.auth.app_id or 0)

    def within(self, **path: str) -> "Api":
        """Return the same, with more of the routes filled in."""
        return replace(self, path={**self.path, **path})

    def call(self, route: str, *, json: Any = None, params: Any = None, **path: str | int) -> Any:
        """Return the JSON of a successful answer."""
        return self.answer(route, json=json, params=params, accept=(), etag=None, **path).body

    def pages(self, route: str, *, params: Mapping[str, Any], **path: str | int) -> Iterator[Any]:
        """Yield the items of a list, page after page (at most 3,000)."""
        for page in range(1, _MAX_PAGES + 1):
            items = self.call(route, params={**params, "per_page": _PAGE, "page": page}, **path)
            yield from items
            if len(items) < _PAGE:
                return

    def answer(
        self,
        route: str,
        *,
        json: Any = None,
        params: Any = None,
        accept: Collection[int] = (),
        etag: str | None = None,
        **path: str | int,
    ) -> Answer:
        """Return a success, one of the `accept`ed refusals, or 304 where `etag` still holds."""
        method, url = self._place(route, path)
        writes = method != "GET"
        headers = {"If-None-Match": etag} if etag else {}
        response = self._send(
            method, url, kind=route, writes=writes, json=json, params=params, headers=headers
        )
        limited = failures.rate_limit(response)
        if response.is_error and (limited or response.status_code not in accept):
            raise failures.refusal(response, writes=writes)
        body = None if response.status_code in _WITHOUT_BODY else _json(response, writes=writes)
        return Answer(response.status_code, body, response.headers.get("etag"))

    def text_end(self, route: str, size: int, **path: str | int) -> bytes:
        """Return the last `size` bytes of a text, read without keeping more of it in memory.

        GitHub leads to such texts on another host, which is not told our token: httpx takes
        the `Authorization` header away when it follows a redirect to another origin.
        """
        method, url = self._place(route, path)
        response = self._send(method, url, kind=route, writes=False, end=size)
        if response.is_error:
            raise failures.refusal(response, writes=False)
        return response.content

    def _place(self, route: str, path: Mapping[str, str | int]) -> tuple[str, str]:
        method, _, template = route.partition(" ")
        filled = {**self.path, **path}
        names = {name: quote(str(filled[name]), safe="") for name in filled}
        return method, template.format_map(names)

    def graphql(
        self,
        name: str,
        query: str,
        variables: Mapping[str, Any],
        *,
        optional: Collection[str] = (),
    ) -> dict[str, Any]:
        """Return the data of a query or mutation; `name` is the operation's.

        Where a permission is missing GitHub answers null for that field and an error beside the
        data: it is no failure in a field named by `optional`.
        """
        writes = query.lstrip().startswith("mutation")
        sent = {"query": query, "variables": variables, "operationName": name}
        response = self._send(
            "POST", self._graphql_url, kind=f"GraphQL {name}", writes=writes, json=sent
        )
        if response.is_error:
            raise failures.refusal(response, writes=writes)
        body = _json(response, writes=writes)
        if errors := failures.that_count(body.get("errors") or (), optional):
            raise failures.graphql_refusal(response, errors, writes=writes)
        data: dict[str, Any] = body["data"]
        return data

    @property
    def _graphql_url(self) -> str:
        """An Enterprise Server has it beside /api/v3, not below."""
        if self._is_server:
            return str(self.github.config.base_url.join("/api/graphql"))
        return "/graphql"

    @property
    def _is_server(self) -> bool:
        return self.github.config.base_url.path.startswith("/api/v3")

    def _send(self, method: str, url: str, **rest: Any) -> httpx.Response:
        """One request; a second time with a new token where the first was of no use."""
        try:
            response = self._attempt(method, url, **rest)
        except Unauthorized as error:
            if error.status != 401:
                raise
        else:
            if response.status_code != 401:
                return response
        self._forget_tokens()
        return self._attempt(method, url, **rest)

    def _attempt(
        self,
        method: str,
        url: str,
        *,
        kind: str,
        writes: bool,
        headers: Mapping[str, str] = MappingProxyType({}),
        end: int | None = None,
        **content: Any,
    ) -> httpx.Response:
        version = {} if self._is_server else _VERSION_HEADER
        with self.github.get_sync_client() as client:
            request = client.build_request(
                method, url, headers={**version, **headers}, extensions={"kind": kind}, **content
            )
            try:
                response = client.send(request, stream=end is not None)
                return response if end is None else _with_end_only(response, end)
            except RequestFailed as error:
                # Raised only while githubkit asks for a token, so before the request itself.
                raise failures.no_token(error.response.raw_response) from None
            except httpx.RequestError as error:
                # githubkit's own request for a token has no kind: then ours was never sent.
                sent = "kind" in error.request.extensions
                raise failures.unanswered(error, writes=writes and sent) from error
            except ValueError as error:
                message = f"no token to be had ({type(error).__name__})"
                raise TransientError(failures.SERVICE, message, answer_lost=False) from None

    def _forget_tokens(self) -> None:
        """Make githubkit ask for new ones: an empty entry counts as none."""
        auth = self.github.auth
        cache = self.github.config.cache_strategy.get_cache_storage()
        keys = [AppAuth.JWT_CACHE_KEY.format(issuer=auth.app_id)]
        if isinstance(auth, InstallationStrategy):
            keys.append(
                AppAuth.INSTALLATION_CACHE_KEY.format(
                    issuer=auth.app_id,
                    installation_id=auth.installation_id,
                    permissions="",
                    repositories="",
                    repository_ids="",
                )
            )
        for key in keys:
            cache.set(key, "", timedelta(seconds=1))


def _with_end_only(response: httpx.Response, size: int) -> httpx.Response:
    """Return the answer to a streamed request with the end of its body; a refusal has all of it."""
    with closing(response):
        if response.is_error:
            response.read()
            return response
        end = _end_of(response.iter_bytes(), size)
    return httpx.Response(response.status_code, content=end, request=response.request)


def _end_of(chunks: Iterable[bytes], size: int) -> bytes:
    end = bytearray()
    for chunk in chunks:
        end += chunk
        del end[:-size]
    return bytes(end)


def _json(response: httpx.Response, *, writes: bool) -> Any:
    try:
        return read_json(response.content)
    except ValueError as error:
        raise failures.unanswered(error, writes=writes) from None
