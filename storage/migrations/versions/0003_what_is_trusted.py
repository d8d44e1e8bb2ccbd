"""What decisions rest on: holds, the known base, pushes, approved text, reported work, senders"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _empty_unless_known("epics", "known_base", "{}")
    _empty_unless_known("epics", "steered_by", "[]")
    _empty_unless_known("epics", "kept_branches", "[]")
    _empty_unless_known("tasks", "pushes", "[]")
    op.add_column("epics", sa.Column("hold", sa.Text()))
    op.add_column("epics", sa.Column("approved_at", _TIME))
    op.add_column("epics", sa.Column("edit_not_used_at", _TIME))
    op.add_column("epics", sa.Column("text_shown", sa.Text()))
    op.add_column("epics", sa.Column("pausing_by", sa.String(100)))
    op.add_column("tasks", sa.Column("listed_title", sa.Text()))
    op.add_column("agent_runs", sa.Column("requested_at", _TIME))
    op.add_column("agent_runs", sa.Column("reported_branch", sa.String(255)))
    op.add_column("inbox", sa.Column("sender", sa.String(100)))
    op.add_column(
        "inbox", sa.Column("stops", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _create_refusals()


def _empty_unless_known(table: str, name: str, empty: str) -> None:
    op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=empty))


def _create_refusals() -> None:
    identity = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "refusals",
        sa.Column("id", identity, primary_key=True),
        sa.Column("repository_id", sa.BigInteger(), nullable=False),
        sa.Column("login", sa.String(100), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
    )
    op.create_index("ix_refusals_repository_id_at", "refusals", ["repository_id", "at"])
