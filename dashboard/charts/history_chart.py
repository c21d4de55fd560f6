"""The chart of an indicator by quarter: actuals against the path to the targets."""

from collections.abc import Iterable, Sequence

from dashboard.charts.frame import (
    HOVER_BESIDE_LABELS,
    ChartDict,
    build_chart,
    convert_axis_value,
    describe_with_unit,
    format_exact_value,
    make_actual_line,
    make_axis,
    make_carried_markers,
    make_expected_line,
    make_hollow_markers,
    make_outlook_line,
    make_target_markers,
    make_value_axis,
    make_year_before_markers,
    split_at_gaps,
    thin_labels,
)
from dashboard.theme import INK
from etl.indicators.periods import PlanToDate, Quarter, list_quarters_between
from etl.indicators.results import Amount, NoValue, SeriesPoint
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import describe_amount, describe_unit

_QUARTERS_OF_A_YEAR = 4
_NEAR_THE_AXIS = 0.15
"""The share of the axis below which there is no room for a label under a mark."""


def draw_history(history: IndicatorHistory, locale: Locale) -> ChartDict:
    """Return values to date, expected path, year-end targets, unapproved points and the outlook."""
    _ = locale.gettext
    points = history.points
    traces = [
        _make_trace(
            make_expected_line(_("expected")),
            split_at_gaps(points, history.indicator, with_breaks=False),
            history.indicator,
            locale,
            expected=True,
        ),
        _make_trace(make_actual_line(_("actual")), split_at_gaps(points, history.indicator), history.indicator, locale),
    ]
    unapproved = [point for point in points if point.quarter in history.unapproved_quarters]
    if unapproved:
        traces.append(_make_trace(make_hollow_markers(_("pending approval")), unapproved, history.indicator, locale))
    carried_points = [point for point in points if point.to_date.carried]
    if carried_points:
        traces.append(
            _make_trace(make_carried_markers(_("partly carried forward")), carried_points, history.indicator, locale)
        )
    if history.indicator.is_flow and len(points) > _QUARTERS_OF_A_YEAR:
        traces.append(_make_year_before_trace(history, locale))
    traces.append(_make_target_trace(history, locale))
    path = _make_expected_trace(history, locale)
    if path is not None:
        traces.append(path)
    outlook_trace = _make_outlook_trace(history, locale)
    if outlook_trace is not None:
        traces.append(outlook_trace)
    return build_chart(
        traces,
        height=380,
        unit="",
        yaxis=make_value_axis(history.indicator, locale, title=describe_unit(history.indicator, locale)),
        xaxis=make_axis(
            type="category",
            categoryorder="array",
            categoryarray=[str(quarter) for quarter in _list_quarters(history)],
            tickvals=[str(quarter) for quarter in _list_quarters(history) if quarter.number == 1],
            ticktext=thin_labels([str(quarter.year) for quarter in _list_quarters(history) if quarter.number == 1]),
            showgrid=False,
        ),
    )


def _make_year_before_trace(history: IndicatorHistory, locale: Locale) -> ChartDict:
    """Return the values of the same quarters a year before. Flows only: for levels, the line shows them."""
    label = locale.gettext("a year before")
    points = history.points
    pairs = [
        (points[index].quarter, points[index - _QUARTERS_OF_A_YEAR].to_date.amount)
        for index in range(_QUARTERS_OF_A_YEAR, len(points))
    ]
    points_before = [(quarter, amount) for quarter, amount in pairs if not isinstance(amount, NoValue)]
    return {
        **make_year_before_markers(label),
        "x": [str(quarter) for quarter, _ in points_before],
        "y": [convert_axis_value(amount) for _, amount in points_before],
        "text": [
            f"{locale.format_quarter(quarter)}, {label}: {describe_with_unit(amount, history.indicator, locale)}"
            for quarter, amount in points_before
        ],
        "customdata": [format_exact_value(amount) for _, amount in points_before],
    }


def _list_quarters(history: IndicatorHistory) -> list[Quarter]:
    """Return the quarters of the axis: to the end of the last year, or of the plan with an outlook."""
    if not history.points:
        return []
    first, last = history.points[0].quarter, history.points[-1].quarter
    outlook = history.figure.outlook
    end = last.shift(outlook.remaining_quarters) if outlook is not None else last
    return list(list_quarters_between(first, max(end, Quarter(last.year, 4))))


def _make_trace(
    style: ChartDict,
    points: Iterable[SeriesPoint | None],
    indicator: Indicator,
    locale: Locale,
    *,
    expected: bool = False,
) -> ChartDict:
    trace_points = list(points)
    amounts = [_select_amount(point, expected) for point in trace_points]
    return {
        **style,
        "x": [str(point.quarter) if point else None for point in trace_points],
        "y": [convert_axis_value(amount) for amount in amounts],
        "text": [
            f"{locale.format_quarter(point.quarter)}: {describe_with_unit(amount, indicator, locale)}" if point else ""
            for point, amount in zip(trace_points, amounts, strict=True)
        ],
        "customdata": [format_exact_value(amount) for amount in amounts],
    }


