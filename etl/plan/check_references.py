"""Check that every code that a row refers to exists in the other file."""

from collections.abc import Iterator, Mapping

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan.columns import PLACES, FileSchema
from etl.plan.issues import Message, make_message, suggest_name
from etl.plan.items import Key, get_key, get_values, list_items
from etl.plan.parse import Value
from etl.plan.schemas import FILE_SCHEMAS
from etl.plan.source_map import SourceMap

KnownCodes = Mapping[str, frozenset[str]]


def collect_codes(plan: Plan, source_map: SourceMap) -> KnownCodes:
    """Return the codes that each file declares; leave out files that could not be read."""
    codes = {
        "objectives": frozenset(objective.code for objective in plan.objectives),
        "indicators": frozenset(indicator.code for indicator in plan.indicators),
        "sites": frozenset(site.code for site in plan.sites),
        "programmes": frozenset(programme.code for programme in plan.programmes),
        PLACES: frozenset((*(site.code for site in plan.sites), *plan.province_by_code)),
    }
    return {name: declared for name, declared in codes.items() if _find_file(name) not in source_map.unread_files}


def _find_file(name: str) -> str:
    return "sites" if name == PLACES else name


def find_unknown_references(
    schema: FileSchema, values: Mapping[str, Value], known_codes: KnownCodes
) -> Iterator[tuple[str, Message]]:
    """Yield the columns of a row that refer to an unknown code, each with a message."""
    for column in schema.columns:
        value = values.get(column.name)
        names = value if isinstance(value, tuple) else (str(value),) if value else ()
        declared = known_codes.get(column.refers_to)
        if declared is None:
            continue
        for name in names:
            if name not in declared:
                near = suggest_name(name, declared) or make_message(N_("; add it there or write one of its codes"))
                text = N_("{column} names {name}, which {file} doesn't have{near}")
                yield (
                    column.name,
                    make_message(
                        text, column=column.name, name=repr(name), file=_find_file(column.refers_to), near=near
                    ),
                )


def check_references(plan: Plan, source_map: SourceMap) -> Iterator[tuple[str, Key, str, Message]]:
    """Yield file, row, column and message of every unknown reference, except in cells already reported."""
    known_codes = collect_codes(plan, source_map)
    for schema in FILE_SCHEMAS:
        for item in list_items(plan, schema):
            values = get_values(item, schema)
            key = get_key(schema, values)
            for column, message in find_unknown_references(schema, values, known_codes):
                if source_map.is_sound(schema.name, key, [column]):
                    yield schema.name, key, column, message
