"""Numbers, badges and tables of public pages; each number carries its exact value and the figure that it is."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.database.column_types import plain_digits
from etl.indicators.editions import Book, EditionFigure
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_share, speak
from etl.publication.public_page import Place, link
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line
from etl.wording import SHARE_NAMES, rating_words, unit_words
from etl.wording.editions import number_words, share_words_of, state_words


def number(figure: EditionFigure, field: str, indicator: Indicator, language: str) -> Markup:
    """One of the figure's numbers (`value`, `target`, `baseline`) as it is shown; blank where there is none."""
    amount = getattr(figure, field)
    if not isinstance(amount, Decimal):
        return Markup("")
    return _data(figure, field, amount, number_words(amount, indicator, language))


def share(figure: EditionFigure, language: str, *, named: bool = True) -> Markup:
    """The percentage with what it is a share of."""
    if figure.share is None:
        return Markup("")
    shown = _data(figure, "share", figure.share, format_share(figure.share, language))
    if not named:
        return shown
    return Markup("{} <small>{}</small>").format(shown, speak(language)(SHARE_NAMES[figure.rule]))


def _data(figure: EditionFigure, field: str, amount: Decimal, words: str) -> Markup:
    key = figure.key
    name = "|".join((key.indicator, key.part, key.site, key.period, field))
    return Markup('<data value="{}" data-f="{}">{}</data>').format(plain_digits(amount), name, words)


def amount(figure: EditionFigure, book: Book, indicator: Indicator, language: str) -> Markup:
    """The number, or in words why there is none."""
    if figure.value is not None:
        return number(figure, "value", indicator, language)
    return Markup('<span class="blank">{}</span>').format(state_words(figure, book, language))


def badge(rating: Rating | None, language: str, *, over_target: bool = False) -> Markup:
    """The rating's word and shape; a dash with its reason where it is withheld."""
    say = speak(language)
    if rating is None:
        return Markup('<span class="badge no-data">{}</span>').format(say("not shown"))
    style = RATING_STYLES[rating]
    over = Markup(" <small>{}</small>").format(say("over target")) if over_target else ""
    return Markup('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>{}').format(
        style.name, style.shape, rating_words(rating, language), over
    )


def actual_of_target(figure: EditionFigure, book: Book, indicator: Indicator, language: str) -> Markup:
    """`2,610 of 3,500 ha`: the number, and small what it is measured against."""
    say = speak(language)
    shown = amount(figure, book, indicator, language)
    unit = unit_words(indicator, language)
    if figure.target is None:
        return Markup('{} <span class="of">{}</span>').format(shown, unit)
    target = number(figure, "target", indicator, language)
    said = Markup(say("of {target}", target=target))
    return Markup('{} <span class="of">{}</span>').format(shown, said + f" {unit}" if unit else said)


def small_line(book: Book, indicator: Indicator, language: str) -> Markup:
    """Actuals year by year against the targets; a gap where a year has no number to show."""
    years = [book.find(indicator.code, period=str(year)) for year in book.edition.years]
    actuals = [_plotted(one.value if one else None) for one in years]
    targets = [_plotted(one.target if one else None) for one in years]
    words = speak(language)("Year by year: {name}", name=indicator.name.in_language(language))
    return draw_line(actuals, targets, words)


def bullet(figure: EditionFigure, indicator: Indicator, language: str) -> Markup:
    """The actual as a bar against its target; nothing where either isn't shown."""
    if figure.value is None or figure.rated is None:
        return Markup("")
    words = speak(language)(
        "{name}, against target: {share}",
        name=indicator.name.in_language(language),
        share=share_words_of(figure, language) or rating_words(figure.rated, language),
    )
    return draw_bullet(figure.value, _plotted(figure.target), figure.rated, words, width=120)


def _plotted(amount: Decimal | None) -> Decimal | NoValue:
    return NoValue.NOT_DEFINED if amount is None else amount


def indicators_table(book: Book, indicators: Sequence[Indicator], place: Place, caption: str) -> Markup:
    """A row for each indicator: small line, number of target, percentage, bullet, status."""
    say = speak(place.language)
    heads = (say("Indicator"), say("Year by year"), say("Result of target"), say("Percent"), say("Status"))
    rows = Markup("").join(_indicator_row(book, one, place) for one in indicators)
    return table(caption, heads, rows, kind="list donors")


def _indicator_row(book: Book, indicator: Indicator, place: Place) -> Markup:
    language = place.language
    figure = book.total(indicator.code)
    name = link(place.to(f"indicators/{indicator.code}.html"), indicator.name.in_language(language))
    cells = (
        ("trend", small_line(book, indicator, language)),
        ("n", actual_of_target(figure, book, indicator, language)),
        ("n share", share(figure, language) + bullet(figure, indicator, language)),
        ("rated", badge(figure.rated, language, over_target=figure.over_target)),
    )
    return row(name, cells)


def table(caption: str, heads: Sequence[str], rows: Markup, *, kind: str = "list") -> Markup:
    """A table with its caption, which scrolls inside itself where the window is narrow."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in heads)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="{1}"><caption class="{2}">{0}'
        "</caption><thead><tr>{3}</tr></thead><tbody>{4}</tbody></table></div>"
    ).format(caption, kind, "vh", head, rows)


def row(name: Markup | str, cells: Sequence[tuple[str, Markup | str]]) -> Markup:
    """A row: its name, then cells with their classes."""
    found = Markup("").join(
        Markup('<td class="{}">{}</td>').format(kind, one) if kind else Markup("<td>{}</td>").format(one)
        for kind, one in cells
    )
    return Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(name, found)
