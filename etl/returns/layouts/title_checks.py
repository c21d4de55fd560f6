"""Check the texts around a table, in its middle and below it: they may say that numbers are no results of a site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from etl.indicators.plans import Plan
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.layouts.heading_words import (
    NOT_RESULTS,
    REASON_BY_KIND,
    SEXES,
    HeadingKind,
    names_scale,
    split_heading_words,
)
from etl.returns.layouts.headings import list_lone_texts
from etl.returns.layouts.layout import ColumnRole, Layout, LayoutKind
from etl.returns.layouts.matching import matches_any, normalize_text
from etl.returns.layouts.names import NumberNames
from etl.returns.layouts.row_keys import RowKeyReader
from etl.returns.layouts.shape import TableShape, find_text_cells_above
from etl.returns.layouts.surroundings import is_repeated_header
from etl.returns.layouts.title_words import is_about_numbers, names_all_sites, read_title
from etl.returns.layouts.units import describe_unit, find_unit_of_text
from etl.returns.numbers import shorten_text
from etl.returns.reasons import Reason, localize_reason
from etl.returns.workbook.cells import CellData

_OPEN_HEADINGS = ("value", "values", "valeur", "valeurs", "number", "តម្លៃ", "ចំនួន")
"""Headings of values that don't say whether they are results."""


@dataclass(frozen=True)
class TableContents:
    """What the rows of a table say, for the texts around it."""

    indicators: Mapping[int, str]
    """The indicator of each row with numbers."""
    has_result_labels: bool
    """Whether labels say of all rows that they are results."""
    is_site_chosen: bool
    """Whether the site is one that the table doesn't name."""


