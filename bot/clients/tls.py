"""The certificates we trust, read once per process: reading them takes a twentieth of a second."""

import ssl
from functools import cache

import httpx


@cache
def context() -> ssl.SSLContext:
    """Return the context that every client of this process shares."""
    return httpx.create_ssl_context(trust_env=False)
