"""What every family of commands is given: the parser to add to, the settings and the database."""

import argparse
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from etl.database.connection import Engine
from etl.indicators.periods import Quarter, parse_quarter
from etl.queries.data_source import DataSource, open_data_source
from etl.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def parse_quarter_argument(text: str) -> Quarter:
    """A quarter as an argument; what is none is told in the parser's words."""
    try:
        return parse_quarter(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


@dataclass(frozen=True)
class Context:
    """One run of a command: the database is opened when it is first needed."""

    settings: Settings

    @cached_property
    def source(self) -> DataSource:
        source = open_data_source(self.settings.database_url)
        source.ensure_schema()
        return source

    @cached_property
    def engine(self) -> Engine:
        return self.source.engine

    def close(self) -> None:
        """Gives the database's connections back, if it was opened."""
        if "source" in self.__dict__:
            self.engine.dispose()
