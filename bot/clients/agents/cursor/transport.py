"""Requests to Cursor over httpx; whatever goes wrong becomes a ClientError."""

import json
import re
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from bot.clients import tls
from bot.clients.agents.cursor import refusals
from bot.clients.errors import TransientError
from bot.clients.watched import WatchedTransport

HttpClient = httpx.Client
TIMEOUT = httpx.Timeout(30, connect=5)  # seconds
_VISIBLE = re.compile(r"[!-~]+")


def make_http() -> httpx.Client:
    """Make a client with our timeouts that follows nobody elsewhere with the key."""
    pool = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
    return httpx.Client(
        transport=WatchedTransport(refusals.SERVICE, pool),
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
    )


class Transport:
    """One Cursor key at one address.

    Raises ValueError for a key that cannot be one; quotes and white space around it, as left by
    copying, are taken off.
    """

    def __init__(self, base_url: str, api_key: SecretStr, http: httpx.Client | None) -> None:
        key = api_key.get_secret_value().strip().strip("\"'").strip()
        if not _VISIBLE.fullmatch(key):
            raise ValueError("the Cursor API key is empty or has characters that no key has")
        self._base_url = base_url.rstrip("/")
        self._key = SecretStr(key)
        self._http = http or make_http()

    def get(self, path: str, **params: str) -> dict[str, Any]:
        """Return the JSON object at `path`."""
        return self._request("GET", path, params=params)

    def post(
        self,
        path: str,
        body: dict[str, Any] | None = None,
        *,
        idempotency_key: str | None = None,
        secret: str | None = None,
    ) -> dict[str, Any]:
        """Send `body` and return the answer's JSON object; `secret` must not show in an error."""
        headers = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        return self._request("POST", path, body=body, headers=headers, secret=secret)

    def _request(
        self,
        method: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        secret: str | None = None,
    ) -> dict[str, Any]:
        writes = method != "GET"
        key = self._key.get_secret_value()
        common = {"Authorization": f"Bearer {key}", "User-Agent": "orchestra"}
        if body is not None:
            common["Content-Type"] = "application/json"
        try:
            response = self._http.request(
                method,
                self._base_url + path,
                params=params,
                content=None if body is None else json.dumps(body),
                headers=common | (headers or {}),
            )
        except httpx.HTTPError as error:
            raise refusals.unanswered(error, writes=writes) from None
        if not response.is_success:
            raise refusals.refusal(response, writes=writes, secrets=(key, secret or ""))
        answer = refusals.json_object(response)
        if answer is None:
            raise refusals.unreadable(response, writes=writes)
        return answer


def segment(value: str) -> str:
    """Return an id as one path segment, whatever is in it."""
    return quote(value, safe="")


def string(value: object) -> str | None:
    """Return the value when it is a string with something in it."""
    return value if isinstance(value, str) and value else None


def mapping(value: object) -> dict[str, Any]:
    """Return the value when it is a JSON object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(answer: dict[str, Any], *keys: str) -> list[dict[str, Any]]:
    """Return the JSON objects of the list under the first of `keys` that is there."""
    for key in keys:
        if isinstance(answer.get(key), list):
            return [item for item in answer[key] if isinstance(item, dict)]
    return []


def full_name(url: object) -> str:
    """Return `owner/name` in lower case of a repository's address, with or without a scheme."""
    path = str(url).lower().strip("/").removesuffix(".git")
    return "/".join(path.split("/")[-2:])


def missing(what: str, *, writes: bool) -> TransientError:
    """Return the error for an answer that came, but without what it is for."""
    message = f"Cursor's answer has no {what}"
    return TransientError(refusals.SERVICE, message, answer_lost=writes)
