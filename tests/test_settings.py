import re
import shlex
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from bot.settings import Process, Settings, SettingsError, github_web_url, tidy
from sandbox.github.state.tokens import private_key

ROOT = Path(__file__).parent.parent
PEM = private_key().strip()
GARBAGE = "-----BEGIN RSA PRIVATE KEY-----\nMIIEhunter2\n-----END RSA PRIVATE KEY-----"
LOCKED = (
    rsa.generate_private_key(public_exponent=65537, key_size=1024)
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hunter2"))
    .decode()
    .strip()
)
NO_RSA = (
    ed25519.Ed25519PrivateKey.generate()
    .private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    .decode()
    .strip()
)
COMPLETE = {
    "DATABASE_URL": "postgresql://bot:pass%21word@db.example/orchestra",
    "REDIS_URL": "redis://:redispassword@queue.example:6379/0",
    "APP_URL": "https://orchestra.example/",
    "GITHUB_APP_ID": "12345",
    "GITHUB_PRIVATE_KEY": PEM,
    "GITHUB_WEBHOOK_SECRET": "newer-secret, older-secret",
    "CURSOR_API_KEY": "crsr_0123",
    "WEBHOOK_SECRET": "w" * 32,
}


def read(process: Process = "worker", **changes: str) -> Settings:
    return Settings.from_environment(COMPLETE | changes, process)


def mistakes(process: Process = "worker", **changes: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        read(process, **changes)
    assert all(mistake in str(caught.value) for mistake in caught.value.mistakes)
    return caught.value.mistakes


def test_a_complete_environment() -> None:
    settings = read()
    assert settings.github_app_id == 12345
    assert settings.app_url == "https://orchestra.example"
    assert settings.github_private_key.get_secret_value() == PEM
    secrets = [secret.get_secret_value() for secret in settings.github_webhook_secrets]
    assert secrets == ["newer-secret", "older-secret"]
    assert settings.warnings == ()


def test_what_is_left_out_has_a_default() -> None:
    settings = read()
    assert settings.github_api_url == "https://api.github.com"
    assert settings.cursor_api_url == "https://api.cursor.com"
    assert settings.cursor_api_version == "v0"
    assert settings.allowed_accounts is None
    assert settings.log_level == "INFO"
    assert settings.log_directory is None
    assert settings.data_directory == Path(".orchestra").resolve()


@pytest.mark.parametrize(
    ("process", "needed"),
    [
        ("migrate", {"DATABASE_URL"}),
        ("clock", {"DATABASE_URL", "REDIS_URL"}),
        ("web", {"DATABASE_URL", "REDIS_URL", "GITHUB_WEBHOOK_SECRET", "WEBHOOK_SECRET"}),
        ("worker", set(COMPLETE) - {"GITHUB_WEBHOOK_SECRET"}),
        ("up", set(COMPLETE)),
    ],
)
def test_everything_missing_is_named_at_once(process: Process, needed: set[str]) -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment({}, process)
    assert {mistake.split()[0] for mistake in caught.value.mistakes} == needed
    assert all(" is not set: " in mistake for mistake in caught.value.mistakes)


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("DATABASE_URL", "mysql://db", "is neither PostgreSQL nor SQLite"),
        ("DATABASE_URL", "sqlite://", "names no file"),
        ("DATABASE_URL", "sqlite:relative", "is neither PostgreSQL nor SQLite"),
        ("DATABASE_URL", "postgresql://bot:hunter2@db:abc/orchestra", "is malformed"),
        ("DATABASE_URL", "postgres://bot:hunter2@a:1,b:2/orchestra", "is malformed"),
        ("DATABASE_URL", "postgresql://bot@/x?host=hunter2&port=abc", "is malformed"),
        ("DATABASE_URL", "sqlite:///file?timeout=hunter2", "is malformed"),
        ("REDIS_URL", "queue.example:6379", "is not redis://"),
        ("REDIS_URL", "redis://h:hunter2/0", "is malformed"),
        ("REDIS_URL", "redis://:hunter2/x@h:6379/0", "is malformed"),
        ("REDIS_URL", "redis://[hunter2", "is malformed"),
        ("REDIS_URL", "redis://h/0?db=hunter2", "is malformed"),
        ("REDIS_URL", "redis://h/0?hunter2=1", "is malformed"),
        ("REDIS_URL", "rediss://h/0?ssl_cert_reqs=hunter2", "is malformed"),
        ("APP_URL", "orchestra.example", "is not a web address"),
        ("APP_URL", "https://[broken", "is not a web address"),
        ("APP_URL", "https://orchestra.example:port", "is not a web address"),
        ("APP_URL", "https://orchestra example", "is not a web address"),
        ("CURSOR_API_URL", "https://cursor.example:99999", "is not a web address"),
        ("GITHUB_API_URL", "ftp://github.example", "is not a web address"),
        ("GITHUB_APP_ID", "Iv23liABC", "is not a number"),
        ("GITHUB_APP_ID", "\u0661\u0662", "is not a number"),
        ("GITHUB_PRIVATE_KEY", "hunter2", "is not a private key in PEM form"),
        ("GITHUB_PRIVATE_KEY", PEM[:31], "is not a private key in PEM form"),
        ("GITHUB_PRIVATE_KEY", GARBAGE, "is a damaged key"),
        ("GITHUB_PRIVATE_KEY", PEM.replace("\n", "", 3), "is not a private key in PEM form"),
        ("GITHUB_PRIVATE_KEY", PEM.replace("MII", "M\u0130I", 1), "is a damaged key"),
        ("GITHUB_PRIVATE_KEY", LOCKED, "is a damaged key, or none of GitHub's"),
        ("GITHUB_PRIVATE_KEY", NO_RSA, "is a damaged key, or none of GitHub's"),
        ("CURSOR_API_KEY", "crsr hunter2", "has blanks or characters that no key has"),
        ("CURSOR_API_KEY", "crsr_hunter2\u2026", "has blanks or characters that no key has"),
        ("GITHUB_WEBHOOK_SECRET", " , ", "holds nothing but commas"),
        ("CURSOR_API_VERSION", "v2", "is unknown"),
        ("WEBHOOK_SECRET", "w" * 32 + ",hunter2", "is shorter than 32 characters"),
        ("ALLOWED_ACCOUNTS", "acme, not a login", "has no login in not a login"),
        ("MAX_AGENTS", "many", "is not a number"),
        ("MONTHLY_BUDGET", "-5", "is not an amount"),
        ("MODEL_PRICES", "o3", "has no model and price in o3"),
        ("MODEL_PRICES", "o3=cheap", "has no model and price in o3=cheap"),
        ("LOG_LEVEL", "chatty", "is unknown"),
    ],
)
def test_a_wrong_value_is_named_with_its_remedy(name: str, value: str, what: str) -> None:
    [mistake] = mistakes("worker", **{name: value})
    assert mistake.startswith(f"{name} {what}")
    assert mistake.partition(": ")[2]
    assert "hunter2" not in mistake


