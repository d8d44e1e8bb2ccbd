"""Why a service gets no requests, and since when; what a started task's line says now"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("epics", sa.Column("hold", sa.Text()))
    op.add_column("tasks", sa.Column("listed_title", sa.Text()))
