"""Build a plan from rows of text, with an issue for every invalid cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from etl.indicators.plan_settings import PlanSettings
from etl.indicators.plans import Plan
from etl.indicators.stage_words import find_stage_by_text
from etl.indicators.vocabulary import Stage
from etl.locale import N_
from etl.plan.check_references import collect_codes, find_unknown_references
from etl.plan.columns import Column, ColumnKind, FileSchema
from etl.plan.issues import Message, PlanIssue, join_each_with_and, make_message
from etl.plan.items import Item, Key, assemble_plan, build_item, build_settings, get_key
from etl.plan.lost_letters import find_lost_letters
from etl.plan.parse import BadCellError, Value, parse_cell
from etl.plan.read_stages import make_stage_message, read_stages
from etl.plan.schemas import FILE_SCHEMAS, PLAN, SETTINGS, STAGES, TARGETS
from etl.plan.source_map import SourceMap
from etl.plan.tables import Cell, PlanTables, Row, UnreadableCell, make_file_issue

NEEDS_ROWS = ("objectives", "indicators", "sites")
_NO_YEARS = {"first_year": 1, "last_year": 9999}
"""Fallback for the plan's years while they can't be read."""


@dataclass(frozen=True)
class PlanDraft:
    """A plan as far as it could be read. With issues it is only good for finding more of them."""

    plan: Plan
    source_map: SourceMap
    issues: tuple[PlanIssue, ...]


@dataclass
class _State:
    """State collected while the rows are read."""

    issues: list[PlanIssue] = field(default_factory=list)
    rows: dict[tuple[str, Key], Row] = field(default_factory=dict)
    bad_cells: set[tuple[str, Key, str]] = field(default_factory=set)
    stages: Mapping[str, tuple[Stage, ...]] = field(default_factory=dict)
    """The stages by indicator, since targets and baselines may name them."""


def build_plan(tables: PlanTables) -> PlanDraft:
    """Build the plan and the source map of its rows; a file that could not be read counts as empty."""
    state = _State()
    settings = _build_settings(tables, state)
    items: dict[str, list[Item]] = {}
    rows_without_item: list[tuple[FileSchema, Key, Mapping[str, Value]]] = []
    state.stages = read_stages(tables)
    for schema in FILE_SCHEMAS[1:]:
        items[schema.name] = []
        for key, values in _iterate_unique_rows(schema, tables, state):
            if schema is STAGES:
                rows_without_item.append((schema, key, values))
            if schema is TARGETS and values["value"] is None:
                rows_without_item.append((schema, key, values))
            else:
                items[schema.name].append(build_item(schema, values))
    plan = assemble_plan(settings, items)
    source_map = SourceMap(
        state.rows,
        frozenset(state.bad_cells),
        frozenset(schema.name for schema in FILE_SCHEMAS if schema.name not in tables.rows),
    )
    known_codes = collect_codes(plan, source_map)
    for schema, key, values in rows_without_item:
        if schema is STAGES and values.get("indicator") in plan.indicator_by_code:
            continue
        for column, message in find_unknown_references(schema, values, known_codes):
            state.issues.append(source_map.make_issue(schema.name, key, column, message))
    return PlanDraft(plan, source_map, tuple(state.issues))


def _iterate_unique_rows(
    schema: FileSchema, tables: PlanTables, state: _State
) -> Iterator[tuple[Key, Mapping[str, Value]]]:
    """Yield the key and values of each row with a unique key."""
    rows = tables.rows.get(schema.name)
    if rows is not None and not rows and schema.name in NEEDS_ROWS:
        message = make_message(N_("there is no row; add at least one row to {file}"), file=schema.name)
        state.issues.append(make_file_issue(schema, *tables.get_file_and_sheet(schema), message))
    first: dict[Key, Row] = {}
    for row in rows or ():
        values, bad_cells = _parse_values(schema, row, state)
        key = get_key(schema, values)
        normalized_key = tuple(part.casefold() for part in key)
        if any(not part and schema.get_column(name).required for part, name in zip(key, schema.key, strict=True)):
            continue
        if normalized_key in first:
            state.issues.append(_make_duplicate_issue(schema, key, row, first[normalized_key]))
            continue
        first[normalized_key] = row
        state.rows[schema.name, key] = row
        state.bad_cells |= {(schema.name, key, column) for column in bad_cells}
        yield key, values


def _make_duplicate_issue(schema: FileSchema, key: Key, row: Row, first: Row) -> PlanIssue:
    message = make_message(
        N_("{key} is already at {location}; {columns} must be unique (capital or small letters alike)"),
        key=", ".join(part for part in key if part),
        location=first.locations[""],
        columns=join_each_with_and(schema.key),
    )
    return row.make_issue(schema.key[0], message)


def _parse_values(schema: FileSchema, row: Row, state: _State) -> tuple[dict[str, Value], set[str]]:
    values: dict[str, Value] = {}
    bad_cells: set[str] = set()
    for column in schema.columns:
        if column.name not in row.cells:
            bad_cells |= {column.name} if column.expected else set()
            continue
        value, message = _read(column, _name_rank(row, column, state), column.name)
        message = message or find_lost_letters(column, row)
        values[column.name] = value
        if message is not None:
            state.issues.append(row.make_issue(column.name, message))
            bad_cells.add(column.name)
    season = [name for name in values if name.startswith("season_q")]
    blank = [name for name in season if values[name] is None and name not in bad_cells]
    if blank and any(values[name] is not None for name in season):
        state.issues.append(
            row.make_issue(
                blank[0],
                make_message(N_("{column} is blank; fill all four quarters of the season or none"), column=blank[0]),
            )
        )
        bad_cells.update(season)
    return values, bad_cells


def _name_rank(row: Row, column: Column, state: _State) -> Row:
    """Return the row with the rank of the stage that its target or baseline names."""
    owner = row.cells.get(row.schema.key[0])
    stages = state.stages.get(owner, ()) if isinstance(owner, str) else ()
    cell = row.cells[column.name]
    if column.kind is not ColumnKind.TARGET or not stages or not isinstance(cell, str) or not cell:
        return row
    stage = find_stage_by_text(stages, cell)
    rank: Cell = str(stage.rank) if stage is not None else UnreadableCell(make_stage_message(cell, stages))
    return replace(row, cells={**row.cells, column.name: rank})


def _read(column: Column, row: Row, name: str) -> tuple[Value, Message | None]:
    """Return the cell's value, and a message if it is invalid."""
    cell = row.cells[name]
    if isinstance(cell, UnreadableCell):
        return None, make_message(N_("{column} {problem}"), column=column.name, problem=cell.message)
    try:
        return parse_cell(column, cell), None
    except BadCellError as problem:
        return problem.fallback, problem.message


