"""The chart of an indicator by quarter: actuals against the path to the targets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.addresses import make_figure_hash
from dashboard.charts.compared_lines import ComparedLine, label_compared_lines, make_compared_line
from dashboard.charts.frame import (
    HOVER,
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
    make_incomplete_markers,
    make_outlook_line,
    make_target_markers,
    make_value_axis,
    pair_with_addresses,
    split_at_gaps,
    thin_labels,
)
from dashboard.theme import ACCENT, CARD, INK
from etl.indicators.periods import PlanToDate, Quarter, Years, list_quarters_between
from etl.indicators.results import Amount, NoValue, SeriesPoint
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.comparisons import QUARTERS_PER_YEAR
from etl.queries.indicator_history import IndicatorHistory
from etl.wording import describe_amount

_HEIGHT = 360
_NEAR_THE_AXIS = 0.15
"""The share of the axis below which there is no room for a label under a mark."""


@dataclass(frozen=True, slots=True)
class HistoryMark:
    """A numbered mark on the line: a remark on the quarter, or a change of targets in it."""

    quarter: Quarter
    text: str
    address: str


def draw_history(
    history: IndicatorHistory,
    locale: Locale,
    *,
    addresses: Mapping[Quarter, str],
    marks: Sequence[HistoryMark] = (),
    compared: Sequence[ComparedLine] = (),
) -> ChartDict:
    """Return values to date, expected path, year-end targets, hollow and numbered marks, and the outlook.

    A click on a point leads to the address of its quarter. Targets and the path to them lead to the indicator's.
    """
    _ = locale.gettext
    points, indicator = history.due_points, history.indicator
    drawing = _Drawing(history, locale, addresses)
    expected_points = split_at_gaps(history.points, indicator, with_breaks=False, joins_years=history.start is not None)
    actual_points = split_at_gaps(points, indicator, joins_years=history.start is not None)
    traces = [
        drawing.make_trace(make_expected_line(_("expected")), expected_points, expected=True),
        drawing.make_trace(_make_line(indicator, _("actual")), actual_points),
    ]
    selections = (
        (make_incomplete_markers(_("returns missing")), list_incomplete_points(history)),
        (
            make_hollow_markers(_("pending approval")),
            [point for point in points if point.quarter in history.unapproved_quarters],
        ),
        (make_carried_markers(_("partly carried forward")), [point for point in points if point.to_date.carried]),
    )
    traces += [drawing.make_trace(style, selected) for style, selected in selections if selected]
    optional = (
        _make_target_trace(drawing),
        _make_expected_trace(drawing),
        _make_outlook_trace(drawing),
        _make_mark_trace(drawing, marks),
    )
    traces += [trace for trace in optional if trace is not None]
    traces = [{**trace, "showlegend": False} for trace in traces]
    traces += [make_compared_line(line, indicator, locale) for line in compared]
    labels = label_compared_lines(traces, compared, indicator, locale, plot_height=_HEIGHT - 52)
    return build_chart(
        traces,
        height=_HEIGHT,
        unit="",
        with_legend=labels.with_legend,
        margin={"l": 48, "r": labels.margin + 4, "t": 24, "b": 28, "autoexpand": True},
        yaxis=make_value_axis(indicator, locale),
        xaxis=_make_quarter_axis(_list_quarters(history), locale),
        annotations=[*_label_last_value(history, locale), *_number_marks(drawing, marks), *labels.annotations],
    )


def list_incomplete_points(history: IndicatorHistory) -> list[SeriesPoint]:
    """Return the points to date without the number of a quarter: missing, or covered by a return after that point."""
    missing = frozenset(history.missing)
    return [
        point
        for point in history.points
        if any(key in missing or key in point.to_date.missing for key in point.in_quarter.missing)
    ]


def find_outlook_end(history: IndicatorHistory) -> Decimal | None:
    """Return the value at which the line at the recent pace ends.

    None without an outlook, at the end of the plan, where each year starts again, and for other periods than the plan.
    """
    figure = history.figure
    if figure.outlook is None or not figure.outlook.remaining_quarters or figure.counted_quarter is None:
        return None
    is_whole_plan = isinstance(figure.requested_period, PlanToDate)
    return figure.outlook.projected if is_whole_plan and not _starts_again(history) else None


def _make_quarter_axis(quarters: Sequence[Quarter], locale: Locale) -> ChartDict:
    """Return the axis with a label for each year; for one year alone, for each quarter."""
    if len(quarters) <= QUARTERS_PER_YEAR:
        names = [str(quarter) for quarter in quarters]
        return make_axis(
            type="category",
            categoryorder="array",
            categoryarray=names,
            tickvals=names,
            # In two lines, since Khmer labels are wider than a quarter of a phone.
            ticktext=[locale.format_quarter(quarter).replace(" ", "<br>") for quarter in quarters],
            tickangle=0,
            showgrid=False,
        )
    firsts = [quarter for quarter in quarters if quarter.number == 1]
    return make_axis(
        type="category",
        categoryorder="array",
        categoryarray=[str(quarter) for quarter in quarters],
        tickvals=[str(quarter) for quarter in firsts],
        ticktext=thin_labels([str(quarter.year) for quarter in firsts]),
        tickangle=0,
        showgrid=False,
    )


def _make_line(indicator: Indicator, name: str) -> ChartDict:
    """Return the line of actuals; a stage lasts until the next one is reached, so its line has steps."""
    style = make_actual_line(name)
    return {**style, "line": {**style["line"], "shape": "hv"}} if indicator.is_stage else style


def _label_last_value(history: IndicatorHistory, locale: Locale) -> list[ChartDict]:
    """Return the label of the last reported value; a stage can be read on the axis."""
    reported = [point for point in history.due_points if not isinstance(point.to_date.amount, NoValue)]
    if not reported or history.indicator.is_stage:
        return []
    last = reported[-1]
    return [
        {
            "x": str(last.quarter),
            "y": convert_axis_value(last.to_date.amount),
            "text": f"<b>{describe_amount(last.to_date.amount, history.indicator, locale)}</b>",
            "showarrow": False,
            "xanchor": "right",
            "xshift": -8,
            "yshift": 10,
            "bgcolor": "rgba(255,255,255,0.7)",
            "font": {"size": 15, "color": ACCENT},
        }
    ]


def _make_mark_trace(drawing: "_Drawing", marks: Sequence[HistoryMark]) -> ChartDict | None:
    """Return round marks for the numbers; each leads to its remark or revision."""
    if not marks:
        return None
    return {
        "type": "scatter",
        "mode": "markers",
        "name": drawing.locale.gettext("remarks and revisions"),
        "x": [str(mark.quarter) for mark in marks],
        "y": [drawing.find_height(mark.quarter) for mark in marks],
        "cliponaxis": False,
        "marker": {"size": 19, "color": CARD, "line": {"color": INK, "width": 1.5}},
        "text": [f"{number}. {mark.text}" for number, mark in enumerate(marks, start=1)],
        "hovertemplate": HOVER,
        "customdata": [[str(number), mark.address] for number, mark in enumerate(marks, start=1)],
    }


def _number_marks(drawing: "_Drawing", marks: Sequence[HistoryMark]) -> list[ChartDict]:
    return [
        {
            "x": str(mark.quarter),
            "y": drawing.find_height(mark.quarter),
            "text": str(number),
            "showarrow": False,
            "captureevents": False,
            "font": {"size": 12, "color": INK},
        }
        for number, mark in enumerate(marks, start=1)
    ]


def _list_quarters(history: IndicatorHistory) -> list[Quarter]:
    """Return the quarters of the axis: to the end of the last year, or of the plan with an outlook."""
    if not history.points:
        return []
    first, last = history.points[0].quarter, history.points[-1].quarter
    outlook = history.figure.outlook
    end = last.shift(outlook.remaining_quarters) if outlook is not None else last
    return list(list_quarters_between(first, max(end, Quarter(last.year, 4))))


@dataclass(frozen=True, slots=True)
class _Drawing:
    """The parts that the traces of one chart share."""

    history: IndicatorHistory
    locale: Locale
    addresses: Mapping[Quarter, str]

    def make_trace(
        self, style: ChartDict, points: Iterable[SeriesPoint | None], *, expected: bool = False
    ) -> ChartDict:
        """Return a trace of the points' values to date, or of their expected values."""
        trace_points = list(points)
        amounts = [_select_amount(point, expected) for point in trace_points]
        indicator, locale = self.history.indicator, self.locale
        return {
            **style,
            "x": [str(point.quarter) if point else None for point in trace_points],
            "y": [convert_axis_value(amount) for amount in amounts],
            "text": [
                f"{locale.format_quarter(point.quarter)}: {describe_with_unit(amount, indicator, locale)}"
                if point
                else ""
                for point, amount in zip(trace_points, amounts, strict=True)
            ],
            "customdata": pair_with_addresses(
                [format_exact_value(amount) for amount in amounts],
                [self.addresses.get(point.quarter, "") if point else "" for point in trace_points],
            ),
        }

    def pair_with_years(self, amounts: Sequence[tuple[Quarter, Amount]]) -> list[list[str]]:
        """Return the custom data of targets and of the path: each leads to the figure of its year."""
        code = self.history.indicator.code
        return pair_with_addresses(
            [format_exact_value(amount) for _, amount in amounts],
            [make_figure_hash(code, Years(quarter.year, quarter.year)) for quarter, _ in amounts],
        )

    def find_height(self, quarter: Quarter) -> float:
        """Return the line's height in a quarter; where it has none, that of the last value before, or 0."""
        reported = [
            height
            for point in self.history.points
            if point.quarter <= quarter and (height := convert_axis_value(point.to_date.amount)) is not None
        ]
        return reported[-1] if reported else 0.0


