"""The slow oracle, section C: the value of a set of sites over a period, straight from rows. Plain loops, fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from etl.indicators.periods import Period, PlanToDate, Quarter, Years
from etl.indicators.plans import Plans, PlanSettings
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator, SiteReturn, Source
from tests.support.reference_rows import (
    Row,
    Rows,
    find_expected_indicator,
    find_indicator,
    is_same_definition,
    reference_site_quarters,
    system_rows,
)


@dataclass
class ReferenceValue:
    """Mirrors etl.indicators.results.Value."""

    amount: Fraction | NoValue = NoValue.NOTHING_REPORTED
    numerator: Fraction | None = None
    denominator: Fraction | None = None
    reported: int = 0
    expected: int = 0
    not_collected: int = 0
    missing: set[tuple[str, Quarter]] = field(default_factory=set)
    carried: set[tuple[str, Quarter]] = field(default_factory=set)
    half_covered: int = 0


AssumedRows = dict[tuple[str, Quarter], Row]
"""Amounts put into missing cells, to see whether they would change a rating (E6j)."""


class IndicatorData:
    """All that is known of one indicator, or one part: the plans, today, and each site's rows."""

    def __init__(self, plans: Plans, returns: Sequence[SiteReturn], code: str, part: str, today: date) -> None:
        self.plans, self.code, self.part, self.today = plans, code, part, today
        self.rows: dict[str, dict[Quarter, Row]] = {}
        self.system_rows: dict[str, dict[Quarter, Row]] = {}
        for site in sorted({site.code for version in plans.versions for site in version.plan.sites}):
            self.rows[site] = _of_key(reference_site_quarters(plans, returns, site), code, part)
            self.system_rows[site] = _of_key(system_rows(plans, returns, site, code, today), code, part)

    def settings(self, quarter: Quarter) -> PlanSettings:
        return self.plans.plan_in_force(quarter).settings

    def is_expected_from_any(self, sites: Sequence[str], quarter: Quarter) -> bool:
        """C1: a quarter in which no chosen site is asked is not an asked quarter for the choice."""
        return any(self.is_cell_expected(site, quarter) for site in sites)

    def is_cell_expected(self, site: str, quarter: Quarter) -> bool:
        return find_expected_indicator(self.plans, self.code, site, quarter) is not None

    def row(self, site: str, quarter: Quarter) -> Row | None:
        """A3: what the site said; None is missing or not due."""
        indicator = find_expected_indicator(self.plans, self.code, site, quarter)
        if indicator is None:
            return None
        if indicator.source is Source.SYSTEM:
            return self.system_rows[site].get(quarter)
        return self.rows[site].get(quarter)

    def is_due(self, quarter: Quarter) -> bool:
        return self.settings(quarter).calendar.is_due(quarter, self.today)

    def has_ended(self, quarter: Quarter) -> bool:
        return self.settings(quarter).calendar.has_ended(quarter, self.today)

    def is_same_definition(self, quarter: Quarter, definition: Indicator) -> bool:
        return is_same_definition(self.plans, self.code, quarter, definition)


def _of_key(rows: Rows, code: str, part: str) -> dict[Quarter, Row]:
    return {quarter: row for (one, piece, quarter), row in rows.items() if (one, piece) == (code, part)}


def quarters_of(period: Period, settings: PlanSettings) -> list[Quarter]:
    """C2: every quarter of the period, in order."""
    if isinstance(period, Quarter):
        return [period]
    first, last = settings.first_year, settings.last_year
    if isinstance(period, Years):
        first, last = period.first, period.last
    return [Quarter(year, number) for year in range(first, last + 1) for number in (1, 2, 3, 4)]


def find_counted_quarter(data: IndicatorData, sites: Sequence[str] | None, quarters: list[Quarter]) -> Quarter | None:
    """E5: the last asked quarter that has ended and is due, or whose cells are all in."""
    for quarter in reversed(quarters):
        asked = [s for s in data.rows if (sites is None or s in sites) and data.is_cell_expected(s, quarter)]
        if not asked or not data.has_ended(quarter):
            continue
        if data.is_due(quarter) or all(data.row(site, quarter) is not None for site in asked):
            return quarter
    return None


