"""From rows of text to a plan in its own vocabulary, with every cell that doesn't fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from etl.indicators.plans import Plan, PlanSettings
from etl.locale import N_
from etl.plan.check_references import collect_codes, find_unknown_references
from etl.plan.columns import FILE_SCHEMAS, PLAN, SETTINGS, TARGETS, Column, FileSchema
from etl.plan.issues import Message, PlanIssue, chain_with_and, make_message
from etl.plan.items import Item, Key, assemble_plan, build_item, build_settings, key_of
from etl.plan.parse import BadCellError, Value, parse_cell
from etl.plan.source_map import SourceMap
from etl.plan.tables import PlanTables, Row, UnreadableCell, make_file_issue

NEEDS_ROWS = ("objectives", "indicators", "sites")
_NO_YEARS = {"first_year": 1, "last_year": 9999}
"""What stands for the plan's years while they can't be read."""


@dataclass(frozen=True)
class PlanDraft:
    """A plan as far as it could be read. With faults it only serves to find more of them."""

    plan: Plan
    source_map: SourceMap
    issues: tuple[PlanIssue, ...]


@dataclass
class _Reading:
    """What grows while the rows are gone through."""

    faults: list[PlanIssue] = field(default_factory=list)
    rows: dict[tuple[str, Key], Row] = field(default_factory=dict)
    bad: set[tuple[str, Key, str]] = field(default_factory=set)


def build_plan(tables: PlanTables) -> PlanDraft:
    """The plan and the place of each of its rows; a file that could not be read counts as empty."""
    reading = _Reading()
    settings = _settings(tables, reading)
    items: dict[str, list[Item]] = {}
    blank_targets: list[tuple[Key, Mapping[str, Value]]] = []
    for shape in FILE_SCHEMAS[1:]:
        items[shape.name] = []
        for key, values in _rows_of(shape, tables, reading):
            if shape is TARGETS and values["value"] is None:
                blank_targets.append((key, values))
            else:
                items[shape.name].append(build_item(shape, values))
    plan = assemble_plan(settings, items)
    places = SourceMap(
        reading.rows, frozenset(reading.bad), frozenset(one.name for one in FILE_SCHEMAS if one.name not in tables.rows)
    )
    known = collect_codes(plan, places)
    for key, values in blank_targets:
        for column, message in find_unknown_references(TARGETS, values, known):
            reading.faults.append(places.make_issue(TARGETS.name, key, column, message))
    return PlanDraft(plan, places, tuple(reading.faults))


def _rows_of(shape: FileSchema, tables: PlanTables, reading: _Reading) -> Iterator[tuple[Key, Mapping[str, Value]]]:
    """The rows that have a key of their own, as values."""
    rows = tables.rows.get(shape.name)
    if rows is not None and not rows and shape.name in NEEDS_ROWS:
        message = make_message(N_("there is no row; a plan needs at least one of its {file}"), file=shape.name)
        reading.faults.append(make_file_issue(shape, *tables.file_and_sheet(shape), message))
    first: dict[Key, Row] = {}
    for row in rows or ():
        values, bad = _values(shape, row, reading)
        key = key_of(shape, values)
        folded = tuple(part.casefold() for part in key)
        if any(not part and shape.column(name).required for part, name in zip(key, shape.key, strict=True)):
            continue
        if folded in first:
            reading.faults.append(_duplicate(shape, key, row, first[folded]))
            continue
        first[folded] = row
        reading.rows[shape.name, key] = row
        reading.bad |= {(shape.name, key, column) for column in bad}
        yield key, values


def _duplicate(shape: FileSchema, key: Key, row: Row, first: Row) -> PlanIssue:
    shown = ", ".join(part for part in key if part)
    message = make_message(
        N_("{found} stands already at {place}; {columns} may be there once (capital or small letters alike)"),
        found=shown,
        place=first.locations[""],
        columns=chain_with_and(shape.key),
    )
    return row.make_issue(shape.key[0], message)


def _values(shape: FileSchema, row: Row, reading: _Reading) -> tuple[dict[str, Value], set[str]]:
    values: dict[str, Value] = {}
    bad: set[str] = set()
    for column in shape.columns:
        if column.name not in row.cells:
            bad |= {column.name} if column.expected else set()
            continue
        value, message = _read(column, row, column.name)
        values[column.name] = value
        if message is not None:
            reading.faults.append(row.make_issue(column.name, message))
            bad.add(column.name)
    season = [name for name in values if name.startswith("season_q")]
    blank = [name for name in season if values[name] is None and name not in bad]
    if blank and any(values[name] is not None for name in season):
        reading.faults.append(
            row.make_issue(
                blank[0],
                make_message(N_("{column} is blank; fill all four quarters of the season or none"), column=blank[0]),
            )
        )
        bad.update(season)
    return values, bad


def _read(column: Column, row: Row, name: str) -> tuple[Value, Message | None]:
    """The cell's value, and what is wrong with it."""
    cell = row.cells[name]
    if isinstance(cell, UnreadableCell):
        return None, make_message(N_("{column} {problem}"), column=column.name, problem=cell.message)
    try:
        return parse_cell(column, cell), None
    except BadCellError as problem:
        return problem.fallback, problem.message


def _settings(tables: PlanTables, reading: _Reading) -> PlanSettings:
    """The settings of plan.csv; defaults stand where a key is absent or bad."""
    rows = tables.rows.get(PLAN.name)
    by_key = _rows_by_setting(rows or (), reading)
    values: dict[str, Value] = dict(_NO_YEARS)
    sources: dict[str, str] = {}
    for column in SETTINGS:
        row = by_key.get(column.name)
        if row is None or "value" not in row.cells:
            reading.bad.add((PLAN.name, (column.name,), "value"))
            if column.required and rows is not None and row is None:
                missing = make_message(
                    N_("the key {column} is missing; add a row with {about}"),
                    column=column.name,
                    about=make_message(column.description),
                )
                reading.faults.append(make_file_issue(PLAN, *tables.file_and_sheet(PLAN), missing))
            continue
        value, message = _read(column, row, "value")
        if value is not None:
            values[column.name] = value
        source = row.cells.get("source", "")
        sources[column.name] = source if isinstance(source, str) else ""
        if message is not None:
            reading.bad.add((PLAN.name, (column.name,), "value"))
            reading.faults.append(row.make_issue("value", message))
    return build_settings(values, sources)


def _rows_by_setting(rows: tuple[Row, ...], reading: _Reading) -> dict[str, Row]:
    known = [column.name for column in SETTINGS]
    by_key: dict[str, Row] = {}
    for row in rows:
        key = row.cells.get("key", "")
        if key in by_key:
            reading.faults.append(
                row.make_issue(
                    "key",
                    make_message(
                        N_("{key} stands already at {place}; keep one row"),
                        key=key,
                        place=by_key[str(key)].locations[""],
                    ),
                )
            )
        elif isinstance(key, UnreadableCell) or key not in known:
            shown = (
                key.message
                if isinstance(key, UnreadableCell)
                else make_message(N_("{key} is not a key"), key=repr(key))
            )
            reading.faults.append(
                row.make_issue(
                    "key",
                    make_message(N_("key {problem}; the keys are {keys}"), problem=shown, keys=", ".join(known)),
                )
            )
        else:
            by_key[key] = row
            reading.rows[PLAN.name, (key,)] = row
    return by_key
