"""How a command tells what was understood of a table: sheet, header, columns, periods, sites; then return by return."""

from collections import Counter
from collections.abc import Iterable

from etl.cli.answers import say
from etl.cli.effect_answers import plain_effects
from etl.cli.return_answers import plain_return
from etl.indicators.vocabulary import Basis
from etl.queries.return_effects import ReturnEffects
from etl.returns.findings.finding import Finding, advice, as_plain, list_findings, message
from etl.returns.layouts.shape import TableShape
from etl.returns.layouts.take import TakenTable
from etl.returns.workbook.cells import column_letters
from etl.use_cases.returns.import_file import LoadedReturn
from etl.use_cases.returns.import_table import LoadedTable
from etl.wording.effects import changes_summary


def show_table(table: LoadedTable, language: str) -> None:
    """What was understood of the table, what is wrong with it, and what became of each of its returns."""
    if table.taken is not None and table.taken.shapes:
        say(f"{table.name}: read by the layout {table.taken.layout.name}")
        show_understood(table.taken, language)
    else:
        say(f"{table.name}: not understood")
        _show_findings(table.findings, language)
    effects = table.effects or (None,) * len(table.returns)
    for one, effect in zip(table.returns, effects, strict=True):
        _show_return(one, effect, language)
    outcomes = Counter(one.outcome.value for one in table.returns)
    if len(table.returns) > 1:
        say(f"{len(table.returns)} returns: {', '.join(f'{count} {what}' for what, count in outcomes.items())}.")
    elif table.is_refused:
        say("Nothing of it can be loaded until its errors are mended.")


def show_understood(taken: TakenTable, language: str) -> None:
    for shape in taken.shapes:
        say(f"  sheet {shape.sheet.name}: header in row {shape.header_row}, data from row {shape.first_row}")
        columns = [f"{column_letters(column)} {role.value}" for role, column in shape.roles.items()]
        columns += [f"{column_letters(one.column)} {one.period}" for one in shape.values]
        say(f"    columns: {', '.join(columns)}")
        if shape.aside:
            say(f"    left aside: {', '.join(f'{cell} {heading}' for cell, heading in shape.aside)}")
    sites = dict.fromkeys(one.site for one in taken.returns)
    say(f"  {taken.numbers} numbers in {len(taken.returns)} returns of {', '.join(sites) or 'no site'}")
    for one in taken.returns:
        since = ", flows since 1 January" if one.basis is Basis.YEAR_TO_DATE else ""
        say(f"    {one.site} {one.quarter}: {len(one.cells)} numbers{since}")
    _show_findings(taken.findings, language)


def _show_findings(findings: Iterable[Finding], language: str) -> None:
    listed = list_findings(findings)
    for finding in listed.shown:
        place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet or "table"
        said = f"{message(finding, language)} {advice(finding, language)}"
        say(f"  {finding.severity.value} {finding.code} {place}: {said}")
    if listed.total > len(listed.shown):
        say(f"  ... and {listed.total - len(listed.shown)} more")


def _show_return(one: LoadedReturn, effects: ReturnEffects | None, language: str) -> None:
    told = f" (return {one.number})" if one.number else ""
    say(f"{one.name}: {one.site} {one.quarter} {one.outcome.value}{told}")
    _show_findings(one.findings, language)
    for comparison in effects.comparisons if effects is not None else ():
        stored = comparison.stored
        against = f"against return {stored.id} ({stored.state.value})" if stored else "nothing was sent before"
        say(f"  {against}: {changes_summary(comparison.changes, language)}")


def plain_table(table: LoadedTable, language: str) -> dict[str, object]:
    """The same for other programs."""
    taken = table.taken
    effects = table.effects or (None,) * len(table.returns)
    return {
        "file": table.name,
        "layout": taken.layout.name if taken is not None else None,
        "sheets": [_plain_shape(shape) for shape in taken.shapes] if taken is not None else [],
        "numbers": taken.numbers if taken is not None else 0,
        "findings": [as_plain(finding, language) for finding in list_findings(table.findings).shown],
        "understood": [
            {"site": one.site, "quarter": str(one.quarter), "basis": one.basis.value, "numbers": len(one.cells)}
            for one in (taken.returns if taken is not None else ())
        ],
        "returns": [
            plain_return(one, language) | ({} if effect is None else {"effects": plain_effects(effect, language)})
            for one, effect in zip(table.returns, effects, strict=True)
        ],
    }


def _plain_shape(shape: TableShape) -> dict[str, object]:
    return {
        "sheet": shape.sheet.name,
        "header_row": shape.header_row,
        "columns": {role.value: column_letters(column) for role, column in shape.roles.items()},
        "periods": {column_letters(one.column): str(one.period) for one in shape.values},
        "aside": dict(shape.aside),
        "unknown": dict(shape.unknown),
    }
