"""Pull requests, their reviews and conversations."""

from collections.abc import Iterator

from jobs.ingest.delivery import Ingested, RepositoryDelivery


def pull_request(context: RepositoryDelivery) -> Iterator[Ingested]:
    """Whatever happened, the next look finds it."""
    return context.pull_request_changed(context.payload["pull_request"]["number"])
