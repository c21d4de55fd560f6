"""Reading what a sender confirmed of a return, and what the office chose for all."""

from sqlalchemy import Connection, select

from etl.database.tables import confirmations, office_choices


def read_confirmed_codes(connection: Connection, return_id: int) -> frozenset[str]:
    """The codes of the warnings that were seen and confirmed."""
    return frozenset(connection.scalars(select(confirmations.c.code).where(confirmations.c.return_id == return_id)))


def find_office_setting(connection: Connection, name: str) -> str | None:
    """What the administrator chose; None while nobody did."""
    return connection.scalar(select(office_choices.c.value).where(office_choices.c.name == name))
