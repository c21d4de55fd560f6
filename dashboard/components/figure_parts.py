"""What pages say of a figure: its row in a table, its card with a chart, where it comes from."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from dashboard.components.explain import explained, explained_share
from dashboard.components.explanation_parts import WhyLinks
from dashboard.components.marks import build_badge, build_bullet
from dashboard.components.tables import Cell, build_table, element, link, number_cell
from dashboard.selection import Selection, address_of
from etl.exports.figure_rows import plain_amount
from etl.indicators.periods import Period, PlanToDate, Quarter, period_key
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import speak
from etl.queries.comparisons import Comparison
from etl.wording import amount_words, completeness_words, share_name, share_words, unit_words
from etl.wording.explaining import step_words


def indicator_link(indicator: Indicator, selection: Selection) -> Any:
    """The indicator's name, leading to its page with the same choice, and its code."""
    language = selection.language
    address = address_of(selection, f"/staff/indicator/{indicator.code}")
    return [link(indicator.name.in_language(language), href=address), element("Small", indicator.code)]


def number_link(figure: Figure, indicator: Indicator, selection: Selection) -> Any:
    """The actual as a number that leads to where it comes from; a reason stands as itself."""
    amount = figure.actual.amount
    text = amount_words(amount, indicator, selection.language)
    if isinstance(amount, NoValue):
        return element("Span", text, className="muted", **{"data-exact": plain_amount(amount)})
    period = "plan" if isinstance(figure.asked, PlanToDate) else str(figure.period)
    address = address_of(replace(selection, period=PlanToDate()), f"/staff/number/{figure.indicator}/{period}")
    return link(
        number_cell(text, plain_amount(amount)), href=address, title=speak(selection.language)("where it comes from")
    )


def value_link(
    amount: Amount,
    indicator: Indicator,
    period: Period,
    selection: Selection,
    *,
    site: str = "",
    part: str = "",
    is_to_date: bool = False,
) -> Any:
    """A number of one period (of one site, or of a part) that leads to its cells; a reason stands as itself."""
    cell = amount_cell(amount, indicator, selection.language)
    if isinstance(amount, NoValue):
        return cell
    chosen = replace(selection, period=PlanToDate(), sites=(site,) if site else selection.sites)
    address = address_of(chosen, f"/staff/number/{indicator.code}/{period_key(period)}")
    more = {"part": part, "to_date": "yes" if is_to_date else ""}
    query = urlencode({name: value for name, value in more.items() if value})
    if query:
        address += f"{'&' if '?' in address else '?'}{query}"
    return link(cell, href=address, title=speak(selection.language)("where it comes from"))


def quarter_link(amount: Amount, indicator: Indicator, quarter: Quarter, selection: Selection) -> Any:
    """A quarter's own number, leading to its cells; a reason stands as itself."""
    return value_link(amount, indicator, quarter, selection)


def amount_cell(amount: Amount, indicator: Indicator, language: str) -> Any:
    """A number, or smaller and in grey the reason that there is none."""
    words, exact = amount_words(amount, indicator, language), plain_amount(amount)
    if isinstance(amount, NoValue):
        return element("Span", words, className="reason", **{"data-exact": exact})
    return number_cell(words, exact)


def share_cell(figure: Figure, indicator: Indicator, language: str) -> Any:
    """The headline percentage above its name, so that the number aligns and is never without its meaning."""
    return explained_share(figure, indicator, language, name=share_name(figure, language))


def bare_share_cell(figure: Figure, heading: Figure, indicator: Indicator, language: str) -> Any:
    """The same under a heading that names the percentage already; another one still says its own name."""
    if share_name(figure, language) not in ("", share_name(heading, language)):
        return share_cell(figure, indicator, language)
    return explained_share(figure, indicator, language)


