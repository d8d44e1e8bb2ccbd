"""People, bots and teams as GraphQL names them."""

from typing import Any

from bot.core.model.identifiers import Login

# The account that GitHub shows in place of a deleted one.
_GHOST = Login("ghost")


def login_of(actor: dict[str, Any] | None) -> Login:
    """Return the login as REST and webhooks write it; GraphQL leaves out a bot's `[bot]`."""
    if actor is None:
        return _GHOST
    suffix = "[bot]" if is_bot(actor) else ""
    return Login(actor["login"].removesuffix("[bot]") + suffix)


def is_bot(actor: dict[str, Any] | None) -> bool:
    """Whether it is an App's account."""
    return actor is not None and actor["__typename"] == "Bot"
