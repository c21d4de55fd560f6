"""Types and helpers shared by all commands."""

import argparse
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TypeAlias

from etl.database.connection import Engine
from etl.indicators.periods import Quarter, parse_quarter
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parse_quarter_argument(text: str) -> Quarter:
    """Parse a quarter argument. Raises ArgumentTypeError."""
    try:
        return parse_quarter(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def parse_day_argument(text: str) -> date:
    """Parse a day argument such as 2025-01-31. Raises ArgumentTypeError."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day; write it as 2025-01-31") from error


@dataclass(frozen=True)
class Context:
    """The context of a command: its settings, and the database, opened on first use."""

    settings: Settings

    @cached_property
    def unchecked_source(self) -> DataSource:
        """The database whatever its schema, for the commands that update, back up or restore it."""
        return open_data_source(self.settings.database_url)

    @cached_property
    def source(self) -> DataSource:
        """The database. SchemaError when it needs `migrate` first, or is newer than this code."""
        self.unchecked_source.ensure_schema()
        return self.unchecked_source

    @cached_property
    def engine(self) -> Engine:
        return self.source.engine

    def close(self) -> None:
        """Close the database connections, if any."""
        if "unchecked_source" in self.__dict__:
            self.unchecked_source.engine.dispose()
