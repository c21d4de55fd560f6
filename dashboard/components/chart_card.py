"""A chart with its title, a text summary, a table of its numbers, and links to download them."""

from dataclasses import dataclass, replace
from typing import Any

from dash import dcc

from dashboard.access.context import PageContext
from dashboard.charts.config import make_graph_config
from dashboard.charts.frame import ChartDict
from dashboard.component_ids import CHART_TYPE
from dashboard.components.markup import make_aria_label, make_element, tags
from dashboard.selection import make_address
from etl.exports.about import list_data_notices


@dataclass(frozen=True, kw_only=True)
class ChartTexts:
    """The texts around a chart."""

    title: str
    """The main message of the chart."""
    subtitle: str
    """The title of the chart, with the unit."""
    summary: str
    notes: str = ""
    """The key of the marks, and what the chart leaves out."""
    source: str = ""
    """Where the figures come from; blank for the returns as they are now."""


@dataclass(frozen=True, kw_only=True)
class ChartFiles:
    """The parts of the names and addresses of a chart's files."""

    chart: str
    """One of the charts of `etl.exports.chart_rows`."""
    code: str = ""
    """The code of the indicator; blank for charts of the whole plan."""
    objectives: tuple[str, ...] = ()
    programme: str = ""
    sites: tuple[str, ...] = ()
    """The objectives, the programme and the sites of a chart of the plan, where its page has its own."""

    has_csv: bool = True
    """Whether the numbers have a file; without one, they are in a table of the page."""

    @property
    def csv_path(self) -> str:
        return f"/staff/chart/{self.code}/{self.chart}/csv" if self.code else f"/staff/plan-chart/{self.chart}/csv"


def build_chart_card(
    texts: ChartTexts,
    chart: ChartDict,
    table: Any,
    *,
    chart_id: str,
    files: ChartFiles,
    page: PageContext,
    is_small: bool = False,
) -> Any:
    """Return the card.

    The table does not depend on the chart; it is folded unless the chart fails to load. `chart_id` is the id of the
    chart's frame and the name in the pattern id of the chart itself.
    """
    heading = tags.H3(texts.title) if is_small else tags.H2(texts.title)
    height = {"height": chart["layout"]["height"]}
    graph = dcc.Graph(
        id={"type": CHART_TYPE, "name": chart_id},
        figure=chart,
        config=make_graph_config(),
        className="chart",
        style=height,
    )
    description = f"{texts.title}. {texts.summary}"
    details = tags.Details([tags.Summary(page.gettext("The numbers as a table")), table], className="numbers")
    return tags.Figure(
        [
            heading,
            tags.P(texts.subtitle[:1].upper() + texts.subtitle[1:], className="sub"),
            tags.Div(
                graph, id=chart_id, className="chart-frame", role="group", style=height, **make_aria_label(description)
            ),
            tags.Figcaption(_describe_source(texts, page)),
            tags.Div([details, *_build_file_links(texts, chart_id, files, page)], className="chart-foot"),
        ],
        className="chart-card small" if is_small else "chart-card",
    )


def _describe_source(texts: ChartTexts, page: PageContext) -> str:
    """Return the key of the chart, where its figures come from, and their state."""
    source = page.gettext("Source: returns of the sites, as of {day}.", day=page.locale.format_day(page.now.date()))
    return " ".join(filter(None, (texts.notes, texts.source or source)))


def _build_file_links(texts: ChartTexts, chart_id: str, files: ChartFiles, page: PageContext) -> list[Any]:
    """Return a button that downloads the chart as a picture, a link to its numbers, and one that copies its address."""
    name = f"{files.code or 'plan'}-{files.chart}-{page.now.date().isoformat()}"
    notices = list_data_notices(page.snapshot, page.locale)
    data_attributes = {
        "data-chart": chart_id,
        "data-name": f"{name}.png",
        "data-title": texts.title,
        "data-subtitle": texts.subtitle,
        "data-source": " · ".join([_describe_source(texts, page), *notices]),
    }
    picture_button = tags.Button(
        "PNG",
        type="button",
        className="plain-button save-picture",
        title=page.gettext("Download as a picture"),
        **data_attributes,
    )
    selection = page.selection
    if files.objectives or files.programme:
        selection = replace(selection, objectives=files.objectives, programme=files.programme)
    if files.sites:
        selection = replace(selection, sites=files.sites)
    address = make_address(selection, files.csv_path)
    csv_link = make_element("A", "CSV", href=address, download="", title=page.gettext("Download the numbers"))
    copy_button = tags.Button(
        page.gettext("Copy link"), type="button", className="plain-button", **{"data-copy-link": chart_id}
    )
    csv_parts = [csv_link, " "] if files.has_csv else []
    return [make_element("Span", [picture_button, " ", *csv_parts, copy_button], className="files")]
