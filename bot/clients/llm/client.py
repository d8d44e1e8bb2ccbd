"""One question to a language model, over the `openai` package."""

from typing import Any

import httpx
import openai

from bot.clients import tls
from bot.clients.errors import (
    ClientError,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.clients.llm.endpoints import Endpoint
from bot.clients.watched import WatchedTransport
from bot.logs import redact

SERVICE = "LLM"
# A plan of twenty tasks takes a slow model a minute or two.
TIMEOUT = httpx.Timeout(180, connect=5)
MAX_ANSWER_TOKENS = 8_000
_MAX_MESSAGE = 300
_CUT_OFF = "length"


class CutOffError(PermanentError):
    """The answer is longer than we let it be."""


class RefusedError(PermanentError):
    """The model declines to answer."""


class LanguageModel:
    """A language model that is asked one question at a time."""

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._http = http or make_http()

    def ask(
        self,
        endpoint: Endpoint,
        model: str,
        messages: list[dict[str, str]],
        schema: dict[str, Any],
    ) -> str:
        """Return the answer's text, JSON by `schema` where the service can be made to keep it.

        Raises RateLimited, Unauthorized, TransientError, CutOffError, RefusedError or another
        PermanentError.
        """
        client = openai.OpenAI(
            api_key=endpoint.key.get_secret_value(),
            base_url=endpoint.base_url,
            http_client=self._http,
            max_retries=0,
            timeout=TIMEOUT,
        )
        try:
            answer = client.chat.completions.create(
                model=model,
                messages=messages,  # type: ignore[arg-type] # plain roles and texts
                max_completion_tokens=MAX_ANSWER_TOKENS,
                response_format={
                    "type": "json_schema",
                    "json_schema": {"name": "plan", "schema": schema, "strict": True},
                },
            )
        except openai.APIError as error:
            raise _refusal(error, endpoint) from None
        return _text(answer)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()


def make_http() -> httpx.Client:
    """Make a client that follows nobody elsewhere with the key."""
    pool = httpx.HTTPTransport(verify=tls.context(), trust_env=False)
    return httpx.Client(
        transport=WatchedTransport(SERVICE, pool),
        timeout=TIMEOUT,
        trust_env=False,
        follow_redirects=False,
    )


def _text(answer: Any) -> str:
    choices = getattr(answer, "choices", None) or []
    if not choices:
        raise TransientError(SERVICE, "the answer holds nothing")
    message = choices[0].message
    if getattr(message, "refusal", None):
        raise RefusedError(SERVICE, str(message.refusal)[:_MAX_MESSAGE])
    if choices[0].finish_reason == _CUT_OFF:
        raise CutOffError(SERVICE, "the answer was cut off")
    return message.content or ""


def _refusal(error: openai.APIError, endpoint: Endpoint) -> ClientError:
    words = redact(str(error.message), [endpoint.key.get_secret_value()])[:_MAX_MESSAGE]
    if isinstance(error, openai.APIConnectionError):
        return TransientError(SERVICE, f"{endpoint.name} did not answer")
    status = getattr(error, "status_code", None)
    if isinstance(error, openai.RateLimitError):
        return RateLimited(SERVICE, words, retry_after=_retry_after(error), status=status)
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return Unauthorized(SERVICE, words, status=status)
    if status is None or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        return TransientError(SERVICE, words, status=status)
    return PermanentError(SERVICE, words, status=status)


def _retry_after(error: openai.APIStatusError) -> float | None:
    value = error.response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None
