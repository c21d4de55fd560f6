"""Rules about how an indicator combines its sites (docs/arithmetic.md, C5)."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, Indicator
from etl.locale import N_
from etl.plan.issues import make_message
from etl.plan.rules import Rule, Violation, list_reporting_sites

FILE = "indicators"

_RATE_UNITS = frozenset(
    ("%", "ph", "score", "index", "days", "day", "rate", "ratio", "mean", "average", "points", "°c")
)
"""Units of which two values don't add up to a third, in lower case; so are all with a slash or `per`, such as t/ha."""


def is_rate_unit(unit: str) -> bool:
    """Return whether a number in the unit is a rate, a score, an index or a mean."""
    words = unit.casefold().split()
    return "/" in unit or "per" in words or not _RATE_UNITS.isdisjoint(words)


def check_rate_is_not_added(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Rates, scores, indices and means can't be added over sites: 3.1, 2.9 and 3.0 t/ha are not 9 t/ha."""
    is_sum = indicator.across_sites is AcrossSites.SUM and not indicator.is_ratio
    additive_units = {unit.strip().casefold() for unit in plan.settings.additive_units.split(";")}
    if not is_sum or not is_rate_unit(indicator.unit) or indicator.unit.casefold() in additive_units:
        return
    count = len(list_reporting_sites(indicator, plan))
    if count > 1:
        yield Violation(
            "across_sites",
            make_message(
                N_(
                    "across_sites is sum, but {count} sites report {unit}, which can't be added up; write ratio in"
                    " measure and name its numerator and denominator, or write mean in across_sites (if it does add"
                    " up, name the unit in additive_units of plan.csv)"
                ),
                count=count,
                unit=indicator.unit,
            ),
        )


def check_mean_is_of_levels(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.across_sites is AcrossSites.MEAN and indicator.is_flow and not indicator.is_ratio:
        yield Violation(
            "across_sites",
            make_message(
                N_(
                    "across_sites is mean, but over_time is flow, whose amounts are added up; write sum in"
                    " across_sites, or stock or average in over_time"
                )
            ),
        )


def check_bare_percentage(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    """Several sites may report a percentage without numerator and denominator only as a mean."""
    sites = list_reporting_sites(indicator, plan)
    is_combined = indicator.across_sites in (AcrossSites.MAXIMUM, AcrossSites.CENTRE)
    if indicator.unit == "%" and not indicator.is_ratio and is_combined and len(sites) != 1:
        yield Violation(
            "measure",
            make_message(
                N_(
                    "measure is number, but {count} sites report this percentage and it can't be added"
                    " up; write ratio and name its numerator and denominator, or name one reporting site"
                ),
                count=len(sites),
            ),
        )


def check_single_site_for_centre(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    count = len(list_reporting_sites(indicator, plan))
    if indicator.across_sites is AcrossSites.CENTRE and count != 1:
        yield Violation(
            "reporting_sites",
            make_message(
                N_(
                    "across_sites is centre, but {count} sites report it; name the one that reports for"
                    " all, or write sum in across_sites"
                ),
                count=count,
            ),
        )


RULES = (
    Rule(FILE, check_bare_percentage, ("unit", "measure", "across_sites", "reporting_sites"), files=("sites",)),
    Rule(
        FILE,
        check_rate_is_not_added,
        ("unit", "measure", "across_sites", "reporting_sites"),
        files=("plan", "sites"),
    ),
    Rule(FILE, check_mean_is_of_levels, ("measure", "over_time", "across_sites")),
    Rule(FILE, check_single_site_for_centre, ("across_sites", "reporting_sites"), files=("sites",)),
)
