"""Whether every code that a row names is declared in the file it points to."""

from collections.abc import Iterator, Mapping

from etl.indicators.plans import Plan
from etl.locale.translations import to_say
from etl.plan.columns import SHAPES, FileShape
from etl.plan.faults import Message, suggestion, worded
from etl.plan.items import Key, items_of, key_of, values_of
from etl.plan.parse import Value
from etl.plan.places import Places

Known = Mapping[str, frozenset[str]]


def known_codes(plan: Plan, places: Places) -> Known:
    """The codes that each file declares; a file that could not be read is left out, since it may declare any."""
    codes = {
        "objectives": frozenset(one.code for one in plan.objectives),
        "indicators": frozenset(one.code for one in plan.indicators),
        "sites": frozenset(one.code for one in plan.sites),
        "programmes": frozenset(one.code for one in plan.programmes),
    }
    return {name: found for name, found in codes.items() if name not in places.unread}


def unknown_references(shape: FileShape, values: Mapping[str, Value], known: Known) -> Iterator[tuple[str, Message]]:
    """The columns of a row that name an unknown code, each with a sentence."""
    for column in shape.columns:
        value = values.get(column.name)
        names = value if isinstance(value, tuple) else (str(value),) if value else ()
        declared = known.get(column.refers_to)
        if declared is None:
            continue
        for name in names:
            if name not in declared:
                near = suggestion(name, declared) or worded(to_say("; add it there or write one of its codes"))
                text = to_say("{column} names {name}, which {file} doesn't have{near}")
                yield column.name, worded(text, column=column.name, name=repr(name), file=column.refers_to, near=near)


def check_references(plan: Plan, places: Places) -> Iterator[tuple[str, Key, str, Message]]:
    """Every cell that names an unknown code: file, row, column and a sentence. Cells already reported are left out."""
    known = known_codes(plan, places)
    for shape in SHAPES:
        for item in items_of(plan, shape):
            values = values_of(item, shape)
            key = key_of(shape, values)
            for column, message in unknown_references(shape, values, known):
                if places.is_sound(shape.name, key, [column]):
                    yield shape.name, key, column, message
