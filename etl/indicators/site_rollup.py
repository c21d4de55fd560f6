"""Roll up the returns of a site into rows: totals, pairs and year-to-date (docs/arithmetic.md, section B)."""

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
class _Answer:
    """The answer of a return for a number or a pair. A pair of None means "not collected"."""

    pair: Pair | None


_NOT_COLLECTED = _Answer(None)


def roll_up_site(
    plans: Plans, returns: Iterable[SiteReturn], *, first_year: int | None = None
) -> tuple[SiteQuarter, ...]:
    """Return the roll-up rows of one site, by quarter. Missing cells, totals and indicators of the system have no rows.

    With `first_year` rows of earlier years are left out; their returns only serve for carried levels.
    """
    site_returns = _SiteReturns(plans, returns)
    rows: list[SiteQuarter] = []
    for year in sorted({quarter.year for quarter in site_returns.returns}):
        if first_year is None or year >= first_year:
            rows.extend(_resolve_year(site_returns, year))
    return tuple(sorted(rows, key=lambda row: row.quarter.index))


class _SiteReturns:
    """The returns of one site, by quarter and cell key."""

    def __init__(self, plans: Plans, returns: Iterable[SiteReturn]) -> None:
        self.plans = plans
        self.returns = {return_.quarter: return_ for return_ in returns}
        self.site = next(iter(self.returns.values())).site if self.returns else ""
        self._observations: dict[Quarter, dict[CellKey, Observation]] = {
            quarter: {observation.key: observation for observation in return_.observations}
            for quarter, return_ in self.returns.items()
        }
        self._codes: dict[int, frozenset[str]] = {}

    def is_expected(self, plan: Plan, indicator: Indicator, quarter: Quarter) -> bool:
        site = plan.site_by_code.get(self.site)
        is_reported = site is not None and site.is_active(quarter) and indicator.code in self._list_reported_codes(plan)
        return is_reported and plan.is_scheduled(indicator, quarter)

    def _list_reported_codes(self, plan: Plan) -> frozenset[str]:
        """Return the codes of the indicators that the site reports. Cached, because every number needs them."""
        cached = self._codes.get(id(plan))
        if cached is None:
            cached = self._codes[id(plan)] = frozenset(
                indicator.code for indicator in plan.list_site_indicators(self.site)
            )
        return cached

    def find_answer(self, quarter: Quarter, indicator: Indicator, part: str) -> _Answer | None:
        """Return the answer for a number. A blank total is the sum of a complete exhaustive dimension (B1)."""
        observations = self._observations.get(quarter)
        if observations is None:
            return None
        observation = observations.get(CellKey(indicator.code, part))
        if observation is not None:
            return _Answer((observation.value, None)) if observation.value is not None else _NOT_COLLECTED
        if part or indicator.is_ratio:
            return None
        total = self._sum_parts(quarter, indicator, observations)
        return None if total is None else _Answer((total, None))

    def _sum_parts(
        self, quarter: Quarter, indicator: Indicator, observations: dict[CellKey, Observation]
    ) -> Decimal | None:
        for parts in self.plans.get_plan_in_force(quarter).get_exhaustive_dimensions(indicator.code).values():
            cells = [observations.get(CellKey(indicator.code, part.key)) for part in parts]
            values = [cell.value for cell in cells if cell is not None and cell.value is not None]
            if len(values) == len(parts):
                return sum(values, Decimal(0))
        return None

    def find_pair(self, quarter: Quarter, indicator: Indicator) -> _Answer | None:
        """Return the pair of a ratio. Only complete pairs count; a referenced stock may be carried (B2, B3)."""
        sides = [
            self._find_side(quarter, indicator, name, ref)
            for name, ref in ((NUMERATOR, indicator.numerator_ref), (DENOMINATOR, indicator.denominator_ref))
        ]
        answers = [answer for answer, _ in sides if answer is not None]
        if len(answers) < len(sides) or not any(is_reported for _, is_reported in sides):
            return None
        numerator, denominator = (answer.pair for answer in answers)
        if numerator is None or denominator is None:
            return _NOT_COLLECTED
        return _Answer((numerator[0], denominator[0]))

    def _find_side(
        self, quarter: Quarter, indicator: Indicator, name: str, ref: CellKey | None
    ) -> tuple[_Answer | None, bool]:
        """Return one side of a pair, and whether it was reported in this quarter itself."""
        if ref is None:
            answer = self.find_answer(quarter, indicator, name)
            return answer, answer is not None
        plan = self.plans.get_plan_in_force(quarter)
        other = plan.indicator_by_code.get(ref.indicator)
        if other is None:
            return None, False
        answer = self.find_answer(quarter, other, ref.part) if self.is_expected(plan, other, quarter) else None
        if other.is_stock and (answer is None or answer.pair is None):
            carried_level = self._find_carried(quarter, ref, other, carry=plan.settings.carry_quarters)
            if carried_level is not None:
                return carried_level, False
        return answer, answer is not None

    def _find_carried(self, quarter: Quarter, ref: CellKey, definition: Indicator, *, carry: int) -> _Answer | None:
        """Return the last value of a referenced stock, if it is the same kind of number."""
        for quarters_back in range(1, carry + 1):
            earlier = quarter.shift(-quarters_back)
            plan = self.plans.get_plan_in_force(earlier)
            other = plan.indicator_by_code.get(ref.indicator)
            if other is None or other.kind != definition.kind or not self.is_expected(plan, other, earlier):
                continue
            answer = self.find_answer(earlier, other, ref.part)
            if answer is not None and answer.pair is not None:
                return answer
        return None


