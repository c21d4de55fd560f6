"""Whether what was counted since the year began goes with the quarters before it (arithmetic, B4)."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.periods import Quarter, quarters_between
from etl.indicators.vocabulary import Basis, CellKey
from etl.returns.checks.context import CheckContext, OtherReturn
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.numbers import format_plain


def check_year_to_date(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A year to date isn't less than the quarters before it."""
    if parsed.basis is not Basis.YEAR_TO_DATE:
        return
    for row, value in _flows(parsed):
        before = _carried(row.key, context, Quarter(parsed.quarter.year, 1), parsed.quarter.plus(-1))
        if value < before:
            cell = parsed.cell_by_key[row.key]
            yield make_finding(
                "year-to-date-falls",
                sheet=cell.sheet,
                cell=cell.address,
                key=str(row.key),
                label=row.display_label,
                value=format_plain(value),
                before=format_plain(before),
            )


def check_later_year_to_date(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Correcting this quarter doesn't lift the year above a year to date that was sent for a later one."""
    quarters = quarters_between(parsed.quarter.plus(1), Quarter(parsed.quarter.year, 4))
    sent = [(later, other) for later in quarters if (other := context.other_returns.get(later)) is not None]
    for row, value in _flows(parsed) if sent else ():
        before = _carried(row.key, context, Quarter(parsed.quarter.year, 1), parsed.quarter.plus(-1))
        running = value if parsed.basis is Basis.YEAR_TO_DATE else before + value
        for later, other in sent:
            amount = other.values.get(row.key)
            if amount is None:
                continue
            if other.basis is Basis.QUARTER:
                running += amount
                continue
            if amount < running:
                yield _rises(parsed, row, value, running, later, amount)
            break


def _rises(
    parsed: ParsedReturn, row: FormRow, value: Decimal, running: Decimal, later: Quarter, amount: Decimal
) -> Finding:
    cell = parsed.cell_by_key[row.key]
    return make_finding(
        "earlier-quarter-rises",
        sheet=cell.sheet,
        cell=cell.address,
        key=str(row.key),
        label=row.display_label,
        value=format_plain(value),
        sum=format_plain(running),
        later=format_plain(amount),
        later_quarter=later,
    )


def _flows(parsed: ParsedReturn) -> Iterator[tuple[FormRow, Decimal]]:
    """The filled flows that can't shrink: amounts that may be negative are left out."""
    for row in parsed.rows:
        value = parsed.value(row.key)
        if value is not None and row.is_flow and row.minimum is not None and row.minimum >= 0:
            yield row, value


def _carried(key: CellKey, context: CheckContext, first: Quarter, last: Quarter) -> Decimal:
    """What the quarters carry together: own amounts added, a year to date standing for all before it."""
    running = Decimal(0)
    for quarter in quarters_between(first, last):
        other: OtherReturn | None = context.other_returns.get(quarter)
        amount = other.values.get(key) if other is not None else None
        if other is not None and amount is not None:
            running = amount if other.basis is Basis.YEAR_TO_DATE else running + amount
    return running
