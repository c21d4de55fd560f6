"""The other pages of an edition: an objective, a programme, the downloads, what it restates."""

from collections.abc import Iterator

from markupsafe import Markup

from etl.indicators.editions import Book, Restatement
from etl.indicators.vocabulary import Indicator, Objective, Programme
from etl.locale.translations import format_amount, speak
from etl.publication.front_page import edition_line, legend, objective_section
from etl.publication.public_page import Place, link, public_page
from etl.publication.public_tables import indicators_table, row, table
from etl.wording import tally_title
from etl.wording.editions import limit_of, period_name, plan_tally, restated_words


def objective_page(book: Book, objective: Objective, place: Place) -> bytes:
    """One objective with its indicators."""
    language = place.language
    say = speak(language)
    codes = tuple(one.code for one in book.indicators_of(objective))
    name = objective.name.in_language(language)
    told = f"{name}: {tally_title(plan_tally(book, codes), language)}"
    crumb = Markup('<p class="crumb">{} › {}</p>').format(link(place.to("index.html"), say("Plan")), objective.code)
    body = (
        crumb + objective_section(book, objective, place, level=1) + edition_line(book, place) + legend(book, language)
    )
    return public_page(book, place, title=name, told=told, body=body)


def programme_page(book: Book, programme: Programme, place: Place) -> bytes:
    """One programme or partner with the indicators that it supports or reports on."""
    language = place.language
    say = speak(language)
    name = programme.name.in_language(language)
    indicators = book.indicators_for(programme)
    told = say("The indicators of CARDEC's plan that {name} supports or reports on.", name=name)
    provenance = {one.provenance for one in book.plan.indicator_programmes if one.programme == programme.code}
    illustrative = (
        Markup('<p class="note">{}</p>').format(
            say("Which indicators it supports is an illustration until the programme confirms it.")
        )
        if "illustrative" in provenance
        else ""
    )
    caption = say("Indicators of {name}", name=name)
    body = Markup("").join(
        [
            Markup('<p class="crumb">{} › {}</p>').format(link(place.to("index.html"), say("Plan")), programme.code),
            Markup('<h1>{}</h1><p class="sub">{}</p>').format(name, programme.note.in_language(language) or told),
            illustrative,
            Markup('<section class="objective"><h2>{}</h2>{}</section>').format(
                say("Its indicators"),
                indicators_table(book, indicators, place, caption)
                if indicators
                else Markup("<p>{}</p>").format(say("No indicator of the plan names it.")),
            ),
            edition_line(book, place),
        ]
    )
    return public_page(book, place, title=name, told=told, body=body)


def downloads_page(book: Book, place: Place) -> bytes:
    """Every download with what it is for."""
    say = speak(place.language)
    title = say("Downloads of edition {name}", name=book.edition.id)
    files = (
        ("downloads/figures.csv", "CSV", say("every figure as a row, for any program")),
        (
            f"downloads/figures-{place.language}.xlsx",
            "Excel",
            say("the same in a workbook, with the plan's indicators"),
        ),
        ("downloads/datapackage.zip", "Data Package", say("the same with a description that programs can read")),
        (
            "downloads/iati.xml",
            "IATI 2.03",
            say("an IATI activity with results: baseline, target, actual by year"),
        ),
        ("api/figures.json", "JSON", say("the same for programs; its address and fields stay")),
    )
    rows = Markup("").join(row(link(place.root + path, name), (("", words),)) for path, name, words in files)
    note = say(
        "All of them hold the same frozen numbers as the pages. Exact numbers are given; pages round them. A number "
        "that is not shown has its reason in its place."
    )
    body = Markup("<h1>{}</h1><p>{}</p>{}{}").format(
        title, note, table(title, (say("File"), say("What it is")), rows, kind="words"), edition_line(book, place)
    )
    return public_page(book, place, title=title, told=note, body=body, here="downloads.html")


def changes_page(book: Book, place: Place) -> bytes:
    """What is another number than in the edition before."""
    language = place.language
    say = speak(language)
    edition = book.edition
    title = say("What edition {name} restates", name=edition.id)
    told = (
        say("Compared with edition {name}, for periods that had ended then.", name=edition.before)
        if edition.before
        else say("This is the first edition, so it restates nothing.")
    )
    heads = (say("Indicator"), say("What"), say("Period"), say("Before"), say("Now"))
    rows = Markup("").join(_change(book, one, place) for one in edition.restatements)
    shown = (
        table(title, heads, rows) if edition.restatements else Markup("<p>{}</p>").format(say("Nothing is restated."))
    )
    body = Markup("<h1>{}</h1><p>{}</p>{}{}").format(title, told, shown, edition_line(book, place))
    return public_page(book, place, title=title, told=told, body=body)


def _change(book: Book, one: Restatement, place: Place) -> Markup:
    language = place.language
    indicator = book.find_indicator(one.key.indicator)
    if indicator is None:
        return Markup("")
    name = link(place.to(f"indicators/{indicator.code}.html"), indicator.name.in_language(language))
    lines = list(_lines(book, one, indicator, language))
    return Markup("").join(
        row(name, (("", what), ("", period_name(one.key.period, language)), ("n", before), ("n", now)))
        for what, before, now in lines
    )


def _lines(book: Book, one: Restatement, indicator: Indicator, language: str) -> Iterator[tuple[str, str, str]]:
    say = speak(language)
    sites = {site.code: site.name.in_language(language) for site in book.plan.sites}
    parts = {part.key: part.label.in_language(language) for part in book.parts(indicator.code)}
    where = " · ".join(
        word for word in (parts.get(one.key.part, one.key.part), sites.get(one.key.site, one.key.site)) if word
    )
    if (one.old_state, one.old_value) != (one.new_state, one.new_value):
        before = restated_words(one.old_state, one.old_value, indicator.decimals, limit_of(book), language)
        now = restated_words(one.new_state, one.new_value, indicator.decimals, limit_of(book), language)
        yield f"{say('Result')} {where}".strip(), before, now
    if one.old_target != one.new_target:
        old, new = (
            say("no target") if target is None else format_amount(target, indicator.decimals, language)
            for target in (one.old_target, one.new_target)
        )
        yield f"{say('Target')} {where}".strip(), old, new
