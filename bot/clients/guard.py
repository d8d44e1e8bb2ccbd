"""A last look before each request of ours leaves: whoever works on something may have lost it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_before_request: ContextVar[Callable[[], None] | None] = ContextVar("before_request", default=None)


@contextmanager
def guarding(before_request: Callable[[], None]) -> Iterator[None]:
    """Call `before_request` right before each request; it raises where none may be sent."""
    token = _before_request.set(before_request)
    try:
        yield
    finally:
        _before_request.reset(token)


def check() -> None:
    """Raise where the request must not be sent; called right before the socket."""
    before_request = _before_request.get()
    if before_request is not None:
        before_request()
