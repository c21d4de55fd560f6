"""Decide what each column of a long table holds: the whole value of its row, the value of a part, or something else."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from etl.indicators.periods import Calendar
from etl.returns.layouts.column_readings import ColumnReading, TableTitle, read_columns
from etl.returns.layouts.heading_words import SEXES, HeadingKind, names_part, read_heading_words
from etl.returns.layouts.headings import ColumnHeadings
from etl.returns.layouts.layout import ColumnRole, Layout
from etl.returns.layouts.matching import compact_text, matches_any
from etl.returns.reasons import Reason

_PLAIN = frozenset((HeadingKind.RESULT, HeadingKind.TOTAL))
IsPartName = Callable[[str], bool]
"""Whether a text names a part of some indicator of the plan."""


@dataclass(frozen=True)
class LongColumns:
    """The columns of a long table. `whole` holds the values of the rows; the others without a reason hold parts."""

    whole: ColumnReading | None
    readings: tuple[ColumnReading, ...]
    """All columns, `whole` among them."""
    duplicates: tuple[tuple[ColumnReading, ColumnReading], ...] = ()
    """Pairs of columns for the same thing. The second is not read."""
    parts: tuple[ColumnReading, ...] = ()
    """The columns of parts that are not read, since no column has the whole value."""


@dataclass(frozen=True)
class _Meaning:
    """What the headings of a column say: the whole value, or a part of it."""

    sex: HeadingKind | None = None
    part: str = ""
    is_total: bool = False
    """Whether the column is headed as a total and not as a result."""
    is_certain_part: bool = True
    """Whether the heading says by itself that it is a part, such as "of which youth"."""

    @property
    def is_whole(self) -> bool:
        return self.sex is None and not self.part


def read_long_columns(
    headings: Sequence[ColumnHeadings], layout: Layout, calendar: Calendar, is_part_name: IsPartName
) -> LongColumns:
    """Return what each column holds.

    The whole value is in the column of results, or in a column "Total" beside columns of parts.
    """
    readings = [_simplify(reading) for reading in read_columns(headings, layout, calendar, TableTitle())]
    meanings = {
        reading.column: meaning
        for reading in readings
        if (meaning := _find_meaning(reading, layout, is_part_name)) is not None
    }
    whole, duplicates = _choose_whole(readings, meanings, layout)
    if whole is None:
        parts = [
            reading for reading in readings if reading.column in meanings and not meanings[reading.column].is_whole
        ]
        return LongColumns(None, tuple(readings), parts=tuple(parts))
    reads_names = meanings[whole.column].is_total or any(meaning.sex is not None for meaning in meanings.values())
    first_by_part: dict[tuple[HeadingKind | None, str], ColumnReading] = {}
    for index, reading in enumerate(readings):
        meaning = meanings.get(reading.column)
        if meaning is None or meaning.is_whole:
            continue
        if not (meaning.is_certain_part or reads_names):
            continue
        first = first_by_part.setdefault((meaning.sex, compact_text(meaning.part)), reading)
        if first is not reading:
            duplicates.append((first, reading))
        else:
            readings[index] = replace(reading, reason=None, sex=meaning.sex, part=meaning.part)
    second = {reading.column for _, reading in duplicates}
    readings = [
        replace(reading, reason=Reason.HEADING_UNCLEAR)
        if reading.column in second
        else replace(reading, reason=None)
        if reading is whole
        else reading
        for reading in readings
    ]
    chosen = next(reading for reading in readings if reading.column == whole.column)
    return LongColumns(chosen, tuple(readings), tuple(duplicates))


def _simplify(reading: ColumnReading) -> ColumnReading:
    """Return the reading without a period, which rows of a long table name themselves."""
    return ColumnReading(reading.headings, reason=reading.reason or Reason.HEADING_UNCLEAR)


def _find_meaning(reading: ColumnReading, layout: Layout, is_part_name: IsPartName) -> _Meaning | None:
    """Return what the headings say; None where they say something else or are not understood."""
    values = layout.columns.get(ColumnRole.VALUE, ())
    own_texts = [text for text in reading.headings.texts if not matches_any(text, values)]
    if not own_texts:
        return _Meaning()
    if reading.reason not in (Reason.HEADING_UNCLEAR, Reason.COLUMN_UNKNOWN, Reason.TOTAL):
        return None
    words = {text: read_heading_words(text) for text in own_texts}
    kinds = frozenset(kind for text in own_texts for kind in words[text].kinds)
    unknown = [text for text in own_texts if words[text].rest]
    sexes = [kind for kind in SEXES if kind in kinds]
    if not kinds <= _PLAIN.union(SEXES):
        return None
    if not unknown:
        has_result = HeadingKind.RESULT in kinds or len(own_texts) < len(reading.headings.texts)
        is_total = HeadingKind.TOTAL in kinds and not has_result
        if not sexes and not is_total and not has_result:
            return None
        return _Meaning(sexes[0] if len(sexes) == 1 else None, is_total=is_total)
    part = next((name for name in (unknown[0], words[unknown[0]].rest) if is_part_name(name)), "")
    if len(unknown) > 1 or sexes or not part:
        return None
    return _Meaning(part=part, is_certain_part=any(map(names_part, reading.headings.texts)))


def _choose_whole(
    readings: Iterable[ColumnReading], meanings: dict[int, _Meaning], layout: Layout
) -> tuple[ColumnReading | None, list[tuple[ColumnReading, ColumnReading]]]:
    """Return the column with the whole values, and pairs of it with each other column that could be it."""
    wholes = [reading for reading in readings if reading.column in meanings and meanings[reading.column].is_whole]
    results = [reading for reading in wholes if not meanings[reading.column].is_total]
    totals = [reading for reading in wholes if meanings[reading.column].is_total]
    has_parts = any(not meaning.is_whole for meaning in meanings.values())
    values = layout.columns.get(ColumnRole.VALUE, ())
    candidates = [
        *(reading for reading in results if matches_any(reading.headings.texts[-1], values)),
        *(reading for reading in results if not matches_any(reading.headings.texts[-1], values)),
        *(totals if has_parts else ()),
    ]
    if not candidates:
        return None, []
    return candidates[0], [(candidates[0], reading) for reading in candidates[1:]]
