"""The account of a manager in databases of tests."""

from datetime import datetime
from pathlib import Path

from etl.database.connection import migrate, open_engine
from etl.indicators.vocabulary import Role
from etl.use_cases.accounts.users import add_user
from tests.support.command_line import CLOCK

MANAGER, PASSWORD = "manager of tests", "long enough for a test"


def prepare_database(path: Path) -> None:
    """Create a database with the manager's account only."""
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    add_manager(path)


def add_manager(path: Path) -> None:
    """Add the manager's account."""
    engine = open_engine(f"sqlite:///{path}")
    add_user(engine, MANAGER, Role.MANAGER, PASSWORD, now=datetime.fromisoformat(CLOCK), actor="test")
    # Closing the last connection writes the log into the database file.
    engine.dispose()
