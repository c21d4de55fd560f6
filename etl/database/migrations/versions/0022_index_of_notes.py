"""Add an index of the few cells that have a note."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    has_note = sa.text("note <> ''")
    op.create_index("ix_cell_note", "cell", ["indicator"], sqlite_where=has_note, postgresql_where=has_note)
