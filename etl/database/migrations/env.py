"""Alembic environment: runs on the connection and in the transaction that `migrate` opened."""

from alembic import context

from etl.database.tables import metadata

# All migrations run in one transaction on both databases: SQLite can roll back CREATE TABLE too.
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
