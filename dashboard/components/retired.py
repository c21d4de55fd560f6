"""The pages of what a newer plan leaves out: since when it is closed, what follows, and its last figures."""

from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.definition import build_definition
from dashboard.components.figure_parts import amount_cell, bare_share_cell, figures_table, value_link
from dashboard.components.filters import build_unknown_choice
from dashboard.components.marks import build_badge
from dashboard.components.plain import dcc, html
from dashboard.components.remarks import build_remarks
from dashboard.components.tables import build_table
from dashboard.selection import address_of
from etl.locale.translations import format_day
from etl.queries.asking import Asking
from etl.queries.closed_codes import ClosedIndicator, Closing, find_closed_indicator, find_closed_site
from etl.wording import figure_title, period_words, share_name


def build_closed_indicator(request: PageRequest, asking: Asking) -> Any:
    """The page of an indicator that the newest plan doesn't have; None for a code that no plan ever had."""
    found = find_closed_indicator(request.source, asking, request.codes["code"], now=request.now)
    if found is None:
        return None
    language = request.language
    period = period_words(found.figure.asked, language)
    return [
        html.P(found.indicator.code, className="crumb"),
        html.H1(found.indicator.name.in_language(language)),
        _note(request, found.closing, _successor(request, found)),
        build_unknown_choice(request.selection),
        html.Section(
            [
                html.H2(request.say("Last figures")),
                html.P([build_badge(found.figure.rating, language), f" {_title(request, found)} · {period}"]),
                _years(request, found),
            ]
        ),
        build_remarks(request, found.closing.stood, found.indicator.code),
        build_definition(found.indicator, found.closing.last.plan, request.selection),
    ]


def _title(request: PageRequest, found: ClosedIndicator) -> str:
    return figure_title(found.figure, found.indicator, request.language)


def _successor(request: PageRequest, found: ClosedIndicator) -> Any:
    """The indicator that takes its place; one that is named but not there is only named."""
    if not found.indicator.successor:
        return None
    say, following = request.say, found.successor
    if following is None:
        return html.P(say("The plan named {code} to follow it.", code=found.indicator.successor))
    address = address_of(request.selection, f"/staff/indicator/{following.code}")
    name = f"{following.code} · {following.name.in_language(request.language)}"
    return html.P([say("It is followed by:"), " ", dcc.Link(name, href=address)])


def _note(request: PageRequest, closing: Closing, more: Any = None) -> Any:
    """Since when, by which version, and as of when its figures stand."""
    say, language = request.say, request.language
    told = say(
        "Closed since {day}, by version {number} of the plan. Its figures stand as they were judged last, on {as_of}.",
        day=format_day(closing.effective, language),
        number=closing.number,
        as_of=format_day(closing.as_of, language),
    )
    return html.Div([html.P(told), more], className="note closed")


def _years(request: PageRequest, found: ClosedIndicator) -> Any:
    say, language, indicator = request.say, request.language, found.indicator
    share = share_name(found.figure, language)
    header = (say("Year"), say("Actual"), say("Target"), f"% {share}" if share else say("Share"), say("Rating"))
    rows = [
        [
            str(year),
            value_link(figure.actual.amount, indicator, figure.asked, request.selection),
            amount_cell(figure.target, indicator, language),
            bare_share_cell(figure, found.figure, indicator, language),
            build_badge(figure.rating, language),
        ]
        for year, figure in found.years
    ]
    return build_table(say("Year by year"), header, rows, numeric=(1, 2, 3), table_id="years")


def build_closed_site(request: PageRequest, asking: Asking) -> Any:
    """The page of a site that the newest plan doesn't have; None for a code that no plan ever had."""
    found = find_closed_site(request.source, asking, request.codes["code"], now=request.now)
    if found is None:
        return None
    language = request.language
    site = found.site
    selection = request.selection
    place = " · ".join(one for one in (site.code, site.province.in_language(language)) if one)
    caption = request.say("Last figures")
    return [
        html.P(place, className="crumb"),
        html.H1(site.name.in_language(language)),
        _note(request, found.closing),
        build_unknown_choice(selection),
        html.Section(
            [html.H2(caption), figures_table(caption, found.figures, selection, table_id="figures")]
            if found.figures
            else [html.H2(caption), html.P(request.say("It reported no indicator."))]
        ),
    ]
