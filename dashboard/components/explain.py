"""Numbers that open an explanation of how they are calculated."""

from typing import Any

from dashboard.charts.addresses import make_figure_hash
from dashboard.components.markup import tags
from etl.exports.figure_rows import serialize_amount
from etl.indicators.results import Figure, NoValue
from etl.locale import Locale
from etl.wording import describe_headline_share


def build_explained_share(figure: Figure, locale: Locale, *, name: str = "", site: str = "") -> Any:
    """Return the headline percentage as a link to the drawer, above a name if given; or the reason for its absence.

    `site` is the code of the site or province of the figure, where the page shows others too.
    """
    text, exact = describe_headline_share(figure, locale), serialize_amount(figure.headline)
    if isinstance(figure.headline, NoValue):
        return tags.Span(text, className="reason", **{"data-exact": exact})
    address = make_figure_hash(figure.indicator, figure.requested_period, site=site, part=figure.part)
    question = locale.gettext("How is this calculated?")
    link = tags.A(text, href=address, className="ask", title=question, **{"data-exact": exact})
    return [link, tags.Small(name)] if name else link


def build_explained_number(number: Any, sentences: tuple[str, ...], locale: Locale, *, name: str = "") -> Any:
    """Return a number with its name, and sentences that the reader can open."""
    question = locale.gettext("How is this calculated?")
    name_parts = [tags.Small(name)] if name else []
    summary = tags.Summary([number, *name_parts, tags.Span(f" {question}", className="vh")], title=question)
    return tags.Details([summary, *(tags.P(sentence) for sentence in sentences)], className="why")
