"""The oldest deliveries, a batch at a time."""

from datetime import timedelta

import structlog

from bot.clients.errors import ClientError
from bot.core.model.identifiers import Login
from bot.core.text.storable import read_json
from bot.services import Services
from jobs.engine import quarantine
from jobs.ingest.accounts import installation, installation_repositories, repository
from jobs.ingest.branches import check_run, check_suite, delete, push, status
from jobs.ingest.delivery import (
    DeliveryContext,
    Ingested,
    Ingester,
    OwnNameUnknown,
    RepositoryDelivery,
    repository_of,
)
from jobs.ingest.issues import issue_comment, issues, pull_request_review
from jobs.ingest.pulls import conversation, pull_request
from storage import inbox, ingest, repositories
from storage.deliveries import Delivery
from storage.faults import Kept

BATCH = 50
# How long a delivery waits that cannot be judged without our own name, in seconds.
NAME_UNKNOWN = 30.0

log = structlog.get_logger(__name__)

OF_A_REPOSITORY: dict[str, Ingester[RepositoryDelivery]] = {
    "check_run": check_run,
    "check_suite": check_suite,
    "delete": delete,
    "issue_comment": issue_comment,
    "issues": issues,
    "pull_request": pull_request,
    "pull_request_review": pull_request_review,
    "pull_request_review_comment": conversation,
    "pull_request_review_thread": conversation,
    "push": push,
    "repository": repository,
    "status": status,
}
OF_AN_INSTALLATION: dict[str, Ingester[DeliveryContext]] = {
    "installation": installation,
    "installation_repositories": installation_repositories,
}


def ingest_batch(services: Services) -> tuple[set[int], bool]:
    """Route the oldest deliveries; returns the epics concerned and whether there may be more."""
    concerned: set[int] = set()
    done: list[int] = []
    own_login = _own_login(services)
    with services.database.write() as connection:
        now = services.database.now(connection)
        rows = ingest.uningested(connection, now, BATCH)
        for row_id, delivery in rows:
            try:
                with connection.begin_nested():
                    context = DeliveryContext(
                        connection=connection,
                        guid=delivery.guid,
                        payload=read_json(delivery.body),
                        now=now,
                        own_app_id=services.settings.github_app_id,
                        own_login=own_login,
                    )
                    concerned |= _ingest(context, delivery)
            except OwnNameUnknown:
                ingest.postpone(connection, row_id, now + timedelta(seconds=NAME_UNKNOWN))
            except Exception as error:
                log.exception("a delivery could not be ingested", delivery=delivery.guid)
                until, is_last = quarantine.note(connection, Kept.DELIVERY, row_id, error, now)
                ingest.postpone(connection, row_id, until)
                if is_last:
                    log.error("a delivery was parked", delivery=delivery.guid, row=row_id)
            else:
                done.append(row_id)
        ingest.mark_ingested(connection, done, now)
    return concerned, len(rows) == BATCH


def _own_login(services: Services) -> Login | None:
    """Asked for once per process, outside any transaction."""
    try:
        return services.github.identity.login
    except ClientError as error:
        log.warning("could not ask GitHub what the App is called; bots wait", error=str(error))
        return None


def _ingest(context: DeliveryContext, delivery: Delivery) -> set[int]:
    connection, now = context.connection, context.now
    return {
        epic_id
        for epic_id, key, event in _ingested(context, delivery.event)
        if inbox.add(connection, epic_id, key, event, now=now, delivery=delivery.guid)
    }


def _ingested(context: DeliveryContext, event: str) -> list[Ingested]:
    if event in OF_AN_INSTALLATION:
        return list(OF_AN_INSTALLATION[event](context))
    facts = repository_of(context.payload)
    if facts is None:
        return []
    repositories.keep_up_to_date(context.connection, facts)
    router = OF_A_REPOSITORY.get(event)
    return list(router(RepositoryDelivery(**vars(context), repository=facts))) if router else []
