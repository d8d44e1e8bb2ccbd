"""Answers that a test puts in the place of the planner's: also those that go wrong."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer; a `status` of 400 and more is a refusal of the service, in the words of `error`.

    `finish_reason` and `refusal` are as in OpenAI's API reference, "The chat completion object". A
    status of 0 closes the connection without an answer.
    """

    content: str | None = None
    finish_reason: str = "stop"
    refusal: str | None = None
    status: int = 200
    error: str = ""
    headers: dict[str, str] = field(default_factory=dict)


def plan(tasks: list[dict[str, Any]]) -> Reply:
    """Answer with exactly these tasks."""
    return Reply(json.dumps({"tasks": tasks}))


def no_json() -> Reply:
    """Answer in words."""
    return Reply("Sure! First build the model, then write its documentation.")


def wrong_shape() -> Reply:
    """Answer with JSON of another shape."""
    return Reply(json.dumps({"steps": ["Build the model", "Write the documentation"]}))


def cut_off() -> Reply:
    """Stop in the middle, because there is no room for more."""
    return Reply('{"tasks": [{"title": "Build the', finish_reason="length")


def declined(words: str = "I can't help with that.") -> Reply:
    """Decline to answer."""
    return Reply(refusal=words)


def rate_limited(retry_after: int | None = 20) -> Reply:
    """429, with `Retry-After` in seconds unless that is None."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Reply(status=429, error="Rate limit reached for requests", headers=headers)


def unauthorized() -> Reply:
    """401, as for a key that was revoked."""
    return Reply(status=401, error="Incorrect API key provided.")


def overloaded() -> Reply:
    """503, as at a busy hour."""
    return Reply(status=503, error="The engine is currently overloaded, please try again later")


def unknown_option(name: str) -> Reply:
    """400, as from compatible services that do not know all options."""
    return Reply(status=400, error=f"Unrecognized request argument supplied: {name}")
