"""Run migrations on the connection that `reviewer.store.database` hands over; there is no configuration file."""

from alembic import context

from reviewer.store.review_rows import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
