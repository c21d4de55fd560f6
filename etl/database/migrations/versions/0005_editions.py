"""Editions: frozen figures and the files that were rendered of them."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Filled by whoever adds these tables."""
