"""What is known of the base branch"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("epics", sa.Column("known_base", sa.Text(), nullable=False, server_default="{}"))
