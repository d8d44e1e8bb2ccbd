"""Read from GitHub what an inbox row needs before it can be decided on."""

from jobs.enrich.row import enrich_next

__all__ = ["enrich_next"]
