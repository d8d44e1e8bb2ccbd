"""Accounts, Apps and addresses."""

from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from sandbox.clock import github_time
from sandbox.github.state import App, Installation, Repository, User, node_id

Payload = dict[str, Any]

ALL_PERMISSIONS = {
    "actions": "write",
    "checks": "write",
    "contents": "write",
    "issues": "write",
    "members": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "write",
    "workflows": "write",
}


class Site(Protocol):
    """What a payload needs to know of the world: where it is served, and who has an account."""

    url: str
    users: dict[str, User]


def time_or_none(moment: datetime | None) -> str | None:
    """GitHub's time, or null."""
    return github_time(moment) if moment else None


def user(site: Site, account: User) -> Payload:
    """`simple-user`; a login is percent-encoded in addresses, whatever a test makes of it."""
    name = quote(account.login, errors="replace")
    api = f"{site.url}/users/{name}"
    page = f"{site.url}/apps/{quote(account.login.removesuffix('[bot]'), errors='replace')}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": account.node_id,
        "avatar_url": f"{site.url}/avatars/u/{account.id}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": page if account.kind == "Bot" else f"{site.url}/{name}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": account.kind,
        "user_view_type": "public",
        "site_admin": account.site_admin,
    }


def user_or_none(site: Site, account: User | None) -> Payload | None:
    """`nullable-simple-user`."""
    return user(site, account) if account else None


def organization(site: Site, account: User) -> Payload:
    """`organization-simple`, as webhooks carry it."""
    api = f"{site.url}/orgs/{account.login}"
    return {
        "login": account.login,
        "id": account.id,
        "node_id": account.node_id,
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{site.url}/avatars/u/{account.id}?v=4",
        "description": "",
    }


def app(site: Site, registered: App) -> Payload:
    """`integration`."""
    created = github_time(registered.created_at)
    return {
        "id": registered.id,
        "client_id": registered.client_id,
        "slug": registered.slug,
        "node_id": node_id("A", registered.id),
        "owner": user(site, registered.owner),
        "name": registered.slug,
        "description": "",
        "external_url": f"{site.url}/about",
        "html_url": f"{site.url}/apps/{registered.slug}",
        "created_at": created,
        "updated_at": created,
        "permissions": permissions(registered),
        "events": registered.events or [],
    }


def permissions(registered: App) -> dict[str, str]:
    """Return what the App was granted."""
    granted = ALL_PERMISSIONS if registered.permissions is None else registered.permissions
    return {"metadata": "read", **granted}


def installation(site: Site, installed: Installation) -> Payload:
    """`installation`."""
    api = f"{site.url}/app/installations/{installed.id}"
    created = github_time(installed.created_at)
    owner = installed.account
    page = f"{site.url}/settings/installations/{installed.id}"
    return {
        "id": installed.id,
        "client_id": installed.app.client_id,
        "account": user(site, owner),
        "repository_selection": "all" if installed.repositories is None else "selected",
        "access_tokens_url": f"{api}/access_tokens",
        "repositories_url": f"{site.url}/installation/repositories",
        "html_url": page,
        "app_id": installed.app.id,
        "app_slug": installed.app.slug,
        "target_id": owner.id,
        "target_type": owner.kind,
        "permissions": permissions(installed.app),
        "events": installed.app.events or [],
        "created_at": created,
        "updated_at": created,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "suspended_by": user_or_none(site, installed.suspended_by),
        "suspended_at": time_or_none(installed.suspended_at),
    }


def short_repository(repository: Repository) -> Payload:
    """Return a repository as `installation` webhooks list it."""
    return {
        "id": repository.id,
        "node_id": node_id("R", repository.id),
        "name": repository.name,
        "full_name": repository.full_name,
        "private": repository.private,
    }
