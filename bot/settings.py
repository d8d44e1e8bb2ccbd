"""The environment, read once at the door; nothing else in the product looks at it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self, TypeVar, get_args
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.core.model.money import Micros, dollars
from bot.logs import LogFormat

Process = Literal["web", "worker", "clock", "migrate", "up"]
CursorVersion = Literal["v0", "v1"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Word = TypeVar("Word", bound=str)

# Cursor refuses webhook secrets outside 32 to 256 characters (API reference, `webhook.secret`).
SHORTEST_WEBHOOK_SECRET = 32

_STORES = {"DATABASE_URL", "REDIS_URL"}
_WEB = _STORES | {"GITHUB_WEBHOOK_SECRET", "WEBHOOK_SECRET"}
_WORKER = _STORES | {
    "APP_URL",
    "GITHUB_APP_ID",
    "GITHUB_PRIVATE_KEY",
    "CURSOR_API_KEY",
    "WEBHOOK_SECRET",
}
_NEEDED: dict[Process, set[str]] = {
    "migrate": {"DATABASE_URL"},
    "clock": _STORES,
    "web": _WEB,
    "worker": _WORKER,
    "up": _WEB | _WORKER,
}
# The names of what opens other services.
_KEYS = re.compile(r"\w+_API_KEY|GITHUB_PRIVATE_KEY(_FILE)?")
_REMEDIES = {
    "DATABASE_URL": "set it to postgresql://user:password@host/name, or run `orchestra up`",
    "REDIS_URL": "set it to redis://host:6379/0, or run `orchestra up`",
    "APP_URL": "set it to the https address under which GitHub and Cursor reach this server",
    "GITHUB_APP_ID": "copy the App ID (a number) from the App's settings page",
    "GITHUB_PRIVATE_KEY": "paste the App's private key (PEM), or name its file in"
    " GITHUB_PRIVATE_KEY_FILE",
    "GITHUB_WEBHOOK_SECRET": "copy the webhook secret given to the App",
    "CURSOR_API_KEY": "create a key in Cursor's dashboard",
    "MAX_AGENTS": "write a whole number, or leave it out for no limit",
    "WEBHOOK_SECRET": "generate one with `openssl rand -hex 32`",
}
_A_KEY = "copy it from the service's own page of keys"
_AMOUNTS = "write US dollars, for example 250 or 99.50"
_PRICES = "write US dollars a minute for each model, for example o3=0.10,composer-2=0.04"
_MALFORMED = "is the port a number, are the password's special characters percent-encoded?"
_PEM = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\s.+\s-----END [A-Z ]*PRIVATE KEY-----", re.S)
_VISIBLE = re.compile(r"[!-~]+")
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class SettingsError(Exception):
    """One or more environment variables are missing or wrong; `mistakes` holds a line for each."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(["The environment is not usable:", *mistakes]))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Settings:
    """What one process was told by its environment.

    A text is empty and a number 0 where the process it was read for does not need it;
    `from_environment` never lets through a process that lacks something it needs.
    """

    database_url: SecretStr
    redis_url: SecretStr
    app_url: str
    github_app_id: int
    github_private_key: SecretStr
    github_webhook_secrets: tuple[SecretStr, ...]
    github_api_url: str
    cursor_api_key: SecretStr
    cursor_api_url: str
    cursor_api_version: CursorVersion
    openai_api_key: SecretStr
    anthropic_api_key: SecretStr
    gemini_api_key: SecretStr
    llm_base_url: str
    webhook_secrets: tuple[SecretStr, ...]
    allowed_accounts: frozenset[str] | None
    max_agents: int
    monthly_budget: Micros | None
    model_prices: Mapping[str, Micros]
    log_level: LogLevel
    log_format: LogFormat
    log_directory: Path | None
    data_directory: Path
    warnings: tuple[str, ...]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], process: Process = "worker") -> Self:
        """Read what `process` needs; raises SettingsError naming every mistake together.

        Of a comma list of secrets the first signs and all verify. `allowed_accounts` is in lower
        case; None stands for the App's owner. `max_agents` of one credential are at work at most, 0
        is no limit; `monthly_budget` is for all repositories together, `model_prices` for a minute.
        `llm_base_url` is a service that speaks as OpenAI's does, empty for OpenAI itself.
        """
        given = without_keys(environment) if process == "web" else environment
        read = _Reader(given, _NEEDED[process])
        app_url = read.web_address("APP_URL")
        settings = cls(
            database_url=SecretStr(read.database_url()),
            redis_url=SecretStr(read.redis_url()),
            app_url=app_url,
            github_app_id=read.number("GITHUB_APP_ID"),
            github_private_key=SecretStr(read.private_key()),
            github_webhook_secrets=read.secrets("GITHUB_WEBHOOK_SECRET"),
            github_api_url=read.web_address("GITHUB_API_URL", "https://api.github.com"),
            cursor_api_key=SecretStr(read.key("CURSOR_API_KEY")),
            cursor_api_url=read.web_address("CURSOR_API_URL", "https://api.cursor.com"),
            cursor_api_version=read.choice("CURSOR_API_VERSION", get_args(CursorVersion), "v0"),
            openai_api_key=SecretStr(read.key("OPENAI_API_KEY")),
            anthropic_api_key=SecretStr(read.key("ANTHROPIC_API_KEY")),
            gemini_api_key=SecretStr(read.key("GEMINI_API_KEY")),
            llm_base_url=read.web_address("LLM_BASE_URL"),
            webhook_secrets=read.secrets("WEBHOOK_SECRET", SHORTEST_WEBHOOK_SECRET),
            allowed_accounts=read.accounts("ALLOWED_ACCOUNTS"),
            max_agents=read.number("MAX_AGENTS"),
            monthly_budget=read.amount("MONTHLY_BUDGET"),
            model_prices=read.prices("MODEL_PRICES"),
            log_level=read.choice("LOG_LEVEL", get_args(LogLevel), "INFO"),
            log_format=read.choice("LOG_FORMAT", get_args(LogFormat), "auto"),
            log_directory=read.directory("LOG_DIR"),
            data_directory=data_directory(environment),
            warnings=_warnings(app_url),
        )
        if read.mistakes:
            raise SettingsError(read.mistakes)
        return settings

    @property
    def webhooks_reachable(self) -> bool:
        """Whether Cursor may be told to call us: over https, or on this very machine."""
        return self.app_url.startswith("https://") or _is_loopback(self.app_url)

    @property
    def github_web_url(self) -> str:
        """Where people, and Cursor's agents, find the repositories; no slash at the end."""
        return github_web_url(self.github_api_url)

    def secret_values(self) -> frozenset[str]:
        """Every secret in plain text, for the logs' redaction alone."""
        models = (self.openai_api_key, self.anthropic_api_key, self.gemini_api_key)
        whole = (self.github_private_key, self.cursor_api_key, *models)
        secrets = [*whole, *self.github_webhook_secrets, *self.webhook_secrets]
        passwords = [
            _password(url.get_secret_value()) for url in (self.database_url, self.redis_url)
        ]
        values = {secret.get_secret_value() for secret in secrets} | {*passwords}
        return frozenset(values | {unquote(password) for password in passwords}) - {""}


