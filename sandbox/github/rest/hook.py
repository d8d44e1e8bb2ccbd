"""The App's webhook: where it goes, and what was delivered."""

from urllib.parse import urlencode

from sandbox.github.errors import Refusal, unprocessable
from sandbox.github.payloads import deliveries as payloads
from sandbox.github.webhooks import deliveries
from sandbox.github.wire.http import Answer, Call, route

DELIVERIES = "/app/hook/deliveries"
ONE = DELIVERIES + "/{delivery_id:int}"
BY_STATUS = {"": range(1000), "success": range(200, 400), "failure": range(400, 600)}


@route("GET", "/app/hook/config", takes_jwt=True)
def get_config(call: Call) -> Answer:
    """`apps/get-webhook-config-for-app`."""
    return Answer(200, payloads.webhook_config(call.github.webhook_url, call.github.webhook_secret))


@route("PATCH", "/app/hook/config", takes_jwt=True)
def update_config(call: Call) -> Answer:
    """`apps/update-webhook-config-for-app`."""
    call.github.webhook_url = call.text("url", call.github.webhook_url)
    call.github.webhook_secret = call.text("secret", call.github.webhook_secret)
    return get_config(call)


@route("GET", DELIVERIES, takes_jwt=True)
def list_deliveries(call: Call) -> Answer:
    """`apps/list-webhook-deliveries`: newest first, the next page by its `cursor`.

    What nobody answered is neither a success nor a failure.
    """
    wanted, cursor = call.query.get("status", ""), call.query.get("cursor", "")
    size = call.query.get("per_page", "30")
    if wanted not in BY_STATUS or not size.isdigit():
        raise unprocessable("Invalid request.")
    if cursor and not cursor.isdigit():
        raise Refusal(400, "Invalid cursor")
    found = [
        (one, status)
        for one, status in deliveries.attempted(call.github)
        if status in BY_STATUS[wanted] and (not cursor or one.id <= int(cursor))
    ]
    shown = found[: min(max(int(size), 1), 100)]
    body = [payloads.delivery_item(one, status) for one, status in shown]
    headers = {}
    if len(found) > len(shown):
        query = urlencode({**call.query, "cursor": found[len(shown)][0].id})
        headers["link"] = f'<{call.github.url}{DELIVERIES}?{query}>; rel="next"'
    return Answer(200, body, headers)


@route("GET", ONE, takes_jwt=True)
def get_delivery(call: Call) -> Answer:
    """`apps/get-webhook-delivery`."""
    found, status = deliveries.find(call.github, call.params["delivery_id"])
    return Answer(200, payloads.delivery(found, status))


@route("POST", ONE + "/attempts", takes_jwt=True)
def redeliver(call: Call) -> Answer:
    """`apps/redeliver-webhook-delivery`."""
    deliveries.send_again(call.github, call.params["delivery_id"])
    return Answer(202, {})
