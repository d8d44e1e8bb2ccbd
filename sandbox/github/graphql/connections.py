"""Connections: cursors and pages as GitHub's GraphQL gives them."""

import base64
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from graphql import GraphQLError

Item = TypeVar("Item")
Node = dict[str, Any]


def cursor(position: int) -> str:
    """Return an opaque cursor."""
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def position(text: str) -> int:
    """Undo `cursor`."""
    return int(base64.b64decode(text).decode().rpartition(":")[2])


def connection(items: Iterable[Item], render: Callable[[Item], Node], **bounds: Any) -> Node:
    """Return a page of `items` by `first`/`after` or `last`/`before`; one of these is required."""
    everything = list(items)
    start, end = 0, len(everything)
    if bounds.get("after"):
        start = position(bounds["after"]) + 1
    if bounds.get("before"):
        end = position(bounds["before"])
    if bounds.get("first") is not None:
        end = min(end, start + bounds["first"])
    elif bounds.get("last") is not None:
        start = max(start, end - bounds["last"])
    else:
        raise GraphQLError(
            "You must provide a `first` or `last` value to properly paginate the connection.",
            extensions={"type": "MISSING_PAGINATION_BOUNDARIES"},
        )
    page = everything[start:end]
    return {
        "nodes": [render(item) for item in page],
        "totalCount": len(everything),
        "pageInfo": {
            "hasNextPage": end < len(everything),
            "hasPreviousPage": start > 0,
            "startCursor": cursor(start) if page else None,
            "endCursor": cursor(end - 1) if page else None,
        },
    }