def without_keys(environment: Mapping[str, str]) -> dict[str, str]:
    """Leave out what opens other services to us: who takes in what anybody sends needs none."""
    return {name: value for name, value in environment.items() if not _KEYS.fullmatch(name)}


def data_directory(environment: Mapping[str, str]) -> Path:
    """Where `orchestra up` keeps the database and the queue: ORCHESTRA_DATA, else ./.orchestra."""
    return Path(tidy(environment.get("ORCHESTRA_DATA", "")) or ".orchestra").resolve()


def github_web_url(api_url: str) -> str:
    """Return the web address that belongs to GitHub's API at `api_url`.

    GitHub's docs, "Quickstart for GitHub REST API": `HOST/api/v3` on a server of one's own and
    `api.SUBDOMAIN.ghe.com` with data residency. Any other address, as of the sandbox on this
    machine, stands in for github.com's API.
    """
    scheme, _, address = api_url.partition("://")
    if not _is_loopback(api_url):
        if address.endswith("/api/v3"):
            return f"{scheme}://{address.removesuffix('/api/v3')}"
        if address.startswith("api.") and address.endswith(".ghe.com"):
            return f"{scheme}://{address.removeprefix('api.')}"
    return "https://github.com"


def tidy(value: str) -> str:
    """Take off what copying into a form or an env file leaves behind: blanks and one quote pair."""
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].strip()
    return value


