"""What pages say of a figure: its row in a table, its card with a chart, where it comes from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import dcc, html

from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.tables import Cell, aria, build_table, element, number_cell
from dashboard.figures.frame import FigureDict
from dashboard.graph import graph_config
from dashboard.selection import Selection, address_of
from etl.exports.figure_rows import plain_amount
from etl.indicators.periods import PlanToDate
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.language import speak
from etl.wording import amount_words, completeness_words, share_name, share_words, unit_words


def indicator_link(indicator: Indicator, selection: Selection) -> Any:
    """The indicator's name, leading to its page with the same choice, and its code."""
    language = selection.language
    address = address_of(selection, f"/staff/indicator/{indicator.code}")
    return [dcc.Link(indicator.name.in_language(language), href=address), html.Small(indicator.code)]


def number_link(figure: Figure, indicator: Indicator, selection: Selection) -> Any:
    """The actual as a number that leads to where it comes from; a reason stands as itself."""
    amount = figure.actual.amount
    text = amount_words(amount, indicator, selection.language)
    if isinstance(amount, NoValue):
        return element("Span", text, className="muted", **{"data-exact": plain_amount(amount)})
    period = "plan" if isinstance(figure.asked, PlanToDate) else str(figure.period)
    address = address_of(replace(selection, period=PlanToDate()), f"/staff/number/{figure.indicator}/{period}")
    return dcc.Link(
        number_cell(text, plain_amount(amount)), href=address, title=speak(selection.language)("where it comes from")
    )


def amount_cell(amount: Amount, indicator: Indicator, language: str) -> Any:
    return number_cell(amount_words(amount, indicator, language), plain_amount(amount))


def share_cell(figure: Figure, language: str) -> Any:
    """The headline percentage above its name, so that the number aligns and is never without its meaning."""
    number = number_cell(share_words(figure.headline, language), plain_amount(figure.headline))
    name = share_name(figure, language)
    return [number, html.Small(name)] if name else number


def bare_share_cell(figure: Figure, heading: Figure, language: str) -> Any:
    """The same under a heading that names the percentage already; another one still says its own name."""
    if share_name(figure, language) not in ("", share_name(heading, language)):
        return share_cell(figure, language)
    return number_cell(share_words(figure.headline, language), plain_amount(figure.headline))


def figure_row(figure: Figure, indicator: Indicator, selection: Selection) -> list[Cell]:
    """Name, rating, bullet, actual, target, headline and what is missing."""
    language = selection.language
    return [
        indicator_link(indicator, selection),
        build_badge(figure.rating, language),
        build_bullet(figure, indicator, language),
        [number_link(figure, indicator, selection), _unit(indicator, language)],
        amount_cell(figure.target, indicator, language),
        share_cell(figure, language),
        completeness_words(figure.actual, language) or speak(language)("complete"),
    ]


def _unit(indicator: Indicator, language: str) -> Any:
    unit = unit_words(indicator, language)
    return html.Small(unit) if unit else ""


def figures_table(
    caption: str, figures: Sequence[tuple[Indicator, Figure]], selection: Selection, *, table_id: str
) -> Any:
    """A row for each indicator, with the numbers by which cards and charts are compared."""
    say = speak(selection.language)
    header = (
        say("Indicator"),
        say("Rating"),
        say("Against target"),
        say("Actual"),
        say("Target"),
        say("Share"),
        say("Complete?"),
    )
    rows = [figure_row(figure, indicator, selection) for indicator, figure in figures]
    return build_table(caption, header, rows, numeric=(3, 4, 5), table_id=table_id, stacks=True)


def chart_card(
    title: str,
    subtitle: str,
    drawn: FigureDict,
    table: Any,
    source: str,
    *,
    chart_id: str,
    language: str,
    level: int = 2,
) -> Any:
    """A chart under its finding, with its numbers in a table that doesn't wait for it."""
    say = speak(language)
    heading = html.H2(title) if level == 2 else html.H3(title)
    graph = dcc.Graph(
        id=chart_id, figure=drawn, config=graph_config(), className="chart", style={"height": drawn["layout"]["height"]}
    )
    return html.Figure(
        [
            heading,
            html.P(subtitle, className="sub"),
            html.Div(graph, className="chart-frame", role="group", **aria(f"{title}. {subtitle}")),
            html.Details([html.Summary(say("The numbers as a table")), table], open=True),
            html.Figcaption(source),
        ],
        className="chart-card",
    )
