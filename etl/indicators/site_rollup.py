"""From what a site typed to what each of its quarters contributes: totals, pairs, year-to-date (fine print, B)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import (
    DENOMINATOR,
    NUMERATOR,
    Basis,
    CellKey,
    CellState,
    Indicator,
    Observation,
    SiteQuarter,
    SiteReturn,
    Source,
)

Pair = tuple[Decimal, Decimal | None]


@dataclass(frozen=True, slots=True)
class _Said:
    """What a return says of a number or a pair; no pair: not collected."""

    pair: Pair | None


_NOT_COLLECTED = _Said(None)


def roll_up_site(
    plans: Plans, returns: Iterable[SiteReturn], *, first_year: int | None = None
) -> tuple[SiteQuarter, ...]:
    """The roll-up rows of one site, in order of quarter. Missing cells have none; the system's indicators neither.

    With `first_year` no rows of earlier years; their returns are only looked at for what is carried from them.
    """
    book = _Book(plans, returns)
    rows: list[SiteQuarter] = []
    for year in sorted({quarter.year for quarter in book.returns}):
        if first_year is None or year >= first_year:
            rows.extend(_resolve_year(book, year))
    return tuple(sorted(rows, key=lambda row: row.quarter.index))


class _Book:
    """One site's returns, opened at any quarter and key."""

    def __init__(self, plans: Plans, returns: Iterable[SiteReturn]) -> None:
        self.plans = plans
        self.returns = {one.quarter: one for one in returns}
        self.site = next(iter(self.returns.values())).site if self.returns else ""
        self._typed: dict[Quarter, dict[CellKey, Observation]] = {
            quarter: {said.key: said for said in one.observations} for quarter, one in self.returns.items()
        }
        self._codes: dict[int, frozenset[str]] = {}

    def is_asked(self, plan: Plan, indicator: Indicator, quarter: Quarter) -> bool:
        found = plan.site_by_code.get(self.site)
        is_mine = found is not None and found.is_active(quarter) and indicator.code in self._reported(plan)
        return is_mine and plan.is_scheduled(indicator, quarter)

    def _reported(self, plan: Plan) -> frozenset[str]:
        """The codes of what the site reports by a version of the plan; asked for every number of every quarter."""
        known = self._codes.get(id(plan))
        if known is None:
            known = self._codes[id(plan)] = frozenset(one.code for one in plan.indicators_of_site(self.site))
        return known

    def said(self, quarter: Quarter, indicator: Indicator, part: str) -> _Said | None:
        """What stands in a number's cell, a blank total being made of a whole exhaustive dimension (B1)."""
        typed = self._typed.get(quarter)
        if typed is None:
            return None
        observation = typed.get(CellKey(indicator.code, part))
        if observation is not None:
            return _Said((observation.value, None)) if observation.value is not None else _NOT_COLLECTED
        if part or indicator.is_ratio:
            return None
        total = self._total_of_parts(quarter, indicator, typed)
        return None if total is None else _Said((total, None))

    def _total_of_parts(
        self, quarter: Quarter, indicator: Indicator, typed: dict[CellKey, Observation]
    ) -> Decimal | None:
        for parts in self.plans.plan_in_force(quarter).exhaustive_dimensions(indicator.code).values():
            values = [typed.get(CellKey(indicator.code, part.key)) for part in parts]
            found = [one.value for one in values if one is not None and one.value is not None]
            if len(found) == len(parts):
                return sum(found, Decimal(0))
        return None

    def said_pair(self, quarter: Quarter, indicator: Indicator) -> _Said | None:
        """What a return says of a ratio: whole pairs only, a referred stock carried where it must be (B2, B3)."""
        sides = [
            self._side(quarter, indicator, name, ref)
            for name, ref in ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref))
        ]
        if any(said is None for said, _ in sides) or not any(fresh for _, fresh in sides):
            return None
        pairs = [said.pair for said, _ in sides if said is not None]
        numerator, denominator = pairs
        if numerator is None or denominator is None:
            return _NOT_COLLECTED
        return _Said((numerator[0], denominator[0]))

    def _side(
        self, quarter: Quarter, indicator: Indicator, name: str, ref: CellKey | None
    ) -> tuple[_Said | None, bool]:
        """One side of a pair, and whether it was said in this quarter itself."""
        if ref is None:
            said = self.said(quarter, indicator, name)
            return said, said is not None
        plan = self.plans.plan_in_force(quarter)
        referred = plan.indicator_by_code.get(ref.indicator)
        if referred is None:
            return None, False
        said = self.said(quarter, referred, ref.part) if self.is_asked(plan, referred, quarter) else None
        if referred.is_stock and (said is None or said.pair is None):
            carried = self._carried(quarter, ref, referred, carry=plan.settings.carry_quarters)
            if carried is not None:
                return carried, False
        return said, said is not None

    def _carried(self, quarter: Quarter, ref: CellKey, definition: Indicator, *, carry: int) -> _Said | None:
        """The last value of a referred stock, as long as it is the same kind of number."""
        for back in range(1, carry + 1):
            earlier = quarter.plus(-back)
            plan = self.plans.plan_in_force(earlier)
            referred = plan.indicator_by_code.get(ref.indicator)
            if referred is None or referred.kind != definition.kind or not self.is_asked(plan, referred, earlier):
                continue
            said = self.said(earlier, referred, ref.part)
            if said is not None and said.pair is not None:
                return said
        return None


