"""Sentences about what a return would change: its numbers, and the figures before and after."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange
from etl.indicators.plans import Plans
from etl.indicators.results import Figure
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Indicator, Observation
from etl.locale.translations import MINUS, format_amount, speak, to_say
from etl.wording import amount_words, headline_words, period_words, rating_words, with_unit

CHANGE_KINDS = {
    ChangeKind.NEW: to_say("new"),
    ChangeKind.CHANGED: to_say("changed"),
    ChangeKind.UNCHANGED: to_say("unchanged"),
    ChangeKind.DROPPED: to_say("becomes blank"),
}
_PAIR = {NUMERATOR: to_say("numerator"), DENOMINATOR: to_say("denominator")}


def change_kind_words(kind: ChangeKind, language: str) -> str:
    return speak(language)(CHANGE_KINDS[kind])


def key_words(plans: Plans, key: CellKey, language: str) -> str:
    """The name of one number in the words of the newest plan that knows it; the bare key where none does."""
    plan = plans.newest_with(key.indicator)
    if plan is None:
        return str(key)
    indicator = plan.indicator_by_code[key.indicator]
    name = indicator.name.in_language(language)
    if not key.part:
        return name
    return f"{name}: {_part_words(plans, indicator, key, language)}"


def _part_words(plans: Plans, indicator: Indicator, key: CellKey, language: str) -> str:
    if key.part in _PAIR:
        own = indicator.numerator if key.part == NUMERATOR else indicator.denominator
        return own.in_language(language) if own.en else speak(language)(_PAIR[key.part])
    plan = plans.newest_with(key.indicator)
    parts = plan.parts_of(key.indicator) if plan else ()
    return next((part.label.in_language(language) for part in parts if part.key == key.part), key.part)


def said_words(said: Observation | None, language: str) -> str:
    """A number with all its digits, or the word for one that is not there."""
    if said is None:
        return speak(language)("blank")
    if said.value is None:
        return speak(language)("not collected")
    return exact_words(said.value, language)


def exact_words(value: Decimal, language: str) -> str:
    """The number as it was typed: every decimal, commas between thousands."""
    exponent = value.normalize().as_tuple().exponent
    return format_amount(value, max(0, -exponent) if isinstance(exponent, int) else 0, language)


def by_words(change: NumberChange, language: str) -> str:
    """By how much a number changes: `+3`; blank where one of the two is none."""
    if change.by is None:
        return ""
    shown = exact_words(change.by, language)
    return shown if shown.startswith(MINUS) else f"+{shown}"


def change_words(change: NumberChange, plans: Plans, language: str) -> str:
    """`Farmers trained: 12 → 15 (+3)`."""
    say = speak(language)
    name = key_words(plans, change.key, language)
    old, new = said_words(change.old, language), said_words(change.new, language)
    if change.kind is ChangeKind.NEW:
        return say("{name}: {new}", name=name, new=new)
    if change.kind is ChangeKind.UNCHANGED:
        return say("{name}: {new}, as before", name=name, new=new)
    by = by_words(change, language)
    if not by:
        return say("{name}: {old} → {new}", name=name, old=old, new=new)
    return say("{name}: {old} → {new} ({by})", name=name, old=old, new=new, by=by)


def changes_summary(changes: Iterable[NumberChange], language: str) -> str:
    """`3 new, 2 changed, 40 unchanged, 1 becomes blank`."""
    counts = Counter(one.kind for one in changes)
    return speak(language)(
        "{new} new, {changed} changed, {unchanged} unchanged, {dropped} that would become blank",
        **{kind.value: counts[kind] for kind in ChangeKind},
    )


def effect_words(effect: FigureEffect, plans: Plans, language: str) -> str:
    """`Farmers trained, 2025: 120 (24.0 % of target), at risk → 160 (32.0 % of target), on track`."""
    say = speak(language)
    plan = plans.newest_with(effect.indicator)
    if plan is None:
        return effect.indicator
    indicator = plan.indicator_by_code[effect.indicator]
    return say(
        "{name}, {period}: {before} → {after}",
        name=indicator.name.in_language(language),
        period=period_words(effect.period, language),
        before=_figure_words(effect.before, indicator, language),
        after=_figure_words(effect.after, indicator, language),
    )


def _figure_words(figure: Figure, indicator: Indicator, language: str) -> str:
    """The amount, its percentage and its rating; only what differs from the amount's own reason is added."""
    amount = amount_words(figure.actual.amount, indicator, language)
    if isinstance(figure.actual.amount, Decimal):
        amount = with_unit(amount, indicator, language)
    said = [amount]
    if isinstance(figure.headline, Decimal):
        said[0] = f"{amount} ({headline_words(figure, language)})"
    said.append(
        speak(language)(
            "{reported} of {expected} numbers in", reported=figure.actual.reported, expected=figure.actual.expected
        )
    )
    said.append(rating_words(figure.rating, language))
    return ", ".join(said)