def test_several_wrong_values_are_named_together() -> None:
    wrong = {
        "APP_URL": "",
        "DATABASE_URL": "postgresql://db:abc/x",
        "REDIS_URL": "redis://h:notaport/0",
        "GITHUB_APP_ID": "x",
        "GITHUB_PRIVATE_KEY": GARBAGE,
        "CURSOR_API_KEY": "two words",
        "LOG_LEVEL": "chatty",
    }
    assert [mistake.split()[0] for mistake in mistakes("worker", **wrong)] == list(wrong)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("a\n", "a"), ('"a b"', "a b"), ("' a '", "a"), ('"a', '"a'), ("\"a'", "\"a'"), ('"', '"')],
)
def test_quotes_and_line_ends_are_taken_off(written: str, meant: str) -> None:
    assert tidy(written) == meant


@pytest.mark.parametrize("written", [PEM + "\n", f'"{PEM}"', PEM.replace("\n", "\\n")])
def test_the_private_key_however_it_was_pasted(written: str) -> None:
    assert read(GITHUB_PRIVATE_KEY=written).github_private_key.get_secret_value() == PEM


def test_the_private_key_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text(PEM + "\n")
    settings = read(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_FILE=str(tmp_path / "key.pem"))
    assert settings.github_private_key.get_secret_value() == PEM


def test_a_private_key_file_that_cannot_be_read(tmp_path: Path) -> None:
    [missing] = mistakes(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_FILE=str(tmp_path / "none"))
    assert missing.startswith("GITHUB_PRIVATE_KEY_FILE cannot be read (No such file or directory)")
    (tmp_path / "key.der").write_bytes(b"\xff\x00")
    [binary] = mistakes(GITHUB_PRIVATE_KEY="", GITHUB_PRIVATE_KEY_FILE=str(tmp_path / "key.der"))
    assert binary.startswith("GITHUB_PRIVATE_KEY_FILE is not a text file")


