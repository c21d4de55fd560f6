"""Rows of the entry sheet: headings of objectives, names of ratios and the rows of numbers."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator, Objective
from etl.returns.form.rows import FormRow

FIRST_FIELD_ROW = 3
FIELD_COUNT = 5
"""Rows of the header block, without the row for the basis of flows."""


def asks_for_basis(quarter: Quarter) -> bool:
    """Whether the form asks for the basis of flows. In the first quarter both bases give the same number."""
    return quarter.number != 1


def get_header_row(quarter: Quarter) -> int:
    """Return the number of the row with the column titles. The hidden row of tags is above it."""
    return FIRST_FIELD_ROW + FIELD_COUNT + int(asks_for_basis(quarter)) + 1


def iterate_body_lines(plan: Plan, rows: Iterable[FormRow]) -> Iterator[Objective | Indicator | FormRow]:
    """Yield the lines below the column titles: an objective, the name of a ratio, or a row to fill in."""
    for objective, objective_rows in groupby(rows, key=lambda row: row.objective):
        yield plan.objective_by_code[objective]
        for code, indicator_rows in groupby(objective_rows, key=lambda row: row.indicator):
            if plan.indicator_by_code[code].is_ratio:
                yield plan.indicator_by_code[code]
            yield from indicator_rows


def locate_rows(plan: Plan, rows: Iterable[FormRow], quarter: Quarter) -> dict[str, int]:
    """Return the sheet row of each written key."""
    lines = enumerate(iterate_body_lines(plan, rows), start=get_header_row(quarter) + 1)
    return {str(line.key): row for row, line in lines if isinstance(line, FormRow)}
