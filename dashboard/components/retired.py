"""Pages of retired indicators and sites: when they were retired, the successor, and their last figures."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.definition import build_definition
from dashboard.components.figure_parts import (
    build_bare_share_cell,
    build_figures_table,
    build_target_cell,
    build_value_link,
)
from dashboard.components.filters import build_unknown_choice
from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.components.remarks import build_remarks
from dashboard.components.tables import build_table
from dashboard.selection import make_address
from etl.queries.remarks import list_remark_versions
from etl.queries.retired_codes import RetiredIndicatorDetails, Retirement, find_retired_indicator, find_retired_site
from etl.queries.scope import QueryScope
from etl.wording import describe_period, get_share_name, make_figure_title


def build_retired_indicator(page: PageContext, scope: QueryScope) -> Any:
    """Return the page of a retired indicator; None for a code that no plan has had."""
    retired = find_retired_indicator(page.source, scope, page.path_params["code"], now=page.now)
    if retired is None:
        return None
    locale = page.locale
    period = describe_period(retired.figure.requested_period, locale)
    return [
        tags.P(retired.indicator.code, className="crumb"),
        tags.H1(retired.indicator.name.get_text(locale.language)),
        _build_note(page, retired.retirement, _build_successor(page, retired)),
        build_unknown_choice(page.selection),
        tags.Section(
            [
                tags.H2(page.gettext("Last figures")),
                tags.P([build_badge(retired.figure.rating, locale), f" {_make_title(page, retired)} · {period}"]),
                _build_years(page, retired),
            ]
        ),
        build_remarks(
            page,
            retired.retirement.scope,
            retired.indicator.code,
            list_remark_versions(page.source, retired.indicator.code),
        ),
        build_definition(retired.indicator, retired.retirement.last_version.plan, page.selection),
    ]


def _make_title(page: PageContext, retired: RetiredIndicatorDetails) -> str:
    return make_figure_title(retired.figure, retired.indicator, page.locale)


def _build_successor(page: PageContext, retired: RetiredIndicatorDetails) -> Any:
    """Return a link to the successor, or its code where no plan has it; None without a successor."""
    if not retired.indicator.successor:
        return None
    _, following = page.gettext, retired.successor
    if following is None:
        return tags.P(_("The plan names {code} as its successor.", code=retired.indicator.successor))
    address = make_address(page.selection, f"/staff/indicator/{following.code}")
    name = f"{following.code} · {following.name.get_text(page.language)}"
    return tags.P([_("Replaced by:"), " ", dcc.Link(name, href=address)])


def _build_note(page: PageContext, closing: Retirement, more: Any = None) -> Any:
    """Return a note with the day, the plan version, and the day of the last assessment."""
    _, locale = page.gettext, page.locale
    message = _(
        "Retired on {day} by version {number} of the plan. The figures are from the last assessment, on {as_of}.",
        day=locale.format_day(closing.effective),
        number=closing.plan_version,
        as_of=locale.format_day(closing.as_of),
    )
    return tags.Div([tags.P(message), more], className="note closed")


def _build_years(page: PageContext, retired: RetiredIndicatorDetails) -> Any:
    _, locale, indicator = page.gettext, page.locale, retired.indicator
    share = get_share_name(retired.figure, locale)
    header = (_("Year"), _("Actual"), _("Target"), f"% {share}" if share else _("Share"), _("Rating"))
    rows = [
        [
            str(year),
            build_value_link(figure.actual.amount, indicator, figure.requested_period, page.selection),
            build_target_cell(figure, indicator, locale),
            build_bare_share_cell(figure, retired.figure, locale),
            build_badge(figure.rating, locale),
        ]
        for year, figure in retired.years
    ]
    return build_table(_("By year"), header, rows, numeric=(1, 2, 3), table_id="years")


def build_retired_site(page: PageContext, scope: QueryScope) -> Any:
    """Return the page of a retired site; None for a code that no plan has had."""
    retired = find_retired_site(page.source, scope, page.path_params["code"], now=page.now)
    if retired is None:
        return None
    locale = page.locale
    site = retired.site
    selection = page.selection
    location = " · ".join(part for part in (site.code, site.province.get_text(locale.language)) if part)
    caption = page.gettext("Last figures")
    return [
        tags.P(location, className="crumb"),
        tags.H1(site.name.get_text(locale.language)),
        _build_note(page, retired.retirement),
        build_unknown_choice(selection),
        tags.Section(
            [tags.H2(caption), build_figures_table(caption, retired.figures, selection, table_id="figures")]
            if retired.figures
            else [tags.H2(caption), tags.P(page.gettext("This site reported no indicators."))]
        ),
    ]
