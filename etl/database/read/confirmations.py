"""Read the confirmed warnings of a return, and office settings."""

from sqlalchemy import Connection, select

from etl.database.records import OfficeSetting
from etl.database.tables import confirmations, office_choices


def read_confirmed_codes(connection: Connection, return_id: int) -> frozenset[str]:
    """Return the codes of the confirmed warnings."""
    return frozenset(connection.scalars(select(confirmations.c.code).where(confirmations.c.return_id == return_id)))


def find_office_setting(connection: Connection, name: str) -> str | None:
    """Return the value of an office setting; None if it was never set."""
    return connection.scalar(select(office_choices.c.value).where(office_choices.c.name == name))


def list_office_settings(connection: Connection, prefix: str) -> tuple[OfficeSetting, ...]:
    """Return the office settings whose names begin with a prefix, without it, in the order of their names."""
    names = office_choices.c.name
    query = select(office_choices).where(names.startswith(prefix, autoescape=True)).order_by(names)
    return tuple(
        OfficeSetting(
            name=row.name.removeprefix(prefix), value=row.value, changed_by=row.changed_by, changed_at=row.changed_at
        )
        for row in connection.execute(query)
    )
