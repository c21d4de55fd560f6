"""What stands around every staff page: header, navigation, ribbon, language switch, footer."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dashboard.access.registry import PageRequest, Permission
from dashboard.component_ids import MAIN
from dashboard.components.plain import dcc, html
from dashboard.components.site_choice import SITES, are_many
from dashboard.components.tables import aria, element
from dashboard.selection import Selection, address_of
from dashboard.static_files import static_url
from etl.exports.about import marks_of
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Objective, Programme, Site
from etl.locale.translations import format_day, speak

OVERVIEW = "/staff/overview"


def build_shell(request: PageRequest, content: Any) -> Any:
    """The content in its frame, as the router hands it to the browser."""
    snapshot = request.snapshot
    plan = snapshot.plans.latest if snapshot else None
    say = speak(request.language)
    return [
        html.Header(
            [
                html.A(say("Skip to the content"), href=f"#{MAIN}", className="skip"),
                _brand(request, plan),
                _navigation(request, plan),
                _account(request),
                _switch(request),
            ],
            className="top",
        ),
        _ribbon(marks_of(snapshot, request.language)),
        html.Main(content, id=MAIN, tabIndex=-1),
        _footer(request),
    ]


def build_missing(request: PageRequest) -> Any:
    """For an address that no page has, or that isn't its visitor's to see."""
    say = speak(request.language)
    return [
        html.H1(say("There is no such page")),
        html.P(say("The address may be mistyped, or the page is not open to you.")),
        html.P(dcc.Link(say("Overview"), href=address_of(_fresh(request), OVERVIEW))),
    ]


def _brand(request: PageRequest, plan: Plan | None) -> Any:
    """The name, which leads to the overview."""
    say = speak(request.language)
    years = (
        say("Strategic plan {first}–{last}", first=plan.settings.first_year, last=plan.settings.last_year)
        if plan
        else say("Strategic plan and results")
    )
    mark = html.Img(src=static_url("icon.svg"), alt="", width=26, height=26)
    return dcc.Link(
        [mark, html.Span(["CARDEC", html.Small(years)])], href=address_of(_fresh(request), OVERVIEW), className="brand"
    )


def _navigation(request: PageRequest, plan: Plan | None) -> Any:
    say = speak(request.language)
    pages = (
        (say("Overview"), OVERVIEW),
        (say("Tracking table"), "/staff/tracking-table"),
        (say("Returns"), "/staff/returns"),
    )
    links = [_page_link(request, words, path) for words, path in pages]
    menus = [
        _menu(request, say("Objectives"), "objective", plan.objectives if plan else ()),
        _sites(request, plan.sites if plan else ()),
        _menu(request, say("Programmes"), "programme", plan.linked_programmes if plan else ()),
    ]
    return html.Nav([*links, *menus, _administration(request)], **aria(say("Main")))


def _page_link(request: PageRequest, words: str, path: str) -> Any:
    here = "page" if request.path.rstrip("/") == path else None
    return element(
        "Span",
        dcc.Link(words, href=address_of(request.selection, path)),
        className="here" if here else None,
        **{"aria-current": here},
    )


def _sites(request: PageRequest, sites: Sequence[Site]) -> Any:
    """The sites as a menu; of many the page that lists them."""
    if are_many(sites):
        return _page_link(request, request.say("Sites"), SITES)
    return _menu(request, request.say("Sites"), "site", sites)


def _menu(request: PageRequest, label: str, kind: str, items: Sequence[Objective | Site | Programme]) -> Any:
    """A list that opens by itself, without a script; nothing where there is nothing to list."""
    if not items:
        return None
    prefix = f"/staff/{kind}/"
    links = [
        html.Li(dcc.Link(_short_name(one, request.language), href=address_of(request.selection, prefix + one.code)))
        for one in items
    ]
    is_here = request.path.startswith(prefix)
    return html.Details([html.Summary(label), html.Ul(links)], className="menu here" if is_here else "menu")


def _administration(request: PageRequest) -> Any:
    """What only the administrator may open."""
    if not request.visitor.may(Permission.ADMINISTER):
        return None
    say = speak(request.language)
    pages = (
        (say("Plan"), "/admin/plan"),
        (say("Quarters"), "/admin/periods"),
        (say("Editions"), "/admin/editions"),
        (say("Accounts"), "/admin/users"),
        (say("Audit trail"), "/admin/audit"),
    )
    known = [one for one in pages if request.context.registry.find_route(one[1]) is not None]
    links = [html.Li(dcc.Link(words, href=address_of(_fresh(request), path))) for words, path in known]
    is_here = request.path.startswith("/admin/")
    return html.Details(
        [html.Summary(say("Administration")), html.Ul(links)], className="menu here" if is_here else "menu"
    )


def _short_name(item: Objective | Site | Programme, language: str) -> str:
    if isinstance(item, Site):
        return item.name.in_language(language)
    if isinstance(item, Programme):
        return f"{item.code} · {item.name.in_language(language)}" if item.name.en != item.code else item.code
    name = item.short.in_language(language) if language == "en" or item.short.km else item.name.in_language(language)
    return f"{item.code} · {name or item.name.in_language(language)}"


def _account(request: PageRequest) -> Any:
    """Who is signed in, and the way out; a script puts the session's token into the form when it is sent."""
    say = speak(request.language)
    out = html.Form(
        html.Button(say("Sign out"), type="submit", className="plain-button"),
        action=address_of(_fresh(request), "/sign-out"),
        method="post",
        className="sign-out",
    )
    who = dcc.Link(request.visitor.display_name, href=address_of(_fresh(request), "/staff/account"), className="who")
    return html.Div([who, out], className="account")


def _switch(request: PageRequest) -> Any:
    """Both languages by their own names; the link keeps the selection and loads the page anew."""
    parts: list[Any] = []
    for language, name in (("en", "English"), ("km", "ខ្មែរ")):
        address = address_of(replace(request.selection, language=language), request.path)
        link = element("A", name, href=address, lang=language, hrefLang=language)
        parts += [" · ", html.B(name) if language == request.language else link]
    return html.Span(parts[1:], className="lang")


def _ribbon(marks: Sequence[str]) -> Any:
    return html.Aside(" · ".join(marks), className="ribbon", **aria(marks[0])) if marks else None


def _footer(request: PageRequest) -> Any:
    say = speak(request.language)
    status = (
        say("approved returns and those waiting for approval")
        if request.selection.include_unapproved
        else say("approved returns only")
    )
    day = format_day(request.now.date(), request.language)
    said = [say("As of {day}", day=day), status, say("figures rounded for display"), say("not published")]
    return html.Footer(" · ".join(said))


def _fresh(request: PageRequest) -> Selection:
    """No choice, in the page's language."""
    return Selection(language=request.language)
