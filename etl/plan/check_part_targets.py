"""Rules about targets of parts: known parts, within the total, and adding up to it (docs/arithmetic.md, D10)."""

from collections.abc import Iterator
from decimal import Decimal

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Indicator, Target
from etl.locale import N_
from etl.plan.issues import Message, make_message, suggest_name
from etl.plan.rules import Rule, Violation

FILE = "targets"


def check_part(target: Target, plan: Plan) -> Iterator[Violation]:
    parts = [part.key for part in plan.list_parts(target.indicator)]
    if target.part and target.part not in parts and target.indicator in plan.indicator_by_code:
        choices = make_message(N_("; write one of {parts}, or leave it blank"), parts=", ".join(parts))
        advice = suggest_name(target.part, parts) or (choices if parts else make_message(N_("; leave it blank")))
        text = N_("part is {part}, which is no part of {indicator} in disaggregations{advice}")
        yield Violation("part", make_message(text, part=target.part, indicator=target.indicator, advice=advice))


def check_part_is_within_total(target: Target, plan: Plan) -> Iterator[Violation]:
    """Check that a part's target (or baseline) isn't above the total's, for numbers that can't be negative."""
    indicator = plan.indicator_by_code.get(target.indicator)
    if indicator is None or not target.part or indicator.minimum is None or indicator.minimum < 0:
        return
    total = plan.find_target(target.indicator, target.site, target.year)
    other_cell: tuple[str, tuple[str, ...], str] = (
        FILE,
        (target.indicator, target.site, str(target.year), ""),
        "value",
    )
    limit = total.value if total else None
    if not target.site and target.year == indicator.baseline_year and total is None:
        limit, other_cell = indicator.baseline_value, ("indicators", (target.indicator,), "baseline_value")
    if limit is not None and target.value > limit:
        text = N_("value is {value}, but the total of {indicator} is {total} ({other_cell}); correct one of the two")
        message = make_message(text, value=target.value, indicator=target.indicator, total=limit)
        yield Violation("value", message, other_cell=other_cell)


def check_parts_add_up(target: Target, plan: Plan) -> Iterator[Violation]:
    """Warn if the targets of all parts of an exhaustive dimension don't add up to the total's; both are kept."""
    if not target.part:
        text = N_("value is {value}, but {difference}; both are kept")
        for difference in _describe_part_differences(target.indicator, target.site, target.year, target.value, plan):
            yield Violation("value", make_message(text, value=target.value, difference=difference), "warning")


def check_part_baselines_add_up(indicator: Indicator, plan: Plan) -> Iterator[Violation]:
    value, year = indicator.baseline_value, indicator.baseline_year
    if value is not None and year is not None:
        text = N_("baseline_value is {baseline_value}, but {difference}; both are kept")
        for difference in _describe_part_differences(indicator.code, "", year, value, plan):
            message = make_message(text, baseline_value=value, difference=difference)
            yield Violation("baseline_value", message, "warning")


def _describe_part_differences(code: str, site: str, year: int, value: Decimal, plan: Plan) -> Iterator[Message]:
    """Describe the dimensions whose parts don't add up to the value; with a part left out, if they exceed it."""
    indicator = plan.indicator_by_code.get(code)
    if indicator is None or not indicator.is_additive:
        return
    for parts in plan.get_exhaustive_dimensions(code).values():
        targets = [plan.find_target(code, site, year, part.key) for part in parts]
        rows = [row for row in targets if row is not None]
        total = sum((row.value for row in rows), Decimal(0))
        if (len(rows) == len(parts) and total != value) or (len(rows) > 1 and total > value >= 0):
            text = N_("its parts {parts} add up to {total} for {year}")
            yield make_message(text, parts=", ".join(row.part for row in rows), total=total, year=year)


_SERIES = ("value", "year", "site", "part")
_BASELINE = ("baseline_year", "baseline_value")
_SUMS = ("measure", "over_time", "across_sites")

RULES = (
    Rule(FILE, check_part, ("part",), files=("disaggregations",)),
    Rule(FILE, check_part_is_within_total, _SERIES, ("minimum", *_BASELINE)),
    Rule(FILE, check_parts_add_up, _SERIES, _SUMS, ("disaggregations",)),
    Rule("indicators", check_part_baselines_add_up, (*_SUMS, *_BASELINE), files=("disaggregations", "targets")),
)
