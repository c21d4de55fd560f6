"""Rules about the highest value of an indicator: against its lowest, its baseline and its targets."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, Indicator, Source, Target
from etl.locale import N_
from etl.plan.issues import Message, make_message
from etl.plan.rules import Rule, Violation, list_reporting_sites


def check_maximum(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.maximum is None:
        return
    if indicator.minimum is not None and indicator.maximum < indicator.minimum:
        yield Violation(
            "maximum",
            make_message(
                N_("maximum is {maximum}, below the minimum of {minimum}; write a higher maximum or leave it blank"),
                maximum=indicator.maximum,
                minimum=indicator.minimum,
            ),
        )
    if indicator.source is Source.SYSTEM:
        yield Violation(
            "maximum",
            make_message(
                N_("maximum is {maximum}, but source is system, which is never above 100 %; leave it blank"),
                maximum=indicator.maximum,
            ),
        )


def check_baseline_within_maximum(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    if indicator.baseline_value is not None:
        message = _describe_excess(indicator, "", "baseline_value", indicator.baseline_value, plan)
        if message is not None:
            yield Violation("baseline_value", message)


def check_target_within_maximum(target: Target, plan: Plan) -> Iterator[Violation]:
    indicator = plan.indicator_by_code.get(target.indicator)
    message = _describe_excess(indicator, target.site, "value", target.value, plan) if indicator else None
    if message is not None:
        yield Violation("value", message)


def _describe_excess(indicator: Indicator, site: str, column: str, value: Decimal, plan: Plan) -> Message | None:
    """Describe how a value is above the highest value of the indicator; None if it can be reached."""
    limit = indicator.upper_limit
    if limit is None or value <= limit or not _is_limited(indicator, site, plan):
        return None
    if indicator.maximum is None:
        text = N_(
            "{column} is {value}, but a percentage is at most 100; correct it, or write the highest possible value of"
            " {indicator} in maximum of indicators"
        )
    else:
        text = N_(
            "{column} is {value}, above {limit}, the maximum of {indicator}; correct it, or write a higher maximum in"
            " indicators"
        )
    return make_message(text, column=column, value=value, limit=limit, indicator=indicator.code)


def _is_limited(indicator: Indicator, site: str, plan: Plan) -> bool:
    """Whether the limit of a site's value also limits this target: not if quarters or sites are added up."""
    if indicator.is_ratio or indicator.unit == "%":
        return True
    is_one_site = site in plan.site_by_code or indicator.across_sites is not AcrossSites.SUM
    return not indicator.is_flow and (is_one_site or len(list_reporting_sites(indicator, plan)) == 1)


_READS = ("unit", "measure", "over_time", "across_sites", "reporting_sites", "maximum")

RULES = (
    Rule("indicators", check_maximum, ("minimum", "maximum", "source")),
    Rule("indicators", check_baseline_within_maximum, (*_READS, "baseline_value"), files=("sites",)),
    Rule("targets", check_target_within_maximum, ("value", "site"), _READS, ("sites",)),
)
