"""Trace a number to the cells it was computed from, each with its file, sheet, sender and approver."""

from dataclasses import dataclass
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.returns import read_cells
from etl.database.read.sources import read_sources
from etl.database.records import CellSource, ReturnCell, TypedReturn
from etl.indicators.exact import add_exactly
from etl.indicators.figures import ValueWithSources, compute_value_with_sources
from etl.indicators.history import compute_value_to_date_with_sources
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.received_returns import ReceivedReturn
from etl.indicators.results import Figure, SiteQuarterKey, Value
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    Basis,
    CellKey,
    CellState,
    Indicator,
    Part,
    SiteQuarter,
    Source,
)
from etl.queries.covered_quarters import find_covered_keys
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope

__all__ = [
    "Contribution",
    "NumberSource",
    "ReturnCell",
    "SourceCell",
    "TypedReturn",
    "find_number_source",
    "get_ratio_keys",
    "read_surrounding_cells",
]

SourceCell = CellSource
"""A reported cell with its return, its file and the people who sent and approved it."""


@dataclass(frozen=True)
class Contribution:
    """What one site contributes in one quarter: the effective amount and the cells that report it."""

    row: SiteQuarter
    cells: tuple[CellSource, ...] = ()
    is_carried: bool = False
    """Whether this level is carried forward to a later quarter that the site did not report."""
    earlier_amount: tuple[Decimal, Decimal | None] | None = None
    """For a year to date: the amount (or pair) that the year had reached before."""
    covered_quarters: tuple[Quarter, ...] = ()
    """For a year to date: the earlier quarters that it reports together with its own."""
    received: ReceivedReturn | None = None
    """For indicators that the system computes: the current return, which is all that they count."""

    @property
    def site(self) -> str:
        return self.row.site

    @property
    def quarter(self) -> Quarter:
        return self.row.quarter


@dataclass(frozen=True)
class NumberSource:
    """A number with its definition and its contributions by quarter and site."""

    indicator: Indicator
    plan: Plan
    part: Part | None
    figure: Figure
    value: Value
    sites: tuple[str, ...]
    contributions: tuple[Contribution, ...]
    covered: frozenset[SiteQuarterKey]
    """The missing cells whose amount a year-to-date return has together with that of other quarters."""

    @property
    def inputs(self) -> tuple[CellSource, ...]:
        """Every cell behind the number, without duplicates."""
        return tuple(dict.fromkeys(cell for contribution in self.contributions for cell in contribution.cells))


def find_number_source(
    source: DataSource,
    scope: QueryScope,
    code: str,
    part: str = "",
    *,
    to_date: bool = False,
    start: Quarter | None = None,
) -> NumberSource | None:
    """Return what the number of an indicator, or of one of its parts, is computed from.

    With `to_date`, the number is the one reached by the end of the scope's quarter, as in the indicator's history;
    annual flows count from `start`, or from the start of the year.
    None where no version of the plan has the code, or where the indicator does not have the part.
    """
    if not any(code in version.plan.indicator_by_code for version in scope.snapshot.plans.versions):
        return None
    figure = scope.get_figure(code, part=part)
    value_with_sources = _compute_value(scope, code, part, to_date=to_date, start=start)
    if value_with_sources is None:
        return None
    parts = {
        candidate.key: candidate for candidate in value_with_sources.version.plan.list_parts_and_participations(code)
    }
    if part and part not in parts:
        return None
    reader = _Reader(source, scope, value_with_sources)
    contributions = [reader.read_contribution(row, part) for row in value_with_sources.rows]
    return NumberSource(
        value_with_sources.indicator,
        value_with_sources.version.plan,
        parts.get(part),
        figure,
        value_with_sources.value,
        value_with_sources.sites,
        tuple(sorted(contributions, key=lambda contribution: (contribution.quarter, contribution.site))),
        find_covered_keys(scope, code, value_with_sources.value.missing, part=part),
    )


def _compute_value(
    scope: QueryScope, code: str, part: str, *, to_date: bool, start: Quarter | None
) -> ValueWithSources | None:
    plans, record, sites, today = scope.snapshot.plans, scope.record, scope.sites, scope.today
    period = scope.period
    if not to_date or not isinstance(period, Quarter):
        return compute_value_with_sources(
            plans, record, indicator=code, part=part, sites=sites, period=period, today=today
        )
    if code not in plans.get_plan_in_force(period).indicator_by_code:
        return None
    return compute_value_to_date_with_sources(
        plans, record, indicator=code, part=part, sites=sites, quarter=period, today=today, start=start
    )


