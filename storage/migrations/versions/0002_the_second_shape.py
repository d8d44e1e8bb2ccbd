"""The second shape: names"""

from alembic import op

revision = "0002"
down_revision = "0001"

_COLUMNS = (
    ("epics", "recognised", "activated"),
    ("epics", "unguarded_base", "unprotected_base"),
    ("epics", "progress_shown_at", "progress_updated_at"),
    ("epics", "look_at", "due_at"),
    ("tasks", "look_at", "due_at"),
    ("agent_runs", "turn", "prompt_index"),
    ("agent_runs", "turn_at", "prompted_at"),
    ("agent_runs", "cursor_run_id", "prompt_ref"),
    ("deliveries", "routed_at", "ingested_at"),
    ("inbox", "needs_reading", "needs_enrichment"),
    ("inbox", "reading", "enrichment"),
    ("effects", "recalled", "cancel_requested"),
)
_INDEXES = (
    ("epics", "ix_epics_look_at", "ix_epics_due_at", ["due_at"]),
    ("deliveries", "ix_deliveries_routed_at", "ix_deliveries_ingested_at", ["ingested_at", "id"]),
)


def upgrade() -> None:
    for table, old, new in _COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, old, new, columns in _INDEXES:
        op.drop_index(old, table)
        op.create_index(new, table, columns)