def test_the_documented_line_for_systemd_gives_the_key(tmp_path: Path) -> None:
    """Like a shell, systemd takes an unquoted backslash away (systemd.exec, EnvironmentFile=)."""
    (tmp_path / "orchestra.private-key.pem").write_text(PEM + "\n")
    [command] = re.findall(r"^awk .*$", (ROOT / "docs/operations.md").read_text(), re.M)
    line = subprocess.check_output(command, shell=True, cwd=tmp_path, text=True)
    assert line.count("\n") == 1
    [word] = shlex.split(line)
    name, _, value = word.partition("=")
    settings = Settings.from_environment(COMPLETE | {name: value})
    assert settings.github_private_key.get_secret_value() == PEM


@pytest.mark.parametrize("unit", ["orchestra.service", "orchestra-worker@.service"])
def test_the_units_hand_over_the_key_where_it_is_documented_to_lie(unit: str) -> None:
    text = (ROOT / "ops/systemd" / unit).read_text()
    [(credential, path)] = re.findall(r"^LoadCredential=(.+):(.+)$", text, re.M)
    assert f"Environment=GITHUB_PRIVATE_KEY_FILE=%d/{credential}\n" in text
    assert f"`{path}`" in (ROOT / "docs/install.md").read_text()
    assert f" {path}\n" in (ROOT / "docs/operations.md").read_text()


def test_two_private_keys_are_one_too_many() -> None:
    [mistake] = mistakes(GITHUB_PRIVATE_KEY_FILE="key.pem")
    assert mistake.startswith("GITHUB_PRIVATE_KEY and its _FILE are both set")


@pytest.mark.parametrize(
    ("api_url", "web_url"),
    [
        ("https://api.github.com", "https://github.com"),
        ("https://git.example/api/v3", "https://git.example"),
        ("http://git.example:8443/api/v3", "http://git.example:8443"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com"),
        ("http://127.0.0.1:8101", "https://github.com"),
        ("http://localhost:8101/api/v3", "https://github.com"),
        ("https://proxy.example", "https://github.com"),
    ],
)
def test_the_web_address_that_belongs_to_githubs_api(api_url: str, web_url: str) -> None:
    assert github_web_url(api_url) == web_url
    assert read(GITHUB_API_URL=f"{api_url}/").github_web_url == web_url


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_postgresql_uses_our_driver(scheme: str) -> None:
    settings = read(DATABASE_URL=f"{scheme}://db.example/orchestra")
    url = settings.database_url.get_secret_value()
    assert url == "postgresql+psycopg://db.example/orchestra"


@pytest.mark.parametrize(
    ("app_url", "reachable", "warned"),
    [
        ("https://orchestra.example", True, False),
        ("http://orchestra.example", False, True),
        ("http://localhost:8000", True, False),
        ("http://127.0.0.1:8000", True, False),
        ("http://[::1]:8000", True, False),
        ("http://10.0.0.7:8000", False, True),
    ],
)
def test_webhooks_are_asked_for_only_where_they_can_arrive(
    app_url: str, reachable: bool, warned: bool
) -> None:
    settings = read(APP_URL=app_url)
    assert settings.webhooks_reachable is reachable
    assert bool(settings.warnings) is warned


def test_accounts_are_compared_without_case() -> None:
    accounts = read(ALLOWED_ACCOUNTS="Acme, octo-cat").allowed_accounts
    assert accounts == frozenset({"acme", "octo-cat"})


def test_money_is_read_in_dollars() -> None:
    settings = read(MONTHLY_BUDGET="99.50", MODEL_PRICES=" o3=0.105, default = $2")
    assert settings.monthly_budget == 99_500_000
    assert settings.model_prices == {"o3": 105_000, "default": 2_000_000}


def test_secrets_are_not_shown_but_known_to_the_logs() -> None:
    settings = read()
    secrets = {PEM, "crsr_0123", "newer-secret", "older-secret", "w" * 32}
    assert settings.secret_values() == secrets | {"pass%21word", "pass!word", "redispassword"}
    assert not [value for value in settings.secret_values() if value in repr(settings)]
