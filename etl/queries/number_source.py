"""Where a number comes from: what it was made of, each piece with its file, sheet, cell, sender and approver."""

from dataclasses import dataclass
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.returns import read_cells
from etl.database.read.sources import read_sources
from etl.database.records import CellSource, ReturnCell
from etl.indicators.exact import add_exactly
from etl.indicators.figures import ValueWithSources, compute_value_with_sources
from etl.indicators.history import compute_value_to_date_with_sources
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.results import Figure, Value
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    Basis,
    CellKey,
    CellState,
    Indicator,
    Part,
    ReceivedReturn,
    SiteQuarter,
    Source,
)
from etl.queries.data_source import DataSource as Database
from etl.queries.scope import QueryScope

__all__ = [
    "Contribution",
    "SourceCell",
    "NumberSource",
    "ReturnCell",
    "find_number_source",
    "get_ratio_keys",
    "read_surrounding_cells",
]

SourceCell = CellSource
"""A typed cell with the return, file and people that it came with."""


@dataclass(frozen=True)
class Contribution:
    """What one site brings with one quarter: the amount that counts, and the cells in which it was typed.

    `is_carried`: its level stands in for a later quarter that the site did not report. `before` is the amount (or
    pair) that a year to date had reached before; `covers` the quarters that it reports together with its own.
    """

    row: SiteQuarter
    cells: tuple[CellSource, ...] = ()
    is_carried: bool = False
    earlier_amount: tuple[Decimal, Decimal | None] | None = None
    covered_quarters: tuple[Quarter, ...] = ()
    received: ReceivedReturn | None = None
    """For the system's own indicators: the return that stands, which is all that they are made of."""

    @property
    def site(self) -> str:
        return self.row.site

    @property
    def quarter(self) -> Quarter:
        return self.row.quarter


@dataclass(frozen=True)
class NumberSource:
    """A number, its definition, and what it was made of, by quarter and site."""

    indicator: Indicator
    plan: Plan
    part: Part | None
    figure: Figure
    value: Value
    sites: tuple[str, ...]
    contributions: tuple[Contribution, ...]

    @property
    def inputs(self) -> tuple[CellSource, ...]:
        """Every cell behind the number, each once."""
        return tuple(dict.fromkeys(cell for one in self.contributions for cell in one.cells))


def find_number_source(
    source: Database, scope: QueryScope, code: str, part: str = "", *, to_date: bool = False
) -> NumberSource | None:
    """What the indicator's number (or that of one of its parts) for what was asked is made of.

    With `is_to_date` the number that had been reached by the end of the quarter asked for, as in the indicator's
    history. None for a code that no version of the plan has, and for a part that the indicator doesn't have.
    """
    if not any(code in version.plan.indicator_by_code for version in scope.snapshot.plans.versions):
        return None
    figure = scope.get_figure(code)
    made = _made(scope, code, part, is_to_date=to_date)
    if made is None:
        return None
    parts = {one.key: one for one in made.version.plan.parts_of(code)}
    if part and part not in parts:
        return None
    reader = _Reader(source, scope, made)
    contributions = [reader.contribution(row, part) for row in made.rows]
    return NumberSource(
        made.indicator,
        made.version.plan,
        parts.get(part),
        figure,
        made.value,
        made.sites,
        tuple(sorted(contributions, key=lambda one: (one.quarter, one.site))),
    )


def _made(scope: QueryScope, code: str, part: str, *, is_to_date: bool) -> ValueWithSources | None:
    plans, record, sites, today = scope.snapshot.plans, scope.record, scope.sites, scope.today
    period = scope.period
    if not is_to_date or not isinstance(period, Quarter):
        return compute_value_with_sources(
            plans, record, indicator=code, part=part, sites=sites, period=period, today=today
        )
    if code not in plans.plan_in_force(period).indicator_by_code:
        return None
    return compute_value_to_date_with_sources(
        plans, record, indicator=code, part=part, sites=sites, quarter=period, today=today
    )


