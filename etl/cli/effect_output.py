"""Output of the effects of a return: lines and JSON."""

from collections.abc import Iterable

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

_PRINTED_KINDS = (ChangeKind.CHANGED, ChangeKind.DROPPED, ChangeKind.NEW)


def print_effects(effects: ReturnEffects, locale: Locale) -> None:
    """Print the changes against each return that would be superseded, then each figure that would change."""
    for comparison in effects.comparisons:
        print_comparison(comparison, locale)
        if comparison.has_other_basis:
            print_line("    one of the two reports since 1 January, the other for its quarter only")
        print_changes(effects, comparison, _PRINTED_KINDS, locale)
    print_line(f"  Figures that would change: {len(effects.figures)}")
    for effect in effects.figures:
        print_line(
            f"    {effect.indicator} {effect.site or 'centre'}: {describe_effect(effect, effects.plans, locale)}"
        )


def print_changes(
    effects: ReturnEffects, comparison: ReturnComparison, kinds: Iterable[ChangeKind], locale: Locale
) -> None:
    """Print each number that a return would change, add or make blank."""
    for kind in kinds:
        for change in comparison.list_changes(kind):
            description = describe_number_change(change, effects.plans, locale)
            print_line(f"    {describe_change_kind(kind, locale)} {change.key} {description}")


def print_comparison(comparison: ReturnComparison, locale: Locale) -> None:
    """Print the number of changes against a return."""
    stored_return = comparison.stored_return
    description = (
        f"against return {stored_return.id} ({stored_return.state.value})" if stored_return else "no earlier return"
    )
    print_line(f"  {description}: {summarize_changes(comparison.changes, locale)}")


def serialize_effects(effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    """Return effects as JSON-serializable data. A number not collected is `"not_collected"`, a blank one null."""
    return {
        "basis": effects.basis.value,
        "against": [_serialize_comparison(comparison, effects, locale) for comparison in effects.comparisons],
        "figures": [_serialize_effect(effect, effects, locale) for effect in effects.figures],
    }


def _serialize_comparison(comparison: ReturnComparison, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    stored_return = comparison.stored_return
    return {
        "return": stored_return.id if stored_return else None,
        "state": stored_return.state.value if stored_return else None,
        "sender": stored_return.sender if stored_return else None,
        "basis": stored_return.basis.value if stored_return else None,
        "counts": {kind.value: comparison.count(kind) for kind in ChangeKind},
        "numbers": [_serialize_change(change, effects, locale) for change in comparison.changes],
    }


def _serialize_change(change: NumberChange, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    return {
        "key": str(change.key),
        "name": describe_key(effects.plans, change.key, locale),
        "kind": change.kind.value,
        "old": _format_observation(change.old),
        "new": _format_observation(change.new),
        "by": None if change.difference is None else format_plain_number(change.difference),
    }


def _format_observation(observation: Observation | None) -> str | None:
    if observation is None:
        return None
    return "not_collected" if observation.value is None else format_plain_number(observation.value)


def _serialize_effect(effect: FigureEffect, effects: ReturnEffects, locale: Locale) -> dict[str, object]:
    return {
        "indicator": effect.indicator,
        "site": effect.site or None,
        "period": str(effect.period),
        "before": _serialize_figure(effect.before),
        "after": _serialize_figure(effect.after),
        "sentence": describe_effect(effect, effects.plans, locale),
    }


def _serialize_figure(figure: Figure) -> dict[str, object]:
    return {
        "actual": serialize_amount(figure.actual.amount),
        "reported": figure.actual.reported,
        "expected": figure.actual.expected,
        "target": serialize_amount(figure.target),
        "headline": serialize_amount(figure.headline),
        "headline_rule": figure.headline_rule,
        "rating": figure.rating.value,
    }