class TitleChecker:
    """Finds the errors in the texts around a table."""

    def __init__(self, shape: TableShape, layout: Layout, plan: Plan, keys: RowKeyReader, contents: TableContents):
        self.shape = shape
        self.layout = layout
        self.plan = plan
        self.keys = keys
        self.numbers: NumberNames = keys.names
        self.contents = contents
        self.calendar = plan.settings.calendar
        self._has_own_words = contents.has_result_labels or _name_results(shape, layout)
        roles = shape.column_by_role.values()
        self._filled = {cell.column for cell in shape.sheet.cells if cell.row >= shape.first_row} - set(roles)
        self._has_columns_of_parts = any(
            not column.is_whole for column in shape.value_columns if column.column in self._filled
        )

    def check(self) -> Iterator[Finding]:
        """Yield an error for each text that makes numbers something else than the results of a site.

        The headings decide if they name results themselves, except about sums since an earlier date, thousands, parts
        and totals of sites.
        """
        indicators = set(self.contents.indicators.values())
        yield from self._check_text(self.shape.sheet.name, "", indicators)
        for cell in find_text_cells_above(self.shape):
            if self.shape.heads_column(cell):
                continue
            is_heading = cell.row >= self.shape.top_row and cell.column in self._filled
            yield from self._check_text(cell.text, cell.address, indicators, is_heading=is_heading)
        lone = [cell for cell in list_lone_texts(self.shape.grid, self.shape.first_row) if self._is_note(cell)]
        for index, cell in enumerate(lone):
            last_row = lone[index + 1].row if index + 1 < len(lone) else max(self.shape.grid.rows) + 1
            below = {code for row, code in self.contents.indicators.items() if cell.row < row < last_row}
            if is_about_numbers(cell.text, self.calendar):
                yield from self._check_text(cell.text, cell.address, below or indicators, is_note=True)

    def _is_note(self, cell: CellData) -> bool:
        """Whether a cell of a row without numbers is no name of an indicator or part, no heading and no label."""
        row = self.shape.grid.rows[cell.row]
        values = {column.column for column in self.shape.value_columns}
        last_row = max((near.row for near in self.shape.sheet.cells if near.column in values), default=0)
        if is_repeated_header(self.shape, self.layout, cell.row) or any(near.column in values for near in row):
            return False
        if self._names_indicator(row):
            return False
        if self.keys.is_row_label(cell):
            # The label of a row, or of the rows below, which has a finding of its own; at the end it is a note.
            return cell.row - 1 not in self.shape.grid.rows and cell.row > last_row
        is_part_column = cell.column in (self._find_name_column(), self.shape.column_by_role.get(ColumnRole.PART))
        if not is_part_column:
            return True
        words = split_heading_words(cell.text)
        is_part = self.numbers.is_any_part(cell.text) or words.is_only(*SEXES, HeadingKind.TOTAL)
        return not is_part or self._is_above_header(cell.row)

    def _find_name_column(self) -> int | None:
        roles = self.shape.column_by_role
        return roles.get(ColumnRole.INDICATOR, roles.get(ColumnRole.CODE))

    def _names_indicator(self, row: tuple[CellData, ...]) -> bool:
        texts = [text for cell in row for text in (cell.text, cell.text.replace(":", " ").partition(" ")[0])]
        return any(self.numbers.find_indicator(text).is_known or self.numbers.find_key(text) for text in texts)

    def _is_above_header(self, row: int) -> bool:
        below = next((number for number in self.shape.grid.rows if number > row), None)
        return below is not None and is_repeated_header(self.shape, self.layout, below)

    def _check_text(
        self, text: str, cell: str, indicators: set[str], *, is_heading: bool = False, is_note: bool = False
    ) -> Iterator[Finding]:
        own_text = self._remove_plan_name(text)
        location = {"sheet": self.shape.sheet.name, "cell": cell}
        if names_scale(own_text):
            yield make_finding("layout-scale", **location, found=shorten_text(text))
        unit, code = find_unit_of_text(own_text), min(indicators, default="")
        if unit and code:
            about = describe_unit(self.plan.indicator_by_code[code])
            yield make_finding("layout-unit-differs", **location, found=shorten_text(unit), **about)
        reason = None if is_heading else self._find_other_scope(own_text, indicators, is_note=is_note)
        reason = reason or self._find_kind(own_text)
        if reason is not None:
            name = localize_reason(reason)
            yield make_finding("layout-title-unclear", **location, found=shorten_text(text), reason=name)

    def _remove_plan_name(self, text: str) -> str:
        """Return a text without the name of the plan, whose words say nothing about numbers."""
        title = normalize_text(text)
        names = (self.plan.settings.name.en, self.plan.settings.name.km)
        plan_name = next((name for name in map(normalize_text, names) if name and name in title), None)
        return text if plan_name is None else title.replace(plan_name, " ")

    def _find_other_scope(self, text: str, indicators: set[str], *, is_note: bool) -> Reason | None:
        """Return why the numbers are not those of a whole site: they are of all sites, or of a part."""
        if self.contents.is_site_chosen and names_all_sites(text, self.calendar, reads_summaries=not is_note):
            return Reason.TOTAL
        title = read_title(text, self.calendar)
        sexes = [kind for kind in SEXES if kind in title.kinds]
        is_about_sex = not title.rest and title.kinds <= {*SEXES, HeadingKind.TOTAL, HeadingKind.RESULT}
        if len(sexes) == 1 and (is_about_sex or title.is_only):
            return None if self._has_columns_of_parts else Reason.PART
        is_part = not title.kinds.intersection(NOT_RESULTS) and self.numbers.is_about_part(text, indicators)
        return Reason.PART if is_part and not self._names_part_itself(text) else None

    def _names_part_itself(self, text: str) -> bool:
        """Whether a row or a column below names the same part, so that the text is no title of totals."""
        columns = [column.part or column.heading for column in self.shape.value_columns if not column.is_whole]
        return any(self.numbers.is_same_part(text, column) for column in columns)

    def _find_kind(self, text: str) -> Reason | None:
        kind = read_title(text, self.calendar).not_result
        return None if kind is None or (self._has_own_words and kind in NOT_RESULTS) else REASON_BY_KIND[kind]


def _name_results(shape: TableShape, layout: Layout) -> bool:
    """Whether the headings of all columns of values say that they are results."""
    headings = [column.heading for column in shape.value_columns if column.is_whole or layout.kind is LayoutKind.WIDE]
    if layout.kind is LayoutKind.LONG:
        headings = [heading for heading in headings if not matches_any(heading, _OPEN_HEADINGS)]
    return bool(headings) and all(HeadingKind.RESULT in split_heading_words(heading).kinds for heading in headings)
