"""Who is asking: App JWTs, installation tokens, and personal tokens `ghp_<login>`."""

import base64
import json
import secrets
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization

from sandbox.github.errors import Refusal, not_found
from sandbox.github.payloads.base import permissions
from sandbox.github.state import Actor, App, Installation
from sandbox.github.state.tokens import Token
from sandbox.github.state.world import World

LEVELS = {"read": 1, "write": 2, "admin": 3}
TOKEN_LIFE = timedelta(hours=1)
LONGEST_JWT = timedelta(minutes=10)
CLOCK_SKEW = timedelta(seconds=60)


@cache
def _public_key(pem: str) -> Any:
    key = serialization.load_pem_private_key(pem.encode(), None)
    return key.public_key()


def bad_credentials(message: str = "Bad credentials") -> Refusal:
    """401."""
    return Refusal(401, message)


def authenticated_app(github: World, authorization: str) -> App:
    """Return the App whose JWT this is; 401 as GitHub words it when anything about it is wrong.

    Docs page: generating-a-json-web-token-jwt-for-a-github-app.
    """
    text = authorization.partition(" ")[2]
    if text.count(".") != 2 or text.startswith("gh"):
        raise bad_credentials("A JSON web token could not be decoded")
    app = github.app
    try:
        claims = jwt.decode(
            text,
            _public_key(app.private_key_pem),
            algorithms=["RS256"],
            options={"verify_exp": False, "verify_iat": False, "require": ["iss", "iat", "exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise bad_credentials("A JSON web token could not be decoded") from error
    if str(claims["iss"]) not in (str(app.id), app.client_id):
        raise bad_credentials("Integration must generate a public key")
    _check_times(github.identity_clock.now(), float(claims["iat"]), float(claims["exp"]))
    return app


def _check_times(now: datetime, issued: float, expires: float) -> None:
    moment = now.timestamp()
    if expires <= moment:
        raise bad_credentials(
            "'Expiration time' claim ('exp') must be a numeric value representing the future "
            "time at which the assertion expires"
        )
    if expires > moment + LONGEST_JWT.total_seconds():
        raise bad_credentials("'Expiration time' claim ('exp') is too far in the future")
    if issued > moment + CLOCK_SKEW.total_seconds():
        raise bad_credentials(
            "'Issued at' claim ('iat') must be an Integer representing the time that the "
            "assertion was issued"
        )


def issue_token(github: World, installation: Installation, body: dict[str, Any]) -> Token:
    """Issue a token for `installation`, narrowed as the request asks; it never widens."""
    if installation.suspended_at:
        raise Refusal(403, "This installation has been suspended")
    granted = permissions(installation.app)
    wanted: dict[str, str] = body.get("permissions") or granted
    for name, level in wanted.items():
        if LEVELS[level] > LEVELS.get(granted.get(name, ""), 0):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    token = Token(
        _token_text(installation.app),
        installation,
        github.identity_clock.now() + TOKEN_LIFE,
        {"metadata": "read", **wanted},
        _narrowed(github, installation, body),
    )
    github.tokens[token.text] = token
    return token


def _narrowed(
    github: World, installation: Installation, body: dict[str, Any]
) -> frozenset[str] | None:
    names = list(body.get("repositories") or [])
    ids = body.get("repository_ids") or []
    if not names and not ids:
        return None
    reachable = {
        repository.name: repository.id
        for repository in github.repositories.values()
        if installation.covers(repository)
    }
    names += [name for name, number in reachable.items() if number in ids]
    if len(names) < len(ids) or not set(names) <= set(reachable):
        raise Refusal(
            422,
            "There is at least one repository that does not exist or is not accessible to the "
            "parent installation.",
        )
    return frozenset(names)


def _token_text(app: App) -> str:
    """About 500 characters with dots, like GitHub's stateless tokens since 2026."""
    header = json.dumps({"typ": "JWT", "alg": "ES256"}).encode()
    first = base64.urlsafe_b64encode(header).decode().rstrip("=")
    return f"ghs_{app.id}_{first}.{secrets.token_urlsafe(270)}.{secrets.token_urlsafe(64)}"


def actor_of(github: World, authorization: str) -> Actor:
    """Who the token stands for; 401 when it stands for nobody."""
    scheme, _, text = authorization.partition(" ")
    if not text:
        raise bad_credentials("Requires authentication")
    if scheme.lower() not in ("bearer", "token"):
        raise bad_credentials()
    if text.startswith("ghp_") and len(text) > len("ghp_"):
        return Actor(github.user(text.removeprefix("ghp_")))
    token = github.tokens.get(text)
    if token is None or token.expires_at <= github.identity_clock.now():
        raise bad_credentials()
    installation = token.installation
    if installation.deleted:
        raise bad_credentials()
    if installation.suspended_at:
        raise Refusal(403, "This installation has been suspended")
    return Actor(installation.app.bot, installation, token.permissions, token.repositories)


def find_installation(github: World, number: int) -> Installation:
    """Find the installation by id, unless uninstalled."""
    found = github.installations.get(number)
    if found is None or found.deleted:
        raise not_found()
    return found
