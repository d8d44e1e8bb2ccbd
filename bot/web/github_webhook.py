"""`POST /webhooks/github`: verify, store, answer. What it means is found out by a worker.

A plain Starlette route, not FastAPI's: no dependency and no model is worked out per request.
"""

import re
from collections.abc import Container, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web.answers import RequestError, accepted
from bot.web.delivery_filter import may_matter
from bot.web.delivery_writer import DeliveryWriter, NotStoredError
from bot.web.refusal_log import RefusalLog
from bot.web.signed_bodies import check_signature, parse_object, read_body
from storage.deliveries import Delivery

# GitHub drops what is above 25 MB; what we look for in a delivery is far smaller than this.
MAX_BODY = 5 * 1024 * 1024  # bytes

_GUID = re.compile(r"[\x21-\x7e]{1,64}")


def github_route(
    secrets: Sequence[str], open_repositories: Container[int], writer: DeliveryWriter
) -> Route:
    """Make the route: 202 once the delivery is committed, or when it can concern no epic.

    400, 401, 408 and 413 say what is wrong with the request; 503: not stored, to be sent again.
    """

    refusals = RefusalLog("GITHUB_WEBHOOK_SECRET")

    async def receive(request: Request) -> Response:
        try:
            delivery = await _read(request, secrets, open_repositories)
            if delivery is None:
                return accepted("ignored")
            await writer.write(delivery)
        except NotStoredError:
            return RequestError(503, "the delivery could not be stored").answer()
        except RequestError as refusal:
            refusals.note(refusal)
            return refusal.answer()
        return accepted("stored")

    return Route("/webhooks/github", receive, methods=["POST"])


async def _read(
    request: Request, secrets: Sequence[str], open_repositories: Container[int]
) -> Delivery | None:
    """Return the delivery, None when it can concern no epic; raises RequestError."""
    signatures = [request.headers.get("x-hub-signature-256")]
    body = await read_body(request, MAX_BODY, signatures)
    check_signature(body, signatures, secrets)
    guid = request.headers.get("x-github-delivery", "")
    event = request.headers.get("x-github-event", "")
    if not _GUID.fullmatch(guid):
        raise RequestError(400, "the header X-GitHub-Delivery is missing or no GUID")
    if not event:
        raise RequestError(400, "the header X-GitHub-Event is missing")
    payload = parse_object(request, body)
    return Delivery(guid, event, body) if may_matter(event, payload, open_repositories) else None
