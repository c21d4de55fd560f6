"""Reference implementation of docs/arithmetic.md, section C: values of sites over a period. Loops and fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plans
from etl.indicators.results import NoValue
from etl.indicators.site_groups import SiteGroup, SiteSelection
from etl.indicators.vocabulary import Indicator, SiteReturn
from tests.support.reference_data import IndicatorData
from tests.support.reference_rows import (
    Row,
    find_indicator,
    is_scheduled,
    list_reporting_sites,
)


@dataclass
class ReferenceValue:
    """The counterpart of etl.indicators.results.Value."""

    amount: Fraction | NoValue = NoValue.NOTHING_REPORTED
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reported: int = 0
    expected: int = 0
    not_collected: int = 0
    missing: set[tuple[str, Quarter]] = field(default_factory=set)
    carried: set[tuple[str, Quarter]] = field(default_factory=set)
    half_covered: int = 0
    carried_cells: int = 0
    """The number of carried levels. A total may carry several of one site."""
    missing_by_term: dict[str, set[tuple[str, Quarter]]] = field(default_factory=dict)
    """Of a total the missing cells of each term."""


AssumedRows = dict[tuple[str, str, Quarter], Row]
"""Amounts assumed for missing cells of an indicator and site, to test whether they would change a rating (E6k)."""


def list_quarters(period: Period, settings: PlanSettings) -> list[Quarter]:
    """C2: every quarter of the period, in order."""
    if isinstance(period, Quarter):
        return [period]
    first, last = settings.first_year, settings.last_year
    if isinstance(period, Years):
        first, last = period.first, period.last
    return [Quarter(year, number) for year in range(first, last + 1) for number in (1, 2, 3, 4)]


def find_counted_quarter(data: IndicatorData, sites: Sequence[str] | None, quarters: list[Quarter]) -> Quarter | None:
    """E5: the last expected quarter that has ended and is due or complete."""
    for quarter in reversed(quarters):
        expected = [
            site for site in data.rows if (sites is None or site in sites) and data.is_cell_expected(site, quarter)
        ]
        if not expected or not data.has_ended(quarter):
            continue
        if data.is_due(quarter) or all(data.is_answered(site, quarter) for site in expected):
            return quarter
    return None


def list_sites_of_province(plans: Plans, province: str, code: str) -> list[str]:
    """C9: the sites that the newest version with the site places in the province; none for a centre indicator."""
    provinces: dict[str, str] = {}
    for version in plans.versions:
        for site in version.plan.sites:
            provinces[site.code] = site.iso_3166_2
        if any(item.code == code and item.across_sites == "centre" for item in version.plan.indicators):
            return []
    return [site for site, name in provinces.items() if name == province]


def list_chosen_sites(plans: Plans, indicator: Indicator, sites: Sequence[str] | None, version: int) -> list[str]:
    """C1: the selected sites that report the indicator by this version, in the plan's order."""
    plan = plans.versions[version].plan
    reporting = [site.code for site in plan.sites if site.code in list_reporting_sites(plan, indicator)]
    return [site for site in reporting if sites is None or site in sites]


def list_included_sites(plans: Plans, indicator: Indicator, chosen: list[str], version: int) -> list[str]:
    """C1: the selected sites; every site of every version when all are selected."""
    all_sites = list_chosen_sites(plans, indicator, None, version)
    if chosen and set(chosen) == set(all_sites):
        return sorted({site.code for version in plans.versions for site in version.plan.sites})
    return chosen


def compute_value(
    data: IndicatorData,
    definition: Indicator,
    sites: list[str],
    quarters: list[Quarter],
    *,
    single_quarter: bool,
    assumed_rows: AssumedRows,
) -> ReferenceValue:
    """Return the value over these quarters; `single_quarter` is the view of one quarter by itself."""
    expected = [
        quarter
        for quarter in quarters
        if data.is_expected_from_any(sites, quarter) and data.is_same_definition(quarter, definition)
    ]
    if data.terms:
        value = _compute_total(
            data, definition, sites, expected, single_quarter=single_quarter, assumed_rows=assumed_rows
        )
    elif definition.is_stock:
        value = _compute_stock(
            data, definition, sites, expected, single_quarter=single_quarter, assumed_rows=assumed_rows
        )
    else:
        value = _compute_combined_rows(data, definition, sites, expected, assumed_rows)
    if not expected:  # C7
        value.amount = NoValue.NOT_APPLICABLE
        if any(_is_unscheduled(data, definition, sites, quarter) for quarter in quarters):
            value.amount = NoValue.NOT_DUE
    elif isinstance(value.amount, NoValue) and value.amount is NoValue.NOTHING_REPORTED:
        if value.expected == 0:
            value.amount = NoValue.NOT_DUE
        elif value.not_collected == value.expected:
            value.amount = NoValue.NOT_COLLECTED
        elif value.half_covered:
            value.amount = NoValue.COVERED  # C3
    return value


