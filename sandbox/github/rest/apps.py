"""The App's own routes, and a few that belong to no repository."""

from sandbox.github.errors import not_found
from sandbox.github.payloads import base, repositories
from sandbox.github.state import Installation
from sandbox.github.state.tokens import Token
from sandbox.github.wire.credentials import find_installation, issue_token
from sandbox.github.wire.http import Answer, Call, paged, repo_route, route


@route("GET", "/app", takes_jwt=True)
def get_app(call: Call) -> Answer:
    """`apps/get-authenticated`."""
    installed = sum(not one.deleted for one in call.github.installations.values())
    shown = base.app(call.github, call.github.app)
    return Answer(200, {**shown, "installations_count": installed})


@route("GET", "/app/installations", takes_jwt=True)
def list_installations(call: Call) -> Answer:
    """`apps/list-installations`."""
    found = [one for one in call.github.installations.values() if not one.deleted]
    return paged(call, found, lambda one: _listed(call, one))


def _listed(call: Call, one: Installation) -> dict[str, object]:
    """GitHub's OpenAPI wants a list's accounts to have an enterprise's fields as well."""
    shown = base.installation(call.github, one)
    dates = {"created_at": shown["created_at"], "updated_at": shown["updated_at"]}
    names = {"name": one.account.login, "slug": one.account.login}
    return {**shown, "account": {**shown["account"], **names, **dates}}


@route("GET", "/app/installations/{installation_id:int}", takes_jwt=True)
def get_installation(call: Call) -> Answer:
    """`apps/get-installation`."""
    found = find_installation(call.github, call.params["installation_id"])
    return Answer(200, base.installation(call.github, found))


@route("POST", "/app/installations/{installation_id:int}/access_tokens", takes_jwt=True)
def create_token(call: Call) -> Answer:
    """`apps/create-installation-access-token`."""
    found = find_installation(call.github, call.params["installation_id"])
    token = issue_token(call.github, found, call.body)
    return Answer(201, _token(call, token))


def _token(call: Call, token: Token) -> dict[str, object]:
    everything = token.installation.repositories is None and token.repositories is None
    shown: dict[str, object] = {
        "token": token.text,
        "expires_at": base.time_or_none(token.expires_at),
        "permissions": token.permissions,
        "repository_selection": "all" if everything else "selected",
    }
    if token.repositories is not None:
        shown["repositories"] = [
            repositories.minimal(call.github, one)
            for one in call.github.repositories.values()
            if one.name in token.repositories and token.installation.covers(one)
        ]
    return shown


@repo_route("GET", "/installation", takes_jwt=True)
def get_repository_installation(call: Call) -> Answer:
    """`apps/get-repo-installation`."""
    found = call.github.installation_of(call.repository)
    if found is None:
        raise not_found()
    return Answer(200, base.installation(call.github, found))


@route("GET", "/installation/repositories")
def list_repositories(call: Call) -> Answer:
    """`apps/list-repos-accessible-to-installation`."""
    installation = call.actor.installation
    if installation is None:
        raise not_found()
    found = [one for one in call.github.repositories.values() if installation.covers(one)]
    return paged(call, found, lambda one: repositories.minimal(call.github, one), "repositories")


@route("GET", "/user")
def get_user(call: Call) -> Answer:
    """`users/get-authenticated`, the public part of it."""
    return Answer(200, base.user(call.github, call.actor.user))


@route("GET", "/users/{username}")
def get_user_by_name(call: Call) -> Answer:
    """`users/get-by-username`, the public part of it."""
    found = call.github.users.get(call.params["username"].lower())
    if found is None:
        raise not_found()
    return Answer(200, base.user(call.github, found))
