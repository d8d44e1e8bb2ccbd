"""Which language model is asked, and where: every one speaks OpenAI's chat completions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bot.core.model.settings import DEFAULT_MODEL

# The service behind an address of the operator's own, as people see it.
COMPATIBLE = "Language model"


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A service with its key; `model` is the one that is asked unless the settings name another.

    `models` are the beginnings of the names of its own models.
    """

    name: str
    base_url: str
    key: SecretStr
    model: str
    models: tuple[str, ...] = ()


# Addresses of the OpenAI-compatible interfaces, by the vendors' own documentation: OpenAI "API
# reference", Anthropic "OpenAI SDK compatibility", Google "Gemini API: OpenAI compatibility".
_KNOWN = {
    "OpenAI": ("https://api.openai.com/v1", "gpt-4.1", ("gpt-", "o1", "o3", "o4", "chatgpt-")),
    "Anthropic": ("https://api.anthropic.com/v1", "claude-sonnet-4-5", ("claude-",)),
    "Gemini": (
        "https://generativelanguage.googleapis.com/v1beta/openai",
        "gemini-2.5-pro",
        ("gemini-", "models/gemini-"),
    ),
}


def endpoints(keys: Mapping[str, SecretStr], base_url: str = "") -> tuple[Endpoint, ...]:
    """Return the services that there are keys for, by name.

    `base_url` is a compatible service's, which OpenAI's key is then for.
    """
    found = []
    for name, (address, model, models) in _KNOWN.items():
        key = keys.get(name)
        if key is None or not key.get_secret_value():
            continue
        if name == "OpenAI" and base_url:
            name, address, models = COMPATIBLE, base_url, ()  # noqa: PLW2901
        endpoint = Endpoint(name=name, base_url=address, key=key, model=model, models=models)
        found.append(endpoint)
    return tuple(found)


def choose(known: Sequence[Endpoint], wanted: str | None) -> tuple[Endpoint, str]:
    """Return the service for a model, and the model's name; there must be a service.

    A name that tells its vendor goes there; any other, to the first that there is a key for.
    """
    if wanted is None or wanted == DEFAULT_MODEL:
        return known[0], known[0].model
    for endpoint in known:
        if wanted.startswith(endpoint.models):
            return endpoint, wanted
    return known[0], wanted
