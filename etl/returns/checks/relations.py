"""How the numbers of one return go together: parts, totals, pairs."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey
from etl.returns.checks.context import CheckContext
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.numbers import CellLocation, NumberState, format_plain


def check_part_within_total(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A part is never more than its total."""
    for row, value, whole, whole_cell in _over_the_whole(parsed):
        if row.is_part:
            numbers = {"part": format_plain(value), "total": format_plain(whole)}
            yield make_cell_finding(
                parsed.cell_by_key[row.key], "part-over-total", row, **numbers, total_cell=whole_cell
            )


def check_numerator_within_denominator(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A numerator of a unit % is never more than its denominator."""
    for row, value, whole, whole_cell in _over_the_whole(parsed):
        if not row.is_part:
            numbers = {
                "numerator": format_plain(value),
                "denominator": format_plain(whole),
                "denominator_cell": whole_cell,
            }
            yield make_cell_finding(parsed.cell_by_key[row.key], "numerator-over-denominator", row, **numbers)


def check_parts_sum_to_total(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Parts that together are the total add up to it exactly; filled ones alone never to more."""
    for row in parsed.rows:
        total = parsed.value(row.key)
        if row.key.part or total is None:
            continue
        for parts in _dimensions(parsed, row.indicator).values():
            values = [(part, value) for part in parts if (value := parsed.value(part.key)) is not None]
            amounts = [value for _, value in values]
            added = sum(amounts, Decimal(0))
            is_wrong = added > total or (added != total and len(values) == len(parts))
            if is_wrong and all(amount <= total for amount in amounts):
                yield make_cell_finding(
                    parsed.cell_by_key[row.key],
                    "parts-not-total",
                    row,
                    parts=", ".join(str(part.key) for part, _ in values),
                    part_cells=", ".join(parsed.cell_by_key[part.key].address for part, _ in values),
                    sum=format_plain(added),
                    total=format_plain(total),
                )


def check_ratio_pairs(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """The two numbers of a share are filled together."""
    for row in parsed.rows:
        other = {NUMERATOR: DENOMINATOR, DENOMINATOR: NUMERATOR}.get(row.key.part)
        if other is None or not context.plan.indicator_by_code[row.indicator].is_ratio:
            continue
        cell = parsed.cell_by_key[row.key]
        pair = parsed.cell_by_key.get(CellKey(row.indicator, other))
        if pair is not None and cell.state is NumberState.VALUE and pair.state is NumberState.BLANK:
            yield make_cell_finding(cell, "pair-incomplete", row, other=str(pair.key), other_cell=pair.address)


def check_dimensions_agree(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Where the total is blank, all complete dimensions that would make it say the same."""
    for row in parsed.rows:
        cell = parsed.cell_by_key[row.key]
        if row.key.part or cell.state is not NumberState.BLANK:
            continue
        sums = {
            name: added
            for name, parts in _dimensions(parsed, row.indicator).items()
            if (added := _sum_of(parsed, parts)) is not None
        }
        first = next(iter(sums), "")
        second = next((name for name, added in sums.items() if added != sums[first]), "")
        if second:
            yield make_cell_finding(
                cell,
                "dimensions-disagree",
                row,
                first_dimension=first,
                first=format_plain(sums[first]),
                second_dimension=second,
                second=format_plain(sums[second]),
            )


def get_total(parsed: ParsedReturn, key: CellKey) -> Decimal | None:
    """The number of a key; a blank total is the sum of the first complete dimension (arithmetic, B1)."""
    cell = parsed.cell_by_key.get(key)
    if cell is None or cell.state is not NumberState.BLANK or key.part:
        return cell.value if cell is not None else None
    sums = (_sum_of(parsed, parts) for parts in _dimensions(parsed, key.indicator).values())
    return next((added for added in sums if added is not None), None)


def _dimensions(parsed: ParsedReturn, indicator: str) -> dict[str, list[FormRow]]:
    """The parts that together make the total, by dimension."""
    return parsed.dimensions.get(indicator, {})


def _sum_of(parsed: ParsedReturn, parts: list[FormRow]) -> Decimal | None:
    values = [parsed.value(part.key) for part in parts]
    filled = [value for value in values if value is not None]
    return sum(filled, Decimal(0)) if len(filled) == len(values) else None


def _over_the_whole(parsed: ParsedReturn) -> Iterator[tuple[FormRow, Decimal, Decimal, str]]:
    """Each number that exceeds the one that it can't exceed, with that one and its cell."""
    for row in parsed.rows:
        value = parsed.value(row.key)
        whole = get_total(parsed, row.upper_bound) if row.upper_bound is not None else None
        if row.upper_bound is not None and value is not None and whole is not None and value > whole:
            yield row, value, whole, parsed.cell_by_key[row.upper_bound].address


def make_cell_finding(cell: ParsedCell, code: str, row: FormRow, **parameters: object) -> Finding:
    """A finding at the value cell of a row, with the row's words."""
    place = CellLocation(cell.sheet, cell.address, str(cell.key))
    return place.make_finding(code, "", label=row.display_label, **parameters)
