"""The slow oracle, sections A and B: which cells exist and what one site says in one quarter. Plain loops, fractions.

It was written from docs/arithmetic.md alone and shares no line with the core; only the vocabulary is the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.vocabulary import Basis, CellKey, Indicator, SiteReturn, Source


@dataclass(frozen=True)
class Row:
    """What a site contributes in a quarter: state is reported, covered or not_collected."""

    state: str
    value: Fraction | None = None
    denominator: Fraction | None = None
    covered_by: Quarter | None = None


RowKey = tuple[str, str, Quarter]
Rows = dict[RowKey, Row]
NOT_COLLECTED = Row("not_collected")


def is_cell_expected(plan: Plan, indicator: Indicator, site: str, quarter: Quarter) -> bool:
    """A2, by one plan version: is this cell asked?"""
    if quarter.year < plan.settings.first_year or quarter.year > plan.settings.last_year:
        return False
    if not is_scheduled(plan, indicator, quarter):
        return False
    if indicator.reporting_sites and site not in indicator.reporting_sites:
        return False
    if indicator.source is Source.SYSTEM and not is_return_expected(plan, site, quarter):
        return False
    for one in plan.sites:
        if one.code == site:
            if one.reports_from is not None and quarter < one.reports_from:
                return False
            return one.closed_after is None or quarter <= one.closed_after
    return False


def is_return_expected(plan: Plan, site: str, quarter: Quarter) -> bool:
    """G: does the site's form ask for at least one number that is typed?"""
    for one in plan.indicators:
        is_typed = one.source is Source.RETURN and (
            one.measure == "number" or one.numerator_ref is None or one.denominator_ref is None
        )
        if is_typed and is_cell_expected(plan, one, site, quarter):
            return True
    return False


def is_scheduled(plan: Plan, indicator: Indicator, quarter: Quarter) -> bool:
    """A2, the rhythm alone: does the indicator ask anybody in this quarter?"""
    if quarter.year < plan.settings.first_year or quarter.year > plan.settings.last_year:
        return False
    if indicator.reported == "quarterly":
        return True
    if quarter.number != 4:
        return False
    if indicator.reported == "annual":
        return True
    return any(one.indicator == indicator.code and one.year == quarter.year for one in plan.targets)


def find_indicator(plan: Plan, code: str) -> Indicator | None:
    for indicator in plan.indicators:
        if indicator.code == code:
            return indicator
    return None


def is_same_definition(plans: Plans, code: str, quarter: Quarter, definition: Indicator) -> bool:
    """C8: does the version in force at the quarter know the code, with the same measure, over_time and unit?"""
    there = find_indicator(plans.plan_in_force(quarter), code)
    if there is None:
        return False
    return (there.measure, there.over_time, there.unit) == (definition.measure, definition.over_time, definition.unit)


def find_expected_indicator(plans: Plans, code: str, site: str, quarter: Quarter) -> Indicator | None:
    """The indicator as the version in force at the quarter declares it, if its cell is asked of the site (A1, A2)."""
    plan = plans.plan_in_force(quarter)
    indicator = find_indicator(plan, code)
    if indicator is None or not is_cell_expected(plan, indicator, site, quarter):
        return None
    return indicator


def reference_site_quarters(plans: Plans, returns: Sequence[SiteReturn], site: str) -> Rows:
    """Section B: every row of one site, keyed by indicator, part and quarter. System indicators have none."""
    mine = {one.quarter: one for one in returns if one.site == site}
    codes: list[tuple[str, str]] = []
    for version in plans.versions:
        for indicator in version.plan.indicators:
            keys = [(indicator.code, "")]
            keys += [(indicator.code, part.key) for part in version.plan.parts if part.indicator == indicator.code]
            codes += [key for key in keys if key not in codes]
    rows: Rows = {}
    # A pair may need the rows of the stock that it refers to, so numbers come first (B3).
    for ratios_turn in (False, True):
        for code, part in codes:
            for quarter, row in _rows_of_one(plans, mine, site, code, part, ratios_turn, rows).items():
                rows[code, part, quarter] = row
    return rows


def _rows_of_one(
    plans: Plans, mine: dict[Quarter, SiteReturn], site: str, code: str, part: str, ratios_turn: bool, rows: Rows
) -> dict[Quarter, Row]:
    found: dict[Quarter, Row] = {}
    for quarter in sorted(mine):
        indicator = find_expected_indicator(plans, code, site, quarter)
        if indicator is None or indicator.source is Source.SYSTEM or indicator.is_ratio is not ratios_turn:
            continue
        plan = plans.plan_in_force(quarter)
        if part and part not in [one.key for one in plan.parts if one.indicator == code]:
            continue
        if indicator.is_ratio:
            raw = _pair(plans, mine[quarter], site, indicator, rows)
        else:
            raw = _number(plan, mine[quarter], CellKey(code, part))
        if raw is None:
            continue
        if raw.state == "not_collected" or not indicator.is_flow or mine[quarter].basis is Basis.QUARTER:  # B5
            # A quarter that a later year to date covers is overwritten below, since quarters come in order.
            found[quarter] = raw
        else:
            _take_year_to_date(plans, site, indicator, quarter, raw, found)
    return found


