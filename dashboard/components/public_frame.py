"""The frame of a public page that Dash renders: navigation, ribbon, language switch and footer."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import html

from dashboard.access.context import PageContext
from dashboard.component_ids import MAIN
from dashboard.components.help_links import PUBLIC_HELP_PATH
from dashboard.components.markup import make_aria_label
from dashboard.selection import localize_path
from dashboard.static_files import make_static_url
from etl.indicators.editions import EditionContents
from etl.locale import N_
from etl.wording.editions import list_edition_notices

PUBLIC_LINKS = (
    ("/", N_("Plan")),
    ("/explore", N_("Explore")),
    ("/editions", N_("Editions")),
    ("/downloads.html", N_("Downloads")),
)
"""Path and text of each link in the navigation of public pages."""


def build_public_frame(page: PageContext, languages: Any, book: EditionContents | None, content: Any) -> Any:
    """Return the content in its frame. The frame's links reload, because they lead to pages without Dash."""
    _ = page.gettext
    home = localize_path("/", page.language)
    mark = html.Img(src=make_static_url("icon.svg"), alt="", width=26, height=26)
    brand = html.A([mark, html.Span(["CARDEC", html.Small(_make_tagline(page, book))])], href=home, className="brand")
    links = [html.A(_(label), href=localize_path(path, page.language)) for path, label in PUBLIC_LINKS]
    navigation = html.Nav(links, **make_aria_label(_("Main")))
    notices = list_edition_notices(book, page.locale) if book else ()
    header = [
        html.A(_("Skip to the content"), href=f"#{MAIN}", className="skip"),
        html.Div([brand, navigation, _build_search(page), languages], className="top"),
        html.P(" · ".join(notices), className="ribbon") if notices else None,
    ]
    return [
        # The layout has an empty header for staff pages, and a page has one banner only.
        html.Div(header, role="region", **make_aria_label("CARDEC")),
        html.Main(content, id=MAIN, tabIndex=-1),
        html.Footer(
            [
                html.P(_make_footer(page, book)),
                html.P(html.A(_("How to read these pages"), href=localize_path(PUBLIC_HELP_PATH, page.language))),
            ]
        ),
    ]


def _build_search(page: PageContext) -> Any:
    """Return the plain form of all public pages."""
    label = page.gettext("Search indicators and sites")
    field = dbc.Input(type="search", name="q", maxlength=80, size="sm", placeholder=label)
    button = html.Button(page.gettext("Search"))
    return html.Form(
        [html.Label([html.Span(label, className="vh"), field]), " ", button],
        action=localize_path("/search", page.language),
        method="get",
        role="search",
        className="find",
    )


def _make_tagline(page: PageContext, book: EditionContents | None) -> str:
    if book is None:
        return page.gettext("Strategic plan and results")
    settings = book.plan.settings
    return page.gettext("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)


def _make_footer(page: PageContext, book: EditionContents | None) -> str:
    if book is None:
        return ""
    _, edition = page.gettext, book.edition
    parts = [
        _("Edition {name}", name=edition.id),
        _("published {day}", day=page.locale.format_day(edition.published_on)),
        _("as of {day}", day=page.locale.format_day(edition.as_of)),
        _("approved returns only"),
        _("figures rounded for display"),
        *list_edition_notices(book, page.locale),
    ]
    return " · ".join(parts)
