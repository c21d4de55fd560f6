"""What returns still need for their life between sender and manager."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Filled by whoever adds these tables."""
