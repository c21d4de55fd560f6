"""The donors' page: where the plan stands, objective by objective, with every indicator's number and status."""

from markupsafe import Markup

from etl.indicators.editions import Book
from etl.indicators.results import Rating, Tally
from etl.indicators.vocabulary import Objective
from etl.locale.translations import format_day, format_share, speak
from etl.publication.public_page import Place, joined, link, public_page
from etl.publication.public_tables import badge, indicators_table
from etl.publication.svg import draw_strip
from etl.wording import tally_title, tally_words
from etl.wording.editions import in_need_first, limit_of, plan_tally, restated_count_words

DOWNLOADS = (
    ("downloads/figures.csv", "CSV"),
    ("downloads/figures-{language}.xlsx", "Excel"),
    ("downloads/datapackage.zip", "Data Package"),
    ("downloads/iati.xml", "IATI"),
    ("api/figures.json", "JSON"),
)
"""Of each edition; both languages share them."""


def front_page(book: Book, place: Place) -> bytes:
    """The page at the edition's own address."""
    language = place.language
    say = speak(language)
    settings = book.plan.settings
    title = plan_title(book, language)
    told = say("What the plan set out to do, how far each indicator is, and what is missing.")
    body = Markup("").join(
        [
            Markup("<h1>{}</h1>").format(title),
            Markup('<p class="sub">{}</p>').format(
                say(
                    "CARDEC researches and teaches conservation agriculture for Cambodia's farmers. This page shows "
                    "how far its strategic plan, {first} to {last}, has come, from approved returns of its sites.",
                    first=settings.first_year,
                    last=settings.last_year,
                )
            ),
            edition_line(book, place),
            _clocks(book, language),
            _overall(book, language),
            Markup("").join(objective_section(book, one, place) for one in book.plan.objectives),
            _programmes(book, place),
            legend(book, language),
        ]
    )
    return public_page(book, place, title=title, told=told, body=body, here="index.html")


def plan_title(book: Book, language: str) -> str:
    """The plan's finding in one sentence."""
    settings = book.plan.settings
    say = speak(language)
    plan = say("Strategic plan {first}–{last}", first=settings.first_year, last=settings.last_year)
    return f"{plan}: {tally_title(plan_tally(book), language)}"


def edition_line(book: Book, place: Place) -> Markup:
    """Which edition this is, what it restates, and its downloads."""
    language = place.language
    say = speak(language)
    edition = book.edition
    parts: list[Markup | str] = [
        say("Edition {name}", name=edition.id),
        say("published {day}", day=format_day(edition.published_on, language)),
    ]
    if edition.before:
        words = restated_count_words(len(edition.restatements), edition.before, language)
        parts.append(link(place.to("changes.html"), words))
    parts += [link(place.root + path.format(language=language), name) for path, name in DOWNLOADS]
    parts.append(link(place.to("about/cite.html"), say("How to cite")))
    notes = Markup("").join(
        Markup('<p class="note">{}</p>').format(
            say("Taken out on {day}: {what}. {why}", day=format_day(one.on, language), what=one.what, why=one.why)
        )
        for one in edition.taken_out
    )
    replaced = (
        Markup('<p class="note">{}</p>').format(
            say("This edition replaces {edition}. {why}", edition=edition.replaces, why=edition.reason)
        )
        if edition.replaces
        else ""
    )
    explore = Markup("<p>{} {}</p>").format(
        link(place.to("explore.html"), say("Explore these figures")),
        Markup('<span class="muted">{}</span>').format(
            say("interactive, with charts by year and site: about 700 KB, needs JavaScript")
        ),
    )
    return Markup('<p class="edition">{}</p>{}{}{}').format(joined(parts), replaced, notes, explore)


def _clocks(book: Book, language: str) -> Markup:
    """How much time of the plan is gone, and how complete the returns are."""
    say = speak(language)
    edition = book.edition
    gone = say("{share} of the plan's time is gone.", share=format_share(edition.time_gone, language, 0))
    returns = say(
        "{received} of {expected} returns of the sites are in and approved.",
        received=edition.returns_received,
        expected=edition.returns_expected,
    )
    return Markup('<p class="clocks">{} {}</p>').format(gone, returns)


def _overall(book: Book, language: str) -> Markup:
    text = book.plan.settings.overall_objective.in_language(language)
    if not text:
        return Markup("")
    return Markup("<section><h2>{}</h2><p>{}</p>{}</section>").format(
        speak(language)("Overall objective"), text, strip(plan_tally(book), language)
    )


def strip(tally: Tally, language: str) -> Markup:
    """The ratings as one bar, and the same in words under it."""
    words = tally_words(tally, language)
    return Markup('{}<p class="counts">{}</p>').format(draw_strip(tally.counts, words), words)


def objective_section(book: Book, objective: Objective, place: Place, *, level: int = 2) -> Markup:
    """One objective with its strip and the table of its indicators, those in need first."""
    language = place.language
    say = speak(language)
    indicators = book.indicators_of(objective)
    name = link(place.to(f"objectives/{objective.code}.html"), objective.name.in_language(language))
    heading = Markup('<p class="code">{}</p><h{}>{}</h{}>').format(
        say("Strategic objective {code}", code=objective.code), level, name if level == 2 else name.striptags(), level
    )
    tally = plan_tally(book, tuple(one.code for one in indicators))
    caption = say("Indicators of objective {code}", code=objective.code)
    rows = indicators_table(book, in_need_first(book, indicators), place, caption)
    return Markup('<section class="objective">{}{}{}</section>').format(heading, strip(tally, language), rows)


def _programmes(book: Book, place: Place) -> Markup:
    language = place.language
    say = speak(language)
    found = [one for one in book.plan.programmes if book.indicators_for(one)]
    if not found:
        return Markup("")
    items = Markup("").join(
        Markup("<li>{}</li>").format(link(place.to(f"programmes/{one.code}.html"), one.name.in_language(language)))
        for one in found
    )
    return Markup("<section><h2>{}</h2><p>{}</p><ul>{}</ul></section>").format(
        say("Programmes and partners"),
        say("Which indicators each of them supports or reports on."),
        items,
    )


def legend(book: Book, language: str) -> Markup:
    """What the words and signs of a rating mean, and why some numbers are blank."""
    say = speak(language)
    meanings = {
        Rating.ACHIEVED: say("the target of the period is met"),
        Rating.ON_TRACK: say("at the expected value by now, or close to it"),
        Rating.AT_RISK: say("behind the expected value"),
        Rating.OFF_TRACK: say("far behind the expected value"),
        Rating.INCOMPLETE: say("behind, but returns are missing that could change it"),
        Rating.NO_DATA: say("too few numbers are in to say"),
        Rating.NOT_DUE: say("nothing is due yet"),
        Rating.NO_TARGET: say("the plan sets no target"),
    }
    blanks = (
        (say("missing"), say("a return was due and has not come or is not approved")),
        (say("not collected"), say("the site says that it did not measure it")),
        (say("not due yet"), say("the quarter has not ended or its return is not due")),
        (
            say("fewer than {limit}", limit=limit_of(book)),
            say("so few people that they could be recognised, so the number is not shown"),
        ),
        (say("withheld"), say("a number from which such a small one could be worked out")),
    )
    items = [(badge(rating, language), words) for rating, words in meanings.items()]
    items += [(Markup('<span class="blank">{}</span>').format(word), words) for word, words in blanks]
    listed = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(*one) for one in items)
    return Markup('<section class="legend"><h2>{}</h2><dl>{}</dl></section>').format(
        say("What the words and signs mean"), listed
    )
