"""Create the centre rows: the tally of all sites for each number and quarter.

`env.py` computes them after the last migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEYS = ("basis", "indicator", "part", "quarter")


def upgrade() -> None:
    op.create_table(
        "centre_row",
        *(sa.Column(name, sa.Text(), nullable=False) for name in KEYS),
        sa.Column("tally", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(*KEYS, name="pk_centre_row"),
    )
    op.create_index("ix_centre_row_version", "centre_row", ["version"])
    # From here on a site's counter holds the data version of its last change, not the number of its changes.
    op.execute("UPDATE counter SET value = 0 WHERE name LIKE 'site %'")
