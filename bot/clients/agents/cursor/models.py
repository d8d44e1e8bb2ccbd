"""What is known of Cursor's models beside their list: other names, prices, what to fall back on."""

from bot.clients.agents.provider import Catalogue
from bot.core.model.money import Micros

# US dollars a minute of an agent's work: an estimate, which the operator may replace.
CURSOR_MODELS = Catalogue(
    aliases={
        "claude-sonnet-4": "claude-4-sonnet-thinking",
        "claude-4.5-opus-high-thinking": "claude-4-opus-thinking",
        "gpt-4": "o3",
    },
    prices={
        "claude-4-sonnet-thinking": Micros(50_000),
        "o3": Micros(100_000),
        "claude-4-opus-thinking": Micros(200_000),
    },
    fallback="claude-4-sonnet-thinking",
)
