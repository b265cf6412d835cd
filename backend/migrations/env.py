"""Runs migrations on the connection that `legible.app.db` hands over, inside its transaction."""

from alembic import context

from legible.app import models

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.Base.metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
