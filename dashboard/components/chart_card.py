"""A chart under its finding: what is drawn, one sentence for who can't see it, its numbers, its picture and file."""

from dataclasses import dataclass
from typing import Any

from dash import dcc

from dashboard.access.registry import PageRequest
from dashboard.charts.config import graph_config
from dashboard.charts.frame import FigureDict
from dashboard.components.plain import html
from dashboard.components.tables import aria, element
from dashboard.selection import address_of
from etl.exports.about import marks_of
from etl.locale.translations import format_day


@dataclass(frozen=True, kw_only=True)
class ChartWords:
    """What is said around a chart."""

    title: str
    """The finding."""
    subtitle: str
    """What is drawn, and in which unit."""
    summary: str
    source: str


@dataclass(frozen=True, kw_only=True)
class ChartFiles:
    """Whose chart it is, for the names and addresses of its files."""

    code: str
    """Of the indicator."""
    chart: str
    """One of the charts of `etl.exports.chart_rows`."""


def build_chart_card(
    words: ChartWords,
    drawn: FigureDict,
    table: Any,
    *,
    chart_id: str,
    files: ChartFiles,
    request: PageRequest,
    is_small: bool = False,
) -> Any:
    """The card. Its table never waits for the chart; a small card keeps it folded until the chart fails."""
    heading = html.H3(words.title) if is_small else html.H2(words.title)
    height = {"height": drawn["layout"]["height"]}
    graph = dcc.Graph(id=chart_id, figure=drawn, config=graph_config(), className="chart", style=height)
    told = f"{words.title}. {words.summary}"
    summary = html.P(words.summary, className="vh" if is_small else "key")
    folded = html.Details(
        [html.Summary(request.say("The numbers as a table")), table], open=not is_small, className="numbers"
    )
    return html.Figure(
        [
            heading,
            html.P(words.subtitle, className="sub"),
            html.Div(graph, className="chart-frame", role="group", style=height, **aria(told)),
            summary,
            folded,
            html.Figcaption([words.source, " ", *_files(words, chart_id, files, request)]),
        ],
        className="chart-card small" if is_small else "chart-card",
    )


def _files(words: ChartWords, chart_id: str, files: ChartFiles, request: PageRequest) -> list[Any]:
    """A picture, which the browser makes of the drawn chart with what is said around it, and the numbers."""
    name = f"{files.code}-{files.chart}-{request.now.date().isoformat()}"
    marks = [
        *marks_of(request.snapshot, request.language),
        request.say("As of {day}", day=format_day(request.now.date(), request.language)),
    ]
    said = {
        "data-chart": chart_id,
        "data-name": f"{name}.png",
        "data-title": words.title,
        "data-subtitle": words.subtitle,
        "data-source": " · ".join([words.source, *marks]),
    }
    picture = element(
        "Button",
        "PNG",
        type="button",
        className="plain-button save-picture",
        title=request.say("Save as a picture"),
        **said,
    )
    address = address_of(request.selection, f"/staff/chart/{files.code}/{files.chart}/csv")
    numbers = element("A", "CSV", href=address, download="", title=request.say("Save the numbers"))
    return [element("Span", [picture, " ", numbers], className="files")]
