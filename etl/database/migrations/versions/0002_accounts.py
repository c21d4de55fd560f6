"""What accounts need beside a password: settings and one-time links."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Filled by whoever adds these tables."""
