"""How a command tells what a return would change: as lines, and as JSON."""

from etl.cli.output import print_line
from etl.exports.figure_rows import format_plain_number, serialize_amount
from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Observation
from etl.locale import Locale
from etl.queries.return_effects import ReturnComparison, ReturnEffects
from etl.wording.effects import (
    describe_change_kind,
    describe_effect,
    describe_key,
    describe_number_change,
    summarize_changes,
)

_SHOWN = (ChangeKind.CHANGED, ChangeKind.DROPPED, ChangeKind.NEW)


def print_effects(effects: ReturnEffects, locale: Locale) -> None:
    """What changes against each return that it would take the place of, then each figure that differs."""
    for comparison in effects.comparisons:
        _show_comparison(comparison, effects, locale)
    print_line(f"  {len(effects.figures)} figures would differ" if effects.figures else "  no figure would differ")
    for effect in effects.figures:
        print_line(
            f"    {effect.indicator} {effect.site or 'centre'}: {describe_effect(effect, effects.plans, locale)}"
        )


def _show_comparison(comparison: ReturnComparison, effects: ReturnEffects, locale: Locale) -> None:
    stored = comparison.stored_return
    against = f"against return {stored.id} ({stored.state.value})" if stored else "nothing was sent before"
    print_line(f"  {against}: {summarize_changes(comparison.changes, locale)}")
    if comparison.has_other_basis:
        print_line("    one of the two counts since 1 January, the other its quarter only")
    for kind in _SHOWN:
        for change in comparison.list_changes(kind):
            said = describe_number_change(change, effects.plans, locale)
            print_line(f"    {describe_change_kind(kind, locale)} {change.key} {said}")


def effects_to_dict(effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    """The same for other programs; a number that was not collected is the word, a blank one is null."""
    return {
        "basis": effects.basis.value,
        "against": [_plain_comparison(one, effects, locale) for one in effects.comparisons],
        "figures": [_plain_effect(one, effects, locale) for one in effects.figures],
    }


def _plain_comparison(comparison: ReturnComparison, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    stored = comparison.stored_return
    return {
        "return": stored.id if stored else None,
        "state": stored.state.value if stored else None,
        "sender": stored.sender if stored else None,
        "basis": stored.basis.value if stored else None,
        "counts": {kind.value: comparison.count(kind) for kind in ChangeKind},
        "numbers": [_plain_change(one, effects, locale) for one in comparison.changes],
    }


def _plain_change(change: NumberChange, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    return {
        "key": str(change.key),
        "name": describe_key(effects.plans, change.key, locale),
        "kind": change.kind.value,
        "old": _plain_said(change.old),
        "new": _plain_said(change.new),
        "by": None if change.difference is None else format_plain_number(change.difference),
    }


def _plain_said(said: Observation | None) -> str | None:
    if said is None:
        return None
    return "not_collected" if said.value is None else format_plain_number(said.value)


def _plain_effect(effect: FigureEffect, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    return {
        "indicator": effect.indicator,
        "site": effect.site or None,
        "period": str(effect.period),
        "before": _plain_figure(effect.before),
        "after": _plain_figure(effect.after),
        "sentence": describe_effect(effect, effects.plans, locale),
    }


def _plain_figure(figure: Figure) -> dict[str, object]:
    return {
        "actual": serialize_amount(figure.actual.amount),
        "reported": figure.actual.reported,
        "expected": figure.actual.expected,
        "target": serialize_amount(figure.target),
        "headline": serialize_amount(figure.headline),
        "headline_rule": figure.headline_rule,
        "rating": figure.rating.value,
    }
