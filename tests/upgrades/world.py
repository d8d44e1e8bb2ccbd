"""The fakes brought to where they were at a moment of a recording."""

import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.clock import Clock
from sandbox.cursor import Cursor
from sandbox.github import GitHub
from tests.upgrades.journal import Entry, Requested, Ticked, UserStepTaken
from tests.upgrades.numbers import drawn_from
from tests.upgrades.user_steps import UserStep, take

START = datetime(2026, 11, 21, 10, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def do(github: GitHub, cursor: Cursor, number: int, entry: UserStepTaken | Ticked) -> None:
    """Do what needs no request; `number` is the entry's place in the recording."""
    with drawn_from(number):
        if isinstance(entry, UserStepTaken):
            take(github, cursor, UserStep(entry.name, entry.arguments))
        else:
            github.tick()
            cursor.tick()


class Replay:
    """Plays entries against fresh fakes; `webhooks` are the bodies that GitHub sent, by GUID."""

    def __init__(self, github: GitHub, cursor: Cursor, clock: Clock) -> None:
        self._github, self._cursor, self._clock = github, cursor, clock
        self._token = ""
        self.webhooks: dict[str, bytes] = {}

    async def play(self, entries: Iterable[Entry]) -> None:
        """Play them all; AssertionError where the fakes answer otherwise than they did."""
        apps: dict[str, Any] = {"github": self._github.asgi, "cursor": self._cursor.asgi}
        clients = {
            name: httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://fake")
            for name, app in apps.items()
        }
        for number, entry in enumerate(entries):
            self._set_time(entry.at)
            if isinstance(entry, Requested):
                await self._send(clients[entry.service], number, entry)
            else:
                do(self._github, self._cursor, number, entry)
            if isinstance(entry, Ticked):
                self._take_webhooks()

    def _set_time(self, at: int) -> None:
        now = (self._clock.now() - START) / MICROSECOND
        self._clock.advance((at - now) / 1_000_000)

    def _take_webhooks(self) -> None:
        self._cursor.outbox.take()
        taken = self._github.outbox.take()
        self.webhooks |= {one.headers["X-GitHub-Delivery"]: one.body for one in taken}

    async def _send(self, client: httpx.AsyncClient, number: int, entry: Requested) -> None:
        headers = entry.headers | self._authorization(entry)
        status = 0
        with drawn_from(number), suppress(ConnectionError):
            answer = await client.request(
                entry.method, entry.target, headers=headers, content=entry.body
            )
            status = answer.status_code
            if entry.target.endswith("/access_tokens"):
                self._token = answer.json()["token"]
        # What is only read may be told otherwise by a newer fake.
        assert status == entry.status or entry.method == "GET", (number, entry, answer.text)

    def _authorization(self, entry: Requested) -> dict[str, str]:
        match entry.credential:
            case "app":
                return {"Authorization": f"Bearer {_app_token(self._github)}"}
            case "installation":
                return {"Authorization": f"Bearer {self._token}"}
            case "key":
                return {"Authorization": f"Bearer {self._cursor.api_key}"}
            case _:
                return {}


def _app_token(github: GitHub) -> str:
    now = int(time.time())
    claims: dict[str, Any] = {"iss": str(github.app.id), "iat": now, "exp": now + 300}
    return jwt.encode(claims, _loaded(github.app.private_key_pem), "RS256")


@cache
def _loaded(pem: str) -> Any:
    return load_pem_private_key(pem.encode(), None)
