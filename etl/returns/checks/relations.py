"""Check the numbers of a return against each other: parts, totals and pairs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, PARTICIPATIONS, CellKey, Indicator, LocalizedText
from etl.returns.checks.context import CheckContext
from etl.returns.findings.finding import Finding
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.form.rows import FormRow
from etl.returns.numbers import CellLocation, NumberState, format_plain


def check_part_within_total(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per part that is more than its total."""
    for row in parsed_return.rows:
        value = parsed_return.get_value(row.key)
        total_key = row.upper_bound
        total = get_total(parsed_return, total_key) if row.is_part and total_key is not None else None
        if total_key is not None and value is not None and total is not None and value > total:
            yield make_cell_finding(
                parsed_return.cell_by_key[row.key],
                "part-over-total",
                row,
                part=format_plain(value),
                total=format_plain(total),
                total_cell=parsed_return.cell_by_key[total_key].address,
            )


def check_numerator_within_denominator(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per percentage whose numerator is more than its denominator."""
    for indicator, row, finding_parameters in _find_ratio_excesses(parsed_return, context):
        if indicator.upper_limit == indicator.scale:
            cell = parsed_return.cell_by_key[row.key]
            yield make_cell_finding(cell, "numerator-over-denominator", row, **finding_parameters)


def check_ratio_within_maximum(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per ratio that is above the maximum that the plan states."""
    for indicator, row, finding_parameters in _find_ratio_excesses(parsed_return, context):
        limit = indicator.upper_limit
        if limit is not None and limit != indicator.scale:
            cell = parsed_return.cell_by_key[row.key]
            yield make_cell_finding(cell, "ratio-over-maximum", row, **finding_parameters, maximum=format_plain(limit))


def _find_ratio_excesses(
    parsed_return: ParsedReturn, context: CheckContext
) -> Iterator[tuple[Indicator, FormRow, dict[str, str]]]:
    """Yield each ratio above its limit, with the row of its numerator and the parameters of a finding.

    Ratios of other numbers of the return are included, except a part in its total, which has its own check.
    """
    for indicator in context.plan.list_site_indicators(parsed_return.site):
        limit = indicator.upper_limit
        if not indicator.is_ratio or limit is None or not context.plan.is_scheduled(indicator, parsed_return.quarter):
            continue
        numerator_key = indicator.numerator_ref or CellKey(indicator.code, NUMERATOR)
        denominator_key = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
        numerator, denominator = (get_total(parsed_return, key) for key in (numerator_key, denominator_key))
        row = parsed_return.row_by_key.get(numerator_key)
        if (
            row is None
            or numerator is None
            or denominator is None
            or (row.is_part and row.upper_bound == denominator_key)
        ):
            continue
        if numerator * indicator.scale > limit * denominator:
            denominator_cell = parsed_return.cell_by_key[denominator_key].address
            amounts = {"numerator": format_plain(numerator), "denominator": format_plain(denominator)}
            yield indicator, row, {**amounts, "denominator_cell": denominator_cell}


def check_people_within_participations(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error at both cells where more people are new than took part."""
    for row in parsed_return.rows:
        key, participations_key = row.key, CellKey(row.indicator, PARTICIPATIONS)
        if key.part or participations_key not in parsed_return.cell_by_key:
            continue
        people, participations = get_total(parsed_return, key), parsed_return.get_value(participations_key)
        if people is None or participations is None or people <= participations:
            continue
        amounts = {"people": format_plain(people), "participations": format_plain(participations)}
        for own, other in ((key, participations_key), (participations_key, key)):
            cell, other_cell = parsed_return.cell_by_key[own], parsed_return.cell_by_key[other].address
            yield make_cell_finding(cell, "people-over-participations", row, **amounts, other_cell=other_cell)


def check_parts_sum_to_total(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per total that differs from the sum of its parts.

    With blank parts, only if the sum of the others is more than the total.
    """
    for row in parsed_return.rows:
        total = parsed_return.get_value(row.key)
        if row.key.part or total is None:
            continue
        for parts in _get_dimensions(parsed_return, row.indicator).values():
            values = [(part, value) for part in parts if (value := parsed_return.get_value(part.key)) is not None]
            amounts = [value for _, value in values]
            parts_sum = sum(amounts, Decimal(0))
            is_wrong = parts_sum > total or (parts_sum != total and len(values) == len(parts))
            if is_wrong and all(amount <= total for amount in amounts):
                yield make_cell_finding(
                    parsed_return.cell_by_key[row.key],
                    "parts-not-total",
                    row,
                    parts=_join_labels([part for part, _ in values]),
                    part_cells=", ".join(parsed_return.cell_by_key[part.key].address for part, _ in values),
                    sum=format_plain(parts_sum),
                    total=format_plain(total),
                )


def check_ratio_pairs(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per ratio with only one of its two numbers."""
    for row in parsed_return.rows:
        other = {NUMERATOR: DENOMINATOR, DENOMINATOR: NUMERATOR}.get(row.key.part)
        if other is None or not context.plan.indicator_by_code[row.indicator].is_ratio:
            continue
        cell = parsed_return.cell_by_key[row.key]
        pair = parsed_return.cell_by_key.get(CellKey(row.indicator, other))
        if pair is not None and cell.state is NumberState.VALUE and pair.state is NumberState.BLANK:
            other_row = parsed_return.row_by_key[pair.key]
            yield make_cell_finding(cell, "pair-incomplete", row, other=_quote(other_row), other_cell=pair.address)


def check_dimensions_agree(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error per blank total whose complete dimensions have different sums."""
    for row in parsed_return.rows:
        cell = parsed_return.cell_by_key[row.key]
        if row.key.part or cell.state is not NumberState.BLANK:
            continue
        sums = {
            name: parts_sum
            for name, parts in _get_dimensions(parsed_return, row.indicator).items()
            if (parts_sum := _sum_parts(parsed_return, parts)) is not None
        }
        first = next(iter(sums), "")
        second = next((name for name, parts_sum in sums.items() if parts_sum != sums[first]), "")
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


def _quote(row: FormRow) -> LocalizedText:
    return _join_labels([row])


def _join_labels(rows: Sequence[FormRow]) -> LocalizedText:
    """Return the labels of the rows in quotation marks, in both languages."""
    english, khmer = (", ".join(f"“{row.label.get_text(language)}”" for row in rows) for language in ("en", "km"))
    return LocalizedText(english, khmer)


def get_total(parsed_return: ParsedReturn, key: CellKey) -> Decimal | None:
    """Return the number of a key.

    A blank total is the sum of its first complete dimension (docs/arithmetic.md, section B1).
    """
    cell = parsed_return.cell_by_key.get(key)
    if cell is None or cell.state is not NumberState.BLANK or key.part:
        return cell.value if cell is not None else None
    sums = (_sum_parts(parsed_return, parts) for parts in _get_dimensions(parsed_return, key.indicator).values())
    return next((parts_sum for parts_sum in sums if parts_sum is not None), None)


def _get_dimensions(parsed_return: ParsedReturn, indicator: str) -> dict[str, list[FormRow]]:
    """Return the parts that add up to the total, by dimension."""
    return parsed_return.dimensions.get(indicator, {})


def _sum_parts(parsed_return: ParsedReturn, parts: list[FormRow]) -> Decimal | None:
    values = [parsed_return.get_value(part.key) for part in parts]
    reported_values = [value for value in values if value is not None]
    return sum(reported_values, Decimal(0)) if len(reported_values) == len(values) else None


def make_cell_finding(cell: ParsedCell, code: str, row: FormRow, **parameters: object) -> Finding:
    """Return a finding at the value cell of a row, with the label of the row."""
    location = CellLocation(cell.sheet, cell.address, str(cell.key))
    return location.make_finding(code, "", label=row.display_label, **parameters)
