import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from redis import Redis
from starlette.testclient import TestClient

from bot.web.app import WebDependencies, create_app
from jobs.local.valkey import EmbeddedValkey
from storage.database import Database
from tests.web.signing import GITHUB_SECRETS, MASTERS


@pytest.fixture(scope="session")
def valkey() -> Iterator[Redis]:
    with (
        tempfile.TemporaryDirectory(prefix="v-") as directory,
        EmbeddedValkey(Path(directory)) as server,
        server.client() as client,
    ):
        yield client


@pytest.fixture
def redis(valkey: Redis) -> Redis:
    valkey.flushall()
    return valkey


@pytest.fixture
def application(database: Database, redis: Redis) -> FastAPI:
    """The whole application, on each database; its threads do not run yet."""
    return create_app(
        WebDependencies(
            database=database,
            redis=redis,
            github_webhook_secrets=GITHUB_SECRETS,
            webhook_secrets=MASTERS,
        )
    )


@pytest.fixture
def web(application: FastAPI) -> Iterator[TestClient]:
    """A client of the running application."""
    with TestClient(application) as client:
        yield client
