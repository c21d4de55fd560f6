"""Check for blank cells. A blank is a missing value, never zero."""

from collections.abc import Iterator

from etl.indicators.vocabulary import CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.relations import get_total, make_cell_finding
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.numbers import NumberState


def check_return_has_answers(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error if every row is blank. "Not collected" is an answer; entries that can't be read have errors."""
    if all(cell.state is NumberState.BLANK for cell in parsed_return.cells):
        yield make_finding("return-empty", sheet=parsed_return.sheet)


def check_no_number_is_blank(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning per blank number. A blank total is not missing if its parts add up to one."""
    for row in _iterate_blank_rows(parsed_return):
        if not row.is_part and get_total(parsed_return, row.key) is None:
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "cell-blank", row)


def check_no_part_is_blank(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a note per blank part of a total that is filled in."""
    for row in _iterate_blank_rows(parsed_return):
        if row.is_part and parsed_return.get_value(CellKey(row.indicator)) is not None:
            yield make_cell_finding(parsed_return.cell_by_key[row.key], "part-blank", row)


def _iterate_blank_rows(parsed_return: ParsedReturn) -> Iterator[FormRow]:
    return (row for row in parsed_return.rows if parsed_return.cell_by_key[row.key].state is NumberState.BLANK)
