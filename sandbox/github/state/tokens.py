"""An App's key and the tokens of its installations."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.github.state.accounts import Installation


@cache
def private_key() -> str:
    """Return an RSA key in PEM, generated once per process because that takes a while."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()


@dataclass(frozen=True)
class Token:
    """An installation's token; `permissions` and `repositories` may be narrower than granted."""

    text: str
    installation: Installation
    expires_at: datetime
    permissions: dict[str, str]
    repositories: frozenset[str] | None
