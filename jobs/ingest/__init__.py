"""Deliveries made into inbox rows of the epics they concern. No request leaves here."""

from jobs.ingest.batch import ingest_batch

__all__ = ["ingest_batch"]