def figure_row(
    figure: Figure, indicator: Indicator, selection: Selection, *, why: WhyLinks | None = None
) -> list[Cell]:
    """Name, rating, bullet, actual, target, headline and what is missing.

    With `why` how the headline came about is told when it is asked for, not carried along in each row.
    """
    language = selection.language
    share = share_cell(figure, indicator, language) if why is None else _asked_share(figure, indicator, why, language)
    return [
        indicator_link(indicator, selection),
        build_badge(figure.rating, language),
        build_bullet(figure, indicator, language),
        [number_link(figure, indicator, selection), _unit(indicator, language)],
        amount_cell(figure.target, indicator, language),
        share,
        completeness_words(figure.actual, language) or speak(language)("complete"),
    ]


def _asked_share(figure: Figure, indicator: Indicator, why: WhyLinks, language: str) -> Any:
    if isinstance(figure.headline, NoValue):
        return share_cell(figure, indicator, language)
    return [why.build(figure), element("Small", share_name(figure, language))]


def _unit(indicator: Indicator, language: str) -> Any:
    unit = unit_words(indicator, language)
    return element("Small", unit) if unit else ""


def figures_table(
    caption: str, figures: Sequence[tuple[Indicator, Figure]], selection: Selection, *, table_id: str
) -> Any:
    """A row for each indicator, with the numbers by which cards and charts are compared."""
    why = WhyLinks(selection)
    rows = [figure_row(figure, indicator, selection, why=why) for indicator, figure in figures]
    header = _header(selection.language)
    return build_table(caption, header, rows, numeric=(3, 4, 5), table_id=table_id, stacks=True)


def compared_table(
    caption: str, found: Sequence[tuple[Indicator, Comparison]], selection: Selection, *, table_id: str
) -> Any:
    """The same with the figure of the same period a year before, and the step of the year for levels."""
    language = selection.language
    say = speak(language)
    *first, last = _header(language)
    header = (*first, say("A year before"), say("This year's step"), last)
    rows = []
    for indicator, one in found:
        *cells, complete = figure_row(one.figure, indicator, selection)
        rows.append([*cells, _year_before(one, indicator, language), _step(one, indicator, language), complete])
    return build_table(caption, header, rows, numeric=(3, 4, 5, 6, 7), table_id=table_id, stacks=True)


def untargeted_table(
    caption: str, found: Sequence[tuple[Indicator, Comparison]], selection: Selection, *, table_id: str
) -> Any:
    """What stands without a target: the numbers alone, beside those of a year before."""
    language = selection.language
    say = speak(language)
    header = (say("Indicator"), say("Actual"), say("A year before"), say("Complete?"))
    rows = [
        [
            indicator_link(indicator, selection),
            [number_link(one.figure, indicator, selection), _unit(indicator, language)],
            _year_before(one, indicator, language),
            completeness_words(one.figure.actual, language) or say("complete"),
        ]
        for indicator, one in found
    ]
    return build_table(caption, header, rows, numeric=(1, 2), table_id=table_id, stacks=True)


def _header(language: str) -> tuple[str, ...]:
    say = speak(language)
    return (
        say("Indicator"),
        say("Rating"),
        say("Against target"),
        say("Actual"),
        say("Target"),
        say("Share"),
        say("Complete?"),
    )


def _year_before(one: Comparison, indicator: Indicator, language: str) -> Any:
    if one.a_year_before is None:
        return "–"
    return amount_cell(one.a_year_before.actual.amount, indicator, language)


def _step(one: Comparison, indicator: Indicator, language: str) -> Any:
    """How much of the year's planned change is done, above the pace since the baseline."""
    step = one.step
    if step is None:
        return "–"
    pace = ""
    if not isinstance(one.figure.pace, NoValue):
        pace = speak(language)("pace {share}", share=share_words(one.figure.pace, language))
    words, exact = share_words(step.share, language), plain_amount(step.share)
    if isinstance(step.share, NoValue):
        reason = element("Span", words, className="reason", **{"data-exact": exact})
        return [reason, element("Small", pace)] if pace else reason
    return explained(number_cell(words, exact), step_words(step, indicator, language), language, name=pace)
