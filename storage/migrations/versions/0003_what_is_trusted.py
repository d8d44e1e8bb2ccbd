"""What decisions rest on: holds, the base as it was known, pushes, approved text, reported work"""

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


def _empty_unless_known(table: str, name: str, empty: str) -> None:
    op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=empty))