def _select_amount(point: SeriesPoint | None, expected: bool) -> Amount:
    if point is None:
        return NoValue.NOT_DEFINED
    return point.expected if expected else point.to_date.amount


def _make_target_trace(history: IndicatorHistory, locale: Locale) -> ChartDict:
    """Return the targets of the years on the axis, including future ones, at the fourth quarters."""
    _ = locale.gettext
    quarters = {quarter for quarter in _list_quarters(history) if quarter.number == 4}
    yearly = [(Quarter(year, 4), figure.target) for year, figure in history.progress.years]
    year_targets = [
        (quarter, target) for quarter, target in yearly if quarter in quarters and not isinstance(target, NoValue)
    ]
    target_texts = [describe_with_unit(target, history.indicator, locale) for _, target in year_targets]
    return {
        **make_target_markers(_("target")),
        "mode": "markers+text",
        "textposition": _choose_label_positions(
            history, [convert_axis_value(target) or 0.0 for _, target in year_targets]
        ),
        "textfont": {"size": 12, "color": INK},
        "cliponaxis": False,
        "x": [str(quarter) for quarter, _ in year_targets],
        "y": [convert_axis_value(target) for _, target in year_targets],
        "text": thin_labels([describe_amount(target, history.indicator, locale) for _, target in year_targets]),
        "hovertext": [
            f"{_('target')} {quarter.year}: {target_text}"
            for (quarter, __), target_text in zip(year_targets, target_texts, strict=True)
        ],
        "hovertemplate": HOVER_BESIDE_LABELS,
        "customdata": [format_exact_value(target) for _, target in year_targets],
    }


def _make_expected_trace(history: IndicatorHistory, locale: Locale) -> ChartDict | None:
    """Return the path of a level from the last quarter to the future targets; None for flows."""
    with_expected = [point for point in history.points if not isinstance(point.expected, NoValue)]
    if history.indicator.is_flow or not with_expected:
        return None
    last = with_expected[-1]
    quarters = _list_quarters(history)
    yearly = [(Quarter(year, 4), figure.target) for year, figure in history.progress.years]
    future_amounts = [(quarter, amount) for quarter, amount in yearly if quarter > last.quarter and quarter in quarters]
    path = [
        (last.quarter, last.expected),
        *((quarter, amount) for quarter, amount in future_amounts if not isinstance(amount, NoValue)),
    ]
    if len(path) < 2:
        return None
    return {
        **make_expected_line(locale.gettext("expected")),
        "showlegend": False,
        "x": [str(quarter) for quarter, _ in path],
        "y": [convert_axis_value(amount) for _, amount in path],
        "text": [
            f"{locale.format_quarter(quarter)}: {describe_with_unit(amount, history.indicator, locale)}"
            for quarter, amount in path
        ],
        "customdata": [format_exact_value(amount) for _, amount in path],
    }


def _choose_label_positions(history: IndicatorHistory, targets: Sequence[float]) -> list[str]:
    """Return the label positions: below the marks where the line runs above the targets, else above."""
    highest = max([*targets, *(convert_axis_value(point.to_date.amount) or 0.0 for point in history.points)])
    is_past = _is_above_path(history)
    return ["bottom center" if is_past and target > _NEAR_THE_AXIS * highest else "top center" for target in targets]


def _is_above_path(history: IndicatorHistory) -> bool:
    """Whether the line runs mostly above the expected path."""
    pairs = [(convert_axis_value(point.to_date.amount), convert_axis_value(point.expected)) for point in history.points]
    above = [actual > expected for actual, expected in pairs if actual is not None and expected is not None]
    return sum(above) * 2 > len(above)


def _make_outlook_trace(history: IndicatorHistory, locale: Locale) -> ChartDict | None:
    """Return the line at the recent pace; None for flows, or without an outlook."""
    figure = history.figure
    outlook, counted = figure.outlook, figure.counted_quarter
    if (
        outlook is None
        or counted is None
        or outlook.projected is None
        or not isinstance(figure.requested_period, PlanToDate)
    ):
        return None
    if history.indicator.is_flow or not outlook.remaining_quarters:
        return None
    _ = locale.gettext
    start, end = figure.counted_value.amount, outlook.projected
    return {
        **make_outlook_line(_("at the recent pace")),
        "x": [str(counted), str(counted.shift(outlook.remaining_quarters))],
        "y": [convert_axis_value(start), convert_axis_value(end)],
        "text": [
            f"{_('at the recent pace')}: {describe_with_unit(amount, history.indicator, locale)}"
            for amount in (start, end)
        ],
        "customdata": [format_exact_value(start), format_exact_value(end)],
    }
