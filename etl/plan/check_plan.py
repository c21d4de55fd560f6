"""Whether a plan makes sense as a whole: every rule over every row, each fault at its place."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan import check_indicators, check_sites, check_targets
from etl.plan.check_references import check_references
from etl.plan.columns import SCHEMA_BY_NAME
from etl.plan.issues import PlanIssue, make_message, sort_issues
from etl.plan.items import Item, Key, items_of, key_of, values_of
from etl.plan.rules import Rule
from etl.plan.source_map import SourceMap

RULES: tuple[Rule, ...] = (*check_indicators.RULES, *check_sites.RULES, *check_targets.RULES)

EMPTY_SOURCE_MAP = SourceMap()


def check_plan(plan: Plan, source_map: SourceMap = EMPTY_SOURCE_MAP) -> tuple[PlanIssue, ...]:
    """Every fault of the plan. Without places a fault names the row's codes instead of its line or cell."""
    unknown = list(check_references(plan, source_map))
    faults = [*_check_settings(plan, source_map), *(source_map.make_issue(*one) for one in unknown)]
    source_map = source_map.with_bad_cells((file, key, column) for file, key, column, _ in unknown)
    if plan.settings.last_year < plan.settings.first_year:
        source_map = source_map.with_bad_cells([("plan", ("last_year",), "value")])
    for rule in RULES:
        if not source_map.unread_files.intersection(rule.files) and _years_are_sound(rule, source_map):
            faults += _broken(rule, plan, source_map)
    return sort_issues(faults)


def _broken(rule: Rule, plan: Plan, places: SourceMap) -> Iterator[PlanIssue]:
    shape = SCHEMA_BY_NAME[rule.file]
    for item in items_of(plan, shape):
        found = list(rule.check(item, plan))
        if not found:
            continue
        key = key_of(shape, values_of(item, shape))
        if _is_sound(rule, item, key, places):
            yield from (places.make_issue(rule.file, key, one.column, one.message, one.severity) for one in found)


def _is_sound(rule: Rule, item: Item, key: Key, places: SourceMap) -> bool:
    own = places.is_sound(rule.file, key, rule.reads)
    named = (str(getattr(item, "indicator", "")),)
    return own and places.is_sound("indicators", named, rule.reads_of_indicator)


def _years_are_sound(rule: Rule, places: SourceMap) -> bool:
    """A rule that looks at plan.csv looks at the plan's years."""
    return "plan" not in rule.files or all(
        places.is_sound("plan", (key,), ["value"]) for key in ("first_year", "last_year")
    )


def _check_settings(plan: Plan, places: SourceMap) -> Iterator[PlanIssue]:
    settings = plan.settings
    if settings.last_year < settings.first_year:
        message = make_message(
            N_("last_year is {last_year}, before first_year {first_year}; write a later year"),
            last_year=settings.last_year,
            first_year=settings.first_year,
        )
        yield places.make_issue("plan", ("last_year",), "value", message)
    if settings.at_risk > settings.on_track:
        message = make_message(
            N_("at_risk is {at_risk}, above on_track {on_track}; write a lower share"),
            at_risk=settings.at_risk,
            on_track=settings.on_track,
        )
        yield places.make_issue("plan", ("at_risk",), "value", message)
