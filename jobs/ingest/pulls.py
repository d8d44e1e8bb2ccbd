"""Pull requests, their reviews and conversations."""

from collections.abc import Iterator

from jobs.ingest.delivery import RepositoryArrival, Routed


def pull_request(arrival: RepositoryArrival) -> Iterator[Routed]:
    """Whatever happened, the next look finds it."""
    return arrival.look_at_pull_request(arrival.payload["pull_request"]["number"])
