"""Map the columns of an unknown table on a page to a layout."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from etl.database.connection import Engine
from etl.errors import TranslatableError
from etl.locale import N_, Locale
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.localized_findings import LocalizedFindings, localize_findings
from etl.queries.saved_layouts import list_layouts
from etl.returns.intake import read_file
from etl.returns.layouts.guess_layout import ProposedColumn, is_long, propose_columns
from etl.returns.layouts.heading_words import REASON_BY_KIND, read_heading_words
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.reasons import localize_reason
from etl.returns.workbook.cells import format_column

IGNORE = "ignore"
AS_HEADED = ""
"""The choice for a column whose heading says what it holds, such as a quarter."""
MAX_ABOUT = 1_000

__all__ = ["IGNORE", "Layout", "MappingError", "TableColumns", "build_layout", "read_columns"]


class MappingError(TranslatableError):
    """The choices make no layout; the message says what to change."""


@dataclass(frozen=True)
class MappedColumn:
    """A column of a table, with its first values and the proposed choice."""

    letter: str
    heading: str
    """The text directly above the values."""
    path: str
    """All headings from the top down, such as `2025 / Q3 / Actual`."""
    examples: str
    choice: str
    has_numbers: bool


@dataclass(frozen=True)
class TableColumns:
    """The columns of a table, or the findings that explain why there are none."""

    sheet: str
    columns: tuple[MappedColumn, ...]
    findings: LocalizedFindings


def read_columns(source: DataSource, name: str, data: bytes, locale: Locale) -> TableColumns:
    """Return the columns of a file, each with what can be proposed for it. Nothing is stored."""
    snapshot = source.find_snapshot()
    if snapshot is None:
        raise NoPlanError
    contents = read_file(name, data, reads_tables=True)
    findings = localize_findings(contents.findings, locale)
    layouts = list_layouts(source.engine)
    table = None
    if contents.workbook is not None and contents.facts is not None:
        table = propose_columns(contents.workbook, contents.facts, snapshot.plans.latest, layouts)
    if table is None:
        return TableColumns("", (), findings)
    return TableColumns(table.sheet, tuple(map(_make_mapped_column, table.columns)), findings)


def _make_mapped_column(column: ProposedColumn) -> MappedColumn:
    choice = column.role.value if column.role is not None else AS_HEADED
    examples = " · ".join(column.examples)
    return MappedColumn(format_column(column.column), column.heading, column.path, examples, choice, column.has_numbers)


def build_layout(
    engine: Engine, name: str, columns: Iterable[MappedColumn], choices: Mapping[str, str], whys: Mapping[str, str]
) -> Layout:
    """Return the layout of the choices, by column letter. Raises MappingError where they contradict each other.

    Reasons for ignoring a column become part of the description of the layout.
    """
    columns = tuple(columns)
    by_role: dict[ColumnRole, MappedColumn] = {}
    for column in columns:
        choice = choices.get(column.letter, AS_HEADED)
        if choice not in (AS_HEADED, IGNORE):
            _add_role(by_role, _parse_role(choice), column)
    if by_role.keys().isdisjoint((ColumnRole.CODE, ColumnRole.INDICATOR)):
        raise MappingError(N_("Choose the column with the code or the name of the indicator."))
    if is_long(by_role) != (ColumnRole.VALUE in by_role):
        raise MappingError(N_("Choose both a column of values and the column of their period, or neither."))
    ignored = [column for column in columns if choices.get(column.letter) == IGNORE]
    for column in ignored:
        if column.has_numbers and not whys.get(column.letter, "").strip():
            raise MappingError(N_("Say why the numbers of {heading} are no results."), heading=column.path)
    kind = LayoutKind.LONG if is_long(by_role) else LayoutKind.WIDE
    base = next(layout for layout in list_layouts(engine) if layout.kind is kind)
    reasons = [f"{column.path}: {why}" for column in ignored if (why := whys.get(column.letter, "").strip())]
    return replace(
        base,
        name=name,
        about="; ".join(reasons)[:MAX_ABOUT],
        columns={role: (column.heading,) for role, column in by_role.items()},
        ignored_headings=(*base.ignored_headings, *_list_ignored_headings(columns, ignored)),
    )


def _list_ignored_headings(columns: Iterable[MappedColumn], ignored: Collection[MappedColumn]) -> Iterator[str]:
    """Yield the heading of each ignored column; all of its headings where a column that is read shares the lowest."""
    others = {column.heading for column in columns if column not in ignored}
    headings = [column.path if column.heading in others else column.heading for column in ignored]
    yield from dict.fromkeys(headings)


def _parse_role(choice: str) -> ColumnRole:
    try:
        return ColumnRole(choice)
    except ValueError:
        raise MappingError(N_("Choose one of the answers in the list for each column.")) from None


def _add_role(by_role: dict[ColumnRole, MappedColumn], role: ColumnRole, column: MappedColumn) -> None:
    if role in by_role:
        headings = {"first": by_role[role].path, "second": column.path}
        raise MappingError(N_("The columns {first} and {second} cannot both be the same. Change one."), **headings)
    kind = read_heading_words(column.path).not_result
    if role is ColumnRole.VALUE and kind is not None:
        reason = localize_reason(REASON_BY_KIND[kind])
        raise MappingError(
            N_("The column {heading} is headed as {reason}. Choose another column of values."),
            heading=column.path,
            reason=reason,
        )
    by_role[role] = column
