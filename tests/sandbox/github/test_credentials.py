"""JWTs, installation tokens, and what each may reach."""

from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.github import GitHub, Installation
from sandbox.github.wire.credentials import issue_token
from tests.sandbox.github.tour import Person


def _other_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _ask(github: GitHub, claims: dict[str, Any], key: str = "", algorithm: str = "RS256") -> int:
    now = datetime.now(UTC).timestamp()
    whole: dict[str, Any] = {"iss": str(github.app.id), "iat": now - 60, "exp": now + 540}
    whole |= {name: now + value if name != "iss" else value for name, value in claims.items()}
    text = jwt.encode(whole, key or github.app.private_key_pem, algorithm)
    return Person(github, f"Bearer {text}").send("GET", "//app").status_code


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({}, 200),
        ({"exp": 601}, 401),
        ({"exp": -1}, 401),
        ({"iat": 59}, 200),
        ({"iat": 90}, 401),
        ({"iss": "4711"}, 401),
    ],
)
def test_jwt_claims(github: GitHub, claims: dict[str, Any], status: int) -> None:
    assert _ask(github, claims) == status


def test_jwt_takes_the_client_id(github: GitHub) -> None:
    assert _ask(github, {"iss": github.app.client_id}) == 200


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_jwt_signed_by_another_key(github: GitHub) -> None:
    assert _ask(github, {}, _other_key()) == 401
    assert _ask(github, {}, "a shared secret", "HS256") == 401


@pytest.mark.parametrize("authorization", ["", "Bearer nonsense", "Basic ghp_alice", "Bearer ghp_"])
def test_bad_tokens(github: GitHub, authorization: str) -> None:
    answer = Person(github, authorization).send("GET", "")
    assert answer.status_code == 401
    assert answer.json()["documentation_url"]


def test_a_token_is_long_and_expires(github: GitHub, app: Person) -> None:
    assert len(app.authorization) > 450
    assert app.send("GET", "").status_code == 200
    github.identity_clock.advance(3601)
    assert app.send("GET", "").status_code == 401


def test_a_jwt_is_no_token(github: GitHub, alice: Person) -> None:
    assert alice.send("GET", "//app").status_code == 401


def test_a_narrowed_token(github: GitHub, installation: Installation) -> None:
    github.create_repository("acme/other")
    body = {"repositories": ["other"], "permissions": {"contents": "read"}}
    text = issue_token(github, installation, body).text
    narrow = Person(github, f"token {text}")
    assert narrow.send("GET", "").status_code == 404
    assert narrow.send("GET", "//repos/acme/other/contents/README.md").status_code == 200
    assert narrow.send("POST", "//repos/acme/other/issues", {"title": "t"}).status_code == 403


def test_a_suspended_installation(github: GitHub, installation: Installation, app: Person) -> None:
    github.suspend(installation)
    assert app.send("GET", "").status_code == 403
    github.unsuspend(installation)
    assert app.send("GET", "").status_code == 200
    github.uninstall(installation)
    assert app.send("GET", "").status_code == 401
