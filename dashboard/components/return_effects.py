"""What a return would change: its numbers against those that count now, and the figures and ratings that would move."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.registry import PageRequest
from dashboard.components.marks import build_badge
from dashboard.components.tables import Cell, build_table, element
from etl.indicators.effects import ChangeKind, FigureEffect
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale.translations import to_say
from etl.queries.return_effects import Comparison, ReturnEffects
from etl.wording import amount_words, completeness_words, headline_words, period_words, with_unit
from etl.wording.effects import change_words, changes_summary
from etl.wording.returns import state_words

_SHOWN = {
    ChangeKind.DROPPED: to_say("Would become blank"),
    ChangeKind.CHANGED: to_say("Changed"),
    ChangeKind.NEW: to_say("New"),
}
_OPEN = (ChangeKind.DROPPED, ChangeKind.CHANGED)


def build_effects(effects: ReturnEffects, asked: PageRequest) -> Any:
    """Against each return that it would take the place of, then the figures that would differ."""
    title = element("H2", asked.say("What it would change"))
    compared = [_compared(one, effects, asked) for one in effects.comparisons]
    return element("Section", [title, *compared, _figures(effects, asked)], id="effects")


def _compared(comparison: Comparison, effects: ReturnEffects, asked: PageRequest) -> Any:
    say, stored = asked.say, comparison.stored
    if stored is None:
        against = say("Nothing was sent for this site and quarter before.")
    else:
        words = state_words(stored.state, asked.language)
        against = say("Against return {number} ({state}):", number=stored.id, state=words)
    other = say("One of the two counts since 1 January, the other its quarter only.")
    return [
        element("P", [element("B", against), " ", changes_summary(comparison.changes, asked.language)]),
        element("P", other, className="note") if comparison.is_other_basis else None,
        *(_kind(kind, comparison, effects, asked) for kind in _SHOWN),
    ]


def _kind(kind: ChangeKind, comparison: Comparison, effects: ReturnEffects, asked: PageRequest) -> Any:
    changes = comparison.of_kind(kind)
    if not changes or (kind is ChangeKind.NEW and comparison.stored is None):
        return None
    summary = element("Summary", f"{asked.say(_SHOWN[kind])}: {len(changes)}")
    lines = [element("Li", change_words(one, effects.plans, asked.language)) for one in changes]
    return element("Details", [summary, element("Ul", lines)], open=kind in _OPEN, className=f"changes {kind.value}")


def _figures(effects: ReturnEffects, asked: PageRequest) -> Any:
    say = asked.say
    if not effects.figures:
        return element("P", say("No figure would differ."))
    centre = [one for one in effects.figures if not one.site]
    moved = [one for one in centre if one.moves_rating]
    others = [one for one in centre if not one.moves_rating]
    of_site = [one for one in effects.figures if one.site]
    return [
        _effects(say("Ratings that would move"), moved, effects, asked, is_open=True),
        _effects(say("Other figures of all sites that would differ"), others, effects, asked, is_open=not moved),
        _effects(say("Figures of this site that would differ"), of_site, effects, asked, is_open=False),
    ]


def _effects(
    title: str, figures: Sequence[FigureEffect], effects: ReturnEffects, asked: PageRequest, *, is_open: bool
) -> Any:
    if not figures:
        return None
    say = asked.say
    header = (say("Indicator"), say("Period"), say("Before"), say("After"))
    rows = [row for one in figures if (row := _row(one, effects, asked))]
    table = build_table(title, header, rows, stacks=True)
    summary = element("Summary", f"{title}: {len(figures)}")
    return element("Details", [summary, table], open=is_open, className="changes figures")


def _row(effect: FigureEffect, effects: ReturnEffects, asked: PageRequest) -> list[Cell]:
    plan, language = effects.plans.newest_with(effect.indicator), asked.language
    if plan is None:
        return []
    indicator = plan.indicator_by_code[effect.indicator]
    return [
        [indicator.name.in_language(language), " ", element("Small", indicator.code)],
        period_words(effect.period, language),
        _figure(effect.before, indicator, language),
        _figure(effect.after, indicator, language),
    ]


def _figure(figure: Figure, indicator: Indicator, language: str) -> Any:
    """The amount with its percentage, its rating as a badge, and what it still lacks."""
    amount = amount_words(figure.actual.amount, indicator, language)
    known = not isinstance(figure.actual.amount, str)
    said = [with_unit(amount, indicator, language) if known else amount]
    if not isinstance(figure.headline, str):
        said.append(headline_words(figure, language))
    lacks = completeness_words(figure.actual, language)
    return [
        " · ".join(said),
        element("Div", build_badge(figure.rating, language)),
        element("Small", lacks) if lacks else None,
    ]
