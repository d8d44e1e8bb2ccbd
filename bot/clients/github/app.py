"""The App: who it is, and its way into each repository."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

import httpx
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from githubkit import GitHub
from githubkit.cache import MemCacheStrategy
from pydantic import SecretStr

from bot.clients.errors import TransientError
from bot.clients.github.api import Api
from bot.clients.github.auth import AppStrategy, InstallationStrategy
from bot.clients.github.failures import SERVICE
from bot.clients.github.merging import MergeRoutes
from bot.clients.github.repository import AppIdentity, RepositoryClient
from bot.clients.github.transport import TIMEOUT, SharedTransport
from bot.core.model.identifiers import Login, RepositoryName


@dataclass(frozen=True, kw_only=True)
class Installation:
    """What the account's owner has granted: level by permission, names of webhooks."""

    id: int
    permissions: Mapping[str, str]
    events: tuple[str, ...]
    suspended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookDelivery:
    """One attempt of GitHub's to deliver a webhook; further ones have the same `guid`.

    `status` is GitHub's word for what came of it, `OK` where it was answered with a 2xx.
    """

    guid: str
    status: str
    at: datetime
    installation_id: int | None

    @property
    def arrived(self) -> bool:
        """True where it was answered as it should be."""
        return self.status == "OK"


class GitHubApp:
    """One per process, safe to share between threads.

    `api_url` is `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server.
    Installation tokens (valid for an hour) stay in this process's memory, and nowhere else.
    """

    def __init__(
        self,
        *,
        app_id: str,
        private_key: SecretStr | str,
        api_url: str,
    ) -> None:
        self._transport = SharedTransport()
        key = private_key if isinstance(private_key, str) else private_key.get_secret_value()
        self._github: GitHub[AppStrategy] = GitHub(
            AppStrategy(app_id, _loaded(key)),
            base_url=httpx.URL(api_url),
            user_agent="orchestra",
            timeout=TIMEOUT,
            trust_env=False,
            transport=self._transport,
            cache_strategy=MemCacheStrategy(),
            http_cache=False,
            auto_retry=False,
        )
        self._installations: dict[int, GitHub[InstallationStrategy]] = {}
        self._merge_routes = MergeRoutes()

    @cached_property
    def identity(self) -> AppIdentity:
        """Id, slug and owner, asked once per process. GET /app.

        Raises TransientError for an answer that does not name all three.
        """
        found = Api(self._github, {}).call("GET /app")
        try:
            # An enterprise owns an App under its slug.
            owner = found["owner"].get("login") or found["owner"]["slug"]
            number, slug = int(found["id"]), found["slug"]
        except (LookupError, TypeError, ValueError, AttributeError):
            owner = slug = None
        if not (isinstance(owner, str) and isinstance(slug, str)):
            raise TransientError(SERVICE, "GitHub did not say who this App is")
        return AppIdentity(id=number, slug=slug, owner=Login(owner))

    def owner(self) -> Login:
        """Return the account that registered the App. GET /app."""
        return self.identity.owner

    def accounts(self) -> list[Login]:
        """Return the accounts that have installed the App. GET /app/installations."""
        found = Api(self._github, {}).pages("GET /app/installations", params={})
        # An enterprise has no login, but a slug.
        accounts = [one["account"] or {} for one in found]
        return [Login(one.get("login") or one.get("slug") or "?") for one in accounts]

    def repository(self, installation_id: int, name: RepositoryName) -> RepositoryClient:
        """Return the repository as that installation reaches it; sends nothing."""
        api = Api(self._installation(installation_id), {"owner": name.owner, "repo": name.name})
        return RepositoryClient(api, self._merge_routes, lambda: self.identity)

    def installation(self, name: RepositoryName) -> Installation:
        """Return the App's installation on the repository; NotFound where there is none.

        GET /repos/{owner}/{repo}/installation, asked as the App: answered while suspended too.
        """
        api = Api(self._github, {"owner": name.owner, "repo": name.name})
        found = api.call("GET /repos/{owner}/{repo}/installation")
        suspended = found["suspended_at"]
        return Installation(
            id=found["id"],
            permissions=found["permissions"],
            events=tuple(found["events"]),
            suspended_at=datetime.fromisoformat(suspended) if suspended else None,
        )

    def deliveries(self) -> tuple[WebhookDelivery, ...]:
        """Return the App's last 100 deliveries, newest first, of the last three days at most.

        GET /app/hook/deliveries, asked as the App; an Enterprise Server keeps them for a week.
        """
        found = Api(self._github, {}).call("GET /app/hook/deliveries", params={"per_page": 100})
        return tuple(
            WebhookDelivery(
                guid=one["guid"],
                status=one["status"],
                at=datetime.fromisoformat(one["delivered_at"]),
                installation_id=one.get("installation_id"),
            )
            for one in found
        )

    def close(self) -> None:
        """Close the connections; the next request opens new ones."""
        self._transport.close_pool()

    def _installation(self, installation_id: int) -> GitHub[InstallationStrategy]:
        if installation_id not in self._installations:
            auth = self._github.auth.installed(installation_id)
            self._installations[installation_id] = self._github.with_auth(auth)
        return self._installations[installation_id]


def _loaded(pem: str) -> str:
    """Load the key so that it signs at once: a text would have its primes tested for each token."""
    key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    # PyJWT, to which githubkit hands it on, takes either.
    return cast("str", key)
