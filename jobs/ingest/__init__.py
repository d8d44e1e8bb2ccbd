"""Deliveries made into inbox rows of the epics they concern. No request leaves here."""

from jobs.ingest.batch import route_batch

__all__ = ["route_batch"]
