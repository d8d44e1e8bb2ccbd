"""Which models a service offers a key: the cheapest question that shows whether the key is taken.

OpenAI's API reference, "List models"; Google "Gemini API: OpenAI compatibility", "List models";
Anthropic's API reference, "List Models", which takes the key in a header of its own.
"""

import re
from contextlib import closing

import httpx

from bot.clients.errors import ClientError, TransientError
from bot.clients.llm.adapter import make_http, refusal, retry_after
from bot.clients.llm.endpoints import Endpoint
from bot.core.text.storable import read_json

TIMEOUT = httpx.Timeout(20, connect=5)  # seconds
_ANTHROPIC_VERSION = "2023-06-01"
# Google names its models by their resource.
_RESOURCE = "models/"
_DATE = re.compile(r"-\d{8}")


def list_models(endpoint: Endpoint, http: httpx.Client | None = None) -> tuple[str, ...]:
    """Return the ids of the models offered.

    Raises RateLimited, Unauthorized, NotFound, TransientError or another PermanentError; a service
    need not have this route.
    """
    with closing(http or make_http(endpoint.name, TIMEOUT)) as client:
        try:
            response = client.get(
                f"{endpoint.base_url.rstrip('/')}/models",
                headers=_headers(endpoint),
                params={"limit": "1000"} if endpoint.name == "Anthropic" else {},
                timeout=TIMEOUT,
            )
        except httpx.HTTPError as error:
            message = f"{endpoint.name} did not answer ({type(error).__name__})"
            raise TransientError(endpoint.name, message) from None
    if not response.is_success:
        raise _refusal(response, endpoint)
    body = _body(response)
    listed = body.get("data")
    if not isinstance(listed, list):
        raise TransientError(endpoint.name, "the answer lists no models")
    ids = (one.get("id") for one in listed if isinstance(one, dict))
    return tuple(one.removeprefix(_RESOURCE) for one in ids if isinstance(one, str))


def is_listed(model: str, offered: tuple[str, ...]) -> bool:
    """Tell whether a model is among those offered; some are listed by their dates alone."""
    name = model.removeprefix(_RESOURCE)
    dated = (one for one in offered if one.startswith(name))
    return name in offered or any(_DATE.fullmatch(one[len(name) :]) for one in dated)


def _headers(endpoint: Endpoint) -> dict[str, str]:
    key = endpoint.key.get_secret_value()
    if endpoint.name == "Anthropic":
        return {"x-api-key": key, "anthropic-version": _ANTHROPIC_VERSION}
    return {"Authorization": f"Bearer {key}"}


def _body(response: httpx.Response) -> dict[str, object]:
    try:
        found = read_json(response.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _refusal(response: httpx.Response, endpoint: Endpoint) -> ClientError:
    status, error = response.status_code, _body(response).get("error")
    told = error.get("message") if isinstance(error, dict) else error
    words = told if isinstance(told, str) and told else f"status {status}"
    return refusal(endpoint, status, words, retry_after(response.headers.get("retry-after", "")))
