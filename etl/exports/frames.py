"""Figures, observations, targets, returns and sites as pandas data frames, a row for each value (docs/frames.md).

Numbers are exact `Decimal` objects, or None where there is none; `astype(float)` converts a column for a chart.
Importing this module imports pandas, so modules that a web worker imports at its start import it within functions.
"""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from pandas import DataFrame

from etl.exports.edition.tables import FIGURES, EditionTable
from etl.exports.figure_rows import format_plain_number, format_target_revisions, get_stage_code
from etl.indicators.editions import EditionContents
from etl.indicators.part_targets import list_parts_with_targets
from etl.indicators.periods import Period, PlanToDate
from etl.indicators.results import Amount, Figure
from etl.indicators.site_groups import SiteGroup, SiteSelection, get_district_code
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, PARTICIPATIONS, CellKey, Indicator
from etl.queries.data_source import DataSource
from etl.queries.reported_numbers import read_all_returns, read_reported_numbers
from etl.queries.scope import QueryScope

SHARE_UNIT = "share"
"""The unit of percentages, which are fractions of 1."""
_SHARES = ("achievement", "progress", "headline", "pace")

_FIGURE_COLUMNS = (
    "figure", "indicator", "part", "objective", "name", "sites", "province", "period", "judged_period",
    "measure", "number", "reason", "unit", "stage",
    "rating", "headline_rule", "over_target", "counted_quarter", "target_revised",
    "reported", "of", "not_collected", "missing", "carried", "plan_version",
)  # fmt: skip
_OBSERVATION_COLUMNS = (
    "site", "quarter", "indicator", "part", "number", "state", "unit", "basis", "typed", "note",
    "file", "sheet", "cell", "return_id", "return_state", "plan_version", "sender", "approver",
)  # fmt: skip
_TARGET_COLUMNS = (
    "plan_version", "effective", "indicator", "part", "place", "year", "number", "unit", "target_basis",
    "is_baseline", "provenance", "reason",
)  # fmt: skip
_RETURN_COLUMNS = (
    "return_id", "site", "quarter", "state", "basis", "plan_version", "file", "sha256", "sender", "created_at",
    "first_submitted_at", "submitted_at", "decided_at", "approver", "supersedes",
)  # fmt: skip
_SITE_COLUMNS = (
    "site", "name_en", "name_km", "kind", "province", "province_en", "province_km", "district", "district_en",
    "district_km", "lat", "lon", "reports_from", "closed_after",
)  # fmt: skip
_FigureItem = tuple[Figure, Indicator, SiteSelection | None]


def figures_frame(
    scope: QueryScope,
    *,
    periods: Iterable[Period] = (PlanToDate(),),
    places: Iterable[SiteSelection | None] = (None,),
    indicators: Iterable[Indicator] | None = None,
    rated_parts_only: bool = False,
) -> DataFrame:
    """Return a row for each amount of each figure: of all indicators in scope, for every period and place.

    A place is None (all sites of the scope), a tuple of site codes or a province. Each indicator is followed by its
    parts, or by those that have targets of their own. The rows of a figure have the same number in `figure`.
    """
    indicators = scope.list_indicators() if indicators is None else tuple(indicators)
    places = tuple(places)
    figures = (
        item
        for period in periods
        for indicator in indicators
        for place in places
        for item in _iterate_figures(scope, indicator, period, place, rated_parts_only)
    )
    rows = (
        _make_figure_row(number, item, *value)
        for number, item in enumerate(figures)
        for value in _iterate_amounts(scope, item)
    )
    return _make_frame(_FIGURE_COLUMNS, rows)


def _iterate_figures(
    scope: QueryScope, indicator: Indicator, period: Period, place: SiteSelection | None, rated_parts_only: bool
) -> Iterator[_FigureItem]:
    yield scope.get_figure(indicator.code, period=period, sites=place), indicator, place
    plan = scope.plan
    parts = list_parts_with_targets(plan, indicator.code) if rated_parts_only else plan.list_parts(indicator.code)
    for part in parts:
        yield scope.get_figure(indicator.code, period=period, sites=place, part=part.key), indicator, place


