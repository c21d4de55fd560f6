"""The cards of the explore page: a chart with its title, its numbers as a table, and links to download them."""

from dataclasses import dataclass, replace
from typing import Any

from dash import dcc, html

from dashboard.access.context import PageContext
from dashboard.charts.config import make_graph_config
from dashboard.charts.frame import ChartDict
from dashboard.component_ids import CHART_TYPE
from dashboard.components.edition_table import build_edition_table, build_indicator_link
from dashboard.components.explore_choices import (
    PATH,
    ExploreChoices,
    ShownFigure,
    make_explore_address,
)
from dashboard.components.markup import make_aria_label, tags
from dashboard.components.site_choice import find_site_name
from dashboard.selection import localize_path
from etl.indicators.editions import EditionContents
from etl.indicators.vocabulary import Indicator
from etl.wording.editions import describe_edition_citation, describe_edition_source, list_edition_notices


@dataclass(frozen=True)
class Explorer:
    """What every part of the page needs: the request, the choices and the edition."""

    page: PageContext
    choices: ExploreChoices
    contents: EditionContents

    def make_address(self, **changes: Any) -> str:
        """Return the address of the page after changes of the choices."""
        return make_explore_address(replace(self.choices, **changes))

    def get_place_name(self, code: str) -> str:
        """Return the name of a site or province, or of the whole centre for a blank code."""
        return find_site_name(self.contents.plan, code, self.page.locale) if code else self.page.gettext("All sites")

    def get_name(self, indicator: Indicator) -> str:
        return indicator.name.get_text(self.page.language)


def build_card(
    explorer: Explorer,
    chart: ChartDict,
    table: Any,
    *,
    chart_id: str,
    title: str,
    subtitle: str,
    csv_address: str,
    indicator: Indicator | None = None,
) -> Any:
    """Return a card. `indicator` adds a link to its page. The table does not depend on the chart."""
    height = {"height": chart["layout"]["height"]}
    graph = dcc.Graph(
        id={"type": CHART_TYPE, "name": chart_id},
        figure=chart,
        config=make_graph_config(),
        className="chart",
        style=height,
    )
    label = make_aria_label(f"{title}. {subtitle}")
    return html.Figure(
        [
            tags.H2(title),
            html.Div(graph, id=chart_id, className="chart-frame", role="group", style=height, **label),
            tags.P(subtitle, className="key"),
            html.Details([html.Summary(explorer.page.gettext("The numbers as a table")), table], className="numbers"),
            html.Figcaption(
                [
                    tags.P(describe_edition_source(explorer.contents, explorer.page.locale)),
                    *_build_links(explorer, chart_id, title, subtitle, csv_address, indicator),
                ]
            ),
        ],
        className="chart-card small",
    )


def _build_links(
    explorer: Explorer, chart_id: str, title: str, subtitle: str, csv_address: str, indicator: Indicator | None
) -> list[Any]:
    page = explorer.page
    _ = page.gettext
    picture_button = tags.Button(
        "PNG",
        type="button",
        className="plain-button save-picture",
        title=_("Download as a picture"),
        **{
            "data-chart": chart_id,
            "data-name": f"cardec-{explorer.contents.edition.id}-{chart_id}.png",
            "data-title": title,
            "data-subtitle": subtitle,
            "data-source": describe_source(explorer),
        },
    )
    csv_link = tags.A("CSV", href=csv_address, download="", title=_("Download the numbers"))
    links = [tags.Span([picture_button, " ", csv_link], className="files")]
    if indicator is not None:
        address = localize_path(f"/indicators/{indicator.code}", page.language)
        links[:0] = [tags.A(_("Definition and details"), href=address), " "]
        embed_address = localize_path(f"/embed/{indicator.code}/code", page.language)
        links.append(" ")
        links.append(tags.A(_("Embed"), href=embed_address, title=_("Show this chart on your page")))
    return links


def describe_source(explorer: Explorer) -> str:
    """Return where the figures come from, with the notices of the edition, as pictures carry them."""
    citation = describe_edition_source(explorer.contents, explorer.page.locale)
    return " · ".join([citation, *list_edition_notices(explorer.contents, explorer.page.locale)])


def build_figures_table(explorer: Explorer, shown: list[ShownFigure], caption: str, *, with_periods: bool) -> Any:
    """Return the figures as a table: a row for each indicator, place and period."""
    with_places = any(item.place for item in shown)
    with_names = len({item.indicator.code for item in shown}) > 1 or not (with_places or with_periods)
    rows = []
    for item in shown:
        name: list[Any] = [build_indicator_link(item.indicator, explorer.page.locale)] if with_names else []
        name += [explorer.get_place_name(item.place)] if with_places else []
        name += [item.figure.key.period] if with_periods else []
        rows.append((_join(name), item.indicator, item.figure))
    return build_edition_table(explorer.contents, rows, caption, explorer.page.locale)


def _join(parts: list[Any]) -> list[Any]:
    return [piece for part in parts for piece in (" · ", part)][1:]


def make_csv_address(explorer: Explorer, **changes: Any) -> str:
    """Return the address of the figures that the page shows after changes of the choices."""
    return make_explore_address(replace(explorer.choices, **changes), f"{PATH}.csv")


def build_share_links(explorer: Explorer, origin: str) -> Any:
    """Return what a reader takes along: a link to this view, its numbers, and how to cite it."""
    _ = explorer.page.gettext
    address = origin + explorer.make_address()
    citation = f"{describe_edition_citation(explorer.contents, explorer.page.locale)} {address}"
    return html.Div(
        [
            _build_copy_button(_("Copy link"), "explore-link"),
            tags.A(_("Download the numbers shown (CSV)"), href=make_csv_address(explorer), download=""),
            html.Details(
                [
                    html.Summary(_("Cite")),
                    tags.P(citation, id="explore-citation"),
                    _build_copy_button(_("Copy"), "explore-citation"),
                ],
                className="cite-box",
            ),
            tags.Span(address, id="explore-link", className="vh"),
        ],
        className="share",
    )


def _build_copy_button(label: str, target: str) -> Any:
    return tags.Button(label, type="button", className="plain-button", **{"data-copy": target})
