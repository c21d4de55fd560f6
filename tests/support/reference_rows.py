"""Reference implementation of docs/arithmetic.md, sections A and B: cells and the rows of a site. Loops and fractions.

It was written from docs/arithmetic.md alone and shares no code with the core except the vocabulary.
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
    """A2: whether the cell is expected by this plan version."""
    if quarter.year < plan.settings.first_year or quarter.year > plan.settings.last_year:
        return False
    if not is_scheduled(plan, indicator, quarter):
        return False
    if site not in list_reporting_sites(plan, indicator):
        return False
    if indicator.source is Source.SYSTEM and not is_return_expected(plan, site, quarter):
        return False
    for candidate in plan.sites:
        if candidate.code == site:
            if candidate.reports_from is not None and quarter < candidate.reports_from:
                return False
            return candidate.closed_after is None or quarter <= candidate.closed_after
    return False


def list_reporting_sites(plan: Plan, indicator: Indicator) -> list[str]:
    """C1, C10: the sites that report the indicator; of a total without a list those that report one of its terms."""
    if indicator.reporting_sites:
        return list(indicator.reporting_sites)
    sites = []
    for site in plan.sites:
        if not indicator.sum_of:
            sites.append(site.code)
        for code in indicator.sum_of:
            term = find_indicator(plan, code)
            if term is not None and site.code in list_reporting_sites(plan, term) and site.code not in sites:
                sites.append(site.code)
    return sites


def is_return_expected(plan: Plan, site: str, quarter: Quarter) -> bool:
    """G: whether the site's form has at least one number to type."""
    for indicator in plan.indicators:
        is_entered = indicator.source is Source.RETURN and (
            indicator.measure != "ratio" or indicator.numerator_ref is None or indicator.denominator_ref is None
        )
        if is_entered and is_cell_expected(plan, indicator, site, quarter):
            return True
    return False


def is_scheduled(plan: Plan, indicator: Indicator, quarter: Quarter) -> bool:
    """A2: whether the indicator is reported in this quarter by any site."""
    if quarter.year < plan.settings.first_year or quarter.year > plan.settings.last_year:
        return False
    if indicator.reported == "quarterly":
        return True
    if quarter.number != 4:
        return False
    if indicator.reported == "annual":
        return True
    return any(target.indicator == indicator.code and target.year == quarter.year for target in plan.targets)


def find_indicator(plan: Plan, code: str) -> Indicator | None:
    for indicator in plan.indicators:
        if indicator.code == code:
            return indicator
    return None


def is_same_definition(plans: Plans, code: str, quarter: Quarter, definition: Indicator) -> bool:
    """C8: whether the version in force has the code with the same measure, over_time, unit, unique and stages."""
    definition_in_force = find_indicator(plans.get_plan_in_force(quarter), code)
    if definition_in_force is None:
        return False
    stages_in_force, stages = (
        [(stage.rank, stage.code) for stage in item.stages] for item in (definition_in_force, definition)
    )
    return stages_in_force == stages and all(
        getattr(definition_in_force, name) == getattr(definition, name)
        for name in ("measure", "over_time", "unit", "unique_people")
    )


def find_expected_indicator(plans: Plans, code: str, site: str, quarter: Quarter) -> Indicator | None:
    """A1, A2: the indicator by the version in force in the quarter, if the site is expected to report it."""
    plan = plans.get_plan_in_force(quarter)
    indicator = find_indicator(plan, code)
    if indicator is None or not is_cell_expected(plan, indicator, site, quarter):
        return None
    return indicator


