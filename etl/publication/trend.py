"""Draw the trend of an indicator of an edition."""

from decimal import Decimal

from markupsafe import Markup

from etl.indicators.editions import EditionContents
from etl.indicators.results import NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.svg import draw_line
from etl.wording.editions import get_shown_value


def draw_trend(contents: EditionContents, indicator: Indicator, locale: Locale) -> Markup:
    """Return a sparkline of the actuals by year with their targets. A year without a public number is a gap."""
    figures = [contents.find(indicator.code, period=str(year)) for year in contents.edition.years]
    actuals = [_select_amount(get_shown_value(figure, indicator) if figure else None) for figure in figures]
    targets = [_select_amount(figure.target if figure else None) for figure in figures]
    label = locale.gettext("By year: {name}", name=indicator.name.get_text(locale.language))
    return draw_line(actuals, targets, label)


def _select_amount(number: Decimal | None) -> Decimal | NoValue:
    return NoValue.NOT_DEFINED if number is None else number
