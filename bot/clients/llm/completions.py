"""A chat completion over the `openai` package, and what goes wrong with one.

Fields are as in OpenAI's API reference, "Create chat completion".
"""

from typing import Any

import httpx
import openai

from bot.clients.errors import ClientError, PermanentError, TransientError
from bot.clients.llm.adapter import cleaned, refusal, retry_after
from bot.clients.llm.endpoints import Endpoint
from bot.clients.llm.said import Said

# A plan of twenty tasks, and what a reasoning model thinks before it writes.
MAX_ANSWER_TOKENS = 16_000
# More than a plan may have, so that one that is too long is seen to be.
MAX_CHARACTERS = 250_000
_CUT_OFF, _DECLINED = "length", "content_filter"
# What a service says that cannot be held to a schema, or knows the limit by its older name.
_NO_SCHEMA = ("response_format", "json_schema", "schema")
_NO_LIMIT = ("max_completion_tokens",)


def complete(
    http: httpx.Client,
    endpoint: Endpoint,
    model: str,
    messages: list[dict[str, str]],
    schema: dict[str, Any],
) -> Said:
    """Ask once; a second and third time without what the service does not know.

    Raises RateLimited, Unauthorized, TransientError or another PermanentError.
    """
    client = openai.OpenAI(
        api_key=endpoint.key.get_secret_value(),
        base_url=endpoint.base_url,
        http_client=http,  # type: ignore[arg-type] # it takes httpx as well as its own copy of it
        max_retries=0,
    )
    options: dict[str, Any] = {
        "max_completion_tokens": MAX_ANSWER_TOKENS,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "plan", "schema": schema, "strict": True},
        },
    }
    while True:
        try:
            answer: Any = client.chat.completions.create(
                model=model,
                messages=messages,  # type: ignore[arg-type] # plain roles and texts
                **options,
            )
            return _said(answer, endpoint)
        except openai.APIError as error:
            refused = _refusal(error, endpoint)
        if not _without_unknown(options, refused):
            raise refused


def _without_unknown(options: dict[str, Any], refusal: ClientError) -> bool:
    """Take away the option that the refusal names; False where it names none."""
    if not isinstance(refusal, PermanentError) or refusal.status not in (400, 422):
        return False
    words = refusal.message.lower()
    if "response_format" in options and any(word in words for word in _NO_SCHEMA):
        del options["response_format"]
        return True
    if "max_completion_tokens" in options and any(word in words for word in _NO_LIMIT):
        options["max_tokens"] = options.pop("max_completion_tokens")
        return True
    return False


def _said(answer: Any, endpoint: Endpoint) -> Said:
    choices = getattr(answer, "choices", None) or []
    message = getattr(choices[0], "message", None) if choices else None
    if message is None:
        raise TransientError(endpoint.name, "the answer holds nothing")
    reason, text = choices[0].finish_reason, message.content or ""
    declined = getattr(message, "refusal", None)
    if declined is None and reason == _DECLINED:
        declined = ""
    return Said(
        text=str(text)[:MAX_CHARACTERS],
        refusal=None if declined is None else cleaned(str(declined), endpoint),
        is_cut_off=reason == _CUT_OFF,
    )


def _refusal(error: openai.APIError, endpoint: Endpoint) -> ClientError:
    if isinstance(error, openai.APIConnectionError):
        return TransientError(endpoint.name, f"{endpoint.name} did not answer")
    status, wait = getattr(error, "status_code", None), None
    if isinstance(error, openai.APIStatusError):
        wait = retry_after(error.response.headers.get("retry-after", ""))
    return refusal(endpoint, status, _words_of(error), wait)


def _words_of(error: openai.APIError) -> str:
    """Return the service's own words, without the package's around them."""
    told = error.body.get("message") if isinstance(error.body, dict) else None
    return str(told or error.message)
