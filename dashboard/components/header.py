"""The header of staff pages: navigation, search, language and account, and the menu that holds them on a phone."""

from dataclasses import replace
from typing import Any

import dash_bootstrap_components as dbc

from dashboard.access.context import PageContext
from dashboard.component_ids import (
    MAIN,
    MENU,
    MENU_BUTTON,
    MENU_TITLE,
    NAVIGATION_LINK,
    SEARCH,
    SEARCH_OPTIONS,
)
from dashboard.components.help_links import HELP_PATH, make_help_address
from dashboard.components.markup import Component, make_aria_hidden, make_aria_label, tags
from dashboard.components.navigation import (
    OVERVIEW_PATH,
    SEARCH_PATH,
    NavigationLink,
    list_administration,
    list_navigation,
)
from dashboard.components.search_results import MAX_SEARCH_LENGTH, SEARCH_PARAMETER
from dashboard.selection import Selection, localize_path, make_address
from dashboard.static_files import make_static_url

LANGUAGE_NAMES = {"en": ("EN", "English (EN)"), "km": ("KM", "Khmer, ភាសាខ្មែរ (KM)")}
"""The short name of each language, in letters of the font that every page has, and its name for screen readers."""


def build_header(page: PageContext) -> list[Any]:
    """Return the header. Pages replace each other below it, so it keeps the focus and the text of the search."""
    _ = page.gettext
    home = make_address(Selection(language=page.language), OVERVIEW_PATH)
    mark = tags.Img(src=make_static_url("icon.svg"), alt="", width=26, height=26)
    return [
        tags.A(_("Skip to the content"), href=f"#{MAIN}", className="skip"),
        dbc.Navbar(
            [
                dbc.NavbarBrand([mark, "CARDEC"], href=home),
                tags.Nav(_build_links(page, "bar"), className="wide-only", **make_aria_label(_("Main"))),
                build_search(page),
                tags.Div(
                    [_build_help_link(page, "bar"), build_language_links(page), _build_account(page)],
                    className="wide-only personal",
                ),
                tags.Button(
                    tags.Span(_("Menu"), className="vh"),
                    id=MENU_BUTTON,
                    type="button",
                    className="menu-button",
                    **{"aria-haspopup": "dialog"},
                ),
            ],
            tag="div",
            role="group",
            color="white",
            dark=False,
            class_name="bar",
        ),
        _build_menu(page),
    ]


def build_search(page: PageContext) -> Component:
    """Return the search. Its suggestions come from a callback; without one the form leads to a page of results."""
    _ = page.gettext
    return tags.Form(
        [
            dbc.Label(_("Search indicators and sites"), html_for=SEARCH, class_name="vh"),
            dbc.Input(
                id=SEARCH,
                name=SEARCH_PARAMETER,
                type="search",
                placeholder=_("Search indicators and sites"),
                list=SEARCH_OPTIONS,
                autocomplete="off",
                maxlength=MAX_SEARCH_LENGTH,
                value="",
            ),
            tags.Kbd("/", **make_aria_hidden()),
            tags.Datalist(id=SEARCH_OPTIONS),
        ],
        action=localize_path(SEARCH_PATH, page.language),
        method="get",
        role="search",
        className="search",
    )


def _build_links(page: PageContext, place: str) -> dbc.Nav:
    links = [_build_link(link, place) for link in list_navigation(page)]
    return dbc.Nav(links, navbar=place == "bar", vertical=place != "bar")


def _build_link(link: NavigationLink, place: str) -> dbc.NavItem:
    """Return an entry. A callback keeps its address and mark up to date, by its pattern id."""
    link_id = {"type": NAVIGATION_LINK, "path": link.path, "place": place}
    return dbc.NavItem(dbc.NavLink(link.label, id=link_id, href=link.address, active=link.is_current))


def _build_help_link(page: PageContext, place: str) -> dbc.NavLink:
    """Return the link to the guide of the page. The callback of the navigation keeps its address up to date."""
    link_id = {"type": NAVIGATION_LINK, "path": HELP_PATH, "place": place}
    address = make_help_address(page)
    return dbc.NavLink(page.gettext("Help"), id=link_id, href=address, external_link=True, class_name="help")


def build_language_links(page: PageContext) -> Component:
    """Return both languages. The other one's link reloads the page; a script keeps it at the current address."""
    parts: list[Any] = []
    for language, (short_name, name) in LANGUAGE_NAMES.items():
        address = make_address(replace(page.selection, language=language), page.path)
        parts.append(
            tags.B(short_name, **{"aria-current": "true"})
            if language == page.language
            else tags.A(short_name, href=address, lang=language, hrefLang=language, **make_aria_label(name))
        )
    return tags.Span(parts, className="lang")


def _build_account(page: PageContext) -> dbc.DropdownMenu:
    return dbc.DropdownMenu(
        [*_build_account_items(page), dbc.DropdownMenuItem(divider=True), _build_sign_out(page, "dropdown-item")],
        label=page.visitor.display_name,
        align_end=True,
        color="link",
        class_name="account",
    )


def _build_account_items(page: PageContext) -> list[Any]:
    _ = page.gettext
    account = make_address(Selection(language=page.language), "/staff/account")
    items: list[Any] = [dbc.DropdownMenuItem(_("Account"), href=account)]
    pages = list_administration(page)
    if pages:
        items.append(tags.Div(_("Administration"), className="dropdown-header"))
    return items + [dbc.DropdownMenuItem(link.label, href=link.address) for link in pages]


def _build_sign_out(page: PageContext, class_name: str) -> Component:
    """Return the form. A script adds the CSRF token when it is submitted."""
    return tags.Form(
        tags.Button(page.gettext("Sign out"), type="submit", className=class_name),
        action=make_address(Selection(language=page.language), "/sign-out"),
        method="post",
        className="sign-out",
    )


def _build_menu(page: PageContext) -> dbc.Offcanvas:
    """Return the menu of narrow screens, which slides in from the right."""
    _ = page.gettext
    account = make_address(Selection(language=page.language), "/staff/account")
    personal = [NavigationLink(page.visitor.display_name, "/staff/account", account), *list_administration(page)]
    return dbc.Offcanvas(
        [
            tags.Nav(_build_links(page, "menu"), **make_aria_label(_("Main"))),
            tags.Hr(),
            dbc.Nav(
                [
                    dbc.NavItem(_build_help_link(page, "menu")),
                    *(dbc.NavItem(dbc.NavLink(link.label, href=link.address)) for link in personal),
                ],
                vertical=True,
            ),
            _build_sign_out(page, "nav-link"),
            tags.Hr(),
            build_language_links(page),
        ],
        id=MENU,
        title=tags.Span(_("Menu"), id=MENU_TITLE),
        labelledby=MENU_TITLE,
        placement="end",
        is_open=False,
    )
