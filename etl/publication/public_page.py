"""The frame of every public page: head, navigation, marks, footer, with links that hold in any folder."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.locale import Locale, get_locale
from etl.publication.assets import get_public_assets
from etl.wording.editions import data_notices

STATUS_PLACEHOLDER = "<!--status-->"
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
class EditionPage:
    """Where a page lies in its edition: its language, and its path without it (`indicators/SO3-01.html`)."""

    language: str
    path: str

    @property
    def locale(self) -> Locale:
        return get_locale(self.language)

    @property
    def language_root(self) -> str:
        """The way to the pages of the same language."""
        return "../" * self.path.count("/")

    @property
    def root(self) -> str:
        """The way to what both languages share."""
        return self.language_root + ("../" if self.language == "km" else "")

    @property
    def stored_path(self) -> str:
        """The path in the edition, with its language."""
        return f"km/{self.path}" if self.language == "km" else self.path

    def link_to(self, path: str) -> str:
        """The way to another page of the same language."""
        return self.language_root + path

    def link_to_language(self, locale: Locale) -> str:
        """The way to the same page in the other language."""
        return f"{self.root}km/{self.path}" if locale.language == "km" else self.root + self.path


def render_public_page(
    contents: EditionContents, page: EditionPage, *, title: str, description: str, body: Markup, current_path: str = ""
) -> bytes:
    """A whole page as it is stored. `told` is the one sentence that a shared link shows; `here` the page's place in
    the navigation."""
    _ = page.locale.gettext
    settings = contents.plan.settings
    document = _PAGE.format(
        language=page.language,
        title=title,
        told=description,
        assets=f"{page.root}assets/",
        icon=get_public_assets().icon.name,
        stylesheet=get_public_assets().stylesheet.name,
        alternates=_alternates(page),
        shared=_shared(contents, page, title, description),
        skip=_("Skip to the content"),
        status=Markup(STATUS_PLACEHOLDER),
        home=page.link_to("index.html"),
        mark=BRAND,
        tagline=_("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year),
        main=_("Main"),
        nav=_navigation(page, current_path),
        switch=_switch(page),
        ribbon=_ribbon(data_notices(contents, page.locale)),
        body=body,
        footer=_footer(contents, page),
    )
    return str(document).encode()


def link(href: str, text: object, **more: str) -> Markup:
    """A link; further attributes by their names."""
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in more.items())
    return Markup('<a href="{}"{}>{}</a>').format(href, attributes, text)


def join_parts(parts: Sequence[Markup | str], separator: str = " · ") -> Markup:
    return Markup(separator).join(Markup("{}").format(one) for one in parts)


def _alternates(place: EditionPage) -> Markup:
    return Markup("").join(
        Markup('<link rel="alternate" hreflang="{}" href="{}">').format(one, place.link_to_language(get_locale(one)))
        for one in ("en", "km")
    )


def _shared(book: EditionContents, place: EditionPage, title: str, told: str) -> Markup:
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


def _navigation(place: EditionPage, here: str) -> Markup:
    _ = place.locale.gettext
    pages = (
        (_("Plan"), "index.html"),
        (_("Explore"), "explore.html"),
        (_("Editions"), "editions.html"),
        (_("Downloads"), "downloads.html"),
    )
    current = {"aria-current": "page"}
    return join_parts(
        [link(place.link_to(path), words, **(current if path == here else {})) for words, path in pages], " "
    )


def _switch(place: EditionPage) -> Markup:
    """Both languages by their own names, the other one as a link."""
    names = {"en": "English", "km": "ខ្មែរ"}
    return join_parts(
        [
            Markup("<b>{}</b>").format(name)
            if one == place.language
            else link(place.link_to_language(get_locale(one)), name, lang=one, hreflang=one)
            for one, name in names.items()
        ]
    )


def _ribbon(found: Sequence[str]) -> Markup:
    return Markup('<p class="ribbon">{}</p>\n').format(" · ".join(found)) if found else Markup("")


def _footer(book: EditionContents, place: EditionPage) -> Markup:
    _ = place.locale.gettext
    edition = book.edition
    lines = [
        _("Edition {name}", name=edition.id),
        _("published {day}", day=place.locale.format_day(edition.published_on)),
        _("as of {day}", day=place.locale.format_day(edition.as_of)),
        _("approved returns only"),
        _("figures rounded for display"),
        *(one for one in data_notices(book, place.locale)),
    ]
    pages = (
        ("about/figures.html", _("How figures are computed")),
        ("about/cite.html", _("How to cite")),
        ("about/accessibility.html", _("Accessibility")),
        ("about/privacy.html", _("Privacy")),
    )
    return Markup("<p>{}</p><p>{}</p>").format(
        " · ".join(lines), join_parts([link(place.link_to(path), words) for path, words in pages])
    )