def _take_year_to_date(
    plans: Plans, site: str, indicator: Indicator, quarter: Quarter, raw: Row, found: dict[Quarter, Row]
) -> None:
    """B4: put the row of a year-to-date cell into `found`, and mark what it covers."""
    before = []
    for number in range(1, quarter.number):
        earlier = Quarter(quarter.year, number)
        if find_expected_indicator(plans, indicator.code, site, earlier) is None:
            continue
        if is_same_definition(plans, indicator.code, earlier, indicator):
            before.append(earlier)
    value, denominator = raw.value, raw.denominator
    assert value is not None
    unknown = []
    for earlier in before:
        row = found.get(earlier)
        if row is None or row.state == "not_collected":
            unknown.append(earlier)
        elif row.value is not None:
            value -= row.value
            if denominator is not None and row.denominator is not None:
                denominator -= row.denominator
    if not unknown:
        found[quarter] = Row("reported", value, denominator)
        return
    found[quarter] = Row("covered", value, denominator, quarter)
    for earlier in unknown:
        found[earlier] = Row("covered", None, None, quarter)


def _typed(one: SiteReturn, key: CellKey) -> Row | None:
    """The cell as it stands in the return."""
    for observation in one.observations:
        if observation.key == key:
            return NOT_COLLECTED if observation.value is None else Row("reported", Fraction(observation.value))
    return None


def _number(plan: Plan, one: SiteReturn, key: CellKey) -> Row | None:
    """B1: a part is its cell; a total its cell, or the first exhaustive dimension that is whole."""
    typed = _typed(one, key)
    if typed is not None or key.part:
        return typed
    dimensions: list[str] = []
    for part in plan.parts:
        if part.indicator == key.indicator and part.exhaustive and part.dimension not in dimensions:
            dimensions.append(part.dimension)
    for dimension in dimensions:
        values = []
        for part in plan.parts:
            if part.indicator == key.indicator and part.exhaustive and part.dimension == dimension:
                cell = _typed(one, CellKey(key.indicator, part.key))
                values.append(None if cell is None else cell.value)
        if all(value is not None for value in values):
            return Row("reported", sum((value for value in values if value is not None), Fraction(0)))
    return None


def _pair(plans: Plans, one: SiteReturn, site: str, indicator: Indicator, rows: Rows) -> Row | None:
    """B2, B3: numerator and denominator of one return, whole or not at all."""
    sides = []
    any_of_this_quarter = False
    for name, ref in (("numerator", indicator.numerator_ref), ("denominator", indicator.denominator_ref)):
        if ref is None:
            side = _typed(one, CellKey(indicator.code, name))
        else:
            side = _referred(plans, one, site, ref)
        if side is not None and side.state == "reported":
            any_of_this_quarter = True
        elif ref is not None:
            side = _carried_reference(plans, site, ref, one.quarter, rows) or side
        sides.append(side)
    numerator, denominator = sides
    if numerator is None or denominator is None:
        return None
    if "not_collected" in (numerator.state, denominator.state):
        return NOT_COLLECTED
    if not any_of_this_quarter:
        return None
    return Row("reported", numerator.value, denominator.value)


def _referred(plans: Plans, one: SiteReturn, site: str, ref: CellKey) -> Row | None:
    """The referred number of the same return, if it is asked there (A2)."""
    if find_expected_indicator(plans, ref.indicator, site, one.quarter) is None:
        return None
    return _number(plans.plan_in_force(one.quarter), one, ref)


def _carried_reference(plans: Plans, site: str, ref: CellKey, quarter: Quarter, rows: Rows) -> Row | None:
    """B3: the last value of a referred stock, not older than `carry_quarters`."""
    plan = plans.plan_in_force(quarter)
    referred = find_indicator(plan, ref.indicator)
    if referred is None or not referred.is_stock:
        return None
    for back in range(1, plan.settings.carry_quarters + 1):
        earlier = quarter.plus(-back)
        row = rows.get((ref.indicator, ref.part, earlier))
        is_own = row is not None and row.state == "reported"
        if is_own and is_same_definition(plans, ref.indicator, earlier, referred):
            return row
    return None


def system_rows(plans: Plans, returns: Iterable[SiteReturn], site: str, code: str, today: date) -> Rows:
    """B6: on time and approved, of one, for every quarter with a return or a due date that has passed."""
    mine = {one.quarter: one for one in returns if one.site == site}
    rows: Rows = {}
    first = min(version.plan.settings.first_year for version in plans.versions)
    last = max(version.plan.settings.last_year for version in plans.versions)
    for year in range(first, last + 1):
        for number in (1, 2, 3, 4):
            quarter = Quarter(year, number)
            if find_expected_indicator(plans, code, site, quarter) is None:
                continue
            calendar = plans.plan_in_force(quarter).settings.calendar
            if quarter in mine:
                good = calendar.is_on_time(quarter, mine[quarter].first_submitted) and mine[quarter].approved
                rows[code, "", quarter] = Row("reported", Fraction(1 if good else 0), Fraction(1))
            elif calendar.is_due(quarter, today):
                rows[code, "", quarter] = Row("reported", Fraction(0), Fraction(1))
    return rows
