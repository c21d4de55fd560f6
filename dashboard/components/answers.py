"""The three answers above the overview: how many are off track, which is worst and what it needs, who owes returns."""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.components.marks import build_badge
from dashboard.components.plain import dcc, html
from dashboard.selection import Selection, address_of
from etl.indicators.results import Figure, Rating, Tally
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import format_quarter, speak
from etl.queries.reporting_status import OwedReturns
from etl.wording import headline_words, needs_words

_NAMED_AT_MOST = 3
"""So many sites are named, with so many quarters each; the grid below shows the others."""


def build_answers(
    tally: Tally, worst: tuple[Indicator, Figure] | None, owed: Sequence[OwedReturns], selection: Selection
) -> Any:
    """A line of three, each with its question as a small heading."""
    say = speak(selection.language)
    return html.Div(
        [
            _answer(say("Off track"), "answer-off-track", _off_track(tally, selection.language)),
            _answer(say("In need first"), "answer-worst", _worst(worst, selection)),
            _answer(say("Returns still owed"), "answer-owed", _owed(owed, selection)),
        ],
        className="answers",
    )


def _answer(question: str, name: str, content: Sequence[Any]) -> Any:
    return html.Div([html.H2(question), *content], id=name)


def _off_track(tally: Tally, language: str) -> list[Any]:
    say = speak(language)
    counts = dict(tally.counts)
    off, risk = counts[Rating.OFF_TRACK], counts[Rating.AT_RISK]
    said = say("{count} of {rated} rated", count=off, rated=tally.rated)
    return [
        html.P([html.B(said), " ", build_badge(Rating.OFF_TRACK, language)] if off else html.B(said)),
        html.P(say("{count} more at risk", count=risk) if risk else say("none at risk"), className="muted"),
    ]


def _worst(worst: tuple[Indicator, Figure] | None, selection: Selection) -> list[Any]:
    language = selection.language
    if worst is None:
        return [html.P(speak(language)("Nothing is at risk or off track in this choice."))]
    indicator, figure = worst
    address = address_of(selection, f"/staff/indicator/{indicator.code}")
    needs = needs_words(figure, indicator, language)
    said = [headline_words(figure, language), *([speak(language)("needs {what}", what=needs)] if needs else [])]
    name = dcc.Link(indicator.name.in_language(language), href=address)
    return [
        html.P([html.B(name), " ", build_badge(figure.rating, language)]),
        html.P(" · ".join(said), className="muted"),
    ]


def _owed(owed: Sequence[OwedReturns], selection: Selection) -> list[Any]:
    language = selection.language
    say = speak(language)
    if not owed:
        return [html.P(html.B(say("None: every return that is due is in.")))]
    count = sum(len(one.quarters) for one in owed)
    total = (
        say("{count} returns of {sites} sites", count=count, sites=len(owed)) if len(owed) > 1 else _of_one(count, say)
    )
    named: list[Any] = []
    for one in owed[:_NAMED_AT_MOST]:
        address = address_of(selection, f"/staff/site/{one.site.code}")
        named += [dcc.Link(one.site.name.in_language(language), href=address), f" {_quarters(one, language)} · "]
    more = len(owed) - _NAMED_AT_MOST
    ending = [html.A(say("and {count} more sites", count=more), href="#returns")] if more > 0 else []
    named[-1] = named[-1] if ending else str(named[-1]).removesuffix(" · ")
    return [html.P(html.B(total)), html.P([*named, *ending], className="muted")]


def _of_one(count: int, say: Callable[..., str]) -> str:
    return say("one return") if count == 1 else say("{count} returns of one site", count=count)


def _quarters(one: OwedReturns, language: str) -> str:
    """The latest few, the others counted."""
    shown = ", ".join(format_quarter(quarter, language) for quarter in one.quarters[:2])
    more = len(one.quarters) - 2
    return shown + (speak(language)(" and {count} earlier", count=more) if more > 0 else "")
