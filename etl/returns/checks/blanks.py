"""Cells that were left blank: missing, never zero."""

from collections.abc import Iterator

from etl.indicators.vocabulary import CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.checks.relations import total_of
from etl.returns.findings import Finding, found
from etl.returns.numbers import NumberState
from etl.returns.parsed_return import ParsedReturn


def check_blanks(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A warning for a blank number; only a note for a blank part. A total that its parts make isn't missing."""
    for row in parsed.rows:
        cell = parsed.cell_by_key[row.key]
        if cell.state is not NumberState.BLANK:
            continue
        if row.is_part and parsed.value(CellKey(row.indicator)) is None:
            continue
        if not row.is_part and total_of(parsed, row.key) is not None:
            continue
        code = "part-blank" if row.is_part else "cell-blank"
        yield found(code, sheet=cell.sheet, cell=cell.address, key=str(row.key), label=row.words)