def _resolve_year(book: _Book, year: int) -> Iterator[SiteQuarter]:
    """The rows of one year: number by number, each definition by itself."""
    last = max(quarter for quarter in book.returns if quarter.year == year)
    cells: dict[tuple[str, str, object], list[tuple[Quarter, Indicator]]] = {}
    for number in range(1, last.number + 1):
        quarter = Quarter(year, number)
        plan = book.plans.plan_in_force(quarter)
        for indicator in plan.indicators_of_site(book.site):
            if indicator.source is Source.SYSTEM or not book.is_asked(plan, indicator, quarter):
                continue
            for part in plan.row_parts(indicator):
                cells.setdefault((indicator.code, part, indicator.kind), []).append((quarter, indicator))
    for (code, part, _), asked in cells.items():
        said = [
            (quarter, book.said_pair(quarter, one) if one.is_ratio else book.said(quarter, one, part))
            for quarter, one in asked
        ]
        if asked[0][1].is_flow:
            yield from _spread(book, code, part, said)
        else:
            yield from _as_said(book, code, part, said)


def _as_said(book: _Book, code: str, part: str, said: Sequence[tuple[Quarter, _Said | None]]) -> Iterator[SiteQuarter]:
    for quarter, one in said:
        if one is not None:
            yield _row(book, code, part, quarter, one.pair)


def _row(book: _Book, code: str, part: str, quarter: Quarter, pair: Pair | None) -> SiteQuarter:
    if pair is None:
        return SiteQuarter(code, part, book.site, quarter, CellState.NOT_COLLECTED)
    return SiteQuarter(code, part, book.site, quarter, CellState.REPORTED, *pair)


def _spread(book: _Book, code: str, part: str, said: Sequence[tuple[Quarter, _Said | None]]) -> Iterator[SiteQuarter]:
    """Quarter by quarter through a year, taking earlier quarters out of each year to date (B4)."""
    rows: dict[Quarter, SiteQuarter] = {}
    so_far: Pair | None = None
    unknown: list[Quarter] = []
    for quarter, one in said:
        if one is None or one.pair is None:
            unknown.append(quarter)
            if one is not None:
                rows[quarter] = _row(book, code, part, quarter, None)
        elif book.returns[quarter].basis is Basis.QUARTER:
            rows[quarter] = _row(book, code, part, quarter, one.pair)
            so_far = _plus(so_far, one.pair)
        else:
            own = _minus(one.pair, so_far)
            so_far = one.pair
            if not unknown:
                rows[quarter] = _row(book, code, part, quarter, own)
                continue
            for covered in unknown:
                rows[covered] = SiteQuarter(code, part, book.site, covered, CellState.COVERED, covered_by=quarter)
            rows[quarter] = SiteQuarter(code, part, book.site, quarter, CellState.COVERED, *own, covered_by=quarter)
            unknown = []
    yield from rows.values()


def _plus(pair: Pair | None, other: Pair) -> Pair:
    if pair is None:
        return other
    return pair[0] + other[0], None if other[1] is None or pair[1] is None else pair[1] + other[1]


def _minus(pair: Pair, other: Pair | None) -> Pair:
    if other is None:
        return pair
    return pair[0] - other[0], None if pair[1] is None or other[1] is None else pair[1] - other[1]
