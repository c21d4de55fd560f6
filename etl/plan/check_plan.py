"""Whether a plan makes sense as a whole: every rule over every row, each fault at its place."""

from collections.abc import Iterator

from etl.indicators.plans import Plan
from etl.locale.translations import to_say
from etl.plan import check_indicators, check_sites, check_targets
from etl.plan.check_references import check_references
from etl.plan.columns import SHAPE_BY_NAME
from etl.plan.faults import PlanFault, in_reading_order, worded
from etl.plan.items import Item, Key, items_of, key_of, values_of
from etl.plan.places import Places
from etl.plan.rules import Rule

RULES: tuple[Rule, ...] = (*check_indicators.RULES, *check_sites.RULES, *check_targets.RULES)

FROM_NO_FILE = Places()


def check_plan(plan: Plan, places: Places = FROM_NO_FILE) -> tuple[PlanFault, ...]:
    """Every fault of the plan. Without places a fault names the row's codes instead of its line or cell."""
    unknown = list(check_references(plan, places))
    faults = [*_check_settings(plan, places), *(places.fault(*one) for one in unknown)]
    places = places.without((file, key, column) for file, key, column, _ in unknown)
    if plan.settings.last_year < plan.settings.first_year:
        places = places.without([("plan", ("last_year",), "value")])
    for rule in RULES:
        if not places.unread.intersection(rule.files) and _years_are_sound(rule, places):
            faults += _broken(rule, plan, places)
    return in_reading_order(faults)


def _broken(rule: Rule, plan: Plan, places: Places) -> Iterator[PlanFault]:
    shape = SHAPE_BY_NAME[rule.file]
    for item in items_of(plan, shape):
        found = list(rule.check(item, plan))
        if not found:
            continue
        key = key_of(shape, values_of(item, shape))
        if _is_sound(rule, item, key, places):
            yield from (places.fault(rule.file, key, one.column, one.message, one.severity) for one in found)


def _is_sound(rule: Rule, item: Item, key: Key, places: Places) -> bool:
    own = places.is_sound(rule.file, key, rule.reads)
    named = (str(getattr(item, "indicator", "")),)
    return own and places.is_sound("indicators", named, rule.of_indicator)


def _years_are_sound(rule: Rule, places: Places) -> bool:
    """A rule that looks at plan.csv looks at the plan's years."""
    return "plan" not in rule.files or all(
        places.is_sound("plan", (key,), ["value"]) for key in ("first_year", "last_year")
    )


def _check_settings(plan: Plan, places: Places) -> Iterator[PlanFault]:
    settings = plan.settings
    if settings.last_year < settings.first_year:
        message = worded(
            to_say("last_year is {last_year}, before first_year {first_year}; write a later year"),
            last_year=settings.last_year,
            first_year=settings.first_year,
        )
        yield places.fault("plan", ("last_year",), "value", message)
    if settings.at_risk > settings.on_track:
        message = worded(
            to_say("at_risk is {at_risk}, above on_track {on_track}; write a lower share"),
            at_risk=settings.at_risk,
            on_track=settings.on_track,
        )
        yield places.fault("plan", ("at_risk",), "value", message)