def chosen_sites(plans: Plans, indicator: Indicator, sites: Sequence[str] | None, version: int) -> list[str]:
    """C1: the chosen sites that report the indicator by this version, in the plan's order."""
    plan = plans.versions[version].plan
    reporting = [s.code for s in plan.sites if not indicator.reporting_sites or s.code in indicator.reporting_sites]
    return [site for site in reporting if sites is None or site in sites]


def included_sites(plans: Plans, indicator: Indicator, chosen: list[str], version: int) -> list[str]:
    """C1: the chosen sites; every site of every version when the choice is all."""
    everybody = chosen_sites(plans, indicator, None, version)
    if chosen and set(chosen) == set(everybody):
        return sorted({site.code for one in plans.versions for site in one.plan.sites})
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
    """The value over these quarters; `alone` is the view of one quarter by itself."""
    asked = [
        one for one in quarters if data.is_expected_from_any(sites, one) and data.is_same_definition(one, definition)
    ]
    if definition.is_stock:
        value = _stock(data, definition, sites, asked, alone=single_quarter, extra=assumed_rows)
    else:
        value = _rows_that_count(data, definition, sites, asked, assumed_rows)
    if not asked:
        value.amount = NoValue.NOT_APPLICABLE  # C7
    elif isinstance(value.amount, NoValue) and value.amount is NoValue.NOTHING_REPORTED:
        if value.expected == 0:
            value.amount = NoValue.NOT_DUE
        elif value.not_collected == value.expected:
            value.amount = NoValue.NOT_COLLECTED
        elif value.half_covered:
            value.amount = NoValue.COVERED  # C3
    return value


def _rows_that_count(
    story: IndicatorData, definition: Indicator, sites: list[str], asked: list[Quarter], extra: AssumedRows
) -> ReferenceValue:
    """C3, C5: the flow, average or maximum of all asked quarters of the period."""
    value = ReferenceValue()
    by_site: dict[str, list[Row]] = {}
    for site in sites:
        for quarter in asked:
            if not story.is_cell_expected(site, quarter):
                continue
            row = _count_cell(value, story, site, quarter, asked)
            if row is None:
                row = extra.get((site, quarter))
            if row is not None and row.value is not None:
                by_site.setdefault(site, []).append(row)
    if definition.is_flow:
        _add_up(value, definition, [row for rows in by_site.values() for row in rows])
    elif by_site:
        per_site = []
        for rows in by_site.values():
            numbers = [row.value for row in rows if row.value is not None]
            if definition.over_time == "average":
                per_site.append(sum(numbers, Fraction(0)) / len(numbers))
            else:
                per_site.append(max(numbers))
        value.amount = max(per_site) if definition.across_sites == "maximum" else sum(per_site, Fraction(0))
    return value


def _count_cell(
    value: ReferenceValue, story: IndicatorData, site: str, quarter: Quarter, asked: list[Quarter]
) -> Row | None:
    """A3, C3: counts the cell, and hands back its row if that counts in this period."""
    row = story.row(site, quarter)
    if row is None:
        if story.is_due(quarter):
            value.expected += 1
            value.missing.add((site, quarter))
        return None
    value.expected += 1
    if row.state == "covered" and not _counts(story, site, row, asked):
        value.half_covered += 1
        value.missing.add((site, quarter))
        return None
    if row.state == "not_collected":
        value.not_collected += 1
    else:
        value.reported += 1
    return row


def _counts(story: IndicatorData, site: str, row: Row, asked: list[Quarter]) -> bool:
    """C3: a cover counts if its closing quarter and all it covers lie in the period."""
    covered = [quarter for quarter, one in story.rows[site].items() if one.covered_by == row.covered_by]
    return all(quarter in asked for quarter in covered)