class _Reader:
    """The cells of every return that may be behind the rows, read in one query."""

    def __init__(self, source: DataSource, scope: QueryScope, value_with_sources: ValueWithSources) -> None:
        self.scope = scope
        self.plans = scope.snapshot.plans
        self.rows = value_with_sources.rows
        self.carried = {(level.site, level.since) for level in value_with_sources.value.carried}
        self.cells: dict[tuple[str, Quarter], dict[CellKey, CellSource]] = {}
        if self.rows and self._list_indicators():
            self._read(source)

    def _find_definition(self, row: SiteQuarter) -> Indicator | None:
        return self.plans.get_plan_in_force(row.quarter).indicator_by_code.get(row.indicator)

    def _list_indicators(self) -> set[str]:
        codes = set()
        for row in self.rows:
            indicator = self._find_definition(row)
            if indicator is not None and indicator.source is not Source.SYSTEM:
                refs = (indicator.numerator_ref, indicator.denominator_ref)
                codes |= {indicator.code, *(ref.indicator for ref in refs if ref is not None)}
        return codes

    def _read(self, source: DataSource) -> None:
        carry = max(version.plan.settings.carry_quarters for version in self.plans.versions)
        quarters = {row.quarter.shift(-back) for row in self.rows for back in range(carry + 1)}
        with reading(source.engine) as connection:
            cells = read_sources(
                connection,
                basis="submitted" if self.scope.include_unapproved else "approved",
                indicators=self._list_indicators(),
                sites={row.site for row in self.rows},
                quarters=quarters,
            )
        for cell in cells:
            self.cells.setdefault((cell.origin.site, cell.origin.quarter), {})[cell.cell.key] = cell

    def read_contribution(self, row: SiteQuarter, part: str) -> Contribution:
        indicator = self._find_definition(row)
        if indicator is None or indicator.source is Source.SYSTEM:
            return Contribution(row, received=self.scope.record.received_returns.get((row.site, row.quarter)))
        plan = self.plans.get_plan_in_force(row.quarter)
        if indicator.is_ratio and not part:
            cells = [cell for key in get_ratio_keys(indicator) for cell in self._find_cells(plan, row, key)]
        else:
            cells = self._find_total_cells(plan, row, CellKey(indicator.code, part))
        is_carried = (row.site, row.quarter) in self.carried
        earlier_amount = _find_earlier_amount(indicator, row, cells)
        return Contribution(row, tuple(cells), is_carried, earlier_amount, self._list_covered_quarters(row))

    def _list_covered_quarters(self, row: SiteQuarter) -> tuple[Quarter, ...]:
        if row.state is not CellState.COVERED:
            return ()
        site_rows = self.scope.record.get_site_rows(row.indicator, row.part, row.site).values()
        return tuple(
            sorted(
                other_row.quarter
                for other_row in site_rows
                if other_row.covered_by == row.quarter and other_row.quarter != row.quarter
            )
        )

    def _find_cells(self, plan: Plan, row: SiteQuarter, key: CellKey) -> list[CellSource]:
        """Return the cells of one side of a ratio; a level of another indicator may come from an earlier quarter."""
        cells = self._find_total_cells(plan, row, key)
        other = plan.indicator_by_code.get(key.indicator)
        if cells or key.indicator == row.indicator or other is None or not other.is_stock:
            return cells
        for back in range(1, plan.settings.carry_quarters + 1):
            earlier = self.cells.get((row.site, row.quarter.shift(-back)), {}).get(key)
            if earlier is not None and earlier.cell.value is not None:
                return [earlier]
        return []

    def _find_total_cells(self, plan: Plan, row: SiteQuarter, key: CellKey) -> list[CellSource]:
        """Return the cell of the key, or for a blank total the parts that add up to it."""
        reported = self.cells.get((row.site, row.quarter), {})
        if key in reported:
            return [reported[key]]
        if key.part:
            return []
        for parts in plan.get_exhaustive_dimensions(key.indicator).values():
            cells = [reported.get(CellKey(key.indicator, part.key)) for part in parts]
            if all(cell is not None and cell.cell.value is not None for cell in cells):
                return [cell for cell in cells if cell is not None]
        return []


def _find_earlier_amount(
    indicator: Indicator, row: SiteQuarter, cells: list[CellSource]
) -> tuple[Decimal, Decimal | None] | None:
    """Return what the year had reached before, where a flow is reported for the year to date."""
    if not indicator.is_flow or row.value is None or not cells:
        return None
    if any(cell.origin.basis is not Basis.YEAR_TO_DATE or cell.origin.quarter != row.quarter for cell in cells):
        return None
    values = [cell.cell.value or Decimal(0) for cell in cells]
    if row.denominator is None:
        return add_exactly((*values, -row.value)), None
    if len(cells) != len(get_ratio_keys(indicator)):
        return None
    numerator, denominator = values
    return add_exactly((numerator, -row.value)), add_exactly((denominator, -row.denominator))


def get_ratio_keys(indicator: Indicator) -> tuple[CellKey, CellKey]:
    """Return the keys of a ratio's numerator and denominator, which may belong to other indicators."""
    numerator = indicator.numerator_ref or CellKey(indicator.code, NUMERATOR)
    denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    return numerator, denominator


def read_surrounding_cells(
    source: DataSource, input_cell: CellSource, *, on_each_side: int = 3
) -> tuple[ReturnCell, ...]:
    """Return the cell with the numbers of the same return above and below it on its sheet, in order."""
    with reading(source.engine) as connection:
        cells = [cell for cell in read_cells(connection, input_cell.origin.id) if cell.sheet == input_cell.cell.sheet]
    sorted_cells = sorted(cells, key=lambda cell: (_get_row_number(cell.address), cell.address))
    index = next((index for index, cell in enumerate(sorted_cells) if cell.key == input_cell.cell.key), None)
    if index is None:
        return ()
    return tuple(sorted_cells[max(0, index - on_each_side) : index + on_each_side + 1])


def _get_row_number(address: str) -> int:
    digits = "".join(character for character in address if character.isdigit())
    return int(digits) if digits else 0
