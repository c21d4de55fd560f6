"""Numbers, badges and tables of public pages; each number carries its exact value and the figure that it is."""

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from etl.database.column_types import plain_digits
from etl.indicators.editions import EditionContents, EditionFigure
from etl.indicators.results import NoValue, Rating
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.public_page import EditionPage, link
from etl.publication.rating_styles import RATING_STYLES
from etl.publication.svg import draw_bullet, draw_line
from etl.wording import SHARE_NAMES, describe_rating, describe_unit
from etl.wording.editions import describe_edition_share, describe_missing_value, format_number


def number(figure: EditionFigure, field: str, indicator: Indicator, locale: Locale) -> Markup:
    """One of the figure's numbers (`value`, `target`, `baseline`) as it is shown; blank where there is none."""
    amount = getattr(figure, field)
    if not isinstance(amount, Decimal):
        return Markup("")
    return _data(figure, field, amount, format_number(amount, indicator, locale))


def share(figure: EditionFigure, locale: Locale, *, with_label: bool = True) -> Markup:
    """The percentage with what it is a share of."""
    if figure.share is None:
        return Markup("")
    shown = _data(figure, "share", figure.share, locale.format_share(figure.share))
    if not with_label:
        return shown
    return Markup("{} <small>{}</small>").format(shown, locale.gettext(SHARE_NAMES[figure.rule]))


def _data(figure: EditionFigure, field: str, amount: Decimal, words: str) -> Markup:
    key = figure.key
    name = "|".join((key.indicator, key.part, key.site, key.period, field))
    return Markup('<data value="{}" data-f="{}">{}</data>').format(plain_digits(amount), name, words)


def amount(figure: EditionFigure, contents: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """The number, or in words why there is none."""
    if figure.value is not None:
        return number(figure, "value", indicator, locale)
    return Markup('<span class="blank">{}</span>').format(describe_missing_value(figure, contents, locale))


def badge(rating: Rating | None, locale: Locale, *, over_target: bool = False) -> Markup:
    """The rating's word and shape; a dash with its reason where it is withheld."""
    _ = locale.gettext
    if rating is None:
        return Markup('<span class="badge no-data">{}</span>').format(_("not shown"))
    style = RATING_STYLES[rating]
    over = Markup(" <small>{}</small>").format(_("over target")) if over_target else ""
    return Markup('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>{}').format(
        style.name, style.shape, describe_rating(rating, locale), over
    )


def actual_of_target(figure: EditionFigure, contents: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """`2,610 of 3,500 ha`: the number, and small what it is measured against."""
    _ = locale.gettext
    shown = amount(figure, contents, indicator, locale)
    unit = describe_unit(indicator, locale)
    if figure.target is None:
        return Markup('{} <span class="of">{}</span>').format(shown, unit)
    target = number(figure, "target", indicator, locale)
    said = Markup(_("of {target}", target=target))
    return Markup('{} <span class="of">{}</span>').format(shown, said + f" {unit}" if unit else said)


def sparkline(contents: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """Actuals year by year against the targets; a gap where a year has no number to show."""
    years = [contents.find(indicator.code, period=str(year)) for year in contents.edition.years]
    actuals = [_plotted(one.value if one else None) for one in years]
    targets = [_plotted(one.target if one else None) for one in years]
    words = locale.gettext("Year by year: {name}", name=indicator.name.in_language(locale.language))
    return draw_line(actuals, targets, words)


def bullet(figure: EditionFigure, indicator: Indicator, locale: Locale) -> Markup:
    """The actual as a bar against its target; nothing where either isn't shown."""
    if figure.value is None or figure.public_rating is None:
        return Markup("")
    words = locale.gettext(
        "{name}, against target: {share}",
        name=indicator.name.in_language(locale.language),
        share=describe_edition_share(figure, locale) or describe_rating(figure.public_rating, locale),
    )
    return draw_bullet(figure.value, _plotted(figure.target), figure.public_rating, words, width=120)


def _plotted(amount: Decimal | None) -> Decimal | NoValue:
    return NoValue.NOT_DEFINED if amount is None else amount


def indicators_table(
    contents: EditionContents, indicators: Sequence[Indicator], page: EditionPage, caption: str
) -> Markup:
    """A row for each indicator: small line, number of target, percentage, bullet, status."""
    _ = page.locale.gettext
    heads = (_("Indicator"), _("By year"), _("Result of target"), _("Percent"), _("Status"))
    rows = Markup("").join(_indicator_row(contents, one, page) for one in indicators)
    return table(caption, heads, rows, css_class="list donors")


def _indicator_row(book: EditionContents, indicator: Indicator, place: EditionPage) -> Markup:
    locale = place.locale
    figure = book.plan_to_date_figure(indicator.code)
    name = link(place.link_to(f"indicators/{indicator.code}.html"), indicator.name.in_language(locale.language))
    cells = (
        ("trend", sparkline(book, indicator, locale)),
        ("n", actual_of_target(figure, book, indicator, locale)),
        ("n share", share(figure, locale) + bullet(figure, indicator, locale)),
        ("rated", badge(figure.public_rating, locale, over_target=figure.over_target)),
    )
    return row(name, cells)


def table(caption: str, headers: Sequence[str], rows: Markup, *, css_class: str = "list") -> Markup:
    """A table with its caption, which scrolls inside itself where the window is narrow."""
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in headers)
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table class="{1}"><caption class="{2}">{0}'
        "</caption><thead><tr>{3}</tr></thead><tbody>{4}</tbody></table></div>"
    ).format(caption, css_class, "vh", head, rows)


def row(name: Markup | str, cells: Sequence[tuple[str, Markup | str]]) -> Markup:
    """A row: its name, then cells with their classes."""
    found = Markup("").join(
        Markup('<td class="{}">{}</td>').format(kind, one) if kind else Markup("<td>{}</td>").format(one)
        for kind, one in cells
    )
    return Markup('<tr><th scope="row">{}</th>{}</tr>\n').format(name, found)
