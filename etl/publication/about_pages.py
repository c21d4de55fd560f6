"""How figures are computed, how to cite, accessibility and privacy: what a reader may want to know of the pages."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from etl.indicators.editions import Book
from etl.locale.translations import format_day, format_share, speak
from etl.publication.front_page import legend
from etl.publication.public_page import Place, public_page

Written = tuple[str, Sequence[str | Markup]]
"""A title and what stands under it, paragraph by paragraph."""


def about_page(book: Book, name: str, place: Place) -> bytes:
    """One of `figures`, `cite`, `accessibility` and `privacy`."""
    title, paragraphs = ABOUT[name](book, place.language)
    text = Markup("").join(one if isinstance(one, Markup) else Markup("<p>{}</p>").format(one) for one in paragraphs)
    body = Markup("<h1>{}</h1>{}").format(title, text)
    return public_page(book, place, title=title, told=title, body=body)


def _figures(book: Book, language: str) -> Written:
    say = speak(language)
    settings = book.plan.settings
    on_track, at_risk = (format_share(one, language, 0) for one in (settings.on_track, settings.at_risk))
    return say("How figures are computed"), [
        say(
            "Sites send a return every quarter. A number counts once a manager has approved the return. An amount, "
            "such as farmers trained, is added over quarters and sites. A level, such as hectares, is the latest of "
            "each site. A share is computed from its two counts, which are added first."
        ),
        say(
            "“% of target” is the result divided by the target. “% of the planned change” is how much of the way from "
            "baseline to target was gone; it can fall below zero, and neither is cut at 100 %."
        ),
        say(
            "A status compares the result with what the plan expects by the last quarter whose returns were due: on "
            "track from {on_track} of it, at risk from {at_risk}, else off track; achieved once the target is met.",
            on_track=on_track,
            at_risk=at_risk,
        ),
        say(
            "With fewer than {share} of the numbers in, there is no status.",
            share=format_share(settings.min_reported, language, 0),
        ),
        say(
            "Where a number would count fewer than {limit} people it is not shown, and with it as many others as a "
            "reader would need to work it out.",
            limit=settings.small_count,
        ),
        say("A missing number is never taken as zero."),
        legend(book, language),
    ]


def _cite(book: Book, language: str) -> Written:
    say = speak(language)
    edition = book.edition
    name = book.plan.settings.name.in_language(language)
    address = f"{edition.public_url}/editions/{edition.id}/" if edition.public_url else f"/editions/{edition.id}/"
    day = format_day(edition.published_on, language)
    notes = []
    if book.plan.is_provisional:
        notes.append(say("The indicators and targets are provisional: say so when you cite them."))
    if edition.has_sample_data:
        notes.append(say("The numbers are invented sample data, not results: do not cite them as results."))
    return say("How to cite"), [
        say("The numbers and the address of an edition never change, so that what you cite can be looked up."),
        Markup('<p class="cite">{}</p>').format(
            say(
                "CARDEC ({year}). {name}: edition {edition}, published {day}.",
                year=edition.published_on.year,
                name=name,
                edition=edition.id,
                day=day,
            )
        ),
        Markup("<p><code>{}</code></p>").format(address),
        say("A wrong edition is replaced by one with -r2 in its name; it keeps its address and says what replaces it."),
        *notes,
    ]


def _accessibility(book: Book, language: str) -> Written:
    say = speak(language)
    return say("Accessibility"), [
        say(
            "These pages are made to be read by everybody: without scripts, images or styles, with a screen reader, "
            "with a keyboard alone, enlarged, printed, in Khmer and in English."
        ),
        say("Every drawing has its numbers in a table. A status has a word and a shape besides its colour."),
        say(
            "They are tested automatically against the rules of WCAG 2.2 AA at a phone's and a desk's width. People "
            "who use assistive technology have not tested them yet."
        ),
        say("The interactive page needs JavaScript; everything on it stands on these pages too."),
        say("If something keeps you from reading, tell CARDEC at Bos Khnor or DALRM in Phnom Penh."),
    ]


def _privacy(book: Book, language: str) -> Written:
    say = speak(language)
    return say("Privacy"), [
        say("The public pages set no cookie, run no script, count no visitor and load nothing from anybody else."),
        say("The server may keep the usual log of requests for a short time, to find faults and attacks."),
        say("Numbers that count fewer than {limit} people are not shown.", limit=book.plan.settings.small_count),
        say("Names, photos and signed forms that sites send are never public."),
        say("A cookie is set only when staff sign in."),
    ]


ABOUT: dict[str, Callable[[Book, str], Written]] = {
    "figures": _figures,
    "cite": _cite,
    "accessibility": _accessibility,
    "privacy": _privacy,
}
