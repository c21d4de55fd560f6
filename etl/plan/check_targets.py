"""Rules about targets: years, sites, direction, and whether the sites add up to the centre."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Direction, Indicator, Target, TargetBasis
from etl.locale import N_
from etl.plan.issues import Message, make_message
from etl.plan.rules import Rule, Violation, list_reporting_sites

FILE = "targets"


def check_year(target: Target, plan: Plan) -> Iterator[Violation]:
    settings = plan.settings
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator is None or settings.first_year <= target.year <= settings.last_year:
        return
    years = {"first": settings.first_year, "last": settings.last_year}
    if target.year != indicator.baseline_year:
        yield Violation(
            "year",
            make_message(
                N_(
                    "year is {year}, but the plan runs from {first} to {last}; write one of these, or for"
                    " a site the baseline year"
                ),
                year=target.year,
                **years,
            ),
        )
    elif not target.site:
        yield Violation(
            "year",
            make_message(
                N_(
                    "year is {year}, but the plan runs from {first} to {last}; write the centre's"
                    " baseline in indicators, as baseline_value"
                ),
                year=target.year,
                **years,
            ),
        )


def check_site_reports(target: Target, plan: Plan) -> Iterator[Violation]:
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator and target.site in plan.site_by_code and target.site not in list_reporting_sites(indicator, plan):
        yield Violation(
            "site",
            make_message(
                N_(
                    "{site} doesn't report {indicator}, so it can have no target; remove this row or add the"
                    " site to its reporting_sites"
                ),
                site=target.site,
                indicator=target.indicator,
            ),
        )


def check_direction(target: Target, plan: Plan) -> Iterator[Violation]:
    """Check that a level, share or cumulative target doesn't move against its direction; annual amounts may vary."""
    indicator = plan.indicator_by_code.get(target.indicator)
    previous = _find_previous_value(indicator, target, plan) if indicator else None
    if indicator is None or previous is None:
        return
    when, value = previous
    is_below = indicator.direction is Direction.INCREASE and target.value < value
    is_above = indicator.direction is Direction.DECREASE and target.value > value
    if is_below or is_above:
        below = N_(
            "value is {value}, below the {when} of {before}, but the direction of {indicator} is"
            " {direction}; correct the target or the direction"
        )
        above = N_(
            "value is {value}, above the {when} of {before}, but the direction of {indicator} is"
            " {direction}; correct the target or the direction"
        )
        yield Violation(
            "value",
            make_message(
                below if is_below else above,
                value=target.value,
                when=when,
                before=value,
                indicator=target.indicator,
                direction=indicator.direction,
            ),
        )


def _find_previous_value(indicator: Indicator, target: Target, plan: Plan) -> tuple[Message, Decimal] | None:
    """Return the site's previous target, else the baseline; None if targets may go up and down."""
    cumulative = indicator.target_basis is TargetBasis.CUMULATIVE
    if indicator.is_number_flow and not (cumulative and indicator.direction is Direction.INCREASE):
        return None
    first = plan.settings.first_year
    for year in range(target.year - 1, first - 1, -1):
        earlier = plan.find_target(target.indicator, target.site, year)
        if earlier is not None:
            return make_message(N_("target for {year}"), year=year), earlier.value
    baseline = None if cumulative or target.year < first else _find_baseline(indicator, target.site, plan)
    if baseline is None or indicator.baseline_year is None or indicator.baseline_year >= target.year:
        return None
    return make_message(N_("baseline ({year})"), year=indicator.baseline_year), baseline


def _find_baseline(indicator: Indicator, site: str, plan: Plan) -> Decimal | None:
    if not site:
        return indicator.baseline_value
    row = plan.find_target(indicator.code, site, indicator.baseline_year) if indicator.baseline_year else None
    return row.value if row else None


def check_sites_add_up(target: Target, plan: Plan) -> Iterator[Violation]:
    """Warn if the sites' targets don't add up to the centre's; both are kept, since somebody planned each."""
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator is not None and not target.site and indicator.is_additive_across_sites:
        difference = _describe_difference(indicator, target.year, target.value, plan)
        if difference is not None:
            yield Violation(
                "value",
                make_message(
                    N_("value is {value}, but {difference}; both are kept"),
                    value=target.value,
                    difference=difference,
                ),
                "warning",
            )


def check_baselines_add_up(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if (
        indicator.is_additive_across_sites
        and indicator.baseline_value is not None
        and indicator.baseline_year is not None
    ):
        difference = _describe_difference(indicator, indicator.baseline_year, indicator.baseline_value, plan)
        if difference is not None:
            yield Violation(
                "baseline_value",
                make_message(
                    N_("baseline_value is {baseline_value}, but {difference}; both are kept"),
                    baseline_value=indicator.baseline_value,
                    difference=difference,
                ),
                "warning",
            )


def _describe_difference(indicator: Indicator, year: int, value: Decimal, plan: Plan) -> Message | None:
    """Describe how the sites' sum differs from the centre's value; None if it can still add up."""
    before_the_plan = year < plan.settings.first_year
    sites = plan.reporting_sites(indicator)
    active = [site.code for site in sites if before_the_plan or site.is_active(Quarter(year, 4))]
    targets = [plan.find_target(indicator.code, code, year) for code in list_reporting_sites(indicator, plan)]
    rows = [row for row in targets if row is not None]
    total = sum((row.value for row in rows), Decimal(0))
    is_complete = bool(rows) and {row.site for row in rows} >= set(active)
    if (is_complete and total != value) or (rows and not is_complete and total > value > 0):
        return make_message(
            N_("its {count} sites add up to {total} for {year}"), count=len(rows), total=total, year=year
        )
    return None


_SERIES = ("value", "year", "site")
_INDICATOR = ("measure", "over_time", "target_basis", "direction", "baseline_year", "baseline_value")

RULES = (
    Rule(FILE, check_year, ("year",), ("baseline_year",), ("plan",)),
    Rule(FILE, check_site_reports, ("site",), ("reporting_sites",), ("sites",)),
    Rule(FILE, check_direction, _SERIES, _INDICATOR, ("plan",)),
    Rule(FILE, check_sites_add_up, _SERIES, ("measure", "across_sites", "reporting_sites"), ("plan", "sites")),
    Rule(
        "indicators",
        check_baselines_add_up,
        ("measure", "across_sites", "reporting_sites", "baseline_year", "baseline_value"),
        files=("plan", "sites", "targets"),
    ),
)
