"""Databases of an older schema, with the rows of a newer one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, MetaData, func, select, text

import etl.database
from etl.database.connection import writing

MIGRATIONS = Path(etl.database.__file__).parent / "migrations"


def make_migration_config() -> Config:
    """Make the configuration of Alembic for the migrations of the product."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def rebuild_at_revision(engine: Engine, revision: str) -> None:
    """Rebuild the database at an older revision, with the rows and columns that this revision knows."""
    config = make_migration_config()
    with writing(engine) as connection:
        newer = MetaData()
        newer.reflect(connection)
        rows = {
            table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for table in newer.sorted_tables
        }
        if connection.dialect.name == "postgresql":
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        else:
            newer.drop_all(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        older = MetaData()
        older.reflect(connection)
        for table in older.sorted_tables:
            known_rows = [
                {column.name: row[column.name] for column in table.columns} for row in rows.get(table.name, ())
            ]
            if known_rows and table.name != "alembic_version":
                if connection.scalar(select(func.count()).select_from(table)):
                    connection.execute(table.delete())
                connection.execute(table.insert(), [_open_edition(row) for row in known_rows])
        if "edition" in older.tables:
            # Editions take no rows once they are sealed.
            editions = older.tables["edition"]
            sealed = [row["id"] for row in rows.get("edition", ()) if row["sealed"]]
            connection.execute(editions.update().where(editions.c.id.in_(sealed)).values(sealed=True))
        if connection.dialect.name == "postgresql":
            advance_sequences(connection, older)


def _open_edition(row: dict[str, object]) -> dict[str, object]:
    return {**row, "sealed": False} if "sealed" in row else row


def advance_sequences(connection: Connection, metadata: MetaData) -> None:
    """Continue the generated keys of PostgreSQL after the copied rows."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            sequence = connection.scalar(
                text("SELECT pg_get_serial_sequence(:table, :column)"),
                {"table": f'"{table.name}"', "column": column.name},
            )
            if sequence:
                highest = f'SELECT setval(:sequence, coalesce(max("{column.name}"), 1)) FROM "{table.name}"'
                connection.execute(text(highest), {"sequence": sequence})