def _stock(
    story: IndicatorData,
    definition: Indicator,
    sites: list[str],
    asked: list[Quarter],
    *,
    alone: bool,
    extra: AssumedRows,
) -> ReferenceValue:
    """C4: the level of each site at the last asked quarter that has ended."""
    value = ReferenceValue()
    ended = [quarter for quarter in asked if story.has_ended(quarter)]
    if not ended:
        value.amount = NoValue.NOT_DUE
        return value
    levels = []
    for site in sites:
        if story.is_cell_expected(site, ended[-1]):
            level = _level_of(value, story, definition, site, ended[-1], alone=alone)
            level = level or extra.get((site, ended[-1]))
            if level is not None:
                levels.append(level)
    _add_up(value, definition, levels)
    return value


def _level_of(
    value: ReferenceValue, story: IndicatorData, definition: Indicator, site: str, at: Quarter, *, alone: bool
) -> Row | None:
    """C4: counts the site's cell, and hands back its level there, or the one carried."""
    row = story.row(site, at)
    if row is not None or story.is_due(at):
        value.expected += 1
    if row is not None and row.state == "reported":
        value.reported += 1
        return row
    if row is not None:
        value.not_collected += 1
    since = None if alone else _carried_since(story, definition, site, at)
    if since is not None:
        value.carried.add((site, since))
        return story.row(site, since)
    if row is None and story.is_due(at):
        value.missing.add((site, at))
    return None


def _carried_since(story: IndicatorData, definition: Indicator, site: str, at: Quarter) -> Quarter | None:
    for back in range(1, story.settings(at).carry_quarters + 1):
        earlier = at.plus(-back)
        row = story.row(site, earlier)
        if row is not None and row.state == "reported" and story.is_same_definition(earlier, definition):
            return earlier
    return None


def _add_up(value: ReferenceValue, definition: Indicator, rows: list[Row]) -> None:
    """C3, C6: numbers add; pairs add before they are divided."""
    if not rows:
        return
    total = sum((row.value for row in rows if row.value is not None), Fraction(0))
    if not definition.is_ratio:
        value.amount = total
        return
    value.numerator = total
    value.denominator = sum((row.denominator for row in rows if row.denominator is not None), Fraction(0))
    if value.denominator == 0:
        value.amount = NoValue.DENOMINATOR_IS_ZERO
    else:
        value.amount = value.numerator / value.denominator * Fraction(definition.scale)


def find_version(data: IndicatorData, period: Period, counted_quarter: Quarter | None) -> int:
    """C8: the position of the version that a figure uses."""
    quarter = counted_quarter
    if quarter is None:
        quarters = quarters_of(period, data.plans.latest.settings)
        ended = [one for one in quarters if data.has_ended(one)]
        quarter = ended[-1] if ended else quarters[0]
    return data.plans.versions.index(data.plans.version_in_force(quarter))


def reference_part(
    plans: Plans,
    returns: Sequence[SiteReturn],
    *,
    indicator: str,
    part: str,
    sites: Sequence[str] | None,
    period: Period,
    today: date,
) -> ReferenceValue:
    """The value of an "of which" part: as its indicator's, without a target."""
    whole = IndicatorData(plans, returns, indicator, "", today)
    story = IndicatorData(plans, returns, indicator, part, today)
    quarters = quarters_of(period, plans.latest.settings)
    version = find_version(whole, period, find_counted_quarter(whole, sites, quarters))
    definition = find_indicator(plans.versions[version].plan, indicator)
    assert definition is not None
    chosen = included_sites(plans, definition, chosen_sites(plans, definition, sites, version), version)
    return compute_value(
        story, definition, chosen, quarters, single_quarter=isinstance(period, Quarter), assumed_rows={}
    )


def find_rated_period(
    data: IndicatorData, definition: Indicator, period: Period, counted_quarter: Quarter | None
) -> Period:
    """D2: a ratio flow's plan to date is judged by its latest year."""
    if not (isinstance(period, PlanToDate) and definition.is_ratio and definition.is_flow):
        return period
    settings = data.plans.latest.settings
    year = settings.first_year
    for quarter in quarters_of(period, settings):
        if data.has_ended(quarter):
            year = quarter.year
    if counted_quarter is not None:
        year = counted_quarter.year
    return Years(year, year)
