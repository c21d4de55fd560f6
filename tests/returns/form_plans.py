"""A small plan with every kind of form row, and a reader for its forms."""

from dataclasses import dataclass, field
from decimal import Decimal

from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import LocalizedText, Measure, OverTime, ReportingFrequency, Source, TargetBasis
from etl.returns.form_identity import FIELD_COLUMN, ColumnTag
from tests.support.builders import make_indicator, make_part, make_plan, make_site, make_targets

PLAN_YEARS = (2024, 2028)


def make_form_plan() -> Plan:
    stock = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
    share = {"measure": Measure.RATIO, "unit": "%", "unit_label": LocalizedText("%", "ភាគរយ"), "scale": Decimal(100)}
    pair = {"numerator": LocalizedText("plots that pass"), "denominator": LocalizedText("plots seen")}
    return make_plan(
        make_indicator("A-01", name=LocalizedText("Farmers trained", "កសិករ"), whole=True, minimum=0),
        make_indicator(
            "A-02", whole=False, minimum=0, unit="ha", unit_label=LocalizedText("hectares", "ហិកតា"), **stock
        ),
        make_indicator("A-03", whole=True, minimum=0, decimals=1, **share, **pair, **stock),
        make_indicator(
            "B-01", **share, **pair, source=Source.DERIVED, numerator_ref="A-01/sex/women", denominator_ref="A-01"
        ),
        make_indicator("B-02", source=Source.SYSTEM),
        make_indicator("B-03", reported=ReportingFrequency.MILESTONE, **stock),
        make_indicator("B-04", whole=True, minimum=0, **share, **pair, **stock, denominator_ref="A-02"),
        make_indicator("B-05", reporting_sites=("two",), whole=True),
        make_indicator("B-06", reported=ReportingFrequency.ANNUAL),
        sites=("one", "two", make_site("late", reports_from="2025Q2", closed_after="2026Q1")),
        years=PLAN_YEARS,
        parts=(
            make_part("A-01", "sex/women", exhaustive=False),
            make_part("A-01", "kind/new"),
            make_part("A-01", "kind/old"),
        ),
        targets=(*make_targets("B-03", {2026: 9}), *make_targets("A-01", {2025: 100})),
    )


@dataclass
class SheetContents:
    """The contents of a form by key and tag."""

    fields: dict[str, object] = field(default_factory=dict)
    values: dict[str, object] = field(default_factory=dict)
    notes: dict[str, object] = field(default_factory=dict)


def read_form(workbook: Workbook) -> SheetContents:
    """Read a form by the tags in the hidden row and the keys below `#key`, never by position."""
    sheet = next(sheet for sheet in workbook.worksheets if _find_tag_row(sheet))
    tag_row = _find_tag_row(sheet)
    columns = {cell.value: cell.column for cell in sheet[tag_row] if cell.value}
    contents = SheetContents()
    for row in range(1, sheet.max_row + 1):
        key = sheet.cell(row, columns[ColumnTag.KEY]).value
        if not key or row in (tag_row, tag_row + 1):
            continue
        if str(key).startswith("#"):
            contents.fields[key] = sheet.cell(row, columns[FIELD_COLUMN]).value
        else:
            assert key not in contents.values, f"{key} is on the form twice"
            contents.values[key] = sheet.cell(row, columns[ColumnTag.VALUE]).value
            contents.notes[key] = sheet.cell(row, columns[ColumnTag.NOTE]).value
    return contents


def _find_tag_row(sheet: Worksheet) -> int:
    for row in sheet.iter_rows():
        if any(cell.value == ColumnTag.KEY for cell in row):
            return row[0].row
    return 0
