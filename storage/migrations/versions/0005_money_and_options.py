"""What tasks say of themselves, what agents cost, and which models there are"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _empty_unless_known("epics", "money")
    _empty_unless_known("epics", "referenced")
    _empty_unless_known("tasks", "options")
    _empty_unless_known("agent_runs", "bill")
    op.add_column("epics", sa.Column("plan", sa.Text()))
    op.add_column("epics", sa.Column("slot_wanted_since", _TIME))
    op.create_index("ix_epics_slot_wanted_since", "epics", ["slot_wanted_since"])
    op.add_column("tasks", sa.Column("reference", sa.Text()))
    op.add_column("agent_runs", sa.Column("model", sa.String(100)))
    op.create_table(
        "budgets",
        sa.Column("scope", sa.String(64), primary_key=True),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("reserved", sa.BigInteger(), nullable=False),
        sa.Column("spent", sa.BigInteger(), nullable=False),
    )
    _create_ledger()
    op.create_table(
        "models",
        sa.Column("credential", sa.String(64), primary_key=True),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("read_at", _TIME, nullable=False),
    )


def _empty_unless_known(table: str, name: str) -> None:
    op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default="{}"))


def _create_ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("run", sa.String(36), primary_key=True),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("task_number", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(100)),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("reported", sa.Boolean(), nullable=False),
        sa.Column("at", _TIME, nullable=False),
    )
    op.create_index("ix_ledger_repository_id_at", "ledger", ["repository_id", "at"])