def _select_amount(point: SeriesPoint | None, expected: bool) -> Amount:
    if point is None:
        return NoValue.NOT_DEFINED
    return point.expected if expected else point.to_date.amount


def _make_target_trace(drawing: _Drawing) -> ChartDict:
    """Return the targets of the years on the axis, including future ones, at the fourth quarters."""
    history, locale = drawing.history, drawing.locale
    _ = locale.gettext
    quarters = {quarter for quarter in _list_quarters(history) if quarter.number == 4}
    year_targets = [
        (quarter, target)
        for quarter, target in history.year_end_targets
        if quarter in quarters and not isinstance(target, NoValue)
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
        "customdata": drawing.pair_with_years(year_targets),
    }


def _starts_again(history: IndicatorHistory) -> bool:
    """Whether the line starts again each year."""
    return history.indicator.is_flow and history.start is None


def _make_expected_trace(drawing: _Drawing) -> ChartDict | None:
    """Return the path from the last quarter to the future targets; None where each year starts again."""
    history, locale = drawing.history, drawing.locale
    with_expected = [point for point in history.points if not isinstance(point.expected, NoValue)]
    if _starts_again(history) or not with_expected:
        return None
    last = with_expected[-1]
    quarters = _list_quarters(history)
    future_amounts = [
        (quarter, amount)
        for quarter, amount in history.year_end_targets
        if quarter > last.quarter and quarter in quarters
    ]
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
        "customdata": drawing.pair_with_years(path),
    }


