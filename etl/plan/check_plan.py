"""Check a whole plan: apply every rule to every row, and locate each issue."""

from collections.abc import Iterator
from dataclasses import replace

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan import (
    check_across_sites,
    check_bounds,
    check_indicators,
    check_part_targets,
    check_places,
    check_sites,
    check_stages,
    check_targets,
    check_totals,
    check_unique_people,
)
from etl.plan.check_references import check_references
from etl.plan.issues import Message, PlanIssue, make_message, sort_issues
from etl.plan.items import Item, Key, get_key, get_values, list_items
from etl.plan.rules import Rule, Violation
from etl.plan.schemas import SCHEMA_BY_NAME
from etl.plan.source_map import SourceMap

RULES: tuple[Rule, ...] = (
    *check_indicators.RULES,
    *check_across_sites.RULES,
    *check_bounds.RULES,
    *check_stages.RULES,
    *check_totals.RULES,
    *check_unique_people.RULES,
    *check_sites.RULES,
    *check_places.RULES,
    *check_targets.RULES,
    *check_part_targets.RULES,
)

EMPTY_SOURCE_MAP = SourceMap()


def check_plan(plan: Plan, source_map: SourceMap = EMPTY_SOURCE_MAP) -> tuple[PlanIssue, ...]:
    """Return every issue of the plan. Without a source map, issues name codes instead of lines or cells."""
    unknown_references = list(check_references(plan, source_map))
    issues = [
        *_check_settings(plan, source_map),
        *(source_map.make_issue(*reference) for reference in unknown_references),
    ]
    source_map = source_map.with_bad_cells((file, key, column) for file, key, column, _ in unknown_references)
    if plan.settings.last_year < plan.settings.first_year:
        source_map = source_map.with_bad_cells([("plan", ("last_year",), "value")])
    for rule in RULES:
        if not source_map.unread_files.intersection(rule.files) and _are_years_readable(rule, source_map):
            issues += _apply_rule(rule, plan, source_map)
    return sort_issues(issues)


def _apply_rule(rule: Rule, plan: Plan, source_map: SourceMap) -> Iterator[PlanIssue]:
    schema = SCHEMA_BY_NAME[rule.file]
    for item in list_items(plan, schema):
        violations = list(rule.check(item, plan))
        if not violations:
            continue
        key = get_key(schema, get_values(item, schema))
        if _is_readable(rule, item, key, source_map):
            yield from (
                source_map.make_issue(
                    rule.file, key, violation.column, _name_other_cell(violation, source_map), violation.severity
                )
                for violation in violations
            )


def _name_other_cell(violation: Violation, source_map: SourceMap) -> Message:
    """Return the message with the place of the cell that contradicts it."""
    if violation.other_cell is None:
        return violation.message
    file, location = source_map.locate(*violation.other_cell)
    parameters = (*violation.message.parameters, ("other_cell", f"{file}, {location}"))
    return replace(violation.message, parameters=parameters)


def _is_readable(rule: Rule, item: Item, key: Key, source_map: SourceMap) -> bool:
    is_row_sound = source_map.is_sound(rule.file, key, rule.reads)
    indicator_key = (str(getattr(item, "indicator", "")),)
    return is_row_sound and source_map.is_sound("indicators", indicator_key, rule.reads_of_indicator)


def _are_years_readable(rule: Rule, source_map: SourceMap) -> bool:
    """Return whether the plan's years are valid, if the rule reads plan.csv."""
    return "plan" not in rule.files or all(
        source_map.is_sound("plan", (key,), ["value"]) for key in ("first_year", "last_year")
    )


def _check_settings(plan: Plan, source_map: SourceMap) -> Iterator[PlanIssue]:
    settings = plan.settings
    if settings.last_year < settings.first_year:
        message = make_message(
            N_("last_year is {last_year}, before first_year {first_year}; write a later year"),
            last_year=settings.last_year,
            first_year=settings.first_year,
        )
        yield source_map.make_issue("plan", ("last_year",), "value", message)
    if settings.at_risk > settings.on_track:
        message = make_message(
            N_("at_risk is {at_risk}, above on_track {on_track}; write a lower share"),
            at_risk=settings.at_risk,
            on_track=settings.on_track,
        )
        yield source_map.make_issue("plan", ("at_risk",), "value", message)
    unknown_codes = [code for code in settings.headline_codes if code not in plan.indicator_by_code]
    if unknown_codes and "indicators" not in source_map.unread_files:
        message = make_message(
            N_("headlines names {names}, which indicators doesn't have; write codes of indicators with ; between them"),
            names=", ".join(unknown_codes),
        )
        yield source_map.make_issue("plan", ("headlines",), "value", message)
