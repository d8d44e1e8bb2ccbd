"""The second shape: names, reasons instead of sentences, the scope of effects, parked rows"""

import sqlalchemy as sa
from alembic import op

from storage.migrations.second_shape import facts, rows

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
    ("epics", "base_red", "old_base_red"),
    ("epics", "unreachable", "old_unreachable"),
    ("epics", "pause_reason", "pause"),
    ("tasks", "waiting_for", "wait"),
    ("log_events", "text", "notice"),
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
    _add_faults()
    _replace_sentences()
    _replace_quirks()
    _add_effect_columns()
    rows.rename(op.get_bind())


def _add_effect_columns() -> None:
    op.add_column("effects", sa.Column("sent_at", sa.DateTime(timezone=True)))
    op.execute("UPDATE effects SET sent_at = claim_until WHERE state = 'sent'")
    op.execute("UPDATE effects SET state = 'cancelled' WHERE state = 'withdrawn'")
    op.add_column("effects", sa.Column("task", sa.Integer()))
    op.add_column("effects", sa.Column("pull_request", sa.Integer()))
    op.add_column("effects", sa.Column("cancellable", sa.String(length=32)))


def _add_faults() -> None:
    op.add_column("epics", sa.Column("held_until", sa.DateTime(timezone=True)))
    for table in _FALLIBLE:
        op.add_column(table, sa.Column("faults", sa.Integer(), nullable=False, server_default="0"))
        op.add_column(table, sa.Column("error", sa.String(length=200)))
        op.add_column(table, sa.Column("parked_at", sa.DateTime(timezone=True)))


def _replace_sentences() -> None:
    op.add_column("epics", sa.Column("base_red", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("epics", sa.Column("unreachable", sa.String(length=32)))
    facts.rewrite(op.get_bind())
    for name in ("old_base_red", "old_unreachable", "pause_cause"):
        op.drop_column("epics", name)


def _rename_columns() -> None:
    for table, old, new in _COLUMNS:
        op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")
    for table, old, new, columns in _INDEXES:
        op.drop_index(old, table)
        op.create_index(new, table, columns)


def _replace_quirks() -> None:
    """Keep of Cursor's quirks only what the agent run itself is like."""
    opens: sa.Column[bool] = sa.Column(
        "opens_pull_request", sa.Boolean(), nullable=False, server_default=sa.true()
    )
    op.add_column("agent_runs", opens)
    runs = sa.table(
        "agent_runs",
        *map(sa.column, ("prompt_index", "prompt_ref", "status")),
        sa.column("running_since_turn", sa.Boolean),
        sa.column("opens_pull_request", sa.Boolean),
    )
    op.execute(runs.update().values(opens_pull_request=runs.c.prompt_ref.is_(None)))
    awake = runs.c.running_since_turn & (runs.c.prompt_index > 1) & (runs.c.status == "CREATING")
    op.execute(runs.update().where(awake).values(status="RUNNING"))
    op.drop_column("agent_runs", "running_since_turn")
