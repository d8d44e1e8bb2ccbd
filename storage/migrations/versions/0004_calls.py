"""What people were called over, so that they are called once over each state"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("epics", sa.Column("calls", sa.Text(), nullable=False, server_default="[]"))
