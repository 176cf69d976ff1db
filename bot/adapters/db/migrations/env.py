"""What alembic runs for each command. The connection, inside a transaction, comes from `bot.adapters.db.migrate`."""

from alembic import context

from bot.adapters.db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
)
context.run_migrations()
