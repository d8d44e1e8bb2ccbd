"""Answers that a test puts in the place of the fake's own."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Fault:
    """An answer given instead of the right one; status 0 closes the connection without one.

    A dict is sent as JSON, a string as HTML. With `carried_out` the request is handled first and
    only its answer is lost.
    """

    status: int = 0
    body: dict[str, Any] | str = ""
    headers: dict[str, str] = field(default_factory=dict)
    carried_out: bool = False


@dataclass
class Order:
    """A fault for `left` requests of `kind` whose raw body holds `match`, `after` others."""

    kind: str
    fault: Fault
    left: int
    match: str | None
    after: int = 0


@dataclass
class Faults:
    """The orders still to be filled, oldest first."""

    orders: list[Order] = field(default_factory=list)

    def take(self, kind: str, body: str) -> Fault | None:
        """Return the fault for this request, used up by asking."""
        for order in self.orders:
            if order.left and order.kind == kind and (order.match or "") in body:
                if order.after:
                    order.after -= 1
                    continue
                order.left -= 1
                return order.fault
        return None


def connection_dropped(*, carried_out: bool = True) -> Fault:
    """Make a fault that closes the connection without an answer."""
    return Fault(carried_out=carried_out)


def bad_gateway(*, carried_out: bool = False) -> Fault:
    """502 with a page of HTML, as gateways write."""
    page = "<html><head><title>502 Bad Gateway</title></head><body></body></html>"
    return Fault(502, page, carried_out=carried_out)


def rate_limited(retry_after: int) -> Fault:
    """429 with `Retry-After` in seconds."""
    body = {"error": {"code": "rate_limit_exceeded", "message": "Rate limit exceeded"}}
    return Fault(429, body, {"Retry-After": str(retry_after)})


def github_throttled(retry_after: int = 60) -> Fault:
    """429 as seen while GitHub limited Cursor itself: no header, the seconds deep in the body."""
    details = {"additionalInfo": {"retryAfter": str(retry_after)}}
    debug = {"error": "ERROR_RATE_LIMITED", "details": details}
    body = {
        "code": "resource_exhausted",
        "message": "[resource_exhausted] Error",
        "details": [{"debug": debug}],
    }
    return Fault(429, body)


def unverifiable_branch(branch: str, repository: str, version: str = "v0") -> Fault:
    """400 for a branch that exists: seen as a passing fault, or where Cursor's app lacks access."""
    text = f"Failed to verify existence of branch '{branch}' in repository {repository}"
    nested = {"code": "validation_error", "message": text}
    return Fault(400, {"error": text if version == "v0" else nested})


def cancel_failed() -> Fault:
    """500 on cancel, and the run continues."""
    return Fault(500, {"error": {"code": "internal_error", "message": "Internal error"}})
