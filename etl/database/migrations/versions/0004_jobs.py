"""Long work: the rows that a worker takes."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Filled by whoever adds these tables."""