def _iterate_amounts(scope: QueryScope, item: _FigureItem) -> Iterator[tuple[str, Amount]]:
    """Yield the name of each amount of a figure, and the amount. A number that its kind does not have is left out."""
    figure, indicator, place = item
    yield "actual", figure.actual.amount
    if figure.actual.numerator is not None:
        yield NUMERATOR, figure.actual.numerator
    if figure.actual.denominator is not None:
        yield DENOMINATOR, figure.actual.denominator
    yield "counted", figure.counted_value.amount
    yield "rated_actual", figure.rated_actual
    for name in ("target", "baseline", "baseline_for_period", "expected", *_SHARES):
        yield name, getattr(figure, name)
    if not figure.part:
        participations = scope.compute_participations(indicator.code, period=figure.requested_period, sites=place)
        if participations is not None:
            yield PARTICIPATIONS, participations.amount


def _make_figure_row(number: int, item: _FigureItem, measure: str, amount: Amount) -> tuple[object, ...]:
    figure, indicator, place = item
    exact = amount if isinstance(amount, Decimal) else None
    value = figure.actual
    return (
        number,
        indicator.code,
        figure.part,
        indicator.objective,
        indicator.name.en,
        ";".join(figure.sites),
        place.code if isinstance(place, SiteGroup) else "",
        str(figure.requested_period),
        str(figure.period),
        measure,
        exact,
        "" if isinstance(amount, Decimal) else amount.value,
        _get_unit(measure, indicator),
        "" if measure in _SHARES else get_stage_code(exact, indicator),
        figure.rating.value,
        figure.headline_rule,
        figure.over_target,
        str(figure.counted_quarter or ""),
        format_target_revisions(figure.target_revisions),
        value.reported,
        value.expected,
        value.not_collected,
        ";".join(f"{key.site} {key.quarter}" for key in value.missing),
        ";".join(f"{level.site} {level.since}" for level in value.carried),
        figure.plan_version,
    )


def _get_unit(measure: str, indicator: Indicator) -> str:
    """Return the unit of an amount; blank for the two numbers of a ratio, of which the plan states none."""
    if measure in _SHARES:
        return SHARE_UNIT
    if measure in (NUMERATOR, DENOMINATOR):
        return ""
    return PARTICIPATIONS if measure == PARTICIPATIONS else indicator.unit


def pivot_figures(values: DataFrame) -> DataFrame:
    """Return a row for each figure of a frame of figures, with its measures as columns.

    A measure is the exact number as text, or the code of the reason that there is none; blank where the figure does
    not have the measure. `actual_stage` and `target_stage` are the codes of stages.
    """
    texts = values.assign(text=format_numbers(values))
    measures = texts.pivot(index="figure", columns="measure", values="text").fillna("")
    stages = values.pivot(index="figure", columns="measure", values="stage")
    actuals = values[values["measure"] == "actual"].set_index("figure").drop(columns=["measure", "number", "reason"])
    pivoted = actuals.drop(columns=["stage"]).join(measures)
    return pivoted.assign(actual_stage=stages["actual"], target_stage=stages["target"])


def format_numbers(values: DataFrame) -> Sequence[str]:
    """Return the exact numbers of a frame in plain digits, or the code of the reason where there is none."""
    return [
        reason if number is None else format_plain_number(number)
        for number, reason in zip(values["number"], values["reason"], strict=True)
    ]


