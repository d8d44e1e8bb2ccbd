"""When a text was approved, which edit of it was not used, and since when people can read that"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("epics", sa.Column("approved_at", sa.DateTime(timezone=True)))
    op.add_column("epics", sa.Column("edit_not_used_at", sa.DateTime(timezone=True)))
    op.add_column("epics", sa.Column("text_shown", sa.Text()))