def _compute_total(
    data: IndicatorData,
    definition: Indicator,
    sites: list[str],
    expected: list[Quarter],
    *,
    single_quarter: bool,
    assumed_rows: AssumedRows,
) -> ReferenceValue:
    """C10: the sum of the terms; levels at the last expected quarter of the total that has ended."""
    value, numbers = ReferenceValue(), []
    if definition.is_stock:
        expected = [quarter for quarter in expected if data.has_ended(quarter)][-1:]
    for term in data.terms:
        quarters = [
            quarter
            for quarter in expected
            if term in data.terms_at(quarter)
            and term.is_same_definition(quarter, definition)
            and term.is_expected_from_any(sites, quarter)
        ]
        if definition.is_stock:
            amount = _compute_stock(
                term, definition, sites, quarters, single_quarter=single_quarter, assumed_rows=assumed_rows
            )
        else:
            amount = _compute_combined_rows(term, definition, sites, quarters, assumed_rows)
        if isinstance(amount.amount, Fraction):
            numbers.append(amount.amount)
        value.reported += amount.reported
        value.expected += amount.expected
        value.not_collected += amount.not_collected
        value.half_covered += amount.half_covered
        value.carried_cells += amount.carried_cells
        value.missing |= amount.missing
        value.carried |= amount.carried
        value.missing_by_term[term.code] = amount.missing
    if numbers:
        value.amount = sum(numbers, Fraction(0))
    return value


def _is_unscheduled(data: IndicatorData, definition: Indicator, sites: list[str], quarter: Quarter) -> bool:
    """C7: whether an active site reports the indicator in other quarters than this one."""
    plan = data.plans.get_plan_in_force(quarter)
    indicator = find_indicator(plan, data.code)
    if indicator is None or not data.is_same_definition(quarter, definition):
        return False
    if quarter.year < plan.settings.first_year or quarter.year > plan.settings.last_year:
        return False
    if is_scheduled(plan, indicator, quarter):
        return False
    for site in plan.sites:
        is_reporting = site.code in list_reporting_sites(plan, indicator)
        if site.code in sites and is_reporting and site.is_active(quarter):
            return True
    return False


def _compute_combined_rows(
    data: IndicatorData, definition: Indicator, sites: list[str], expected: list[Quarter], assumed_rows: AssumedRows
) -> ReferenceValue:
    """C3, C5: the flow, average or maximum of all expected quarters of the period."""
    value = ReferenceValue()
    by_site: dict[str, list[Row]] = {}
    for site in sites:
        for quarter in expected:
            if not data.is_cell_expected(site, quarter):
                continue
            row = _count_cell(value, data, site, quarter, expected)
            if row is None:
                row = assumed_rows.get((data.code, site, quarter))
            if row is not None and row.value is not None:
                by_site.setdefault(site, []).append(row)
    if definition.is_flow and definition.across_sites != "mean":
        _add_up(value, definition, [row for rows in by_site.values() for row in rows])
    elif by_site:
        per_site = [
            _compute_over_time(definition, [row.value for row in rows if row.value is not None])
            for rows in by_site.values()
        ]
        value.amount = _compute_across_sites(definition, per_site)
    return value


def _compute_over_time(definition: Indicator, numbers: list[Fraction]) -> Fraction:
    """C5: one number of a site from its quarters."""
    if definition.over_time == "maximum":
        return max(numbers)
    total = sum(numbers, Fraction(0))
    return total / len(numbers) if definition.over_time == "average" else total


def _compute_across_sites(definition: Indicator, per_site: list[Fraction]) -> Fraction:
    """C5: one number of each site that reported."""
    if definition.across_sites == "maximum":
        return max(per_site)
    if definition.across_sites == "minimum":
        return sorted(per_site)[0]
    total = sum(per_site, Fraction(0))
    return total / len(per_site) if definition.across_sites == "mean" else total


def _count_cell(
    value: ReferenceValue, data: IndicatorData, site: str, quarter: Quarter, expected: list[Quarter]
) -> Row | None:
    """A3, C3: count the cell, and return its row if it counts in this period."""
    row = data.row(site, quarter)
    if row is None:
        if data.is_due(quarter):
            value.expected += 1
            value.missing.add((site, quarter))
        return None
    value.expected += 1
    if row.state == "covered" and not _is_counted_cover(data, site, row, expected):
        value.half_covered += 1
        value.missing.add((site, quarter))
        return None
    if row.state == "not_collected":
        value.not_collected += 1
    else:
        value.reported += 1
    return row


def _is_counted_cover(data: IndicatorData, site: str, row: Row, expected: list[Quarter]) -> bool:
    """C3: a cover counts if its closing quarter and all it covers lie in the period."""
    covered = [quarter for quarter, other in data.rows[site].items() if other.covered_by == row.covered_by]
    return all(quarter in expected for quarter in covered)