def observations_frame(source: DataSource, *, include_unapproved: bool = True) -> DataFrame:
    """Return the numbers of the effective returns, each with the file, sheet and cell that it comes from."""
    plans = source.get_snapshot().plans
    numbers = (
        (number.cell, number.origin) for number in read_reported_numbers(source, include_unapproved=include_unapproved)
    )
    rows = (
        (
            origin.site,
            str(origin.quarter),
            cell.key.indicator,
            cell.key.part,
            cell.value,
            cell.state.value,
            _get_entry_unit(
                plans.get_plan_in_force(origin.quarter).indicator_by_code.get(cell.key.indicator), cell.key
            ),
            origin.basis.value,
            cell.raw,
            cell.note,
            origin.file_name,
            cell.sheet,
            cell.address,
            origin.id,
            origin.state.value,
            origin.plan_version,
            origin.sender,
            origin.approver,
        )
        for cell, origin in numbers
    )
    return _make_frame(_OBSERVATION_COLUMNS, rows)


def _get_entry_unit(indicator: Indicator | None, key: CellKey) -> str:
    return "" if indicator is None else _get_unit(key.part, indicator)


def targets_frame(scope: QueryScope) -> DataFrame:
    """Return the targets of every version of the plan in the snapshot; a target of the baseline's year is a baseline.

    Baselines of the centre are part of their indicator, and are listed as well.
    """
    return _make_frame(_TARGET_COLUMNS, _iterate_targets(scope))


def _iterate_targets(scope: QueryScope) -> Iterator[tuple[object, ...]]:
    for version in scope.snapshot.plans.versions:
        for indicator in version.plan.indicators:
            if indicator.baseline_year is not None and indicator.baseline_value is not None:
                key = (version.number, version.effective.isoformat(), indicator.code, "", "", indicator.baseline_year)
                terms = (indicator.unit, indicator.target_basis.value, True)
                yield (*key, indicator.baseline_value, *terms, indicator.baseline_provenance, "")
        for target in version.plan.targets:
            indicator = version.plan.indicator_by_code[target.indicator]
            key = (
                version.number,
                version.effective.isoformat(),
                target.indicator,
                target.part,
                target.site,
                target.year,
            )
            terms = (indicator.unit, indicator.target_basis.value, target.year == indicator.baseline_year)
            yield (*key, target.value, *terms, target.provenance, target.reason)


def returns_frame(source: DataSource) -> DataFrame:
    """Return every return in its current state, withdrawn and superseded ones too."""
    rows = (
        (
            stored_return.id,
            stored_return.site,
            str(stored_return.quarter),
            stored_return.state.value,
            stored_return.basis.value,
            stored_return.plan_version,
            stored_return.file_name,
            stored_return.sha256,
            stored_return.sender,
            stored_return.created_at,
            stored_return.first_submitted_at,
            stored_return.submitted_at,
            stored_return.decided_at,
            stored_return.approver,
            stored_return.supersedes,
        )
        for stored_return in read_all_returns(source)
    )
    frame = _make_frame(_RETURN_COLUMNS, rows)
    return frame.astype({"supersedes": "Int64"})


def sites_frame(scope: QueryScope) -> DataFrame:
    """Return the sites of the newest plan."""
    rows = (
        (
            site.code,
            site.name.en,
            site.name.km,
            site.kind,
            site.iso_3166_2,
            site.province.en,
            site.province.km,
            get_district_code(site),
            site.district.en,
            site.district.km,
            site.lat,
            site.lon,
            str(site.reports_from or ""),
            str(site.closed_after or ""),
        )
        for site in scope.plan.sites
    )
    return _make_frame(_SITE_COLUMNS, rows)


def edition_frame(contents: EditionContents, table: EditionTable = FIGURES) -> DataFrame:
    """Return a table of an edition as it is published: exact numbers, dates, and None for blanks."""
    names = [column.name for column in table.columns]
    return DataFrame(list(table.rows(contents)), columns=names, dtype=object)


def _make_frame(columns: Sequence[str], rows: Iterable[tuple[object, ...]]) -> DataFrame:
    return DataFrame.from_records(list(rows), columns=list(columns))
