"""An edition as plain tables: which columns each has, what they mean, and the rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.exports.edition.spans import get_date_span
from etl.indicators.editions import EditionContents, EditionFigure, Restatement
from etl.indicators.vocabulary import Indicator, LocalizedText

Cell = str | Decimal | int | bool | date | None
Row = tuple[Cell, ...]


class ColumnType(StrEnum):
    """What a column holds, by the names that data packages use."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True)
class Column:
    name: str
    kind: ColumnType
    description: str


@dataclass(frozen=True)
class EditionTable:
    """A table; its key is what names a row. `indicator_column` refers to a row of the indicators."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[EditionContents], Iterator[Row]]
    indicator_column: str = ""


def _columns(kind: ColumnType, **described: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, description) for name, description in described.items())


def _both(name: str, words: str) -> tuple[Column, ...]:
    """A text of the plan in both languages."""
    return _columns(ColumnType.STRING, **{f"{name}_en": f"{words}, in English", f"{name}_km": f"{words}, in Khmer"})


def _words(words: LocalizedText) -> tuple[str, str]:
    return words.en, words.km


def _figure_rows(book: EditionContents) -> Iterator[Row]:
    for one in book.figures:
        indicator = book.indicator(one.key.indicator)
        key = (indicator.code, one.key.part, one.key.site, one.key.period)
        names = (indicator.name.en, indicator.unit)
        yield key + get_date_span(book.edition, one.key.period) + names + _figure_cells(one)


def _figure_cells(one: EditionFigure) -> Row:
    numbers = (one.value, one.numerator, one.denominator)
    counts = (one.reported, one.expected, one.carried, one.not_collected)
    against = (one.target, one.baseline, one.share, one.rule, one.rating, one.over_target)
    return (one.state, *numbers, *counts, *against, one.counted, one.judged)


FIGURES = EditionTable(
    "figures",
    "Every figure of the edition. A figure that does not exist or is not shown has no value; its state says why.",
    (
        *_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            part="an of-which, as dimension/category; blank: the total",
            site="code of the site; blank: the centre, all sites together",
            period="a quarter (2025Q3), a year (2025), or `plan`: from the plan's start to the edition's quarter",
        ),
        *_columns(ColumnType.DATE, period_start="first day of the period", period_end="last day of the period"),
        *_columns(
            ColumnType.STRING, name_en="name of the indicator, in English", unit="unit of value, target and baseline"
        ),
        *_columns(
            ColumnType.STRING,
            state="`value`, or why there is none: `small` (few people, not shown), `withheld` (a small count could be "
            "worked out from it), `taken_out`, or a reason such as `nothing_reported`, `not_due`, `not_collected`",
        ),
        *_columns(
            ColumnType.NUMBER,
            value="the figure, exact",
            numerator="of a ratio: its numerator",
            denominator="of a ratio: its denominator",
        ),
        *_columns(
            ColumnType.INTEGER,
            reported="numbers that are in",
            expected="numbers that were due, or are in already",
            carried="levels carried forward from an earlier quarter",
            not_collected="numbers that a site says it did not measure",
        ),
        *_columns(
            ColumnType.NUMBER,
            target="target of the period",
            baseline="what the planned change is counted from",
            share="headline percentage as a fraction of 1",
        ),
        *_columns(
            ColumnType.STRING,
            rule="what the share is of: `of_target`, `of_change` (the planned change), `distance` from the target",
            rating="rating of the figure; blank where it has none or it would tell what is withheld",
        ),
        *_columns(ColumnType.BOOLEAN, over_target="far above the target, which may have been set too low"),
        *_columns(
            ColumnType.STRING,
            counted="the quarter up to which it is rated",
            judged="the period by which it is rated, where that is another one",
        ),
    ),
    ("indicator", "part", "site", "period"),
    _figure_rows,
    "indicator",
)


def _indicator_rows(book: EditionContents) -> Iterator[Row]:
    closed = {one.indicator.code: one.since for one in book.edition.closed}
    for one in book.edition.indicators:
        yield (
            one.code,
            one.objective,
            *_words(one.name),
            *_words(one.definition),
            one.unit,
            *_words(one.unit_label),
            one.decimals,
            *_method(one),
            one.baseline_year,
            one.baseline_value,
            one.baseline_provenance,
            *_words(one.means_of_verification),
            *_words(one.responsible),
            one.status,
            closed.get(one.code),
            one.successor,
        )


def _method(one: Indicator) -> Row:
    return (
        one.level,
        one.measure.value,
        one.over_time.value,
        one.across_sites.value,
        one.target_basis.value,
        one.direction.value,
        one.percent_rule.value,
        one.reported.value,
        one.counts_people,
    )


INDICATORS = EditionTable(
    "indicators",
    "The indicators with their definitions, as they stood when the edition was published.",
    (
        *_columns(ColumnType.STRING, code="code, never used for anything else", objective="code of its objective"),
        *_both("name", "name"),
        *_both("definition", "definition"),
        *_columns(ColumnType.STRING, unit="unit"),
        *_both("unit_label", "unit as it is said"),
        *_columns(ColumnType.INTEGER, decimals="decimals that are shown"),
        *_columns(
            ColumnType.STRING,
            level="output, outcome or impact",
            measure="number, or ratio of two numbers",
            over_time="flow: periods add; stock: the latest level; average or maximum of the quarters",
            across_sites="how sites come together",
            target_basis="annual: a year's own amount; cumulative: since the plan began; level: at the year's end",
            direction="whether it should rise, fall or be kept",
            percent_rule="what its percentage is of",
            reported="how often it is asked",
        ),
        *_columns(ColumnType.BOOLEAN, counts_people="whether it counts people, so that small counts are not shown"),
        *_columns(ColumnType.INTEGER, baseline_year="year of the baseline"),
        *_columns(ColumnType.NUMBER, baseline_value="the baseline"),
        *_columns(ColumnType.STRING, baseline_provenance="where the baseline comes from"),
        *_both("means_of_verification", "means of verification"),
        *_both("responsible", "who is responsible"),
        *_columns(ColumnType.STRING, status="provisional until the official plan is loaded"),
        *_columns(ColumnType.DATE, closed_since="since when the plan no longer has it"),
        *_columns(ColumnType.STRING, successor="the indicator that takes its place"),
    ),
    ("code",),
    _indicator_rows,
)

OBJECTIVES = EditionTable(
    "objectives",
    "The objectives of the plan.",
    (*_columns(ColumnType.STRING, code="code"), *_both("name", "name")),
    ("code",),
    lambda book: ((one.code, *_words(one.name)) for one in book.plan.objectives),
)

SITES = EditionTable(
    "sites",
    "The sites that report.",
    (
        *_columns(ColumnType.STRING, code="code"),
        *_both("name", "name"),
        *_both("province", "province"),
        *_columns(ColumnType.NUMBER, lat="latitude", lon="longitude"),
        *_columns(ColumnType.STRING, reports_from="first quarter", closed_after="last quarter"),
    ),
    ("code",),
    lambda book: (
        (
            one.code,
            *_words(one.name),
            *_words(one.province),
            one.lat,
            one.lon,
            str(one.reports_from or ""),
            str(one.closed_after or ""),
        )
        for one in book.plan.sites
    ),
)

PARTS = EditionTable(
    "parts",
    "What indicators are disaggregated by.",
    (
        *_columns(ColumnType.STRING, indicator="code of the indicator", part="dimension/category"),
        *_both("label", "name of the category"),
        *_columns(ColumnType.BOOLEAN, exhaustive="whether the categories of the dimension add up to the total"),
    ),
    ("indicator", "part"),
    lambda book: ((one.indicator, one.key, *_words(one.label), one.exhaustive) for one in book.plan.parts),
    "indicator",
)

TARGETS = EditionTable(
    "targets",
    "Targets as they were set, year by year; a target of the baseline's year is a site's own baseline.",
    (
        *_columns(ColumnType.STRING, indicator="code of the indicator", site="code of the site; blank: the centre"),
        *_columns(ColumnType.INTEGER, year="year"),
        *_columns(ColumnType.NUMBER, value="the target, on the indicator's target basis"),
        *_columns(ColumnType.STRING, provenance="where it comes from", reason="why a later plan version changed it"),
    ),
    ("indicator", "site", "year"),
    lambda book: (
        (one.indicator, one.site, one.year, one.value, one.provenance, one.reason) for one in book.plan.targets
    ),
    "indicator",
)

REMARKS = EditionTable(
    "remarks",
    "Why indicators stand where they stand, and what was agreed, as far as the centre publishes it.",
    (
        *_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            quarter="quarter that the remark is about",
            why="why it stands there",
            agreed="what was agreed",
            responsible="who does it",
        ),
        *_columns(ColumnType.DATE, due="by when"),
        *_columns(ColumnType.BOOLEAN, done="whether it is done"),
    ),
    (),
    lambda book: (
        (one.indicator, str(one.quarter), one.why, one.agreed, one.responsible, one.due, one.is_done)
        for one in book.edition.remarks
    ),
    "indicator",
)


def _restatement(one: Restatement) -> Row:
    key = (one.key.indicator, one.key.part, one.key.site, one.key.period)
    return (*key, one.old_state, one.old_value, one.new_state, one.new_value, one.old_target, one.new_target)


RESTATEMENTS = EditionTable(
    "restatements",
    "Figures of finished periods that are other ones than in the edition before.",
    (
        *_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            part="as in figures",
            site="as in figures",
            period="as in figures",
            old_state="state in the edition before",
        ),
        *_columns(ColumnType.NUMBER, old_value="value in the edition before"),
        *_columns(ColumnType.STRING, new_state="state now"),
        *_columns(ColumnType.NUMBER, new_value="value now", old_target="target before", new_target="target now"),
    ),
    ("indicator", "part", "site", "period"),
    lambda book: (_restatement(one) for one in book.edition.restatements),
)

EDITION_TABLES: Sequence[EditionTable] = (
    FIGURES, INDICATORS, OBJECTIVES, SITES, PARTS, TARGETS, REMARKS, RESTATEMENTS,
)  # fmt: skip
