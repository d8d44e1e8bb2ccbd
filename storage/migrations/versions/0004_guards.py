"""What is known of the base branch, who pushed to a task's branch, and who steers an epic"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("epics", sa.Column("known_base", sa.Text(), nullable=False, server_default="{}"))
    op.add_column("epics", sa.Column("steered_by", sa.Text(), nullable=False, server_default="[]"))
    op.add_column("tasks", sa.Column("pushes", sa.Text(), nullable=False, server_default="[]"))
