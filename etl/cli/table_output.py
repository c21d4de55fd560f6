"""How a command tells what was understood of a table: sheet, header, columns, periods, sites; then return by return."""

from collections import Counter
from collections.abc import Iterable

from etl.cli.effect_output import effects_to_dict
from etl.cli.output import print_line
from etl.cli.return_output import import_result_to_dict
from etl.indicators.vocabulary import Basis
from etl.locale import Locale
from etl.queries.return_effects import ReturnEffects
from etl.returns.findings.finding import Finding, list_findings, render_advice, render_message, serialize_finding
from etl.returns.layouts.parse_table import ParsedTable
from etl.returns.layouts.shape import TableShape
from etl.returns.workbook.cells import column_letters
from etl.use_cases.returns.import_file import ImportResult
from etl.use_cases.returns.import_table import TableImport
from etl.wording.effects import summarize_changes


def print_table_import(table: TableImport, locale: Locale) -> None:
    """What was understood of the table, what is wrong with it, and what became of each of its returns."""
    if table.parsed is not None and table.parsed.shapes:
        print_line(f"{table.name}: read by the layout {table.parsed.layout.name}")
        print_parsed_table(table.parsed, locale)
    else:
        print_line(f"{table.name}: not understood")
        _show_findings(table.findings, locale)
    effects = table.effects or (None,) * len(table.returns)
    for one, effect in zip(table.returns, effects, strict=True):
        _show_return(one, effect, locale)
    outcomes = Counter(one.outcome.value for one in table.returns)
    if len(table.returns) > 1:
        print_line(f"{len(table.returns)} returns: {', '.join(f'{count} {what}' for what, count in outcomes.items())}.")
    elif table.is_refused:
        print_line("Nothing of it can be loaded until its errors are mended.")


def print_parsed_table(parsed: ParsedTable, locale: Locale) -> None:
    for shape in parsed.shapes:
        print_line(f"  sheet {shape.sheet.name}: header in row {shape.header_row}, data from row {shape.first_row}")
        columns = [f"{column_letters(column)} {role.value}" for role, column in shape.column_by_role.items()]
        columns += [f"{column_letters(one.column)} {one.period}" for one in shape.value_columns]
        print_line(f"    columns: {', '.join(columns)}")
        if shape.ignored_headings:
            print_line(f"    left aside: {', '.join(f'{cell} {heading}' for cell, heading in shape.ignored_headings)}")
    sites = dict.fromkeys(one.site for one in parsed.returns)
    print_line(f"  {parsed.number_count} numbers in {len(parsed.returns)} returns of {', '.join(sites) or 'no site'}")
    for one in parsed.returns:
        since = ", flows since 1 January" if one.basis is Basis.YEAR_TO_DATE else ""
        print_line(f"    {one.site} {one.quarter}: {len(one.cells)} numbers{since}")
    _show_findings(parsed.findings, locale)


def _show_findings(findings: Iterable[Finding], locale: Locale) -> None:
    listed = list_findings(findings)
    for finding in listed.findings:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "table"
        said = f"{render_message(finding, locale)} {render_advice(finding, locale)}"
        print_line(f"  {finding.severity.value} {finding.code} {place}: {said}")
    if listed.total > len(listed.findings):
        print_line(f"  ... and {listed.total - len(listed.findings)} more")


def _show_return(one: ImportResult, effects: ReturnEffects | None, locale: Locale) -> None:
    told = f" (return {one.return_id})" if one.return_id else ""
    print_line(f"{one.name}: {one.site} {one.quarter} {one.outcome.value}{told}")
    _show_findings(one.findings, locale)
    for comparison in effects.comparisons if effects is not None else ():
        stored = comparison.stored_return
        against = f"against return {stored.id} ({stored.state.value})" if stored else "nothing was sent before"
        print_line(f"  {against}: {summarize_changes(comparison.changes, locale)}")


def table_import_to_dict(table: TableImport, locale: Locale) -> dict[str, object]:
    """The same for other programs."""
    taken = table.parsed
    effects = table.effects or (None,) * len(table.returns)
    return {
        "file": table.name,
        "layout": taken.layout.name if taken is not None else None,
        "sheets": [_plain_shape(shape) for shape in taken.shapes] if taken is not None else [],
        "numbers": taken.number_count if taken is not None else 0,
        "findings": [serialize_finding(finding, locale) for finding in list_findings(table.findings).findings],
        "understood": [
            {"site": one.site, "quarter": str(one.quarter), "basis": one.basis.value, "numbers": len(one.cells)}
            for one in (taken.returns if taken is not None else ())
        ],
        "returns": [
            import_result_to_dict(one, locale)
            | ({} if effect is None else {"effects": effects_to_dict(effect, locale)})
            for one, effect in zip(table.returns, effects, strict=True)
        ],
    }


def _plain_shape(shape: TableShape) -> dict[str, object]:
    return {
        "sheet": shape.sheet.name,
        "header_row": shape.header_row,
        "columns": {role.value: column_letters(column) for role, column in shape.column_by_role.items()},
        "periods": {column_letters(one.column): str(one.period) for one in shape.value_columns},
        "aside": dict(shape.ignored_headings),
        "unknown": dict(shape.unknown_headings),
    }
