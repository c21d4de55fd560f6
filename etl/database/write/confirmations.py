"""Write the confirmed warnings of returns, and office settings."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert

from etl.database.tables import confirmations, office_choices


def insert_confirmations(
    connection: Connection, *, return_id: int, codes: Collection[str], actor: str, when: datetime
) -> None:
    """Store confirmed warnings by code; none of the codes may be stored already."""
    rows = [
        {"return_id": return_id, "code": code, "confirmed_by": actor, "confirmed_at": when} for code in sorted(codes)
    ]
    if rows:
        connection.execute(insert(confirmations), rows)


def save_office_setting(connection: Connection, *, name: str, value: str, actor: str, when: datetime) -> None:
    """Save an office setting, replacing its previous value; the audit log keeps both."""
    delete_office_setting(connection, name)
    connection.execute(insert(office_choices).values(name=name, value=value, changed_by=actor, changed_at=when))


def delete_office_setting(connection: Connection, name: str) -> None:
    """Delete an office setting; the audit log keeps its value."""
    connection.execute(delete(office_choices).where(office_choices.c.name == name))
