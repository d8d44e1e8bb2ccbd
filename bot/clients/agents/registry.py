"""Providers by credential."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.clients.agents.provider import AgentProvider
from bot.core.model.epic import Epic

OPERATOR = "operator"


@dataclass(frozen=True)
class ProviderRegistry:
    """The provider that each credential reaches, by the credential's name."""

    by_credential: Mapping[str, AgentProvider]

    def of(self, epic: Epic | None = None) -> AgentProvider:
        """Return the provider whose credential the epic uses: the operator's."""
        del epic
        return self.by_credential[OPERATOR]
