"""Why a service gets no requests, and since when"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("epics", sa.Column("hold", sa.Text()))
