"""Pages as plain HTML, which need no script: the frame that the public ones, sign-in and refusals stand in."""

from collections.abc import Sequence

from markupsafe import Markup, escape

from dashboard.selection import localize_path
from dashboard.static_files import static_url
from etl.locale import Locale

LOGO_SVG = Markup(
    '<svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true"><path d="M13 24V11M13 15C6 15 4 10 4 5c6 0 9 3 '
    '9 8M13 12c0-6 4-9 9-9 0 6-3 10-9 11" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"/>'
    "</svg>"
)

_PAGE = Markup(
    '<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · CARDEC</title>'
    '<link rel="icon" type="image/svg+xml" href="{icon}">{styles}{alternates}</head>\n'
    '<body class="plain"><a class="skip" href="#main">{skip}</a>\n'
    '<header class="top"><a class="brand" href="{home}">{mark}<span>CARDEC<small>{tagline}</small></span></a>'
    '<span class="grow"></span>{entry}<span class="lang">{switch}</span></header>\n{ribbon}'
    '<main id="main" tabindex="-1">{body}</main>\n</body></html>\n'
)


def render_plain_page(
    *, title: str, body: Markup, locale: Locale, path: str, ribbon: Sequence[str] = (), with_sign_in: bool = True
) -> str:
    """A whole page. `path` is its address without the language's prefix, `body` is safe HTML."""
    _ = locale.gettext
    entry = Markup('<a class="entry" href="{}">{}</a>').format(localize_path("/sign-in", locale.language), _("Sign in"))
    return _PAGE.format(
        language=locale.language,
        title=title,
        icon=static_url("icon.svg"),
        styles=render_style_links(("fonts.css", "base.css")),
        alternates=_alternates(path),
        skip=_("Skip to the content"),
        home=localize_path("/", locale.language),
        mark=LOGO_SVG,
        tagline=_("Strategic plan and results"),
        entry=entry if with_sign_in else "",
        switch=_switch(locale, path),
        ribbon=render_ribbon(ribbon),
        body=body,
    )


def render_style_links(purposes: Sequence[str]) -> Markup:
    """The links to our stylesheets and those of others, in their order."""
    return Markup("").join(Markup('<link rel="stylesheet" href="{}">').format(static_url(name)) for name in purposes)


def render_ribbon(marks: Sequence[str]) -> Markup:
    """The slim line that says what kind of figures these are; nothing where nothing is to say."""
    if not marks:
        return Markup("")
    return Markup('<aside class="ribbon" aria-label="{}">{}</aside>\n').format(marks[0], " · ".join(marks))


def paragraph(text: str, kind: str = "") -> Markup:
    return Markup('<p class="{}">{}</p>').format(kind, text) if kind else Markup("<p>{}</p>").format(text)


def _alternates(path: str) -> Markup:
    links = (
        Markup('<link rel="alternate" hreflang="{}" href="{}">').format(language, localize_path(path, language))
        for language in ("en", "km")
    )
    return Markup("").join(links)


def _switch(locale: Locale, path: str) -> Markup:
    """Both languages by their own names, the other one as a link."""
    names = {"en": "English", "km": "ខ្មែរ"}
    parts = [
        Markup("<b>{}</b>").format(name)
        if code == locale.language
        else Markup('<a lang="{0}" hreflang="{0}" href="{1}">{2}</a>').format(code, localize_path(path, code), name)
        for code, name in names.items()
    ]
    return Markup(" · ").join(escape(part) for part in parts)
