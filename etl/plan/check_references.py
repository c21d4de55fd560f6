"""Whether every code that a row names is declared in the file it points to."""

from collections.abc import Iterator, Mapping

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.plan.columns import FILE_SCHEMAS, FileSchema
from etl.plan.issues import Message, make_message, suggest_name
from etl.plan.items import Key, items_of, key_of, values_of
from etl.plan.parse import Value
from etl.plan.source_map import SourceMap

KnownCodes = Mapping[str, frozenset[str]]


def collect_codes(plan: Plan, source_map: SourceMap) -> KnownCodes:
    """The codes that each file declares; a file that could not be read is left out, since it may declare any."""
    codes = {
        "objectives": frozenset(one.code for one in plan.objectives),
        "indicators": frozenset(one.code for one in plan.indicators),
        "sites": frozenset(one.code for one in plan.sites),
        "programmes": frozenset(one.code for one in plan.programmes),
    }
    return {name: found for name, found in codes.items() if name not in source_map.unread_files}


def find_unknown_references(
    schema: FileSchema, values: Mapping[str, Value], known: KnownCodes
) -> Iterator[tuple[str, Message]]:
    """The columns of a row that name an unknown code, each with a sentence."""
    for column in schema.columns:
        value = values.get(column.name)
        names = value if isinstance(value, tuple) else (str(value),) if value else ()
        declared = known.get(column.refers_to)
        if declared is None:
            continue
        for name in names:
            if name not in declared:
                near = suggest_name(name, declared) or make_message(N_("; add it there or write one of its codes"))
                text = N_("{column} names {name}, which {file} doesn't have{near}")
                yield (
                    column.name,
                    make_message(text, column=column.name, name=repr(name), file=column.refers_to, near=near),
                )


def check_references(plan: Plan, source_map: SourceMap) -> Iterator[tuple[str, Key, str, Message]]:
    """Every cell that names an unknown code: file, row, column and a sentence. Cells already reported are left out."""
    known = collect_codes(plan, source_map)
    for shape in FILE_SCHEMAS:
        for item in items_of(plan, shape):
            values = values_of(item, shape)
            key = key_of(shape, values)
            for column, message in find_unknown_references(shape, values, known):
                if source_map.is_sound(shape.name, key, [column]):
                    yield shape.name, key, column, message
