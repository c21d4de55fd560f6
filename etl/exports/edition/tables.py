"""The tables of an edition: columns with their meaning, and rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from etl.exports.edition.spans import get_date_span
from etl.exports.figure_rows import format_target_revisions
from etl.indicators.editions import EditionContents, EditionFigure, Restatement
from etl.indicators.site_groups import get_district_code
from etl.indicators.vocabulary import Indicator, LocalizedText
from etl.wording.participations import localize_part_label

Cell = str | Decimal | int | bool | date | None
Row = tuple[Cell, ...]


class ColumnType(StrEnum):
    """The type of a column, by the names of the Data Package standard."""

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
    """A table. `key` names the columns that identify a row; `indicator_column` refers to the table of indicators."""

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    rows: Callable[[EditionContents], Iterator[Row]]
    indicator_column: str = ""


def _make_columns(kind: ColumnType, **descriptions: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, description) for name, description in descriptions.items())


def _make_text_columns(name: str, description: str) -> tuple[Column, ...]:
    """Return the columns of a text in both languages."""
    return _make_columns(
        ColumnType.STRING, **{f"{name}_en": f"{description}, in English", f"{name}_km": f"{description}, in Khmer"}
    )


def _list_both_languages(text: LocalizedText) -> tuple[str, str]:
    return text.en, text.km


def make_figure_row(contents: EditionContents, figure: EditionFigure) -> Row:
    """Return the row of a figure in the table `FIGURES`."""
    indicator = contents.get_indicator(figure.key.indicator)
    key = (indicator.code, figure.key.part, figure.key.site, figure.key.period)
    names = (indicator.name.en, indicator.unit)
    revised = format_target_revisions(contents.list_target_revisions(figure.key))
    stages = (_find_stage_label(figure.value, indicator), _find_stage_label(figure.target, indicator))
    span = get_date_span(contents.edition, figure.key.period)
    return (*key, *span, *names, *_make_figure_cells(figure), revised, *stages)


def _make_figure_cells(figure: EditionFigure) -> Row:
    numbers = (figure.value, figure.numerator, figure.denominator)
    counts = (figure.reported, figure.expected, figure.carried, figure.not_collected)
    against = (figure.target, figure.baseline, figure.share, figure.rule, figure.rating, figure.over_target)
    return (figure.state, *numbers, *counts, *against, figure.counted, figure.judged)


def _find_stage_label(rank: Decimal | None, indicator: Indicator) -> str:
    stage = None if rank is None else indicator.find_stage(rank)
    return stage.label.en if stage is not None else ""


FIGURES = EditionTable(
    "figures",
    "Every figure of the edition. A figure without a value has a state that gives the reason.",
    (
        *_make_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            part="an of-which, as dimension/category, or `participations`, which count attendances; blank: the total",
            site="code of the site, or of a province such as KH-3; blank: the centre, all sites together",
            period="a quarter (2025Q3), a year (2025), or `plan`: from the plan's start to the edition's quarter",
        ),
        *_make_columns(ColumnType.DATE, period_start="first day of the period", period_end="last day of the period"),
        *_make_columns(
            ColumnType.STRING, name_en="name of the indicator, in English", unit="unit of value, target and baseline"
        ),
        *_make_columns(
            ColumnType.STRING,
            state="`value`, or why there is none: `small` (few people, not shown), `withheld` (a small count could be "
            "worked out from it), `taken_out`, or a reason such as `nothing_reported`, `not_due`, `not_collected`",
        ),
        *_make_columns(
            ColumnType.NUMBER,
            value="the figure, exact",
            numerator="numerator of a ratio",
            denominator="denominator of a ratio",
        ),
        *_make_columns(
            ColumnType.INTEGER,
            reported="numbers that are reported",
            expected="numbers that were due, or are reported already",
            carried="levels carried forward from an earlier quarter",
            not_collected="numbers that a site says it did not measure",
        ),
        *_make_columns(
            ColumnType.NUMBER,
            target="target of the period",
            baseline="baseline as the plan states it; of an annual amount, that of one year; blank where it would show "
            "that few people are counted",
            share="headline percentage as a fraction of 1",
        ),
        *_make_columns(
            ColumnType.STRING,
            rule="what the share is of: `of_target`, `of_change` (the planned change), `distance` from the target, or "
            "`stage`; blank where the figure has no target",
            rating="rating of the figure; blank where it has none or it would tell what is withheld",
        ),
        *_make_columns(ColumnType.BOOLEAN, over_target="whether it is far above the target, which may be too low"),
        *_make_columns(
            ColumnType.STRING,
            counted="the quarter up to which it is rated",
            judged="the period that the rating refers to, where it differs",
            target_revised="revisions of the target by later plan versions, such as `2026-11-30: 20 -> 18`; `expected` "
            "where only the expected value changed",
            value_stage="the stage of which `value` is the rank, in English; blank for other measures",
            target_stage="the stage of which `target` is the rank, in English; blank for other measures",
        ),
    ),
    ("indicator", "part", "site", "period"),
    lambda contents: (make_figure_row(contents, figure) for figure in contents.figures),
    "indicator",
)


def _iterate_indicator_rows(contents: EditionContents) -> Iterator[Row]:
    retired = {item.indicator.code: item.since for item in contents.edition.closed}
    for indicator in contents.edition.indicators:
        yield (
            indicator.code,
            indicator.objective,
            *_list_both_languages(indicator.name),
            *_list_both_languages(indicator.definition),
            indicator.unit,
            *_list_both_languages(indicator.unit_label),
            indicator.decimals,
            *_make_method_row(indicator),
            indicator.baseline_year,
            indicator.baseline_value,
            indicator.baseline_provenance,
            *_list_both_languages(indicator.means_of_verification),
            *_list_both_languages(indicator.responsible),
            indicator.status,
            retired.get(indicator.code),
            indicator.successor,
            *(_list_stages(indicator, language) for language in ("en", "km")),
        )


def _list_stages(indicator: Indicator, language: str) -> str:
    return "; ".join(f"{stage.rank} {stage.label.get_text(language)}" for stage in indicator.stages)


def _make_method_row(indicator: Indicator) -> Row:
    return (
        indicator.level,
        indicator.measure.value,
        indicator.over_time.value,
        indicator.across_sites.value,
        indicator.target_basis.value,
        indicator.direction.value,
        indicator.percent_rule.value,
        indicator.reported.value,
        indicator.counts_people,
        indicator.unique_people,
    )


INDICATORS = EditionTable(
    "indicators",
    "The indicators with their definitions, as they stood when the edition was published.",
    (
        *_make_columns(ColumnType.STRING, code="code, never used for anything else", objective="code of its objective"),
        *_make_text_columns("name", "name"),
        *_make_text_columns("definition", "definition"),
        *_make_columns(ColumnType.STRING, unit="unit"),
        *_make_text_columns("unit_label", "name of the unit"),
        *_make_columns(ColumnType.INTEGER, decimals="decimals that are shown"),
        *_make_columns(
            ColumnType.STRING,
            level="output, outcome or impact",
            measure="number, ratio of two numbers, or stage: one of ordered words",
            over_time="flow: periods add; stock: the latest level; average or maximum of the quarters",
            across_sites="how the numbers of sites are combined",
            target_basis="annual: a year's own amount; cumulative: since the plan began; level: at the year's end",
            direction="whether it should rise, fall or be kept",
            percent_rule="what its percentage is of",
            reported="how often it is reported",
        ),
        *_make_columns(
            ColumnType.BOOLEAN, counts_people="whether it counts people, so that small counts are not shown"
        ),
        *_make_columns(
            ColumnType.STRING,
            unique="`register`: each person counts once, when a site first registers them; else blank",
        ),
        *_make_columns(ColumnType.INTEGER, baseline_year="year of the baseline"),
        *_make_columns(ColumnType.NUMBER, baseline_value="the baseline"),
        *_make_columns(ColumnType.STRING, baseline_provenance="where the baseline comes from"),
        *_make_text_columns("means_of_verification", "means of verification"),
        *_make_text_columns("responsible", "who is responsible"),
        *_make_columns(ColumnType.STRING, status="provisional until the official plan is loaded"),
        *_make_columns(ColumnType.DATE, closed_since="date of the plan version that retired it"),
        *_make_columns(ColumnType.STRING, successor="the indicator that succeeds it"),
        *_make_text_columns("stages", "ranks and words of its stages, lowest first; blank for other measures"),
    ),
    ("code",),
    _iterate_indicator_rows,
)

OBJECTIVES = EditionTable(
    "objectives",
    "The objectives of the plan.",
    (*_make_columns(ColumnType.STRING, code="code"), *_make_text_columns("name", "name")),
    ("code",),
    lambda contents: (
        (objective.code, *_list_both_languages(objective.name)) for objective in contents.plan.objectives
    ),
)

SITES = EditionTable(
    "sites",
    "The sites that report.",
    (
        *_make_columns(ColumnType.STRING, code="code"),
        *_make_text_columns("name", "name"),
        *_make_columns(ColumnType.STRING, province="code of the province, by ISO 3166-2"),
        *_make_text_columns("province", "province"),
        *_make_columns(ColumnType.STRING, district="code of the district in the national gazetteer (NCDD)"),
        *_make_text_columns("district", "district"),
        *_make_columns(ColumnType.NUMBER, lat="latitude", lon="longitude"),
        *_make_columns(ColumnType.STRING, reports_from="first quarter", closed_after="last quarter"),
    ),
    ("code",),
    lambda contents: (
        (
            site.code,
            *_list_both_languages(site.name),
            site.iso_3166_2,
            *_list_both_languages(site.province),
            get_district_code(site),
            *_list_both_languages(site.district),
            site.lat,
            site.lon,
            str(site.reports_from or ""),
            str(site.closed_after or ""),
        )
        for site in contents.plan.sites
    ),
)


def _iterate_part_rows(contents: EditionContents) -> Iterator[Row]:
    participations = (contents.plan.find_participations(indicator.code) for indicator in contents.plan.indicators)
    for part in (*contents.plan.parts, *filter(None, participations)):
        yield part.indicator, part.key, *_list_both_languages(localize_part_label(part)), part.exhaustive


PARTS = EditionTable(
    "parts",
    "What indicators are disaggregated by.",
    (
        *_make_columns(
            ColumnType.STRING, indicator="code of the indicator", part="dimension/category, or `participations`"
        ),
        *_make_text_columns("label", "name of the category"),
        *_make_columns(ColumnType.BOOLEAN, exhaustive="whether the categories of the dimension add up to the total"),
    ),
    ("indicator", "part"),
    _iterate_part_rows,
    "indicator",
)

TARGETS = EditionTable(
    "targets",
    "Targets as they were set, year by year; a target of the baseline's year is the baseline of a site or part.",
    (
        *_make_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            site="code of the site or province; blank: the centre",
        ),
        *_make_columns(ColumnType.INTEGER, year="year"),
        *_make_columns(ColumnType.NUMBER, value="the target, on the indicator's target basis"),
        *_make_columns(
            ColumnType.STRING,
            provenance="where it comes from",
            reason="why a later plan version changed it",
            part="an of-which, as dimension/category; blank: the total",
        ),
    ),
    ("indicator", "site", "year", "part"),
    lambda contents: (
        (target.indicator, target.site, target.year, target.value, target.provenance, target.reason, target.part)
        for target in contents.plan.targets
    ),
    "indicator",
)

REMARKS = EditionTable(
    "remarks",
    "Published remarks: the reason for an indicator's rating, and the agreed action.",
    (
        *_make_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            quarter="quarter that the remark is about",
            why="reason",
            agreed="agreed action",
            responsible="who is responsible for the action",
        ),
        *_make_columns(ColumnType.DATE, due="due date"),
        *_make_columns(ColumnType.BOOLEAN, done="whether the action is done"),
    ),
    (),
    lambda contents: (
        (
            remark.indicator,
            str(remark.quarter),
            remark.why,
            remark.agreed,
            remark.responsible,
            remark.due,
            remark.is_done,
        )
        for remark in contents.edition.remarks
    ),
    "indicator",
)


def _make_restatement_cells(item: Restatement) -> Row:
    key = (item.key.indicator, item.key.part, item.key.site, item.key.period)
    return (*key, item.old_state, item.old_value, item.new_state, item.new_value, item.old_target, item.new_target)


RESTATEMENTS = EditionTable(
    "restatements",
    "Figures of finished periods that differ from the edition before.",
    (
        *_make_columns(
            ColumnType.STRING,
            indicator="code of the indicator",
            part="as in figures",
            site="as in figures",
            period="as in figures",
            old_state="state in the edition before",
        ),
        *_make_columns(ColumnType.NUMBER, old_value="value in the edition before"),
        *_make_columns(ColumnType.STRING, new_state="state now"),
        *_make_columns(ColumnType.NUMBER, new_value="value now", old_target="target before", new_target="target now"),
    ),
    ("indicator", "part", "site", "period"),
    lambda contents: (_make_restatement_cells(item) for item in contents.edition.restatements),
)

EDITION_TABLES: Sequence[EditionTable] = (
    FIGURES, INDICATORS, OBJECTIVES, SITES, PARTS, TARGETS, REMARKS, RESTATEMENTS,
)  # fmt: skip
