"""How Alembic runs here: on the connection, and in the transaction, that `migrate` opened."""

from alembic import context

from etl.database.tables import metadata

# The whole way up is one transaction on both databases: SQLite can undo a CREATE TABLE too.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
