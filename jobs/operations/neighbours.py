"""Whom this process needs beside itself: who answers there, or what keeps it from working."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from redis import RedisError

from bot.clients.errors import ClientError, NotFound, PermanentError, Unauthorized
from bot.services import Services
from bot.store import Store
from jobs.engine.queue import describe
from storage.database import Database, DatabaseAwayError
from storage.migrate import is_newer, newest_revision, revision_of

# One refusal is not the truth yet: GitHub's copies lag behind one another.
TRIES = 3
BETWEEN_TRIES = 2.0  # seconds
MAX_ACCOUNTS = 5  # named


class Standing(StrEnum):
    """With `WRONG` nothing can work; `AWAY` may pass by itself, and what needs it waits."""

    GOOD = "good"
    AWAY = "away"
    WRONG = "wrong"


@dataclass(frozen=True)
class Neighbour:
    """How one of them stands, in a sentence with the remedy where one is needed."""

    name: str
    standing: Standing
    says: str

    def __str__(self) -> str:
        return f"{self.name}: {self.says}"


def look_at_stores(store: Store) -> Iterator[Neighbour]:
    """Yield the database and the queue, without which nothing can be taken in or done."""
    yield look_at_database(store.database)
    yield _queue(store)


def look_at_database(database: Database) -> Neighbour:
    """Say whether the database answers and has this version's tables."""
    name, newest = "database", newest_revision()
    try:
        with database.read() as connection:
            version, revision = database.version(connection), revision_of(connection)
    except DatabaseAwayError as error:
        return unreachable_database(database, error)
    where = f"{version} at {database.address}"
    if is_newer(revision):
        return newer_database(database)
    if revision != newest:
        found = f"revision {revision}" if revision else "empty"
        remedy = f"run `orchestra migrate`, which brings it to {newest}"
        return Neighbour(name, Standing.WRONG, f"{where} is {found}: {remedy}")
    return Neighbour(name, Standing.GOOD, f"{where}, revision {revision}")


def unreachable_database(database: Database, error: DatabaseAwayError) -> Neighbour:
    """Name the database that does not answer."""
    remedy = f"is {database.address} right, and may this user open it?"
    return Neighbour("database", Standing.WRONG, f"cannot be reached ({_line(error)}): {remedy}")


def newer_database(database: Database) -> Neighbour:
    """Name the database that a newer version of Orchestra has migrated."""
    remedy = "install that version again, or restore the backup made before it"
    says = f"{database.address} was migrated by a newer version of Orchestra: {remedy}"
    return Neighbour("database", Standing.WRONG, says)


def look_at_services(services: Services) -> Iterator[Neighbour]:
    """Yield GitHub and Cursor, as whom they know us."""
    yield _asked("GitHub", lambda: _github(services), _GITHUB_REMEDY)
    yield _asked("Cursor", lambda: _cursor(services), _CURSOR_REMEDY)


_GITHUB_REMEDY = (
    "GITHUB_APP_ID and GITHUB_PRIVATE_KEY must be of the same App, and GITHUB_API_URL its GitHub;"
    " a new key can be made on the App's settings page"
)
_CURSOR_REMEDY = "make a new key in Cursor's dashboard and set CURSOR_API_KEY to it"


def _queue(store: Store) -> Neighbour:
    try:
        return Neighbour("queue", Standing.GOOD, describe(store.redis))
    except RedisError as error:
        says = f"cannot be reached ({_line(error)}): is REDIS_URL right, and is its server running?"
        return Neighbour("queue", Standing.WRONG, says)


def _github(services: Services) -> str:
    app = services.github.identity
    accounts = services.github.accounts()
    shown = ", ".join(accounts[:MAX_ACCOUNTS]) or "no account yet"
    more = f" and {len(accounts) - MAX_ACCOUNTS} more" if len(accounts) > MAX_ACCOUNTS else ""
    return f"App {app.slug} (id {app.id}) of {app.owner}, installed on {shown}{more}"


def _cursor(services: Services) -> str:
    version = services.settings.cursor_api_version
    return f"key “{services.agents.of().me()}”, API {version}"


def _asked(name: str, ask: Callable[[], str], remedy: str) -> Neighbour:
    for tries_left in reversed(range(TRIES)):
        try:
            return Neighbour(name, Standing.GOOD, ask())
        except (Unauthorized, NotFound) as error:
            if tries_left:
                time.sleep(BETWEEN_TRIES)
                continue
            return Neighbour(name, Standing.WRONG, f"refuses us (“{error.message}”): {remedy}")
        except PermanentError as error:
            return Neighbour(name, Standing.WRONG, f"refuses us (“{error.message}”): {remedy}")
        except ClientError as error:
            waits = "what needs it waits, and is done once it answers"
            return Neighbour(name, Standing.AWAY, f"does not answer ({error.message}); {waits}")
    raise AssertionError("the last try returns")


def _line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
