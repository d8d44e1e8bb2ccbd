"""Alembic's way in: migrations run on the connection that `storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

from storage.tables import metadata


def render_plainly(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our column types down as what they are in the database.

    A migration must not change when the code does.
    """
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_item=render_plainly,
    compare_type=True,
    # SQLite can, though Alembic assumes otherwise: a migration is done whole or not at all.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
