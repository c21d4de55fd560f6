"""What stands around a public page that Dash draws: the way back, marks, language switch; nothing of the staff's."""

from dataclasses import replace
from typing import Any

from dash import html

from dashboard.access.registry import PageContext
from dashboard.component_ids import MAIN
from dashboard.components.tables import aria_label, element
from dashboard.selection import Selection, localize_path, make_address
from dashboard.static_files import static_url
from etl.indicators.editions import EditionContents
from etl.wording.editions import data_notices


def build_public_frame(request: PageContext, selection: Selection, book: EditionContents | None, content: Any) -> Any:
    """The content in its frame. Its links load anew: the pages that they lead to are plain ones."""
    _ = request.gettext
    home = localize_path("/", request.language)
    mark = html.Img(src=static_url("icon.svg"), alt="", width=26, height=26)
    brand = html.A([mark, html.Span(["CARDEC", html.Small(_tagline(request, book))])], href=home, className="brand")
    links = [("/", _("Plan")), ("/editions", _("Editions"))]
    navigation = html.Nav(
        [html.A(words, href=localize_path(path, request.language)) for path, words in links], **aria_label(_("Main"))
    )
    return [
        html.A(_("Skip to the content"), href=f"#{MAIN}", className="skip"),
        html.Header([brand, navigation, _switch(request, selection)], className="top"),
        html.P(" · ".join(data_notices(book, request.locale)), className="ribbon")
        if book and data_notices(book, request.locale)
        else None,
        html.Main(content, id=MAIN, tabIndex=-1),
        html.Footer(_footer(request, book)),
    ]


def _tagline(request: PageContext, book: EditionContents | None) -> str:
    if book is None:
        return request.gettext("Strategic plan and results")
    settings = book.plan.settings
    return request.gettext("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)


def _switch(request: PageContext, selection: Selection) -> Any:
    """Both languages by their own names; the link keeps the selection."""
    parts: list[Any] = []
    for language, name in (("en", "English"), ("km", "ខ្មែរ")):
        address = make_address(replace(selection, language=language), request.path)
        link = element("A", name, href=address, lang=language, hrefLang=language)
        parts += [" · ", html.B(name) if language == request.language else link]
    return html.Span(parts[1:], className="lang")


def _footer(request: PageContext, book: EditionContents | None) -> str:
    if book is None:
        return ""
    _, edition = request.gettext, book.edition
    said = [
        _("Edition {name}", name=edition.id),
        _("published {day}", day=request.locale.format_day(edition.published_on)),
        _("as of {day}", day=request.locale.format_day(edition.as_of)),
        _("approved returns only"),
        _("figures rounded for display"),
        *data_notices(book, request.locale),
    ]
    return " · ".join(said)