def _build_settings(tables: PlanTables, state: _State) -> PlanSettings:
    """Build the settings of plan.csv; a missing or invalid key takes its default."""
    rows = tables.rows.get(PLAN.name)
    by_key = _index_settings(rows or (), state)
    values: dict[str, Value] = dict(_NO_YEARS)
    sources: dict[str, str] = {}
    for column in SETTINGS:
        row = by_key.get(column.name)
        if row is None or "value" not in row.cells:
            state.bad_cells.add((PLAN.name, (column.name,), "value"))
            if column.required and rows is not None and row is None:
                missing = make_message(
                    N_("the key {column} is missing; add a row with {about}"),
                    column=column.name,
                    about=make_message(column.description),
                )
                state.issues.append(make_file_issue(PLAN, *tables.get_file_and_sheet(PLAN), missing))
            continue
        value, message = _read(column, row, "value")
        if value is not None:
            values[column.name] = value
        source = row.cells.get("source", "")
        sources[column.name] = source if isinstance(source, str) else ""
        if message is not None:
            state.bad_cells.add((PLAN.name, (column.name,), "value"))
            state.issues.append(row.make_issue("value", message))
    return build_settings(values, sources)


def _index_settings(rows: tuple[Row, ...], state: _State) -> dict[str, Row]:
    setting_names = [column.name for column in SETTINGS]
    by_key: dict[str, Row] = {}
    for row in rows:
        key = row.cells.get("key", "")
        if key in by_key:
            state.issues.append(
                row.make_issue(
                    "key",
                    make_message(
                        N_("{key} is already at {location}; keep one row"),
                        key=key,
                        location=by_key[str(key)].locations[""],
                    ),
                )
            )
        elif isinstance(key, UnreadableCell) or key not in setting_names:
            problem = (
                key.message
                if isinstance(key, UnreadableCell)
                else make_message(N_("{key} is not a key"), key=repr(key))
            )
            state.issues.append(
                row.make_issue(
                    "key",
                    make_message(
                        N_("key {problem}; the keys are {keys}"), problem=problem, keys=", ".join(setting_names)
                    ),
                )
            )
        else:
            by_key[key] = row
            state.rows[PLAN.name, (key,)] = row
    return by_key
