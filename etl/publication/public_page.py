"""The frame of every public page: head, navigation, marks, footer, with links that hold in any folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from etl.indicators.editions import Book
from etl.locale.translations import format_day, speak
from etl.publication.asset_names import public_assets
from etl.wording.editions import marks

STATUS_MARK = "<!--status-->"
"""Where a server puts its one line on an edition that is older or replaced."""

BRAND = Markup(
    '<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><path d="M13 24V11M13 15C6 15 4 10 4 5c6 0 9 3 '
    '9 8M13 12c0-6 4-9 9-9 0 6-3 10-9 11" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>'
    "</svg>"
)

_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · CARDEC</title>'
    '<meta name="description" content="{told}"><link rel="icon" type="image/svg+xml" href="{assets}{icon}">'
    '<link rel="stylesheet" href="{assets}{stylesheet}">{alternates}{shared}</head>\n'
    '<body><a class="skip" href="#main">{skip}</a>\n<header>{status}<div class="top">'
    '<a class="brand" href="{home}">{mark}'
    '<span>CARDEC<small>{tagline}</small></span></a><nav aria-label="{main}">{nav}</nav>'
    '<span class="lang">{switch}</span></div>{ribbon}</header>\n<main id="main" tabindex="-1">\n{body}</main>\n'
    "<footer>{footer}</footer></body></html>\n"
)


@dataclass(frozen=True)
class Place:
    """Where a page lies in its edition: its language, and its path without it (`indicators/SO3-01.html`)."""

    language: str
    path: str

    @property
    def up(self) -> str:
        """The way to the pages of the same language."""
        return "../" * self.path.count("/")

    @property
    def root(self) -> str:
        """The way to what both languages share."""
        return self.up + ("../" if self.language == "km" else "")

    @property
    def stored(self) -> str:
        """The path in the edition, with its language."""
        return f"km/{self.path}" if self.language == "km" else self.path

    def to(self, path: str) -> str:
        """The way to another page of the same language."""
        return self.up + path

    def in_other(self, language: str) -> str:
        """The way to the same page in the other language."""
        return f"{self.root}km/{self.path}" if language == "km" else self.root + self.path


def public_page(book: Book, place: Place, *, title: str, told: str, body: Markup, here: str = "") -> bytes:
    """A whole page as it is stored. `told` is the one sentence that a shared link shows; `here` the page's place in
    the navigation."""
    say = speak(place.language)
    settings = book.plan.settings
    page = _PAGE.format(
        language=place.language,
        title=title,
        told=told,
        assets=f"{place.root}assets/",
        icon=public_assets().icon.name,
        stylesheet=public_assets().stylesheet.name,
        alternates=_alternates(place),
        shared=_shared(book, place, title, told),
        skip=say("Skip to the content"),
        status=Markup(STATUS_MARK),
        home=place.to("index.html"),
        mark=BRAND,
        tagline=say("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year),
        main=say("Main"),
        nav=_navigation(place, here),
        switch=_switch(place),
        ribbon=_ribbon(marks(book, place.language)),
        body=body,
        footer=_footer(book, place),
    )
    return str(page).encode()


def link(href: str, words: object, **more: str) -> Markup:
    """A link; further attributes by their names."""
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in more.items())
    return Markup('<a href="{}"{}>{}</a>').format(href, attributes, words)


def joined(parts: Sequence[Markup | str], between: str = " · ") -> Markup:
    return Markup(between).join(Markup("{}").format(one) for one in parts)


def _alternates(place: Place) -> Markup:
    return Markup("").join(
        Markup('<link rel="alternate" hreflang="{}" href="{}">').format(one, place.in_other(one))
        for one in ("en", "km")
    )


def _shared(book: Book, place: Place, title: str, told: str) -> Markup:
    """What Telegram and others show of a link: title, a sentence, and a picture by its whole address where known."""
    edition = book.edition
    picture = f"assets/share-{place.language}.png"
    address = f"{edition.public_url}/editions/{edition.id}/{picture}" if edition.public_url else place.root + picture
    tags = {
        "og:type": "article",
        "og:site_name": "CARDEC",
        "og:title": title,
        "og:description": told,
        "og:image": address,
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": told,
    }
    found = Markup("").join(Markup('<meta property="{}" content="{}">').format(*pair) for pair in tags.items())
    return found + Markup('<meta name="twitter:card" content="summary_large_image">')


def _navigation(place: Place, here: str) -> Markup:
    say = speak(place.language)
    pages = (
        (say("Plan"), "index.html"),
        (say("Explore"), "explore.html"),
        (say("Editions"), "editions.html"),
        (say("Downloads"), "downloads.html"),
    )
    current = {"aria-current": "page"}
    return joined([link(place.to(path), words, **(current if path == here else {})) for words, path in pages], " ")


def _switch(place: Place) -> Markup:
    """Both languages by their own names, the other one as a link."""
    names = {"en": "English", "km": "ខ្មែរ"}
    return joined(
        [
            Markup("<b>{}</b>").format(name)
            if one == place.language
            else link(place.in_other(one), name, lang=one, hreflang=one)
            for one, name in names.items()
        ]
    )


def _ribbon(found: Sequence[str]) -> Markup:
    return Markup('<p class="ribbon">{}</p>\n').format(" · ".join(found)) if found else Markup("")


def _footer(book: Book, place: Place) -> Markup:
    say = speak(place.language)
    edition = book.edition
    lines = [
        say("Edition {name}", name=edition.id),
        say("published {day}", day=format_day(edition.published_on, place.language)),
        say("as of {day}", day=format_day(edition.as_of, place.language)),
        say("approved returns only"),
        say("figures rounded for display"),
        *(one for one in marks(book, place.language)),
    ]
    pages = (
        ("about/figures.html", say("How figures are computed")),
        ("about/cite.html", say("How to cite")),
        ("about/accessibility.html", say("Accessibility")),
        ("about/privacy.html", say("Privacy")),
    )
    return Markup("<p>{}</p><p>{}</p>").format(
        " · ".join(lines), joined([link(place.to(path), words) for path, words in pages])
    )
