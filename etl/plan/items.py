"""Between a row's values and the plan's vocabulary, in both directions, as the columns say."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan, PlanSettings
from etl.indicators.vocabulary import (
    CellKey,
    Indicator,
    IndicatorProgramme,
    Objective,
    Part,
    Programme,
    Site,
    SiteAlias,
    Target,
    Words,
)
from etl.plan.columns import SETTINGS, Column, FileShape, Kind
from etl.plan.parse import Value, write_cell

Key = tuple[str, ...]
Item = Objective | Indicator | Part | Target | Site | SiteAlias | Programme | IndicatorProgramme

_CLASSES: Mapping[str, Callable[..., Item]] = {
    "objectives": Objective,
    "indicators": Indicator,
    "disaggregations": Part,
    "targets": Target,
    "sites": Site,
    "site_aliases": SiteAlias,
    "programmes": Programme,
    "indicator_programmes": IndicatorProgramme,
}

_FIELD_OF_PLAN = {"disaggregations": "parts", "site_aliases": "aliases"}


def items_of(plan: Plan, shape: FileShape) -> tuple[Item, ...]:
    """What the file declares, in its order; nothing for plan.csv, which is not made of items."""
    if shape.name not in _CLASSES:
        return ()
    items: tuple[Item, ...] = getattr(plan, _FIELD_OF_PLAN.get(shape.name, shape.name))
    return items


def build_plan_of(settings: PlanSettings, items: Mapping[str, list[Item]]) -> Plan:
    fields: dict[str, Any] = {_FIELD_OF_PLAN.get(name, name): tuple(found) for name, found in items.items()}
    return Plan(settings=settings, **fields)


def build_item(shape: FileShape, values: Mapping[str, Value]) -> Item:
    return _CLASSES[shape.name](**_arguments(shape.columns, values))


def build_settings(values: Mapping[str, Value], sources: Mapping[str, str]) -> PlanSettings:
    """The settings; sources in the order of the keys, blank ones left out."""
    kept = tuple((column.name, sources[column.name]) for column in SETTINGS if sources.get(column.name))
    return PlanSettings(**_arguments(SETTINGS, values), sources=kept)


def _arguments(columns: tuple[Column, ...], values: Mapping[str, Value]) -> dict[str, Any]:
    """What the class is called with. A blank cell is left to the field's own default."""
    arguments: dict[str, Any] = {}
    nested: dict[str, dict[str, Any]] = {}
    for column in columns:
        value = values.get(column.name)
        if value is None and column.kind in (Kind.TEXT, Kind.CODE, Kind.REFERENCE):
            value = ""
        if value is None and column.kind is Kind.YES_NO:
            value = False
        head, _, tail = column.field.partition(".")
        if tail:
            nested.setdefault(head, {})[tail] = value
        elif value is not None:
            arguments[head] = value
    for head, members in nested.items():
        if "en" in members:
            arguments[head] = Words(**members)
        elif all(value is not None for value in members.values()):
            arguments[head] = tuple(members.values())
    return arguments


def value_of(item: object, column: Column) -> Value:
    """What the item holds where the column's cell goes."""
    head, _, tail = column.field.partition(".")
    value: object = getattr(item, head)
    if tail.isdigit():
        return None if value is None else _as_value(value[int(tail)])  # type: ignore[index]
    return _as_value(getattr(value, tail) if tail else value)


def _as_value(value: object) -> Value:
    if value is None or isinstance(value, str | int | bool | Decimal | Quarter | date | CellKey):
        return value
    assert isinstance(value, tuple)
    return value


def values_of(item: Item, shape: FileShape) -> dict[str, Value]:
    return {column.name: value_of(item, column) for column in shape.columns}


def key_of(shape: FileShape, values: Mapping[str, Value]) -> Key:
    """What names a row among the others of its file, as text: `("SO3-01", "BKN", "2025")`."""
    return tuple(write_cell(shape.column(name), values.get(name)) for name in shape.key)
