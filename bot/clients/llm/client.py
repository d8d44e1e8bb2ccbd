"""The language models that there are keys for, asked one question at a time."""

from collections.abc import Sequence
from typing import Any

import httpx

from bot.clients.llm.adapter import make_http
from bot.clients.llm.endpoints import Endpoint, choose
from bot.clients.llm.said import Said

SERVICE = "the language model"
# A plan of twenty tasks takes a slow model two minutes.
TIMEOUT = httpx.Timeout(180, connect=5)


class LanguageModel:
    """Asks whichever service has the model; raises ValueError without any."""

    def __init__(self, endpoints: Sequence[Endpoint], http: httpx.Client | None = None) -> None:
        if not endpoints:
            raise ValueError("there is no key for a language model")
        self._endpoints = tuple(endpoints)
        self.http = http or make_http(SERVICE, TIMEOUT)

    def service(self, model: str | None) -> str:
        """Return the name of the service that is asked for that model."""
        return choose(self._endpoints, model)[0].name

    def ask(
        self, model: str | None, messages: list[dict[str, str]], schema: dict[str, Any]
    ) -> Said:
        """Return the answer, JSON by `schema` where the service can be made to keep to it.

        `model` None is the service's own. Raises RateLimited, Unauthorized, TransientError or
        another PermanentError.
        """
        # It takes a second or more to import, and most epics come with a checklist.
        from bot.clients.llm.completions import complete

        endpoint, name = choose(self._endpoints, model)
        return complete(self.http, endpoint, name, messages, schema)

    def close(self) -> None:
        """Close every connection."""
        self.http.close()
