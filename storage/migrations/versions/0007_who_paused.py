"""Who asked for a pause after the running task"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("epics", sa.Column("pausing_by", sa.String(100)))