def _choose_label_positions(history: IndicatorHistory, targets: Sequence[float]) -> list[str]:
    """Return the label positions: below the marks where the line runs above the targets, else above."""
    amounts = [convert_axis_value(point.to_date.amount) or 0.0 for point in history.points]
    highest = max([*targets, *amounts], default=0.0)
    is_past = _is_above_path(history)
    return ["bottom center" if is_past and target > _NEAR_THE_AXIS * highest else "top center" for target in targets]


def _is_above_path(history: IndicatorHistory) -> bool:
    """Whether the line runs mostly above the expected path."""
    pairs = [(convert_axis_value(point.to_date.amount), convert_axis_value(point.expected)) for point in history.points]
    above = [actual > expected for actual, expected in pairs if actual is not None and expected is not None]
    return sum(above) * 2 > len(above)


def _make_outlook_trace(drawing: _Drawing) -> ChartDict | None:
    """Return the line at the recent pace; None where there is none."""
    history, locale = drawing.history, drawing.locale
    outlook, counted = history.figure.outlook, history.figure.counted_quarter
    start, end = history.figure.counted_value.amount, find_outlook_end(history)
    if outlook is None or counted is None or end is None:
        return None
    _ = locale.gettext
    return {
        **make_outlook_line(_("at the recent pace")),
        "x": [str(counted), str(counted.shift(outlook.remaining_quarters))],
        "y": [convert_axis_value(start), convert_axis_value(end)],
        "text": [
            f"{_('at the recent pace')}: {describe_with_unit(amount, history.indicator, locale)}"
            for amount in (start, end)
        ],
        "customdata": drawing.pair_with_years(
            [(counted, start), (counted.shift(outlook.remaining_quarters), end)],
        ),
    }
