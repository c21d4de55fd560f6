"""Rules about targets: years, sites, direction, and whether the sites add up to the centre."""

from collections.abc import Iterator, Sequence
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
    elif not target.site and not target.part:
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
        earlier = plan.find_target(target.indicator, target.site, year, target.part)
        if earlier is not None:
            return make_message(N_("target for {year}"), year=year), earlier.value
    baseline = None if cumulative or target.year < first else _find_baseline(indicator, target, plan)
    if baseline is None or indicator.baseline_year is None or indicator.baseline_year >= target.year:
        return None
    return make_message(N_("baseline ({year})"), year=indicator.baseline_year), baseline


def _find_baseline(indicator: Indicator, target: Target, plan: Plan) -> Decimal | None:
    if not target.site and not target.part:
        return indicator.baseline_value
    year = indicator.baseline_year
    row = plan.find_target(indicator.code, target.site, year, target.part) if year else None
    return row.value if row else None


def check_sites_add_up(target: Target, plan: Plan) -> Iterator[Violation]:
    """Warn if sites don't add up to their province or the centre, or provinces to the centre; all are kept."""
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator is None or not indicator.is_additive_across_sites:
        return
    for difference in _list_differences(indicator, target, plan):
        message = make_message(
            N_("value is {value}, but {difference}; both are kept"), value=target.value, difference=difference
        )
        yield Violation("value", message, "warning")


def check_baselines_add_up(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    value, year = indicator.baseline_value, indicator.baseline_year
    if not indicator.is_additive_across_sites or value is None or year is None:
        return
    for difference in _list_differences(indicator, Target(indicator.code, "", year, value), plan):
        text = N_("baseline_value is {baseline_value}, but {difference}; both are kept")
        message = make_message(text, baseline_value=value, difference=difference)
        yield Violation("baseline_value", message, "warning")


def _list_differences(indicator: Indicator, target: Target, plan: Plan) -> Iterator[Message]:
    """Describe how the sums of smaller places differ from the value of the centre or of a province."""
    reporting, place, value = list_reporting_sites(indicator, plan), target.site, target.value
    if not place:
        provinces = [
            province
            for province in plan.provinces
            if plan.find_target(indicator.code, province.code, target.year, target.part) is not None
        ]
        outside = [code for code in reporting if not any(code in province for province in provinces)]
        by_province = _Sum(target, (*(province.code for province in provinces), *outside), plan)
        if provinces and by_province.differs_from(value, outside):
            yield by_province.describe(value, N_("its provinces ({cells}) add up to {total} for {year}"))
    elif place in plan.province_by_code:
        reporting = tuple(code for code in reporting if code in plan.province_by_code[place])
    else:
        return
    by_site = _Sum(target, reporting, plan)
    if by_site.differs_from(value, reporting):
        yield by_site.describe(value, N_("its {count} sites ({cells}) add up to {total} for {year}"))


class _Sum:
    """The sum of the targets of some places, of the same year and part as another target."""

    def __init__(self, target: Target, places: Sequence[str], plan: Plan) -> None:
        self.year, self.plan = target.year, plan
        rows = [plan.find_target(target.indicator, place, target.year, target.part) for place in places]
        self.rows = [row for row in rows if row is not None]
        self.total = sum((row.value for row in self.rows), Decimal(0))

    def differs_from(self, value: Decimal, sites: Sequence[str]) -> bool:
        """Whether the sum differs from the value, or exceeds it while active ones of the sites have no target yet."""
        is_before_plan = self.year < self.plan.settings.first_year
        active = {code for code in sites if is_before_plan or self._is_active(code)}
        is_complete = bool(self.rows) and active <= {row.site for row in self.rows}
        return (is_complete and self.total != value) or (not is_complete and self.total > value > 0)

    def _is_active(self, code: str) -> bool:
        site = self.plan.site_by_code.get(code)
        return site is not None and site.is_active(Quarter(self.year, 4))

    def describe(self, value: Decimal, text: str) -> Message:
        """Describe the sum, its terms and the difference; `text` is a template of the sum."""
        listed = [f"{row.site}: {row.value}" for row in self.rows[:_MAX_CELLS]]
        more = ["…"] if len(self.rows) > _MAX_CELLS else []
        total = make_message(
            text, count=len(self.rows), cells=", ".join([*listed, *more]), total=self.total, year=self.year
        )
        difference = self.total - value
        direction = N_("{sum}, {difference} more") if difference > 0 else N_("{sum}, {difference} less")
        return make_message(direction, sum=total, difference=abs(difference))


_MAX_CELLS = 10
"""The number of terms that a warning lists."""
_SERIES = ("value", "year", "site", "part")
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
