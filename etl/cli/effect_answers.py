"""How a command tells what a return would change: as lines, and as JSON."""

from etl.cli.answers import say
from etl.exports.figure_rows import plain_amount, plain_number
from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Observation
from etl.queries.return_effects import Comparison, ReturnEffects
from etl.wording.effects import change_kind_words, change_words, changes_summary, effect_words, key_words

_SHOWN = (ChangeKind.CHANGED, ChangeKind.DROPPED, ChangeKind.NEW)


def show_effects(effects: ReturnEffects, language: str) -> None:
    """What changes against each return that it would take the place of, then each figure that differs."""
    for comparison in effects.comparisons:
        _show_comparison(comparison, effects, language)
    say(f"  {len(effects.figures)} figures would differ" if effects.figures else "  no figure would differ")
    for effect in effects.figures:
        say(f"    {effect.indicator} {effect.site or 'centre'}: {effect_words(effect, effects.plans, language)}")


def _show_comparison(comparison: Comparison, effects: ReturnEffects, language: str) -> None:
    stored = comparison.stored
    against = f"against return {stored.id} ({stored.state.value})" if stored else "nothing was sent before"
    say(f"  {against}: {changes_summary(comparison.changes, language)}")
    if comparison.is_other_basis:
        say("    one of the two counts since 1 January, the other its quarter only")
    for kind in _SHOWN:
        for change in comparison.of_kind(kind):
            said = change_words(change, effects.plans, language)
            say(f"    {change_kind_words(kind, language)} {change.key} {said}")


def plain_effects(effects: ReturnEffects, language: str) -> dict[str, object]:
    """The same for other programs; a number that was not collected is the word, a blank one is null."""
    return {
        "basis": effects.basis.value,
        "against": [_plain_comparison(one, effects, language) for one in effects.comparisons],
        "figures": [_plain_effect(one, effects, language) for one in effects.figures],
    }


def _plain_comparison(comparison: Comparison, effects: ReturnEffects, language: str) -> dict[str, object]:
    stored = comparison.stored
    return {
        "return": stored.id if stored else None,
        "state": stored.state.value if stored else None,
        "sender": stored.sender if stored else None,
        "basis": stored.basis.value if stored else None,
        "counts": {kind.value: comparison.count(kind) for kind in ChangeKind},
        "numbers": [_plain_change(one, effects, language) for one in comparison.changes],
    }


def _plain_change(change: NumberChange, effects: ReturnEffects, language: str) -> dict[str, object]:
    return {
        "key": str(change.key),
        "name": key_words(effects.plans, change.key, language),
        "kind": change.kind.value,
        "old": _plain_said(change.old),
        "new": _plain_said(change.new),
        "by": None if change.by is None else plain_number(change.by),
    }


def _plain_said(said: Observation | None) -> str | None:
    if said is None:
        return None
    return "not_collected" if said.value is None else plain_number(said.value)


def _plain_effect(effect: FigureEffect, effects: ReturnEffects, language: str) -> dict[str, object]:
    return {
        "indicator": effect.indicator,
        "site": effect.site or None,
        "period": str(effect.period),
        "before": _plain_figure(effect.before),
        "after": _plain_figure(effect.after),
        "sentence": effect_words(effect, effects.plans, language),
    }


def _plain_figure(figure: Figure) -> dict[str, object]:
    return {
        "actual": plain_amount(figure.actual.amount),
        "reported": figure.actual.reported,
        "expected": figure.actual.expected,
        "target": plain_amount(figure.target),
        "headline": plain_amount(figure.headline),
        "headline_rule": figure.headline_rule,
        "rating": figure.rating.value,
    }
