"""Compare the schema of a database with this code: only the command `migrate` changes a database that holds data."""

from etl.database.connection import Engine, Schema, SchemaStatus, migrate, read_schema
from etl.errors import CardecError

__all__ = ["SchemaError", "check_schema", "prepare_schema"]


class SchemaError(CardecError):
    """The tables of the database don't fit this version of the code; the message says what to do."""


def prepare_schema(engine: Engine) -> None:
    """Create the tables of an empty database, which loses nothing. SchemaError when they are older or newer."""
    schema = read_schema(engine)
    if schema.status is SchemaStatus.EMPTY:
        migrate(engine)
        return
    check_schema(schema)
    if schema.status is SchemaStatus.OLD:
        raise SchemaError(
            f"The database is at version {schema.revision}; this code needs version {schema.newest}. "
            "Nothing was changed. Update the database first, which makes a backup of it: python -m etl migrate"
        )


def check_schema(schema: Schema) -> None:
    """Raise SchemaError when this code can't use the database: it is newer, incomplete, or not of this system."""
    if schema.status is SchemaStatus.NEWER:
        raise SchemaError(
            f"The database is at version {schema.revision}, made by a newer release; this code knows versions up to "
            f"{schema.newest}. Nothing was changed. Install the newer release again, or restore the backup that was "
            "made before the update."
        )
    if schema.status is SchemaStatus.FOREIGN:
        raise SchemaError(
            "The database has tables of another program and none of this system. Nothing was changed. "
            "Check DATABASE_URL, and use an empty database."
        )
    if schema.status is SchemaStatus.UNFINISHED:
        raise SchemaError(
            "A move into this database is not finished. Run `python -m etl move TO_URL` again with DATABASE_URL of the "
            "database that is moved."
        )