class _Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, environment: Mapping[str, str], needed: set[str]) -> None:
        self._environment = environment
        self._needed = needed
        self.mistakes: list[str] = []

    def mistake(self, name: str, what: str, remedy: str = "") -> None:
        self.mistakes.append(f"{name} {what}: {remedy or _REMEDIES[name]}")

    def text(self, name: str, default: str = "") -> str:
        value = tidy(self._environment.get(name, ""))
        if not value and name in self._needed:
            self.mistake(name, "is not set")
        return value or default

    def key(self, name: str) -> str:
        """Return a text that is sent in a header."""
        value = self.text(name)
        if value and not _VISIBLE.fullmatch(value):
            what = "has blanks or characters that no key has"
            self.mistake(name, what, _REMEDIES.get(name, _A_KEY))
        return value

    def number(self, name: str) -> int:
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit()):
            self.mistake(name, "is not a number")
            return 0
        return int(value or 0)

    def amount(self, name: str) -> Micros | None:
        value = self.text(name)
        amount = dollars(value) if value else None
        if value and amount is None:
            self.mistake(name, "is not an amount", _AMOUNTS)
        return amount

    def prices(self, name: str) -> dict[str, Micros]:
        """Return what a minute of each model costs, written as `o3=0.10,default=0.20`."""
        found = {}
        for item in self.items(name):
            model, _, price = item.partition("=")
            amount = dollars(tidy(price))
            if not model or amount is None:
                self.mistake(name, "has no model and price in " + item, _PRICES)
            else:
                found[tidy(model)] = amount
        return found

    def choice(self, name: str, accepted: tuple[Word, ...], default: Word) -> Word:
        value = self.text(name, default)
        for word in accepted:
            if value.lower() == word.lower():
                return word
        self.mistake(name, "is unknown", f"use one of {', '.join(accepted)}")
        return default

    def web_address(self, name: str, default: str = "") -> str:
        value = self.text(name, default).rstrip("/")
        if value and not (_host(value) and re.fullmatch(r"https?://\S+", value)):
            self.mistake(name, "is not a web address", "write it as https://host")
        return value

    def database_url(self) -> str:
        """Whatever a hosting service calls PostgreSQL, the driver we ship is psycopg."""
        value = self.text("DATABASE_URL")
        value = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", value)
        if value.startswith("sqlite") and not urlsplit(value).path.strip("/"):
            self.mistake("DATABASE_URL", "names no file", "write it as sqlite:///path/to/file")
        elif value and not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            self.mistake("DATABASE_URL", "is neither PostgreSQL nor SQLite")
        elif value and not _is_database(value):
            self.mistake("DATABASE_URL", "is malformed", _MALFORMED)
        return value

    def redis_url(self) -> str:
        value = self.text("REDIS_URL")
        if value and not value.startswith(("redis://", "rediss://", "unix://")):
            self.mistake("REDIS_URL", "is not redis://, rediss:// or unix://")
        elif value and not _is_redis(value):
            self.mistake("REDIS_URL", "is malformed", _MALFORMED)
        return value

    def private_key(self) -> str:
        """Return the PEM itself, one with `\\n` written out, or the text of the file with it."""
        path = self.text("GITHUB_PRIVATE_KEY_FILE")
        if not path:
            pem = self.text("GITHUB_PRIVATE_KEY")
        elif tidy(self._environment.get("GITHUB_PRIVATE_KEY", "")):
            self.mistake("GITHUB_PRIVATE_KEY", "and its _FILE are both set", "keep one of them")
            return ""
        else:
            pem = self._file("GITHUB_PRIVATE_KEY_FILE", path)
        pem = pem.replace("\\n", "\n").strip()
        if pem and not _PEM.fullmatch(pem):
            self.mistake("GITHUB_PRIVATE_KEY", "is not a private key in PEM form")
        elif pem and not _is_rsa_key(pem):
            self.mistake("GITHUB_PRIVATE_KEY", "is a damaged key, or none of GitHub's")
        return pem

    def _file(self, name: str, path: str) -> str:
        try:
            return Path(path).read_text("utf-8").strip()
        except OSError as error:
            self.mistake(name, f"cannot be read ({error.strerror})", "name a readable file")
        except UnicodeDecodeError:
            self.mistake(name, "is not a text file", "name the PEM file")
        return ""

    def items(self, name: str) -> list[str]:
        return _items(self.text(name))

    def secrets(self, name: str, shortest: int = 1) -> tuple[SecretStr, ...]:
        text = self.text(name)
        values = _items(text)
        if text and not values:
            self.mistake(name, "holds nothing but commas")
        if any(len(value) < shortest for value in values):
            self.mistake(name, f"is shorter than {shortest} characters")
        return tuple(SecretStr(value) for value in values)

    def accounts(self, name: str) -> frozenset[str] | None:
        logins = self.items(name)
        if wrong := [login for login in logins if not _LOGIN.fullmatch(login)]:
            self.mistake(name, f"has no login in {', '.join(wrong)}", "list logins, comma between")
        return frozenset(login.lower() for login in logins) or None

    def directory(self, name: str) -> Path | None:
        value = self.text(name)
        return Path(value).resolve() if value else None


def _items(text: str) -> list[str]:
    return [item for item in map(tidy, text.split(",")) if item]


def _warnings(app_url: str) -> tuple[str, ...]:
    if not app_url or app_url.startswith("https://") or _is_loopback(app_url):
        return ()
    return ("APP_URL is not https: Cursor's webhooks stay off and its agents are polled instead",)


def _is_loopback(url: str) -> bool:
    host = _host(url)
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _host(url: str) -> str:
    """Return the address's host, empty when there is none or the address is malformed."""
    try:
        parts = urlsplit(url)
        # To ask for a port that is no number raises ValueError.
        return (parts.hostname or "") if parts.port != 0 else ""
    except ValueError:
        return ""


def _is_database(url: str) -> bool:
    from storage.database import is_address

    return is_address(url)


def _is_redis(url: str) -> bool:
    from redis import Redis, RedisError

    try:
        Redis.from_url(url).connection_pool.make_connection()
    except (RedisError, TypeError, ValueError):
        return False
    return True


def _is_rsa_key(pem: str) -> bool:
    """Whether it can be read, without a password; the numbers in it are not examined."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        # To test its primes takes a tenth of a second, and copying leaves no wrong ones behind.
        key = load_pem_private_key(pem.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, RSAPrivateKey)


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
