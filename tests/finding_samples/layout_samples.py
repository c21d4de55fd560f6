"""Samples of problems in existing tables: each a table with one problem, and the same table without it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from openpyxl import Workbook

from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.vocabulary import Basis, CellKey, OverTime
from etl.plan.read_plan import read_plan
from etl.returns.form.parsed_return import ParsedCell, ParsedReturn
from etl.returns.intake import read_file
from etl.returns.layouts.carry_over import CurrentReturn, RestChoice, apply_rest_choice
from etl.returns.layouts.layout import read_layout
from etl.returns.layouts.parse_table import ParsedTable, parse_table
from etl.returns.layouts.table_periods import FiscalYear
from etl.returns.numbers import NumberState
from tests.finding_samples.sample import FilePair
from tests.returns.intake_cases import make_return_file
from tests.support.layout_tables import (
    append_rows,
    edit_table,
    make_long_english,
    make_long_khmer,
    make_wide_quarters,
    save_workbook,
)
from tests.support.plan_edits import SHIPPED_PLAN

SHIPPED = read_plan(SHIPPED_PLAN).plan
CODE = "SO3-07"


@dataclass(frozen=True)
class TableSample(FilePair):
    """A finding code, a table that causes it, and the same table without the problem."""

    code: str
    build_faulty: Callable[[], bytes]
    build_good: Callable[[], bytes]
    layout: str = "long"
    site: str = ""
    plan: Plan = SHIPPED
    good_site: str = ""
    good_plan: Plan | None = None
    fiscal_year: FiscalYear | None = None
    finish: Callable[[ParsedReturn], ParsedReturn] | None = None
    """What an import does with each return of the faulty table after parsing it."""

    def parse_faulty(self) -> ParsedTable:
        table = self._parse(self.faulty_file, self.plan, self.site)
        return table if self.finish is None else replace(table, returns=tuple(map(self.finish, table.returns)))

    def parse_good(self) -> ParsedTable:
        return self._parse(self.good_file, self.good_plan or self.plan, self.good_site or self.site)

    def _parse(self, data: bytes, plan: Plan, site: str) -> ParsedTable:
        contents = read_file("table.xlsx", data, reads_tables=True)
        layout = replace(read_layout(self.layout), fiscal_year=self.fiscal_year)
        if contents.workbook is None or contents.facts is None:
            return ParsedTable(layout, (), (), contents.findings)
        return parse_table(contents.workbook, contents.facts, plans=make_single_plan(plan), layout=layout, site=site)


def _sample(
    code: str, sample: Callable[[], Workbook], cells: Mapping[str, object], *, good: Mapping[str, object] = {}
) -> TableSample:
    """Make a sample from a table with some cells changed."""
    layout = "long" if sample in (make_long_english, make_long_khmer) else "wide"
    return TableSample(code, _edit(sample, cells), _edit(sample, good), layout)


def _edit(sample: Callable[[], Workbook], cells: Mapping[str, object]) -> Callable[[], bytes]:
    def write(book: Workbook) -> None:
        for address, value in cells.items():
            book.worksheets[0][address] = value

    return lambda: edit_table(sample, write)


def _make_table(*rows: tuple[object, ...]) -> Callable[[], bytes]:
    def make() -> bytes:
        book = Workbook()
        append_rows(book.active, rows)
        return save_workbook(book)

    return make


def _make_wide(*headings: str) -> Callable[[], bytes]:
    """Make a table of one indicator with a number below each heading."""
    return _make_table(("Code", *headings), (CODE, *range(5, 5 + len(headings))))


def _make_titled(title: str, heading: str) -> Callable[[], bytes]:
    return _make_table((title,), ("Code", heading), (CODE, 5))


def _make_people(total: int, women: int | None, men: int) -> Callable[[], bytes]:
    """Make a table with a row each for everybody, women and men."""
    rows = (
        (name, number) for name, number in (("Total", total), ("Female", women), ("Male", men)) if number is not None
    )
    return _make_table(("Code", "Part", "Period", "Value"), *((FLOW, name, "2024 Q1", number) for name, number in rows))


def _make_hidden(row: int) -> Callable[[], bytes]:
    def make() -> bytes:
        book = Workbook()
        append_rows(book.active, [QUARTERS, (CODE, 5, 6)])
        book.active.row_dimensions[row].hidden = True
        return save_workbook(book)

    return make


def _join_current(
    basis: Basis = Basis.QUARTER, choice: RestChoice = RestChoice.KEEP
) -> Callable[[ParsedReturn], ParsedReturn]:
    """Join each return with a current one that has another flow."""
    cell = ParsedCell(CellKey(OTHER_FLOW), Decimal(7), NumberState.VALUE, "7", "Return", "G20", "", 1)
    current = CurrentReturn(1, basis, (cell,))
    return lambda parsed: apply_rest_choice(parsed, current, SHIPPED, choice)


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


def _make_average_indicator(plan: Plan) -> Plan:
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
LONG = ("Code", "Period", "Value")
ONE_LONG = _make_table(LONG, (CODE, "2024 Q1", 5))
TYPES = ("Code", "Kind of number", "2024 Q1")
FLOW, OTHER_FLOW = "SO3-01", "SO2-05"
ONE_FLOW = _make_table(("Code", "2024 Q2"), (FLOW, 5))
NO_TABLE = _make_table(("a", "b"), (1, 2))
ONE_TABLE = (("Code", "2024 Q1"), (CODE, 5))
ONE_ROW = _make_table(QUARTERS, (CODE, 5, 6))
CSV = f"Code,2024 Q1\n{CODE},5\n"
BY_NAME = _make_table(("Indicator", "2024 Q1"), (NAME, 5))
WHOLE_YEAR = _make_table(("Code", "2024"), (CODE, 5))
SHARE = {"A11": "SO2-03", "B11": "Accessions with complete passport data and germination test"}
NO_QUARTERS = {"F6": None, "G6": None, "H6": None, "I6": None, "J6": 260}
NOT_COMPUTED = {f"{column}10": None for column in "ABCFGM"}

SAMPLES: tuple[TableSample, ...] = (
    TableSample("layout-no-table", NO_TABLE, ONE_ROW, "wide", site="BKN"),
    TableSample("layout-no-period", _make_table(("Code", "Remarks"), (CODE, 5)), ONE_ROW, "wide", site="BKN"),
    TableSample(
        "layout-no-value", _make_table(("Code", "Period", "Amounts"), (CODE, "2024 Q1", 5)), ONE_LONG, site="BKN"
    ),
    TableSample(
        "layout-no-results",
        _make_table(TYPES, (CODE, "Target", 5), (None, "Actual", None)),
        _make_table(TYPES, (CODE, "Target", 5), (None, "Actual", 5)),
        "wide",
        "BKN",
    ),
    TableSample(
        "table-encoding", lambda: CSV.replace("Code", "Codé").encode("cp1252"), lambda: CSV.encode(), "wide", "BKN"
    ),
    TableSample(
        "table-separator",
        lambda: CSV.replace(",", ";").replace("2024", "in,2024").replace("5", "5,0").encode(),
        lambda: CSV.encode(),
        "wide",
        "BKN",
    ),
    TableSample("layout-is-form", make_return_file, lambda: save_workbook(make_long_english())),
    TableSample(
        "layout-column-twice", _make_table((*LONG, "Actual"), (CODE, "2024 Q1", 5, 6)), ONE_LONG, "long", site="BKN"
    ),
    TableSample("layout-heading-unclear", _make_wide("2024 Q1", "2024 Q2 (revised)"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-period-twice", _make_wide("2024 Q1", "2024 Q1 (revised)"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-title-unclear", _make_titled("Targets", "2024 Q1"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-scale", _make_titled("In thousands", "2024 Q1"), ONE_ROW, "wide", "BKN"),
    TableSample(
        "layout-second-table",
        _make_table(*ONE_TABLE, ("Code", "2024 Q2"), ("SO3-01", 6)),
        _make_table(*ONE_TABLE, *ONE_TABLE[:1], ("SO3-01", 6)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-role-twice",
        _make_table(("Code", "2024 Q1", "Code"), (CODE, 5, "SO3-01")),
        _make_table(("Code", "2024 Q1", "Code"), (CODE, 5, CODE)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-site-block",
        _make_table(*ONE_TABLE, ("Site: RVG", None), ("SO3-01", 6)),
        _make_table(*ONE_TABLE, ("Site: BKN", None), ("SO3-01", 6)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-rows-below-label",
        _make_table(*ONE_TABLE, ("Targets", None), ("SO3-01", 6)),
        _make_table(*ONE_TABLE, ("Results", None), ("SO3-01", 6)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-label-unclear",
        _make_table(TYPES, (CODE, "Target of the donor", 5)),
        _make_table(TYPES, (CODE, "Actual", 5)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-name-differs",
        _make_table(("Code", "Indicator", "2024 Q1"), (CODE, "Target: area", 5)),
        _make_table(("Code", "Indicator", "2024 Q1"), (CODE, "Area in all", 5)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-rows-alike",
        _make_table(TYPES, (CODE, "Hoped for", 5), (CODE, "Counted", None)),
        _make_table(TYPES, (CODE, "Target", 5), (CODE, "Actual", 4)),
        "wide",
        "BKN",
    ),
    TableSample("layout-cell-blank", _make_table(LONG, (CODE, None, 5)), ONE_LONG, site="BKN"),
    TableSample(
        "layout-total-row",
        _make_table(("Code", "2024 Q1"), (CODE, 5), (FLOW, None), ("Total", 5)),
        _make_table(("Code", "2024 Q1"), (CODE, 5), (FLOW, None), ("Women", 5)),
        "wide",
        "BKN",
    ),
    _sample("layout-indicator-unknown", make_long_english, {"C9": "Farmers untrained and so on"}),
    TableSample(
        "layout-name-ambiguous", BY_NAME, BY_NAME, "wide", site="BKN", plan=_duplicate_name(SHIPPED), good_plan=SHIPPED
    ),
    TableSample(
        "layout-part-code",
        _make_table(("Code", "Indicator", "2024 Q1"), (FLOW, None, 5), ("1.1", "of which women", 2)),
        _make_table(("Code", "Indicator", "2024 Q1"), (FLOW, None, 5), (None, "of which women", 2)),
        "wide",
        "BKN",
    ),
    _sample("layout-part-unknown", make_long_english, {"D6": "Left-handed"}),
    TableSample(
        "layout-no-total",
        _make_table(("Code", "Period", "Men", "Women"), (FLOW, "2024 Q1", 5, 2)),
        _make_table(("Code", "Period", "Total", "Women"), (FLOW, "2024 Q1", 7, 2)),
        "long",
        "BKN",
    ),
    TableSample(
        "layout-column-part",
        _make_table(("Code", "Period", "Total", "Women"), (FLOW, "2024 Q1", 5, 2), (CODE, "2024 Q1", 5, 2)),
        _make_table(("Code", "Period", "Total", "Women"), (FLOW, "2024 Q1", 5, 2), (CODE, "2024 Q1", 5, "-")),
        "long",
        "BKN",
    ),
    _sample("layout-share-alone", make_wide_quarters, SHARE),
    _sample("layout-site-unknown", make_long_english, {"A9": "Rovienk districtt"}),
    TableSample("layout-site-missing", ONE_ROW, ONE_ROW, "wide", good_site="BKN"),
    _sample("layout-period-unknown", make_long_english, {"F5": "harvest"}),
    TableSample(
        "layout-year-divided",
        _make_table(("Code", "Year", "Month", "Value"), (FLOW, 2024, "May", 5)),
        _make_table(("Code", "Year", "Quarter", "Value"), (FLOW, 2024, "Q2", 5)),
        site="BKN",
    ),
    TableSample(
        "layout-year-order",
        _make_table((None, 2024, None), ("Code", "Q4", "Q1"), (CODE, 5, 6)),
        _make_table((None, 2024, None), ("Code", "Q1", "Q4"), (CODE, 5, 6)),
        "wide",
        "BKN",
    ),
    TableSample("layout-year-missing", _make_wide("Q1", "Q2"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-month", _make_wide("Jan 2024", "2024 Q2"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-half-year", _make_wide("H1 2024", "2024 Q4"), ONE_ROW, "wide", "BKN"),
    TableSample("layout-fiscal-year", _make_wide("FY2024 Q1", "2024 Q2"), ONE_ROW, "wide", "BKN"),
    TableSample(
        "layout-fiscal-total",
        _make_table(("Code", "FY2024"), (FLOW, 5)),
        _make_table(("Code", "FY2024"), (CODE, 5)),
        "wide",
        "BKN",
        fiscal_year=FiscalYear(10),
    ),
    _sample("layout-unit-differs", make_long_english, {"H7": "rai"}),
    _sample("layout-value-differs", make_long_english, {"D6": None}),
    _sample("layout-year-beside-quarters", make_wide_quarters, NO_QUARTERS),
    TableSample(
        "layout-year-of-average",
        WHOLE_YEAR,
        WHOLE_YEAR,
        "wide",
        site="BKN",
        plan=_make_average_indicator(SHIPPED),
        good_plan=SHIPPED,
    ),
    TableSample(
        "layout-basis-mixed",
        _make_table(("Code", "2024 Q1-Q2", "2024 Q2"), (FLOW, 5, None), (OTHER_FLOW, None, 4)),
        _make_table(("Code", "2024 Q1-Q2", "2024 Q3"), (FLOW, 5, None), (OTHER_FLOW, None, 4)),
        "wide",
        "BKN",
    ),
    TableSample("layout-rest-basis", ONE_FLOW, ONE_FLOW, "wide", "BKN", finish=_join_current(Basis.YEAR_TO_DATE)),
    TableSample("layout-men-differ", _make_people(60, 20, 35), _make_people(60, 25, 35), site="BKN"),
    _sample("layout-total-differs", make_wide_quarters, {"J8": 111}),
    TableSample(
        "layout-latest-differs",
        _make_table(("Code", "2024 Q3", "2024 Q4", "2024"), (CODE, 5, None, 6)),
        _make_table(("Code", "2024 Q3", "2024 Q4", "2024"), (CODE, 5, 6, 6)),
        "wide",
        "BKN",
    ),
    TableSample(
        "layout-value-twice",
        _make_table(QUARTERS, (CODE, 5, 6), (CODE, 5, 6)),
        ONE_ROW,
        "wide",
        site="BKN",
    ),
    TableSample(
        "layout-name-unlike",
        _make_table(("Code", "Indicator", "2024 Q1"), (CODE, "Milk sold", 5)),
        _make_table(("Code", "Indicator", "2024 Q1"), (CODE, "Area in all", 5)),
        "wide",
        "BKN",
    ),
    TableSample("layout-year-from-title", _make_titled("2024", "Q1"), _make_titled("Table", "2024 Q1"), "wide", "BKN"),
    TableSample("layout-rows-hidden", _make_hidden(2), ONE_ROW, "wide", "BKN"),
    TableSample("layout-men-alone", _make_people(60, None, 35), _make_people(60, 25, 35), site="BKN"),
    TableSample("layout-rest-blank", ONE_FLOW, ONE_FLOW, "wide", "BKN", finish=_join_current(choice=RestChoice.BLANK)),
    TableSample("layout-numbers-unread", _make_wide("2024 Q1", "Cost"), ONE_ROW, "wide", "BKN"),
    _sample("layout-not-asked", make_wide_quarters, {"C9": "PNH"}),
    TableSample(
        "layout-outside-plan", _make_table(("Code", "2019 Q1", "2024 Q1"), (CODE, 5, 6)), ONE_ROW, "wide", site="BKN"
    ),
    _sample("layout-computed", make_wide_quarters, {}, good=NOT_COMPUTED),
    TableSample("layout-not-in-table", ONE_ROW, ONE_ROW, "wide", site="BKN", good_plan=_keep_one_indicator(SHIPPED)),
    TableSample("layout-rest-stays", ONE_FLOW, ONE_FLOW, "wide", "BKN", finish=_join_current()),
    TableSample("layout-numbers-aside", _make_wide("2024 Q1", "2024 Q2 target"), ONE_ROW, "wide", "BKN"),
    _sample("layout-column-aside", make_wide_quarters, {"N4": "Colour"}),
)
