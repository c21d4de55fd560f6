"""The pages of what a newer plan leaves out: since when it is closed, what follows, and its last figures."""

from typing import Any

from dashboard.access.registry import PageContext
from dashboard.components.definition import build_definition
from dashboard.components.figure_parts import amount_cell, bare_share_cell, figures_table, value_link
from dashboard.components.filters import build_unknown_choice
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.remarks import build_remarks
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.queries.retired_codes import RetiredIndicatorDetails, Retirement, find_retired_indicator, find_retired_site
from etl.queries.scope import QueryScope
from etl.wording import describe_period, figure_title, share_name


def build_retired_indicator(request: PageContext, scope: QueryScope) -> Any:
    """The page of an indicator that the newest plan doesn't have; None for a code that no plan ever had."""
    found = find_retired_indicator(request.source, scope, request.path_params["code"], now=request.now)
    if found is None:
        return None
    locale = request.locale
    period = describe_period(found.figure.requested_period, locale)
    return [
        tags.P(found.indicator.code, className="crumb"),
        tags.H1(found.indicator.name.in_language(locale.language)),
        _note(request, found.retirement, _successor(request, found)),
        build_unknown_choice(request.selection),
        tags.Section(
            [
                tags.H2(request.gettext("Last figures")),
                tags.P([build_badge(found.figure.rating, locale), f" {_title(request, found)} · {period}"]),
                _years(request, found),
            ]
        ),
        build_remarks(request, found.retirement.scope, found.indicator.code),
        build_definition(found.indicator, found.retirement.last_version.plan, request.selection),
    ]


def _title(request: PageContext, found: RetiredIndicatorDetails) -> str:
    return figure_title(found.figure, found.indicator, request.locale)


def _successor(request: PageContext, found: RetiredIndicatorDetails) -> Any:
    """The indicator that takes its place; one that is named but not there is only named."""
    if not found.indicator.successor:
        return None
    _, following = request.gettext, found.successor
    if following is None:
        return tags.P(_("The plan named {code} to follow it.", code=found.indicator.successor))
    address = make_address(request.selection, f"/staff/indicator/{following.code}")
    name = f"{following.code} · {following.name.in_language(request.language)}"
    return tags.P([_("It is followed by:"), " ", dcc.Link(name, href=address)])


def _note(request: PageContext, closing: Retirement, more: Any = None) -> Any:
    """Since when, by which version, and as of when its figures stand."""
    _, locale = request.gettext, request.locale
    told = _(
        "Closed since {day}, by version {number} of the plan. Its figures stand as they were judged last, on {as_of}.",
        day=locale.format_day(closing.effective),
        number=closing.plan_version,
        as_of=locale.format_day(closing.as_of),
    )
    return tags.Div([tags.P(told), more], className="note closed")


def _years(request: PageContext, found: RetiredIndicatorDetails) -> Any:
    _, locale, indicator = request.gettext, request.locale, found.indicator
    share = share_name(found.figure, locale)
    header = (_("Year"), _("Actual"), _("Target"), f"% {share}" if share else _("Share"), _("Rating"))
    rows = [
        [
            str(year),
            value_link(figure.actual.amount, indicator, figure.requested_period, request.selection),
            amount_cell(figure.target, indicator, locale),
            bare_share_cell(figure, found.figure, indicator, locale),
            build_badge(figure.rating, locale),
        ]
        for year, figure in found.years
    ]
    return build_table(_("Year by year"), header, rows, numeric=(1, 2, 3), table_id="years")


def build_retired_site(request: PageContext, scope: QueryScope) -> Any:
    """The page of a site that the newest plan doesn't have; None for a code that no plan ever had."""
    found = find_retired_site(request.source, scope, request.path_params["code"], now=request.now)
    if found is None:
        return None
    locale = request.locale
    site = found.site
    selection = request.selection
    place = " · ".join(one for one in (site.code, site.province.in_language(locale.language)) if one)
    caption = request.gettext("Last figures")
    return [
        tags.P(place, className="crumb"),
        tags.H1(site.name.in_language(locale.language)),
        _note(request, found.retirement),
        build_unknown_choice(selection),
        tags.Section(
            [tags.H2(caption), figures_table(caption, found.figures, selection, table_id="figures")]
            if found.figures
            else [tags.H2(caption), tags.P(request.gettext("It reported no indicator."))]
        ),
    ]
