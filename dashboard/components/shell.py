"""The frame of every staff page: header, navigation, ribbon, language switch and footer."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.access.permissions import Permission
from dashboard.access.registry import get_registry
from dashboard.component_ids import MAIN, NAVIGATION
from dashboard.components.language_switch import build_language_switch
from dashboard.components.markup import build_toggle, dcc, make_aria_label, tags
from dashboard.components.site_choice import SITES_PATH, exceeds_list_limit
from dashboard.selection import Selection, make_address
from dashboard.static_files import make_static_url
from etl.exports.about import list_data_notices
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Objective, Programme, Site
from etl.locale import Locale

OVERVIEW_PATH = "/staff/overview"


def build_shell(page: PageContext, content: Any) -> list[Any]:
    """Return the content in its frame."""
    return [*build_top(page), *build_main(page, content)]


def build_top(page: PageContext) -> list[Any]:
    """Return the header and the ribbon."""
    snapshot = page.snapshot
    plan = snapshot.plans.latest if snapshot else None
    _ = page.locale.gettext
    return [
        tags.Header(
            [
                tags.A(_("Skip to the content"), href=f"#{MAIN}", className="skip"),
                _build_brand(page, plan),
                build_toggle(_("Menu"), NAVIGATION, "menu-toggle"),
                _build_navigation(page, plan),
                _build_account(page),
                build_language_switch(page, page.selection),
            ],
            className="top",
        ),
        _build_ribbon(list_data_notices(snapshot, page.locale)),
    ]


def build_main(page: PageContext, content: Any) -> list[Any]:
    """Return the content as the main part, with the footer."""
    return [tags.Main(content, id=MAIN, tabIndex=-1), _build_footer(page)]


def build_not_found(page: PageContext) -> Any:
    """Return the page for an unknown address, or one that the visitor may not see."""
    _ = page.locale.gettext
    return [
        tags.H1(_("Page not found")),
        tags.P(_("The address may be mistyped, or the page is not open to you.")),
        tags.P(dcc.Link(_("Overview"), href=make_address(_make_empty_selection(page), OVERVIEW_PATH))),
    ]


def _build_brand(page: PageContext, plan: Plan | None) -> Any:
    """Return the name of the dashboard as a link to the overview."""
    _ = page.locale.gettext
    years = (
        _("Strategic plan {first}–{last}", first=plan.settings.first_year, last=plan.settings.last_year)
        if plan
        else _("Strategic plan and results")
    )
    mark = tags.Img(src=make_static_url("icon.svg"), alt="", width=26, height=26)
    return dcc.Link(
        [mark, tags.Span(["CARDEC", tags.Small(years)])],
        href=make_address(_make_empty_selection(page), OVERVIEW_PATH),
        className="brand",
    )


def _build_navigation(page: PageContext, plan: Plan | None) -> Any:
    _ = page.locale.gettext
    pages = (
        (_("Overview"), OVERVIEW_PATH),
        (_("Tracking table"), "/staff/tracking-table"),
        (_("Returns"), "/staff/returns"),
    )
    links = [_build_page_link(page, label, path) for label, path in pages]
    menus = [
        _build_menu(page, _("Objectives"), "objective", plan.objectives if plan else ()),
        _build_site_menu(page, plan.sites if plan else ()),
        _build_menu(page, _("Programmes"), "programme", plan.linked_programmes if plan else ()),
    ]
    children = [*links, *menus, _build_administration_menu(page)]
    return tags.Nav(children, id=NAVIGATION, **make_aria_label(_("Main")))


def _build_page_link(page: PageContext, label: str, path: str) -> Any:
    here = "page" if page.path.rstrip("/") == path else None
    return tags.Span(
        dcc.Link(label, href=make_address(page.selection, path)),
        className="here" if here else None,
        **{"aria-current": here},
    )


def _build_site_menu(page: PageContext, sites: Sequence[Site]) -> Any:
    """Return a menu of the sites, or a link to their list where there are too many."""
    if exceeds_list_limit(sites):
        return _build_page_link(page, page.gettext("Sites"), SITES_PATH)
    return _build_menu(page, page.gettext("Sites"), "site", sites)


def _build_menu(page: PageContext, label: str, kind: str, items: Sequence[Objective | Site | Programme]) -> Any:
    """Return a menu that works without scripts; None without items."""
    if not items:
        return None
    prefix = f"/staff/{kind}/"
    links = [
        tags.Li(dcc.Link(_get_short_name(item, page.locale), href=make_address(page.selection, prefix + item.code)))
        for item in items
    ]
    is_here = page.path.startswith(prefix)
    return tags.Details([tags.Summary(label), tags.Ul(links)], className="menu here" if is_here else "menu")


def _build_administration_menu(page: PageContext) -> Any:
    """Return the menu of administration pages; None for other staff."""
    if not page.visitor.has_permission(Permission.ADMINISTER):
        return None
    _ = page.locale.gettext
    pages = (
        (_("Plan"), "/admin/plan"),
        (_("Quarters"), "/admin/periods"),
        (_("Editions"), "/admin/editions"),
        (_("Accounts"), "/admin/users"),
        (_("Audit log"), "/admin/audit"),
    )
    existing_pages = [entry for entry in pages if get_registry().find_route(entry[1]) is not None]
    links = [
        tags.Li(dcc.Link(label, href=make_address(_make_empty_selection(page), path))) for label, path in existing_pages
    ]
    is_here = page.path.startswith("/admin/")
    return tags.Details(
        [tags.Summary(_("Administration")), tags.Ul(links)], className="menu here" if is_here else "menu"
    )


def _get_short_name(item: Objective | Site | Programme, locale: Locale) -> str:
    if isinstance(item, Site):
        return item.name.get_text(locale.language)
    if isinstance(item, Programme):
        return f"{item.code} · {item.name.get_text(locale.language)}" if item.name.en != item.code else item.code
    name = (
        item.short.get_text(locale.language)
        if locale.language == "en" or item.short.km
        else item.name.get_text(locale.language)
    )
    return f"{item.code} · {name or item.name.get_text(locale.language)}"


def _build_account(page: PageContext) -> Any:
    """Return the visitor's name and a sign-out form. A script adds the CSRF token when the form is submitted."""
    _ = page.locale.gettext
    out = tags.Form(
        tags.Button(_("Sign out"), type="submit", className="plain-button"),
        action=make_address(_make_empty_selection(page), "/sign-out"),
        method="post",
        className="sign-out",
    )
    account_link = dcc.Link(
        page.visitor.display_name, href=make_address(_make_empty_selection(page), "/staff/account"), className="who"
    )
    return tags.Div([account_link, out], className="account")


def _build_ribbon(marks: Sequence[str]) -> Any:
    return tags.Aside(" · ".join(marks), className="ribbon", **make_aria_label(marks[0])) if marks else None


def _build_footer(page: PageContext) -> Any:
    _ = page.locale.gettext
    status = _("approved and pending returns") if page.selection.include_unapproved else _("approved returns only")
    day = page.locale.format_day(page.now.date())
    parts = [_("As of {day}", day=day), status, _("figures rounded for display"), _("not published")]
    return tags.Footer(" · ".join(parts))


def _make_empty_selection(page: PageContext) -> Selection:
    """Return an empty selection in the page's language."""
    return Selection(language=page.language)
