"""Which language model is asked, and where: every one speaks OpenAI's chat completions."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import SecretStr

from bot.core.model.settings import DEFAULT_MODEL


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A service with its key; `model` is the one that is asked unless the settings name another."""

    name: str
    base_url: str
    key: SecretStr
    model: str


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
    """Return the services that there are keys for, by name; `base_url` replaces OpenAI's."""
    found = []
    for name, (address, model, _) in _KNOWN.items():
        key = keys.get(name)
        if key is not None and key.get_secret_value():
            own = base_url if name == "OpenAI" and base_url else address
            found.append(Endpoint(name=name, base_url=own, key=key, model=model))
    return tuple(found)


def choose(known: tuple[Endpoint, ...], wanted: str | None) -> tuple[Endpoint, str] | None:
    """Return the service for a model, and the model's name; None where there is no key at all.

    A name that tells its vendor goes there; any other, to the first that there is a key for.
    """
    if not known:
        return None
    if wanted is None or wanted == DEFAULT_MODEL:
        return known[0], known[0].model
    for endpoint in known:
        if wanted.startswith(_KNOWN[endpoint.name][2]):
            return endpoint, wanted
    return known[0], wanted
