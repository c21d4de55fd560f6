"""Samples of problems in existing tables: each a table with one problem, and the same table without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from openpyxl import Workbook

from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.vocabulary import OverTime
from etl.plan.read_plan import read_plan
from etl.returns.intake import read_file
from etl.returns.layouts.layout import read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from tests.returns.intake_cases import make_return_file
from tests.support.layout_tables import (
    append_rows,
    edit_table,
    long_english,
    long_khmer,
    wide_quarters,
    workbook_to_bytes,
)
from tests.support.plan_edits import SHIPPED_PLAN

SHIPPED = read_plan(SHIPPED_PLAN).plan
CODE = "SO3-07"


@dataclass(frozen=True)
class TableSample:
    """A finding code, a table that causes it, and the same table without the problem."""

    code: str
    build_faulty: Callable[[], bytes]
    build_good: Callable[[], bytes]
    layout: str = "long"
    site: str = ""
    plan: Plan = SHIPPED
    good_site: str = ""
    good_plan: Plan | None = None

    def parse_faulty(self) -> ParsedTable:
        return self._parse(self.build_faulty(), self.plan, self.site)

    def parse_good(self) -> ParsedTable:
        return self._parse(self.build_good(), self.good_plan or self.plan, self.good_site or self.site)

    def _parse(self, data: bytes, plan: Plan, site: str) -> ParsedTable:
        contents = read_file("table.xlsx", data)
        assert contents.workbook is not None and contents.facts is not None, contents.findings
        layout = read_layout(self.layout)
        return parse_table(contents.workbook, contents.facts, plans=make_single_plan(plan), layout=layout, site=site)


def _sample(
    code: str, sample: Callable[[], Workbook], cells: Mapping[str, object], *, good: Mapping[str, object] = {}
) -> TableSample:
    """Make a sample from a table with some cells changed."""
    layout = "long" if sample in (long_english, long_khmer) else "wide"
    return TableSample(code, _edit(sample, cells), _edit(sample, good), layout)


def _edit(sample: Callable[[], Workbook], cells: Mapping[str, object]) -> Callable[[], bytes]:
    def write(book: Workbook) -> None:
        for address, value in cells.items():
            book.worksheets[0][address] = value

    return lambda: edit_table(sample, write)


def _table(*rows: tuple[object, ...]) -> Callable[[], bytes]:
    def make() -> bytes:
        book = Workbook()
        append_rows(book.active, rows)
        return workbook_to_bytes(book)

    return make


def _duplicate_name(plan: Plan) -> Plan:
    """Return the plan with two indicators of the same name."""
    name = plan.indicator_by_code[CODE].name
    return replace(
        plan,
        indicators=tuple(
            replace(indicator, name=name) if indicator.code == "SO3-01" else indicator for indicator in plan.indicators
        ),
    )


def _keep_one_indicator(plan: Plan) -> Plan:
    """Return the plan with one indicator, so that a table with one row is complete."""
    return replace(plan, indicators=(plan.indicator_by_code[CODE],), parts=(), targets=(), indicator_programmes=())


def _average_indicator(plan: Plan) -> Plan:
    """Return the plan with an indicator that is averaged over the quarters."""
    change = {"over_time": OverTime.AVERAGE}
    return replace(
        plan,
        indicators=tuple(
            replace(indicator, **change) if indicator.code == CODE else indicator for indicator in plan.indicators
        ),
    )


NAME = SHIPPED.indicator_by_code[CODE].name.en
QUARTERS = ("Code", "2024 Q1", "2024 Q2")
NO_TABLE = _table(("a", "b"), (1, 2))
ONE_ROW = _table(QUARTERS, (CODE, 5, 6))
BY_NAME = _table(("Indicator", "2024 Q1"), (NAME, 5))
WHOLE_YEAR = _table(("Code", "2024"), (CODE, 5))
SHARE = {"A11": "SO2-03", "B11": "Accessions with complete passport data and germination test"}
NO_QUARTERS = {"F6": None, "G6": None, "H6": None, "I6": None, "J6": 260}
NOT_COMPUTED = {f"{column}10": None for column in "ABCFGM"}

SAMPLES: tuple[TableSample, ...] = (
    TableSample("layout-no-table", NO_TABLE, ONE_ROW, "wide", site="BKN"),
    TableSample("layout-is-form", make_return_file, lambda: workbook_to_bytes(long_english())),
    _sample("layout-indicator-unknown", long_english, {"C9": "Farmers untrained and so on"}),
    TableSample(
        "layout-name-ambiguous", BY_NAME, BY_NAME, "wide", site="BKN", plan=_duplicate_name(SHIPPED), good_plan=SHIPPED
    ),
    _sample("layout-part-unknown", long_english, {"D6": "Left-handed"}),
    _sample("layout-share-alone", wide_quarters, SHARE),
    _sample("layout-site-unknown", long_english, {"A9": "Rovienk districtt"}),
    TableSample("layout-site-missing", ONE_ROW, ONE_ROW, "wide", good_site="BKN"),
    _sample("layout-period-unknown", long_english, {"F5": "harvest"}),
    _sample("layout-unit-differs", long_english, {"H7": "rai"}),
    _sample("layout-value-differs", long_english, {"D6": None}),
    _sample("layout-year-beside-quarters", wide_quarters, NO_QUARTERS),
    TableSample(
        "layout-year-of-average",
        WHOLE_YEAR,
        WHOLE_YEAR,
        "wide",
        site="BKN",
        plan=_average_indicator(SHIPPED),
        good_plan=SHIPPED,
    ),
    _sample("layout-total-differs", wide_quarters, {"J8": 111}),
    TableSample(
        "layout-value-twice",
        _table(QUARTERS, (CODE, 5, 6), (CODE, 5, 6)),
        ONE_ROW,
        "wide",
        site="BKN",
    ),
    _sample("layout-not-asked", wide_quarters, {"C9": "PNH"}),
    TableSample(
        "layout-outside-plan", _table(("Code", "2019 Q1", "2024 Q1"), (CODE, 5, 6)), ONE_ROW, "wide", site="BKN"
    ),
    _sample("layout-computed", wide_quarters, {}, good=NOT_COMPUTED),
    TableSample("layout-not-in-table", ONE_ROW, ONE_ROW, "wide", site="BKN", good_plan=_keep_one_indicator(SHIPPED)),
    _sample("layout-column-aside", wide_quarters, {"N4": "Colour"}),
)
