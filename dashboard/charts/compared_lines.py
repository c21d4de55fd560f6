"""Lines of compared sites, years and editions in the chart of an indicator by quarter."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from dashboard.charts.end_labels import EndLabels, LineEnd, make_end_labels
from dashboard.charts.frame import (
    HOVER,
    ChartDict,
    convert_axis_value,
    describe_with_unit,
    format_exact_value,
    pair_with_addresses,
)
from dashboard.theme import ComparedStyle
from etl.indicators.editions import Suppression
from etl.indicators.periods import Quarter
from etl.indicators.results import Amount, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import describe_amount

_ROOM = 60
"""The widest label at the end of a line in pixels, which leaves a phone enough of the chart by quarter."""

ComparedPoint = tuple[Quarter, str, Amount | Suppression, str]
"""The quarter on the axis, the quarter in words, the amount, and where a click on it leads."""


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """The values to date of a compared site or edition, or of a compared year below the same quarters of this one."""

    label: str
    style: ComparedStyle
    points: Sequence[ComparedPoint]


def make_compared_line(line: ComparedLine, indicator: Indicator, locale: Locale) -> ChartDict:
    """Return the line, with a gap where a value is missing or withheld; of stages it has steps."""
    amounts = [NoValue.NOT_DEFINED if isinstance(amount, Suppression) else amount for _, _, amount, _ in line.points]
    shape = {"shape": "hv"} if indicator.is_stage else {}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": line.label,
        "connectgaps": False,
        "line": {"color": line.style.colour, "width": 2, "dash": line.style.dash, **shape},
        "marker": {"color": line.style.colour, "symbol": line.style.symbol, "size": 7},
        "x": [str(quarter) for quarter, *_rest in line.points],
        "y": [convert_axis_value(amount) for amount in amounts],
        "text": [
            f"{line.label}, {words}: {describe_with_unit(amount, indicator, locale)}"
            for (_, words, _, _), amount in zip(line.points, amounts, strict=True)
        ],
        "hovertemplate": HOVER,
        "customdata": pair_with_addresses(
            [format_exact_value(amount) for amount in amounts], [address for *_rest, address in line.points]
        ),
    }


def label_compared_lines(
    traces: Sequence[ChartDict],
    compared: Sequence[ComparedLine],
    indicator: Indicator,
    locale: Locale,
    *,
    plot_height: int,
) -> EndLabels:
    """Return the name and the last value of each compared line; of stages, whose axis has their words, the name."""
    ends = []
    for line in compared:
        amounts = [amount for *_rest, amount, _address in line.points if isinstance(amount, Decimal)]
        if amounts:
            text = "" if indicator.is_stage else describe_amount(amounts[-1], indicator, locale)
            ends.append(LineEnd(float(amounts[-1]), line.label, text, line.style.colour))
    heights = [height for trace in traces for height in trace["y"] if height is not None]
    high, low = max([*heights, 1.0]), min([*heights, 0.0])
    return make_end_labels(ends, span=(high - low) * 1.06, top=high, plot_height=plot_height, room=_ROOM)
