"""Convert between the values of rows and the items of a plan, in both directions."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from etl.indicators.periods import Quarter
from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import (
    CellKey,
    Indicator,
    IndicatorProgramme,
    LocalizedText,
    Objective,
    Part,
    Programme,
    Site,
    SiteAlias,
    Stage,
    Target,
)
from etl.plan.columns import Column, ColumnKind, FileSchema
from etl.plan.parse import Value, format_cell
from etl.plan.schemas import SETTINGS

Key = tuple[str, ...]
Item = Objective | Indicator | Part | Stage | Target | Site | SiteAlias | Programme | IndicatorProgramme

_CLASSES: Mapping[str, Callable[..., Item]] = {
    "objectives": Objective,
    "indicators": Indicator,
    "disaggregations": Part,
    "stages": Stage,
    "targets": Target,
    "sites": Site,
    "site_aliases": SiteAlias,
    "programmes": Programme,
    "indicator_programmes": IndicatorProgramme,
}

_FIELD_OF_PLAN = {"disaggregations": "parts", "site_aliases": "aliases"}


def list_items(plan: Plan, schema: FileSchema) -> tuple[Item, ...]:
    """Return the items of a file, in order; none for plan.csv, which holds settings."""
    if schema.name not in _CLASSES:
        return ()
    items: tuple[Item, ...] = getattr(plan, _FIELD_OF_PLAN.get(schema.name, schema.name))
    return items


def assemble_plan(settings: PlanSettings, items: Mapping[str, list[Item]]) -> Plan:
    """Build a plan from its settings and the items of each file."""
    stages = [stage for stage in items["stages"] if isinstance(stage, Stage)]
    items = {name: file_items for name, file_items in items.items() if name != "stages"}
    fields: dict[str, Any] = {_FIELD_OF_PLAN.get(name, name): tuple(file_items) for name, file_items in items.items()}
    return add_stages(Plan(settings=settings, **fields), stages)


def add_stages(plan: Plan, stages: Iterable[Stage]) -> Plan:
    """Return the plan whose indicators have these stages, lowest first. Those of unknown indicators are left out."""
    by_indicator: dict[str, list[Stage]] = {}
    for stage in sorted(stages, key=lambda stage: stage.rank):
        by_indicator.setdefault(stage.indicator, []).append(stage)
    indicators = (
        replace(indicator, stages=tuple(by_indicator[indicator.code])) if indicator.code in by_indicator else indicator
        for indicator in plan.indicators
    )
    return replace(plan, indicators=tuple(indicators)) if by_indicator else plan


def build_item(schema: FileSchema, values: Mapping[str, Value]) -> Item:
    """Build an item from the values of its row."""
    return _CLASSES[schema.name](**_make_arguments(schema.columns, values))


def build_settings(values: Mapping[str, Value], sources: Mapping[str, str]) -> PlanSettings:
    """Build the settings; sources are in the order of the keys, without blank ones."""
    filled_sources = tuple((column.name, sources[column.name]) for column in SETTINGS if sources.get(column.name))
    return PlanSettings(**_make_arguments(SETTINGS, values), sources=filled_sources)


def _make_arguments(columns: tuple[Column, ...], values: Mapping[str, Value]) -> dict[str, Any]:
    """Return the arguments of the item's class; a blank cell takes the field's default."""
    arguments: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for column in columns:
        value = values.get(column.name)
        if value is None and column.kind in (ColumnKind.TEXT, ColumnKind.CODE, ColumnKind.REFERENCE):
            value = ""
        if value is None and column.kind is ColumnKind.YES_NO:
            value = False
        head, _, tail = column.field.partition(".")
        if tail:
            nested.setdefault(head, {})[tail] = value
        elif value is not None:
            arguments[head] = value
    for head, members in nested.items():
        if "en" in members:
            arguments[head] = LocalizedText(**members)
        elif all(value is not None for value in members.values()):
            arguments[head] = tuple(members.values())
    return arguments


def get_value(item: object, column: Column) -> Value:
    """Return the item's value for a column."""
    head, _, tail = column.field.partition(".")
    value: object = getattr(item, head)
    if tail.isdigit():
        return None if value is None else _convert_value(value[int(tail)])  # type: ignore[index]
    return _convert_value(getattr(value, tail) if tail else value)


def _convert_value(value: object) -> Value:
    if value is None or isinstance(value, str | int | bool | Decimal | Quarter | date | CellKey):
        return value
    assert isinstance(value, tuple)
    return value


def get_values(item: Item, schema: FileSchema) -> dict[str, Value]:
    """Return the item's values by column."""
    return {column.name: get_value(item, column) for column in schema.columns}


def get_key(schema: FileSchema, values: Mapping[str, Value]) -> Key:
    """Return the key of a row as text: `("SO3-01", "BKN", "2025")`."""
    return tuple(format_cell(schema.get_column(name), values.get(name)) for name in schema.key)