def _resolve_year(site_returns: _SiteReturns, year: int) -> Iterator[SiteQuarter]:
    """Yield the rows of one year, separately for each number and each definition."""
    last = max(quarter for quarter in site_returns.returns if quarter.year == year)
    cells: dict[tuple[str, str, object], list[tuple[Quarter, Indicator]]] = {}
    for number in range(1, last.number + 1):
        quarter = Quarter(year, number)
        plan = site_returns.plans.get_plan_in_force(quarter)
        for indicator in plan.list_site_indicators(site_returns.site):
            if (
                indicator.source is Source.SYSTEM
                or indicator.is_total
                or not site_returns.is_expected(plan, indicator, quarter)
            ):
                continue
            for part in plan.list_row_parts(indicator):
                cells.setdefault((indicator.code, part, indicator.kind), []).append((quarter, indicator))
    for (code, part, _), expected in cells.items():
        answers = [
            (
                quarter,
                site_returns.find_pair(quarter, indicator)
                if indicator.is_ratio
                else site_returns.find_answer(quarter, indicator, part),
            )
            for quarter, indicator in expected
        ]
        if expected[0][1].is_flow:
            yield from _split_year_to_date(site_returns, code, part, answers)
        else:
            yield from _iterate_rows_as_reported(site_returns, code, part, answers)


def _iterate_rows_as_reported(
    site_returns: _SiteReturns, code: str, part: str, answers: Sequence[tuple[Quarter, _Answer | None]]
) -> Iterator[SiteQuarter]:
    for quarter, answer in answers:
        if answer is not None:
            yield _make_row(site_returns, code, part, quarter, answer.pair)


def _make_row(site_returns: _SiteReturns, code: str, part: str, quarter: Quarter, pair: Pair | None) -> SiteQuarter:
    if pair is None:
        return SiteQuarter(code, part, site_returns.site, quarter, CellState.NOT_COLLECTED)
    return SiteQuarter(code, part, site_returns.site, quarter, CellState.REPORTED, *pair)


def _split_year_to_date(
    site_returns: _SiteReturns, code: str, part: str, answers: Sequence[tuple[Quarter, _Answer | None]]
) -> Iterator[SiteQuarter]:
    """Yield the rows of a year, with earlier quarters subtracted from each year-to-date amount (B4)."""
    rows: dict[Quarter, SiteQuarter] = {}
    so_far: Pair | None = None
    unknown: list[Quarter] = []
    for quarter, answer in answers:
        if answer is None or answer.pair is None:
            unknown.append(quarter)
            if answer is not None:
                rows[quarter] = _make_row(site_returns, code, part, quarter, None)
        elif site_returns.returns[quarter].basis is Basis.QUARTER:
            rows[quarter] = _make_row(site_returns, code, part, quarter, answer.pair)
            so_far = _add_pairs(so_far, answer.pair)
        else:
            own_amount = _subtract_pairs(answer.pair, so_far)
            so_far = answer.pair
            if not unknown:
                rows[quarter] = _make_row(site_returns, code, part, quarter, own_amount)
                continue
            for covered in unknown:
                rows[covered] = SiteQuarter(
                    code, part, site_returns.site, covered, CellState.COVERED, covered_by=quarter
                )
            rows[quarter] = SiteQuarter(
                code, part, site_returns.site, quarter, CellState.COVERED, *own_amount, covered_by=quarter
            )
            unknown = []
    yield from rows.values()


def _add_pairs(pair: Pair | None, other: Pair) -> Pair:
    if pair is None:
        return other
    return pair[0] + other[0], None if other[1] is None or pair[1] is None else pair[1] + other[1]


def _subtract_pairs(pair: Pair, other: Pair | None) -> Pair:
    if other is None:
        return pair
    return pair[0] - other[0], None if pair[1] is None or other[1] is None else pair[1] - other[1]
