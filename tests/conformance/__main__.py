"""`python -m tests.conformance`: the product's traffic against what GitHub publishes."""

import logging
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache

import structlog

from sandbox.ledger import Entry
from sandbox.webhooks import Webhook
from tests.conformance import packages
from tests.conformance.corrections import corrected
from tests.conformance.graphql_traffic import graphql_violations
from tests.conformance.plays import recorded
from tests.conformance.schemas import Schemas
from tests.conformance.traffic import RestDocument, Violation, WebhookDocument, webhook_kind
from tests.conformance.versions import in_version

# How GitHub reads a request that names none (docs page rest/about-the-rest-api/api-versions).
OLDEST_VERSION = "2022-11-28"


def main() -> int:
    """Print kinds, counts and violations; returns the exit code."""
    # What is logged of mishaps is part of the play.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    packages.install()
    traffic = recorded()
    violations = [*_of_requests(traffic.entries), *_of_webhooks(traffic.webhooks)]
    kinds = Counter(entry.kind for entry in traffic.entries)
    kinds.update(f"webhook {webhook_kind(webhook)}" for webhook in traffic.webhooks)
    wrong = Counter(violation.kind for violation in violations)
    for kind, count in sorted(kinds.items()):
        print(f"{kind:75} {count:5} {wrong[kind] or '':5}")
    for violation, count in Counter(violations).items():
        print(f"\n{violation.kind}, {violation.where} ({count} times)\n  {violation.what}")
    requests = len(traffic.entries)
    answers = sum(entry.status > 0 for entry in traffic.entries)
    print(
        f"\nconformance: {requests} requests, {answers} answers,"
        f" {len(traffic.webhooks)} webhooks, {len(violations)} violations"
    )
    return 1 if violations else 0


def _of_requests(entries: list[Entry]) -> Iterator[Violation]:
    graphql = packages.graphql_schema()
    for entry in entries:
        if entry.kind.startswith("GraphQL"):
            yield from graphql_violations(graphql, entry)
        else:
            version = entry.request_headers.get("x-github-api-version", OLDEST_VERSION)
            yield from _rest(version).violations(entry)


@cache
def _rest(version: str) -> RestDocument:
    """The REST API in the version that the request asked for."""
    return RestDocument(Schemas(corrected(in_version(packages.rest_document(), version))))


def _of_webhooks(webhooks: list[Webhook]) -> Iterator[Violation]:
    document = WebhookDocument(Schemas(packages.webhooks_document()))
    for webhook in webhooks:
        yield from document.violations(webhook)


if __name__ == "__main__":
    sys.exit(main())
