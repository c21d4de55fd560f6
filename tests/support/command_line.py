"""The command line in this process, with captured output and a fixed clock."""

import io
import json
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import cache
from typing import Any
from unittest.mock import patch

from etl.cli import parsers
from etl.cli.main import main
from etl.database.connection import open_engine
from etl.queries.data_source import DataSource

CLOCK = "2026-11-23T09:00:00+07:00"
FigureRow = dict[str, Any]


@dataclass(frozen=True)
class CommandResult:
    """The output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class CommandLine:
    """Run commands on one database: `run("figures", "--format", "json")` returns a result for any exit code.

    Its commands share an engine, whose connections each command closes, so that each statement is compiled once.
    """

    def __init__(self, database_url: str, clock: str = CLOCK) -> None:
        self.database_url = database_url
        self.environ = {"DATABASE_URL": database_url, "CLOCK": clock}
        self._open_engine = cache(open_engine)

    def __call__(self, *arguments: object) -> CommandResult:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err), patch.object(parsers, "open_data_source", self._open):
            try:
                code = main([str(argument) for argument in arguments], self.environ)
            except SystemExit as exit_:
                code = int(exit_.code or 0)
        return CommandResult(code, out.getvalue(), err.getvalue())

    def _open(self, database_url: str) -> DataSource:
        return DataSource(self._open_engine(database_url))

    def succeed(self, *arguments: object) -> CommandResult:
        """Run a command that must succeed."""
        answered = self(*arguments)
        assert answered.code == 0, f"{arguments}: {answered.code}\n{answered.out[-2000:]}\n{answered.err[-2000:]}"
        return answered

    def figures(self, *arguments: object) -> list[FigureRow]:
        rows: list[FigureRow] = self.succeed("figures", "--format", "json", *arguments).json
        return rows

    def figure(self, indicator: str, *arguments: object) -> FigureRow:
        """Return the only figure of the arguments."""
        (only,) = self.figures("--indicator", indicator, *arguments)
        return only

    def all_figures(self, years: Sequence[int], *more: object) -> dict[tuple[str, str, str], FigureRow]:
        """Return every figure by indicator, period (plan to date, years, quarters) and site (`all` or a code)."""
        parts = [("--year", year) for year in years]
        parts += [("--quarter", f"{year}Q{number}") for year in years for number in (1, 2, 3, 4)]
        periods = [word for part in parts for word in part]
        figures = {}
        for each_site in ((), ("--each-site",)):
            for chosen in ((), periods):
                rows = self.figures(*each_site, *chosen, *more)
                names = _list_site_choices(rows) if each_site else ["all"] * len(rows)
                for row, sites in zip(rows, names, strict=True):
                    key = (row["indicator"], row["period"], sites)
                    assert key not in figures, f"{key} is answered twice"
                    figures[key] = row
        return figures


def _list_site_choices(rows: list[FigureRow]) -> list[str]:
    """Return the site of each row of `--each-site`, also where the site doesn't report the indicator.

    The rows of an indicator and period follow the plan's order of sites. Rows of other indicators name the sites.
    """
    groups: dict[tuple[str, str], list[FigureRow]] = {}
    for row in rows:
        groups.setdefault((row["indicator"], row["period"]), []).append(row)
    count = len(next(iter(groups.values())))
    names = [
        next((group[index]["sites"][0] for group in groups.values() if group[index]["sites"]), f"#{index}")
        for index in range(count)
    ]
    site_by_row = {id(row): names[index] for group in groups.values() for index, row in enumerate(group)}
    return [site_by_row[id(row)] for row in rows]


def find_changed_figures(before: dict[Any, FigureRow], after: dict[Any, FigureRow]) -> set[Any]:
    """Return the keys of the figures that differ in any field."""
    assert before.keys() == after.keys()
    return {key for key, row in before.items() if after[key] != row}
