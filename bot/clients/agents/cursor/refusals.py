"""What Cursor's refusals mean: every error body met so far, and the typed error it stands for.

Application errors of v1 are nested (docs "Cloud Agents API", Errors); v0 answers a plain string
where its OpenAPI says nested (confirmed by staff in Cursor's forum); the key check, unknown routes,
throttling by GitHub and gateways each have a shape of their own.
"""

import math
import re
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.core.text.storable import read_json

SERVICE = "Cursor"
MAX_MESSAGE = 300
MAX_LIMIT_SECONDS = 3600.0

_CODES = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    429: "rate_limit_exceeded",
}
# What is not about the request but about who asks, whatever the status.
_ACCESS_CODES = frozenset(
    {"repository_access", "integration_not_connected", "usage_limit_exceeded"}
)
# Seen for branches that do exist, as a passing fault; no agent was made.
_UNVERIFIED_BRANCH = "Failed to verify existence of branch"
_UNKNOWN_ROUTE = re.compile(r"Route \w+:\S* not found")
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.UnsupportedProtocol,
)
_CONTROL = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Complaint:
    """A refusal's own code and words, either may be empty."""

    code: str = ""
    text: str = ""


def unanswered(error: httpx.HTTPError, *, writes: bool) -> TransientError:
    """No answer; lost only if the request may have arrived."""
    never_sent = isinstance(error, _NEVER_SENT)
    message = f"Cursor did not answer ({type(error).__name__})"
    return TransientError(SERVICE, message, answer_lost=writes and not never_sent)


def unreadable(response: httpx.Response, *, writes: bool) -> TransientError:
    """Return the error for an answer that is not what the API describes."""
    message = f"Cursor's answer could not be read (HTTP {response.status_code})"
    return TransientError(SERVICE, message, status=response.status_code, answer_lost=writes)


def refusal(response: httpx.Response, *, writes: bool, secrets: tuple[str, ...]) -> ClientError:
    """Return the error that an answer of a status other than 2xx stands for."""
    status, body = response.status_code, json_object(response)
    complaint = complaint_of(body)
    code = complaint.code or _CODES.get(status, f"http_{status}")
    message = presentable(complaint.text, secrets) or f"HTTP {status} {response.reason_phrase}"
    if status == 429 and code != "usage_limit_exceeded":
        wait = seconds_to_wait(response, body)
        return RateLimited(SERVICE, message, retry_after=wait, status=status, code=code)
    if status >= 500 or status == 408:
        return TransientError(SERVICE, message, status=status, code=code, answer_lost=writes)
    if status == 400 and complaint.text.startswith(_UNVERIFIED_BRANCH):
        return TransientError(SERVICE, message, status=status, code="branch_unverified")
    return _permanent(status, code, message, complaint)


def _permanent(status: int, code: str, message: str, complaint: Complaint) -> ClientError:
    if status in (401, 402, 403) or code in _ACCESS_CODES:
        return Unauthorized(SERVICE, message, status=status, code=code)
    if status != 404:
        return PermanentError(SERVICE, message, status=status, code=code)
    if _UNKNOWN_ROUTE.match(complaint.text):
        return PermanentError(SERVICE, message, status=status, code="unknown_route")
    if not complaint.text:
        # Some proxy's 404 must not pass for "that agent is gone".
        return TransientError(SERVICE, message, status=status, code="unreadable_answer")
    return NotFound(SERVICE, message, status=status, code=code)


def json_object(response: httpx.Response) -> dict[str, Any] | None:
    """Return the body when it is a JSON object."""
    try:
        body = read_json(response.content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def complaint_of(body: dict[str, Any] | None) -> Complaint:
    """Code and words of any error body; `error` is the flat key check's code for everything."""
    body = body or {}
    error = body.get("error")
    if isinstance(error, dict):
        return Complaint(_text(error.get("code")), _text(error.get("message")))
    code = _text(body.get("code"))
    return Complaint("" if code == "error" else code, _text(body.get("message")) or _text(error))


def presentable(text: str, secrets: tuple[str, ...]) -> str:
    """One line of at most 300 characters without any of `secrets`."""
    for secret in filter(None, secrets):
        text = text.replace(secret, "***")
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


def seconds_to_wait(response: httpx.Response, body: dict[str, Any] | None) -> float | None:
    """How long a limit lasts, 1 s to an hour, from wherever the answer says so; None untold."""
    headers = response.headers
    now = _time(headers.get("date")) or time.time()
    until = _time(headers.get("retry-after"))
    reset = _number(headers.get("x-ratelimit-reset"))
    candidates = (
        _number(headers.get("retry-after")),
        until - now if until is not None else None,
        _number(_deep_retry_after(body)),
        reset - now if reset is not None else None,
    )
    seconds = next((one for one in candidates if one is not None), None)
    return None if seconds is None else min(max(seconds, 1.0), MAX_LIMIT_SECONDS)


def _deep_retry_after(body: dict[str, Any] | None) -> object:
    """`details[0].debug.details.additionalInfo.retryAfter`, seen while GitHub throttled Cursor."""
    details = (body or {}).get("details")
    found: object = details[0] if isinstance(details, list) and details else None
    for key in ("debug", "details", "additionalInfo", "retryAfter"):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> float | None:
    try:
        number = float(value) if isinstance(value, str | int | float) else math.nan
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _time(value: str | None) -> float | None:
    """Seconds since 1970 of an HTTP date."""
    try:
        return parsedate_to_datetime(value).timestamp() if value else None
    except ValueError:
        return None
