"""What people were called over and how long a limit has stood: less of both"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("epics", sa.Column("calls", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("throttles", sa.Column("since", sa.DateTime(timezone=True)))
