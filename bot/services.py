"""Settings made into the things that work: the only place where they are put together."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.clients.agents.cursor.transport import HttpClient, make_http
from bot.clients.agents.cursor.v0 import CursorV0
from bot.clients.agents.cursor.v1 import CursorV1
from bot.clients.agents.provider import AgentProvider
from bot.clients.agents.registry import OPERATOR, ProviderRegistry
from bot.clients.github.app import GitHubApp
from bot.clients.llm.client import LanguageModel
from bot.clients.llm.endpoints import Endpoint, endpoints
from bot.core.model.terms import Terms
from bot.settings import Settings
from bot.store import Store


@dataclass(frozen=True, kw_only=True)
class Services(Store):
    """What a worker works with; one of each per process.

    `strangers` are those who lately had no write permission: when that was asked, and their role,
    by repository id and login. There is no `language_model` where the operator gave no key for one.
    """

    settings: Settings
    github: GitHubApp
    agents: ProviderRegistry
    agents_http: HttpClient
    language_model: LanguageModel | None
    strangers: dict[tuple[int, str], tuple[datetime, str]] = field(default_factory=dict)

    @classmethod
    def make(cls, settings: Settings) -> "Services":
        """Put everything together; no request is sent."""
        store, http = Store.open(settings), make_http()
        return cls(
            database=store.database,
            redis=store.redis,
            settings=settings,
            github=GitHubApp(
                app_id=str(settings.github_app_id),
                private_key=settings.github_private_key,
                api_url=settings.github_api_url,
            ),
            agents=ProviderRegistry({OPERATOR: operator_provider(settings, http)}),
            agents_http=http,
            language_model=_language_model(settings),
        )

    def close(self) -> None:
        """Close every connection."""
        if self.language_model is not None:
            self.language_model.close()
        self.agents_http.close()
        self.github.close()
        self.redis.close()
        self.database.close()

    @property
    def terms(self) -> Terms:
        """What an agent costs and how many there may be: the provider's data and the operator's."""
        return Terms(
            prices=self.agents.of().catalogue.priced(self.settings.model_prices),
            max_agents=self.settings.max_agents or None,
            month_cap=self.settings.monthly_budget,
            can_plan=self.language_model is not None,
        )

    @property
    def model_endpoints(self) -> tuple[Endpoint, ...]:
        """The services of language models that the operator has keys for."""
        return _model_endpoints(self.settings)

    def serves(self, account: str) -> bool:
        """Whether installations on that account are served; asks GitHub once for the default.

        Raises ClientError when GitHub has to be asked and does not answer.
        """
        allowed = self.settings.allowed_accounts
        if allowed is None:
            allowed = frozenset({self.github.owner().lower()})
        return account.lower() in allowed


def _model_endpoints(settings: Settings) -> tuple[Endpoint, ...]:
    keys = {
        "OpenAI": settings.openai_api_key,
        "Anthropic": settings.anthropic_api_key,
        "Gemini": settings.gemini_api_key,
    }
    return endpoints(keys, settings.llm_base_url)


def _language_model(settings: Settings) -> LanguageModel | None:
    """Return the language models that the operator has keys for; None without any."""
    found = _model_endpoints(settings)
    return LanguageModel(found) if found else None


def operator_provider(settings: Settings, http: HttpClient) -> AgentProvider:
    """Cursor with the operator's key; raises ValueError without one."""
    version = CursorV1 if settings.cursor_api_version == "v1" else CursorV0
    return version(settings.cursor_api_url, settings.cursor_api_key, http)