def compute_reference_site_quarters(plans: Plans, returns: Sequence[SiteReturn], site: str) -> Rows:
    """Section B: every row of one site, keyed by indicator, part and quarter. System indicators have none."""
    own_returns = {return_.quarter: return_ for return_ in returns if return_.site == site}
    codes: list[tuple[str, str]] = []
    for version in plans.versions:
        for indicator in version.plan.indicators:
            keys = [(indicator.code, "")]
            keys += [(indicator.code, part.key) for part in version.plan.parts if part.indicator == indicator.code]
            keys += [(indicator.code, "participations")]
            codes += [key for key in keys if key not in codes]
    rows: Rows = {}
    # Numbers come first, since a pair may need the rows of the stock that it references (B3).
    for is_ratio_pass in (False, True):
        for code, part in codes:
            for quarter, row in _list_rows_of_one(plans, own_returns, site, code, part, is_ratio_pass, rows).items():
                rows[code, part, quarter] = row
    return rows


def _list_rows_of_one(
    plans: Plans,
    own_returns: dict[Quarter, SiteReturn],
    site: str,
    code: str,
    part: str,
    is_ratio_pass: bool,
    rows: Rows,
) -> dict[Quarter, Row]:
    rows_by_quarter: dict[Quarter, Row] = {}
    for quarter in sorted(own_returns):
        indicator = find_expected_indicator(plans, code, site, quarter)
        if indicator is None or indicator.source is Source.SYSTEM or indicator.sum_of:
            continue
        if indicator.is_ratio is not is_ratio_pass:
            continue
        plan = plans.get_plan_in_force(quarter)
        if part and part not in _list_keys_beside_total(plan, indicator):
            continue
        if indicator.is_ratio:
            raw = _pair(plans, own_returns[quarter], site, indicator, rows)
        else:
            raw = _number(plan, own_returns[quarter], CellKey(code, part))
        if raw is None:
            continue
        if raw.state == "not_collected" or not indicator.is_flow or own_returns[quarter].basis is Basis.QUARTER:  # B5
            # A quarter that a later year to date covers is overwritten below, since quarters come in order.
            rows_by_quarter[quarter] = raw
        else:
            _add_year_to_date(plans, site, indicator, quarter, raw, rows_by_quarter)
    return rows_by_quarter


def _list_keys_beside_total(plan: Plan, indicator: Indicator) -> list[str]:
    """B1, B7: the parts of the indicator, and its participations where each person counts once."""
    keys = [f"{part.dimension}/{part.category}" for part in plan.parts if part.indicator == indicator.code]
    if indicator.unique_people == "register":
        keys.append("participations")
    return keys


def _add_year_to_date(
    plans: Plans, site: str, indicator: Indicator, quarter: Quarter, raw: Row, rows_by_quarter: dict[Quarter, Row]
) -> None:
    """B4: add the row of a year-to-date cell, and mark the quarters that it covers."""
    before = []
    for number in range(1, quarter.number):
        earlier = Quarter(quarter.year, number)
        definition = find_expected_indicator(plans, indicator.code, site, earlier)
        if definition is None or definition.sum_of:
            continue
        if is_same_definition(plans, indicator.code, earlier, indicator):
            before.append(earlier)
    value, denominator = raw.value, raw.denominator
    assert value is not None
    unknown = []
    for earlier in before:
        row = rows_by_quarter.get(earlier)
        if row is None or row.state == "not_collected":
            unknown.append(earlier)
        elif row.value is not None:
            value -= row.value
            if denominator is not None and row.denominator is not None:
                denominator -= row.denominator
    if not unknown:
        rows_by_quarter[quarter] = Row("reported", value, denominator)
        return
    rows_by_quarter[quarter] = Row("covered", value, denominator, quarter)
    for earlier in unknown:
        rows_by_quarter[earlier] = Row("covered", None, None, quarter)


def _find_entered(return_: SiteReturn, key: CellKey) -> Row | None:
    """Return the cell of the return."""
    for observation in return_.observations:
        if observation.key == key:
            return NOT_COLLECTED if observation.value is None else Row("reported", Fraction(observation.value))
    return None


