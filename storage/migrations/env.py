"""Alembic's way in: migrations run on the connection that `storage.migrate` hands over."""

from alembic import context

from storage.tables import metadata

with context.begin_transaction():
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
    )
    context.run_migrations()
