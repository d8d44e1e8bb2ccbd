"""Read from GitHub what an inbox row needs before it can be decided on."""

from jobs.enrich.row import resolve_next

__all__ = ["resolve_next"]