def _number(plan: Plan, return_: SiteReturn, key: CellKey) -> Row | None:
    """B1: a part is its cell; a total is its cell, or the first complete exhaustive dimension."""
    entered = _find_entered(return_, key)
    if entered is not None or key.part:
        return entered
    dimensions: list[str] = []
    for part in plan.parts:
        if part.indicator == key.indicator and part.exhaustive and part.dimension not in dimensions:
            dimensions.append(part.dimension)
    for dimension in dimensions:
        values = []
        for part in plan.parts:
            if part.indicator == key.indicator and part.exhaustive and part.dimension == dimension:
                cell = _find_entered(return_, CellKey(key.indicator, part.key))
                values.append(None if cell is None else cell.value)
        if all(value is not None for value in values):
            return Row("reported", sum((value for value in values if value is not None), Fraction(0)))
    return None


def _pair(plans: Plans, return_: SiteReturn, site: str, indicator: Indicator, rows: Rows) -> Row | None:
    """B2, B3: numerator and denominator of a return, only as a complete pair."""
    sides = []
    any_of_this_quarter = False
    for name, ref in (("numerator", indicator.numerator_ref), ("denominator", indicator.denominator_ref)):
        if ref is None:
            side = _find_entered(return_, CellKey(indicator.code, name))
        else:
            side = _find_referenced(plans, return_, site, ref)
        if side is not None and side.state == "reported":
            any_of_this_quarter = True
        elif ref is not None:
            side = _compute_carried_reference(plans, site, ref, return_.quarter, rows) or side
        sides.append(side)
    numerator, denominator = sides
    if numerator is None or denominator is None:
        return None
    if "not_collected" in (numerator.state, denominator.state):
        return NOT_COLLECTED
    if not any_of_this_quarter:
        return None
    return Row("reported", numerator.value, denominator.value)


def _find_referenced(plans: Plans, return_: SiteReturn, site: str, ref: CellKey) -> Row | None:
    """Return the referenced number of the same return, if it is expected there (A2)."""
    if find_expected_indicator(plans, ref.indicator, site, return_.quarter) is None:
        return None
    return _number(plans.get_plan_in_force(return_.quarter), return_, ref)


def _compute_carried_reference(plans: Plans, site: str, ref: CellKey, quarter: Quarter, rows: Rows) -> Row | None:
    """B3: the last value of a referenced stock, not older than `carry_quarters`."""
    plan = plans.get_plan_in_force(quarter)
    referenced = find_indicator(plan, ref.indicator)
    if referenced is None or not referenced.is_stock:
        return None
    for back in range(1, plan.settings.carry_quarters + 1):
        earlier = quarter.shift(-back)
        row = rows.get((ref.indicator, ref.part, earlier))
        is_own = row is not None and row.state == "reported"
        if is_own and is_same_definition(plans, ref.indicator, earlier, referenced):
            return row
    return None


def compute_system_rows(plans: Plans, returns: Iterable[SiteReturn], site: str, code: str, today: date) -> Rows:
    """B6: 1 of 1 if on time and approved, for every quarter with a return or a past due date."""
    own_returns = {return_.quarter: return_ for return_ in returns if return_.site == site}
    rows: Rows = {}
    first = min(version.plan.settings.first_year for version in plans.versions)
    last = max(version.plan.settings.last_year for version in plans.versions)
    for year in range(first, last + 1):
        for number in (1, 2, 3, 4):
            quarter = Quarter(year, number)
            if find_expected_indicator(plans, code, site, quarter) is None:
                continue
            calendar = plans.get_plan_in_force(quarter).settings.calendar
            if quarter in own_returns:
                good = (
                    calendar.is_on_time(quarter, own_returns[quarter].first_submitted) and own_returns[quarter].approved
                )
                rows[code, "", quarter] = Row("reported", Fraction(1 if good else 0), Fraction(1))
            elif calendar.is_due(quarter, today):
                rows[code, "", quarter] = Row("reported", Fraction(0), Fraction(1))
    return rows
