"""What GitHub's refusals mean for us.

Texts hold GitHub's own words (cut to 300 characters), never ours: no URL, body or token.
"""

import math
import re
import time
from collections.abc import Collection, Iterable
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

SERVICE = "GitHub"
MAX_MESSAGE = 300
# GitHub counts by the hour: whoever tells of more is asked again all the same.
MAX_LIMIT_SECONDS = 3600.0

# Limits that come without headers, with 403, 422 or 429.
_LIMIT_WORDS = re.compile(
    r"rate limit|submitted too quickly|\babuse\b|temporarily throttled|too many requests", re.I
)
_LIMIT_STATUSES = (403, 422, 429)
_GRAPHQL_LIMITS = frozenset({"RATE_LIMIT", "RATE_LIMITED"})
# All other types of errors are taken to pass: RESOURCE_LIMITS_EXCEEDED, SERVICE_UNAVAILABLE,
# INTERNAL and "Timeout on validation of query" do, and a new one is better tried again than
# believed.
# These, with the status that REST would give, are refusals.
_GRAPHQL_FINAL = {"FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403, "UNPROCESSABLE": 422}


def unanswered(error: Exception, *, writes: bool) -> TransientError:
    """No answer, or one that cannot be read; lost only if the request may have arrived."""
    never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    name = type(error).__name__
    return TransientError(
        SERVICE, f"GitHub did not answer ({name})", answer_lost=writes and not never_sent
    )


def refusal(response: httpx.Response, *, writes: bool) -> ClientError:
    """Return the error that an answer of status 400 or above stands for."""
    status, message = response.status_code, message_of(response)
    if limit := rate_limit(response):
        return limit
    if status >= 500:
        return TransientError(SERVICE, message, status=status, answer_lost=writes)
    if status == 401:
        return Unauthorized(SERVICE, message, status=status)
    if status in (404, 410):
        return NotFound(SERVICE, message, status=status)
    return PermanentError(SERVICE, message, status=status)


def no_token(response: httpx.Response) -> ClientError:
    """Return the error for an installation token refused: nothing else was sent."""
    error = refusal(response, writes=False)
    if isinstance(error, RateLimited | TransientError):
        return error
    return Unauthorized(SERVICE, error.message, status=response.status_code)


def rate_limit(response: httpx.Response) -> RateLimited | None:
    """Return the limit that this answer tells of, if any.

    Wait `retry-after`, else until `x-ratelimit-reset` when nothing remains (GitHub docs, "Rate
    limits for the REST API"). A 403 without any of these is a permission.
    """
    if response.status_code not in _LIMIT_STATUSES:
        return None
    seconds, message = _asked_to_wait(response), message_of(response)
    is_told = seconds is not None and response.status_code != 422
    if response.status_code != 429 and not is_told and not _LIMIT_WORDS.search(message):
        return None
    return _limited(response, message, seconds)


def that_count(errors: Iterable[dict[str, Any]], optional: Collection[str]) -> list[dict[str, Any]]:
    """Those that are not about a missing permission for a field named by `optional`."""
    return [
        error
        for error in errors
        if error.get("type") != "FORBIDDEN"
        or not any(step in optional for step in error.get("path") or ())
    ]


def graphql_refusal(
    response: httpx.Response, errors: list[dict[str, Any]], *, writes: bool
) -> ClientError:
    """Return the error that a GraphQL answer with `errors` stands for, whatever data came along."""
    message = "; ".join(str(error.get("message", "")) for error in errors)[:MAX_MESSAGE]
    types = {error.get("type") for error in errors}
    if types & _GRAPHQL_LIMITS or _LIMIT_WORDS.search(message):
        return _limited(response, message, _asked_to_wait(response))
    if "NOT_FOUND" in types:
        return NotFound(SERVICE, message, status=404)
    refusals = [status for type_, status in _GRAPHQL_FINAL.items() if type_ in types]
    if refusals or any(_is_ours(error) for error in errors):
        return PermanentError(SERVICE, message, status=next(iter(refusals), 400))
    return TransientError(SERVICE, message, answer_lost=writes)


def _is_ours(error: dict[str, Any]) -> bool:
    """Whether it says that the query itself is wrong, as `undefinedField` does.

    That its validation took too long (graphql-ruby's `validationTimeout`) says nothing of it.
    """
    return (error.get("extensions") or {}).get("code") not in (None, "", "validationTimeout")


def message_of(response: httpx.Response) -> str:
    """GitHub's words, else the status code's own phrase."""
    try:
        words = words_of(read_json(response.content))
    except ValueError:
        words = ""
    return words or f"{response.status_code} {response.reason_phrase}"


def words_of(body: object) -> str:
    """Return the `message` of a refusal and those of its `errors`, at most 300 characters."""
    if not isinstance(body, dict):
        return ""
    parts = [body.get("message"), *map(_error_message, body.get("errors") or ())]
    # The asynchronous merge puts its words one level deeper.
    details = body.get("details")
    if isinstance(details, dict):
        parts.append(details.get("message"))
    return "; ".join(part for part in parts if isinstance(part, str) and part)[:MAX_MESSAGE]


def _error_message(error: object) -> object:
    if not isinstance(error, dict):
        return error
    return error.get("message") or " ".join(
        str(error[key]) for key in ("field", "code") if error.get(key)
    )


def _limited(response: httpx.Response, message: str, seconds: float | None) -> RateLimited:
    return RateLimited(SERVICE, message, status=response.status_code, retry_after=seconds)


def _asked_to_wait(response: httpx.Response) -> float | None:
    """Seconds until the limit ends, by GitHub's own clock (`date`) where it says so."""
    headers = response.headers
    seconds = _number(headers.get("retry-after"))
    if seconds is None and headers.get("x-ratelimit-remaining") == "0":
        reset = _number(headers.get("x-ratelimit-reset"))
        seconds = None if reset is None else reset - _clock(headers.get("date"))
    return None if seconds is None else min(max(1.0, seconds), MAX_LIMIT_SECONDS)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _clock(date: str | None) -> float:
    try:
        return parsedate_to_datetime(date or "").timestamp()
    except ValueError:
        return time.time()
