"""A small line of an indicator's values by year, as a picture that needs no script."""

from collections.abc import Sequence
from functools import lru_cache
from urllib.parse import quote

from dashboard.components.markup import Component, tags
from etl.indicators.results import Amount, Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.publication.svg import draw_line
from etl.wording import describe_amount

_WIDTH, _HEIGHT = 96, 26


def build_sparkline(years: Sequence[tuple[int, Figure]], indicator: Indicator, locale: Locale) -> Component | None:
    """Return the line with a stroke for each target, and its numbers as text; None without any number."""
    label = "; ".join(f"{year}: {describe_amount(figure.actual.amount, indicator, locale)}" for year, figure in years)
    source = _make_source(
        tuple(figure.actual.amount for _, figure in years), tuple(figure.target for _, figure in years)
    )
    if source is None:
        return None
    return tags.Img(src=source, alt=label, title=label, width=_WIDTH, height=_HEIGHT, className="sparkline")


@lru_cache(maxsize=2000)
def _make_source(actuals: tuple[Amount, ...], targets: tuple[Amount, ...]) -> str | None:
    """Return the address that holds the picture; None without any number."""
    drawing = draw_line(actuals, targets, "", width=_WIDTH, height=_HEIGHT)
    if not drawing:
        return None
    # The addresses of pictures need the namespace, and no hash sign of a colour.
    svg = str(drawing).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f"data:image/svg+xml,{quote(svg, safe=' =/:<>,')}"
