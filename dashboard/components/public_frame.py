"""What stands around a public page that Dash draws: the way back, marks, language switch; nothing of the staff's."""

from dataclasses import replace
from typing import Any

from dash import html

from dashboard.access.registry import PageRequest
from dashboard.component_ids import MAIN
from dashboard.components.tables import aria, element
from dashboard.selection import Selection, address_of, in_language
from dashboard.static_files import static_url
from etl.indicators.editions import Book
from etl.locale.translations import format_day
from etl.wording.editions import marks


def build_public_frame(request: PageRequest, selection: Selection, book: Book | None, content: Any) -> Any:
    """The content in its frame. Its links load anew: the pages that they lead to are plain ones."""
    say = request.say
    home = in_language("/", request.language)
    mark = html.Img(src=static_url("icon.svg"), alt="", width=26, height=26)
    brand = html.A([mark, html.Span(["CARDEC", html.Small(_tagline(request, book))])], href=home, className="brand")
    links = [("/", say("Plan")), ("/editions", say("Editions"))]
    navigation = html.Nav(
        [html.A(words, href=in_language(path, request.language)) for path, words in links], **aria(say("Main"))
    )
    return [
        html.A(say("Skip to the content"), href=f"#{MAIN}", className="skip"),
        html.Header([brand, navigation, _switch(request, selection)], className="top"),
        html.P(" · ".join(marks(book, request.language)), className="ribbon")
        if book and marks(book, request.language)
        else None,
        html.Main(content, id=MAIN, tabIndex=-1),
        html.Footer(_footer(request, book)),
    ]


def _tagline(request: PageRequest, book: Book | None) -> str:
    if book is None:
        return request.say("Strategic plan and results")
    settings = book.plan.settings
    return request.say("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)


def _switch(request: PageRequest, selection: Selection) -> Any:
    """Both languages by their own names; the link keeps the selection."""
    parts: list[Any] = []
    for language, name in (("en", "English"), ("km", "ខ្មែរ")):
        address = address_of(replace(selection, language=language), request.path)
        link = element("A", name, href=address, lang=language, hrefLang=language)
        parts += [" · ", html.B(name) if language == request.language else link]
    return html.Span(parts[1:], className="lang")


def _footer(request: PageRequest, book: Book | None) -> str:
    if book is None:
        return ""
    say, edition = request.say, book.edition
    said = [
        say("Edition {name}", name=edition.id),
        say("published {day}", day=format_day(edition.published_on, request.language)),
        say("as of {day}", day=format_day(edition.as_of, request.language)),
        say("approved returns only"),
        say("figures rounded for display"),
        *marks(book, request.language),
    ]
    return " · ".join(said)