def _compute_stock(
    data: IndicatorData,
    definition: Indicator,
    sites: list[str],
    expected: list[Quarter],
    *,
    single_quarter: bool,
    assumed_rows: AssumedRows,
) -> ReferenceValue:
    """C4: the level of each site at the last expected quarter that has ended."""
    value = ReferenceValue()
    ended = [quarter for quarter in expected if data.has_ended(quarter)]
    if not ended:
        value.amount = NoValue.NOT_DUE
        return value
    levels = []
    for site in sites:
        if data.is_cell_expected(site, ended[-1]):
            level = _compute_level(value, data, definition, site, ended[-1], single_quarter=single_quarter)
            level = level or assumed_rows.get((data.code, site, ended[-1]))
            if level is not None:
                levels.append(level)
    _add_up(value, definition, levels)
    return value


def _compute_level(
    value: ReferenceValue, data: IndicatorData, definition: Indicator, site: str, at: Quarter, *, single_quarter: bool
) -> Row | None:
    """C4: count the site's cell, and return its level or the carried one."""
    row = data.row(site, at)
    if row is not None or data.is_due(at):
        value.expected += 1
    if row is not None and row.state == "reported":
        value.reported += 1
        return row
    if row is not None:
        value.not_collected += 1
    since = None if single_quarter else _compute_carried_since(data, definition, site, at)
    if since is not None:
        value.carried.add((site, since))
        value.carried_cells += 1
        return data.row(site, since)
    if row is None and data.is_due(at):
        value.missing.add((site, at))
    return None


def _compute_carried_since(data: IndicatorData, definition: Indicator, site: str, at: Quarter) -> Quarter | None:
    for back in range(1, data.settings(at).carry_quarters + 1):
        earlier = at.shift(-back)
        row = data.row(site, earlier)
        if row is not None and row.state == "reported" and data.is_same_definition(earlier, definition):
            return earlier
    return None


def _add_up(value: ReferenceValue, definition: Indicator, rows: list[Row]) -> None:
    """C3, C6: numbers add; pairs add before they are divided."""
    if not rows:
        return
    numbers = [row.value for row in rows if row.value is not None]
    total = sum(numbers, Fraction(0))
    if not definition.is_ratio:
        value.amount = (
            total if definition.across_sites in ("sum", "centre") else _compute_across_sites(definition, numbers)
        )
        return
    value.numerator = total
    value.denominator = sum((row.denominator for row in rows if row.denominator is not None), Fraction(0))
    if value.denominator == 0:
        value.amount = NoValue.DENOMINATOR_IS_ZERO
    else:
        value.amount = value.numerator / value.denominator * Fraction(definition.scale)


def find_version(data: IndicatorData, period: Period, counted_quarter: Quarter | None) -> int:
    """C8: the index of the version that a figure uses."""
    quarter = find_deciding_quarter(data, period, counted_quarter)
    return data.plans.versions.index(data.plans.get_version_in_force(quarter))


def find_deciding_quarter(data: IndicatorData, period: Period, counted_quarter: Quarter | None) -> Quarter:
    """C8: the quarter whose version in force a figure uses."""
    if counted_quarter is not None:
        return counted_quarter
    quarters = list_quarters(period, data.plans.latest.settings)
    ended = [quarter for quarter in quarters if data.has_ended(quarter)]
    return ended[-1] if ended else quarters[0]


def compute_reference_part(
    plans: Plans,
    returns: Sequence[SiteReturn],
    *,
    indicator: str,
    part: str,
    sites: SiteSelection | None,
    period: Period,
    today: date,
) -> ReferenceValue:
    """Return the value of a part, by its own cells."""
    data = IndicatorData(plans, returns, indicator, part, today)
    quarters = list_quarters(period, plans.latest.settings)
    is_group = isinstance(sites, SiteGroup)
    selected = list_sites_of_province(plans, sites.code, indicator) if isinstance(sites, SiteGroup) else sites
    version = find_version(data, period, find_counted_quarter(data, selected, quarters))
    definition = find_indicator(plans.versions[version].plan, indicator)
    assert definition is not None
    chosen = list_chosen_sites(plans, definition, selected, version)
    if not is_group:
        chosen = list_included_sites(plans, definition, chosen, version)
    return compute_value(
        data, definition, chosen, quarters, single_quarter=isinstance(period, Quarter), assumed_rows={}
    )


def find_rated_period(
    data: IndicatorData, definition: Indicator, period: Period, counted_quarter: Quarter | None
) -> Period:
    """D2: the plan to date of a ratio flow is rated by its latest year."""
    if not (isinstance(period, PlanToDate) and definition.is_ratio and definition.is_flow):
        return period
    settings = data.plans.latest.settings
    year = settings.first_year
    for quarter in list_quarters(period, settings):
        if data.has_ended(quarter):
            year = quarter.year
    if counted_quarter is not None:
        year = counted_quarter.year
    return Years(year, year)
