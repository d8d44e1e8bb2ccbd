"""The second shape: names, the scope of effects, rows that are parked"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.second_shape import rows

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
    ("agent_runs", "running_since_turn", "running_since_prompt"),
    ("deliveries", "routed_at", "ingested_at"),
    ("inbox", "needs_reading", "needs_enrichment"),
    ("inbox", "reading", "enrichment"),
    ("effects", "recalled", "cancel_requested"),
)
_INDEXES = (
    ("epics", "ix_epics_look_at", "ix_epics_due_at", ["due_at"]),
    ("deliveries", "ix_deliveries_routed_at", "ix_deliveries_ingested_at", ["ingested_at", "id"]),
)
_FALLIBLE = ("epics", "deliveries", "inbox", "effects")


def upgrade() -> None:
    _rename_columns()
    _add_effect_columns()
    _add_faults()
    rows.rename(op.get_bind())


def _add_effect_columns() -> None:
    op.add_column("effects", sa.Column("sent_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE effects SET sent_at = claim_until WHERE state = 'sent'")
    op.add_column("effects", sa.Column("task", sa.Integer()))
    op.add_column("effects", sa.Column("pull_request", sa.Integer()))
    op.add_column("effects", sa.Column("cancellable", sa.String(length=32)))


def _add_faults() -> None:
    op.add_column("epics", sa.Column("held_until", sa.DateTime(timezone=True)))
    for table in _FALLIBLE:
        op.add_column(table, sa.Column("faults", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("error", sa.String(length=200)))
        op.add_column(table, sa.Column("parked_at", sa.DateTime(timezone=True)))


def _rename_columns() -> None:
    for table, old, new in _COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, old, new, columns in _INDEXES:
        op.drop_index(old, table)
        op.create_index(new, table, columns)
