"""Where the lines of a form stand: headings of objectives, names above the numbers of a ratio, numbers."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator, Objective
from etl.returns.form.rows import FormRow

FIRST_FIELD_ROW = 3
FIELD_COUNT = 5
"""Lines of the header block, without the one that asks what flows are."""


def asks_for_basis(quarter: Quarter) -> bool:
    """In the first quarter both readings of a flow are the same number."""
    return quarter.number != 1


def header_row(quarter: Quarter) -> int:
    """The row of titles; the hidden row of tags stands above it."""
    return FIRST_FIELD_ROW + FIELD_COUNT + int(asks_for_basis(quarter)) + 1


def body_lines(plan: Plan, rows: Iterable[FormRow]) -> Iterator[Objective | Indicator | FormRow]:
    """What stands below the titles, line by line."""
    for objective, of_objective in groupby(rows, key=lambda one: one.objective):
        yield plan.objective_by_code[objective]
        for code, asked in groupby(of_objective, key=lambda one: one.indicator):
            if plan.indicator_by_code[code].is_ratio:
                yield plan.indicator_by_code[code]
            yield from asked


def locate_rows(plan: Plan, rows: Iterable[FormRow], quarter: Quarter) -> dict[str, int]:
    """The row of each number, by key."""
    lines = enumerate(body_lines(plan, rows), start=header_row(quarter) + 1)
    return {str(line.key): row for row, line in lines if isinstance(line, FormRow)}