class _Reader:
    """The cells of every return that the rows could rest on, read at once."""

    def __init__(self, source: Database, scope: QueryScope, made: ValueWithSources) -> None:
        self.scope = scope
        self.plans = scope.snapshot.plans
        self.rows = made.rows
        self.carried = {(one.site, one.since) for one in made.value.carried}
        self.cells: dict[tuple[str, Quarter], dict[CellKey, CellSource]] = {}
        if self.rows and self._indicators():
            self._read(source)

    def _definition(self, row: SiteQuarter) -> Indicator | None:
        return self.plans.plan_in_force(row.quarter).indicator_by_code.get(row.indicator)

    def _indicators(self) -> set[str]:
        found = set()
        for row in self.rows:
            one = self._definition(row)
            if one is not None and one.source is not Source.SYSTEM:
                refs = (one.numerator_ref, one.denominator_ref)
                found |= {one.code, *(ref.indicator for ref in refs if ref is not None)}
        return found

    def _read(self, source: Database) -> None:
        carry = max(version.plan.settings.carry_quarters for version in self.plans.versions)
        quarters = {row.quarter.plus(-back) for row in self.rows for back in range(carry + 1)}
        with reading(source.engine) as connection:
            found = read_sources(
                connection,
                basis="submitted" if self.scope.include_unapproved else "approved",
                indicators=self._indicators(),
                sites={row.site for row in self.rows},
                quarters=quarters,
            )
        for one in found:
            self.cells.setdefault((one.origin.site, one.origin.quarter), {})[one.cell.key] = one

    def contribution(self, row: SiteQuarter, part: str) -> Contribution:
        indicator = self._definition(row)
        if indicator is None or indicator.source is Source.SYSTEM:
            return Contribution(row, received=self.scope.record.received_returns.get((row.site, row.quarter)))
        plan = self.plans.plan_in_force(row.quarter)
        if indicator.is_ratio and not part:
            cells = [cell for key in get_ratio_keys(indicator) for cell in self._find(plan, row, key)]
        else:
            cells = self._total(plan, row, CellKey(indicator.code, part))
        is_carried = (row.site, row.quarter) in self.carried
        return Contribution(row, tuple(cells), is_carried, _before(indicator, row, cells), self._covers(row))

    def _covers(self, row: SiteQuarter) -> tuple[Quarter, ...]:
        """The earlier quarters that a year to date reports together with its own."""
        if row.state is not CellState.COVERED:
            return ()
        others = self.scope.record.site_rows(row.indicator, row.part, row.site).values()
        covered = [one.quarter for one in others if one.covered_by == row.quarter and one.quarter != row.quarter]
        return tuple(sorted(covered))

    def _find(self, plan: Plan, row: SiteQuarter, key: CellKey) -> list[CellSource]:
        """The cells of one side of a pair; a referred level may have been typed in an earlier quarter."""
        found = self._total(plan, row, key)
        referred = plan.indicator_by_code.get(key.indicator)
        if found or key.indicator == row.indicator or referred is None or not referred.is_stock:
            return found
        for back in range(1, plan.settings.carry_quarters + 1):
            earlier = self.cells.get((row.site, row.quarter.plus(-back)), {}).get(key)
            if earlier is not None and earlier.cell.value is not None:
                return [earlier]
        return []

    def _total(self, plan: Plan, row: SiteQuarter, key: CellKey) -> list[CellSource]:
        """The cell of the key; where a total was left blank, the parts that add up to it."""
        there = self.cells.get((row.site, row.quarter), {})
        if key in there:
            return [there[key]]
        if key.part:
            return []
        for parts in plan.exhaustive_dimensions(key.indicator).values():
            cells = [there.get(CellKey(key.indicator, part.key)) for part in parts]
            if all(cell is not None and cell.cell.value is not None for cell in cells):
                return [cell for cell in cells if cell is not None]
        return []


def _before(indicator: Indicator, row: SiteQuarter, cells: list[CellSource]) -> tuple[Decimal, Decimal | None] | None:
    """What the year had reached before, where a flow was typed since the year began."""
    if not indicator.is_flow or row.value is None or not cells:
        return None
    if any(one.origin.basis is not Basis.YEAR_TO_DATE or one.origin.quarter != row.quarter for one in cells):
        return None
    if row.denominator is None:
        return add_exactly((*_typed(cells), -row.value)), None
    if len(cells) != len(get_ratio_keys(indicator)):
        return None
    numerator, denominator = _typed(cells)
    return add_exactly((numerator, -row.value)), add_exactly((denominator, -row.denominator))


def _typed(cells: list[CellSource]) -> list[Decimal]:
    return [one.cell.value or Decimal(0) for one in cells]


def get_ratio_keys(indicator: Indicator) -> tuple[CellKey, CellKey]:
    """The keys of a ratio's numerator and denominator, wherever they are typed."""
    numerator = indicator.numerator_ref or CellKey(indicator.code, NUMERATOR)
    denominator = indicator.denominator_ref or CellKey(indicator.code, DENOMINATOR)
    return numerator, denominator


def read_surrounding_cells(
    source: Database, input_cell: CellSource, *, on_each_side: int = 3
) -> tuple[ReturnCell, ...]:
    """The numbers of the same return that stand above and below a cell on its sheet, and the cell itself, in order."""
    with reading(source.engine) as connection:
        cells = [one for one in read_cells(connection, input_cell.origin.id) if one.sheet == input_cell.cell.sheet]
    ordered = sorted(cells, key=lambda one: (_row_number(one.address), one.address))
    place = next((at for at, one in enumerate(ordered) if one.key == input_cell.cell.key), None)
    if place is None:
        return ()
    return tuple(ordered[max(0, place - on_each_side) : place + on_each_side + 1])


def _row_number(address: str) -> int:
    digits = "".join(one for one in address if one.isdigit())
    return int(digits) if digits else 0
