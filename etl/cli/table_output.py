"""Output of tables read by a layout: what was recognized, and the result of each return."""

from collections import Counter
from collections.abc import Iterator

from etl.cli.account_output import print_account, serialize_account
from etl.cli.effect_output import print_changes, print_comparison
from etl.cli.output import print_line
from etl.cli.return_output import print_findings, serialize_import_result
from etl.indicators.effects import ChangeKind
from etl.indicators.vocabulary import Basis
from etl.locale import Locale
from etl.queries.return_effects import ReturnEffects
from etl.returns.account import AccountedNumber
from etl.returns.findings.finding import list_findings, serialize_finding
from etl.returns.layouts.layout import ColumnRole
from etl.returns.layouts.parse_table import ParsedTable
from etl.returns.layouts.shape import TableShape
from etl.returns.workbook.cells import format_column
from etl.use_cases.returns.import_file import ImportResult
from etl.use_cases.returns.import_table import TableImport


def print_table_import(table: TableImport, locale: Locale) -> None:
    """Print what the layout recognized, the findings, and the result of each return."""
    if table.parsed is not None and table.parsed.shapes:
        print_line(f"{table.name}: read by the layout {table.parsed.layout.name}")
        print_parsed_table(table.parsed, table.account, locale)
    else:
        print_line(f"{table.name}: not recognized")
        if table.account:
            print_account(table.account, locale)
        print_findings(table.findings, locale, default_location="table")
    for result, effects in _pair_effects(table):
        _print_return(result, effects, locale)
    outcomes = Counter(result.outcome.value for result in table.returns)
    if len(table.returns) > 1:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items())
        print_line(f"{len(table.returns)} returns: {counts}.")
    elif table.is_refused:
        print_line("The table cannot be loaded. Fix the errors, then load it again.")


def print_parsed_table(parsed_table: ParsedTable, account: tuple[AccountedNumber, ...], locale: Locale) -> None:
    """Print the recognized sheets, columns, periods and returns of a table, and its findings."""
    for shape in parsed_table.shapes:
        print_line(f"  sheet {shape.sheet.name}: header in row {shape.header_row}, data from row {shape.first_row}")
        columns = [f"{format_column(column)} {role.value}" for role, column in shape.column_by_role.items()]
        columns += [
            f"{format_column(column.column)} {column.period or column.heading}"
            for column in shape.value_columns
            if column.column != shape.column_by_role.get(ColumnRole.VALUE)
        ]
        print_line(f"    columns: {', '.join(columns)}")
        if shape.ignored_headings:
            print_line(f"    not read: {', '.join(f'{cell} {heading}' for cell, heading in shape.ignored_headings)}")
    sites = ", ".join(dict.fromkeys(parsed_return.site for parsed_return in parsed_table.returns)) or "no site"
    print_line(f"  {parsed_table.number_count} numbers in {len(parsed_table.returns)} returns of {sites}")
    for parsed_return in parsed_table.returns:
        since = ", flows since 1 January" if parsed_return.basis is Basis.YEAR_TO_DATE else ""
        print_line(f"    {parsed_return.site} {parsed_return.quarter}: {len(parsed_return.cells)} numbers{since}")
    print_account(account, locale)
    print_findings(parsed_table.findings, locale, default_location="table")


def _pair_effects(table: TableImport) -> Iterator[tuple[ImportResult, ReturnEffects | None]]:
    """Yield each return with its effects, which are missing outside of dry runs."""
    return zip(table.returns, table.effects or (None,) * len(table.returns), strict=True)


def _print_return(result: ImportResult, effects: ReturnEffects | None, locale: Locale) -> None:
    return_label = f" (return {result.return_id})" if result.return_id else ""
    print_line(f"{result.name}: {result.site} {result.quarter} {result.outcome.value}{return_label}")
    print_findings(result.findings, locale, default_location="table")
    if effects is not None:
        for comparison in effects.comparisons:
            print_comparison(comparison, locale)
            print_changes(effects, comparison, (ChangeKind.CHANGED, ChangeKind.DROPPED), locale)


def serialize_table_import(table: TableImport, locale: Locale) -> dict[str, object]:
    """Return a table's result as JSON-serializable data."""
    parsed = table.parsed
    return {
        "file": table.name,
        "layout": parsed.layout.name if parsed is not None else None,
        "sheets": [_serialize_shape(shape) for shape in parsed.shapes] if parsed is not None else [],
        "numbers": parsed.number_count if parsed is not None else 0,
        "findings": [serialize_finding(finding, locale) for finding in list_findings(table.findings).findings],
        "understood": [
            {
                "site": parsed_return.site,
                "quarter": str(parsed_return.quarter),
                "basis": parsed_return.basis.value,
                "numbers": len(parsed_return.cells),
            }
            for parsed_return in (parsed.returns if parsed is not None else ())
        ],
        "account": serialize_account(table.account, locale),
        "returns": [
            serialize_import_result(result, locale, effects=effects) for result, effects in _pair_effects(table)
        ],
    }


def _serialize_shape(shape: TableShape) -> dict[str, object]:
    return {
        "sheet": shape.sheet.name,
        "header_row": shape.header_row,
        "columns": {role.value: format_column(column) for role, column in shape.column_by_role.items()},
        "periods": {
            format_column(column.column): str(column.period)
            for column in shape.value_columns
            if column.period is not None
        },
        "aside": dict(shape.ignored_headings),
        "unknown": dict(shape.unknown_headings),
    }
