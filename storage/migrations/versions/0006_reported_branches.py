"""Branches: what an agent's provider reports, since when it counts, and which are kept"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    kept = sa.Column("kept_branches", sa.Text(), nullable=False, server_default="[]")
    op.add_column("epics", kept)
    op.add_column("agent_runs", sa.Column("requested_at", sa.DateTime(timezone=True)))
    op.add_column("agent_runs", sa.Column("reported_branch", sa.String(255)))
