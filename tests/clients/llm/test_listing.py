"""Which models a service lists, and what its refusals come to."""

from collections.abc import Callable

import httpx
import pytest
from pydantic import SecretStr

from bot.clients.errors import (
    ClientError,
    NotFound,
    PermanentError,
    RateLimited,
    TransientError,
    Unauthorized,
)
from bot.clients.llm.endpoints import Endpoint
from bot.clients.llm.listing import is_listed, list_models

KEY = "sk-0123456789abcdef"


def endpoint(name: str = "OpenAI") -> Endpoint:
    key = SecretStr(KEY)
    return Endpoint(name=name, base_url="https://llm.test/v1", key=key, model="gpt-4.1")


def answering(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.Client:
    return httpx.Client(transport=httpx.MockTransport(answer))


def listed(name: str, *ids: str) -> tuple[tuple[str, ...], httpx.Request]:
    """List the models of a service that has these; what it was asked."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={"data": [{"id": one} for one in ids]})

    found = list_models(endpoint(name), answering(answer))
    return found, asked[0]


def test_a_key_is_shown_as_each_service_wants_it() -> None:
    found, asked = listed("OpenAI", "gpt-4.1", "o3")
    assert found == ("gpt-4.1", "o3")
    assert str(asked.url) == "https://llm.test/v1/models"
    assert asked.headers["authorization"] == f"Bearer {KEY}"
    _, asked = listed("Anthropic", "claude")
    assert asked.headers["x-api-key"] == KEY
    assert "anthropic-version" in asked.headers
    assert "authorization" not in asked.headers
    found, _ = listed("Gemini", "models/gemini-2.5-pro")
    assert found == ("gemini-2.5-pro",)


@pytest.mark.parametrize(
    ("model", "is_there"),
    [
        ("o3", True),
        ("models/o3", True),
        ("claude-sonnet-4-5", True),
        ("claude-sonnet-4", False),
        ("o", False),
    ],
)
def test_a_model_may_be_listed_by_its_date(model: str, is_there: bool) -> None:
    assert is_listed(model, ("o3", "claude-sonnet-4-5-20250929")) is is_there


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, {"error": {"message": f"Incorrect key {KEY}"}}, Unauthorized, "Incorrect key [re"),
        (403, {}, Unauthorized, "status 403"),
        (404, {"error": "no such route"}, NotFound, "no such route"),
        (429, {"error": {"message": "slow down"}}, RateLimited, "slow down"),
        (400, {"error": {"message": "what?"}}, PermanentError, "what?"),
        (503, {}, TransientError, "status 503"),
        (200, {"models": []}, TransientError, "the answer lists no models"),
    ],
)
def test_refusals(status: int, body: object, kind: type[ClientError], words: str) -> None:
    with pytest.raises(kind) as raised:
        list_models(endpoint(), answering(lambda _: httpx.Response(status, json=body)))
    assert raised.value.message.startswith(words)
    assert raised.value.service == "OpenAI"
    assert KEY not in str(raised.value)


def test_a_service_that_does_not_answer() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    with pytest.raises(TransientError, match="did not answer"):
        list_models(endpoint(), answering(refuse))
