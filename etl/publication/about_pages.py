"""How figures are computed, how to cite, accessibility and privacy: what a reader may want to know of the pages."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.locale import Locale
from etl.publication.front_page import render_legend
from etl.publication.public_page import EditionPage, render_public_page

PageText = tuple[str, Sequence[str | Markup]]
"""A title and what stands under it, paragraph by paragraph."""


def render_about_page(contents: EditionContents, name: str, page: EditionPage) -> bytes:
    """One of `figures`, `cite`, `accessibility` and `privacy`."""
    title, paragraphs = ABOUT_PAGES[name](contents, page.locale)
    text = Markup("").join(one if isinstance(one, Markup) else Markup("<p>{}</p>").format(one) for one in paragraphs)
    body = Markup("<h1>{}</h1>{}").format(title, text)
    return render_public_page(contents, page, title=title, description=title, body=body)


def _figures(book: EditionContents, locale: Locale) -> PageText:
    _ = locale.gettext
    settings = book.plan.settings
    on_track, at_risk = (locale.format_share(one, 0) for one in (settings.on_track, settings.at_risk))
    return _("How figures are computed"), [
        _(
            "Sites send a return every quarter. A number counts once a manager has approved the return. An amount, "
            "such as farmers trained, is added over quarters and sites. A level, such as hectares, is the latest of "
            "each site. A share is computed from its two counts, which are added first."
        ),
        _(
            "“% of target” is the result divided by the target. “% of the planned change” is how much of the way from "
            "baseline to target was gone; it can fall below zero, and neither is cut at 100 %."
        ),
        _(
            "A status compares the result with what the plan expects by the last quarter whose returns were due: on "
            "track from {on_track} of it, at risk from {at_risk}, else off track; achieved once the target is met.",
            on_track=on_track,
            at_risk=at_risk,
        ),
        _(
            "With fewer than {share} of the numbers in, there is no status.",
            share=locale.format_share(settings.min_reported, 0),
        ),
        _(
            "Where a number would count fewer than {limit} people it is not shown, and with it as many others as a "
            "reader would need to work it out.",
            limit=settings.small_count,
        ),
        _("A missing number is never taken as zero."),
        render_legend(book, locale),
    ]


def _cite(book: EditionContents, locale: Locale) -> PageText:
    _ = locale.gettext
    edition = book.edition
    name = book.plan.settings.name.in_language(locale.language)
    address = f"{edition.public_url}/editions/{edition.id}/" if edition.public_url else f"/editions/{edition.id}/"
    day = locale.format_day(edition.published_on)
    notes = []
    if book.plan.is_provisional:
        notes.append(_("The indicators and targets are provisional: say so when you cite them."))
    if edition.has_sample_data:
        notes.append(_("The numbers are invented sample data, not results: do not cite them as results."))
    return _("How to cite"), [
        _("The numbers and the address of an edition never change, so that what you cite can be looked up."),
        Markup('<p class="cite">{}</p>').format(
            _(
                "CARDEC ({year}). {name}: edition {edition}, published {day}.",
                year=edition.published_on.year,
                name=name,
                edition=edition.id,
                day=day,
            )
        ),
        Markup("<p><code>{}</code></p>").format(address),
        _("A wrong edition is replaced by one with -r2 in its name; it keeps its address and says what replaces it."),
        *notes,
    ]


def _accessibility(book: EditionContents, locale: Locale) -> PageText:
    _ = locale.gettext
    return _("Accessibility"), [
        _(
            "These pages are made to be read by everybody: without scripts, images or styles, with a screen reader, "
            "with a keyboard alone, enlarged, printed, in Khmer and in English."
        ),
        _("Every drawing has its numbers in a table. A status has a word and a shape besides its colour."),
        _(
            "They are tested automatically against the rules of WCAG 2.2 AA at a phone's and a desk's width. People "
            "who use assistive technology have not tested them yet."
        ),
        _("The interactive page needs JavaScript; everything on it stands on these pages too."),
        _("If something keeps you from reading, tell CARDEC at Bos Khnor or DALRM in Phnom Penh."),
    ]


def _privacy(book: EditionContents, locale: Locale) -> PageText:
    _ = locale.gettext
    return _("Privacy"), [
        _("The public pages set no cookie, run no script, count no visitor and load nothing from anybody else."),
        _("The server may keep the usual log of requests for a short time, to find faults and attacks."),
        _("Numbers that count fewer than {limit} people are not shown.", limit=book.plan.settings.small_count),
        _("Names, photos and signed forms that sites send are never public."),
        _("A cookie is set only when staff sign in."),
    ]


ABOUT_PAGES: dict[str, Callable[[EditionContents, Locale], PageText]] = {
    "figures": _figures,
    "cite": _cite,
    "accessibility": _accessibility,
    "privacy": _privacy,
}
