"""Texts about the effects of a return: changed numbers, and figures before and after."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange
from etl.indicators.plans import Plans
from etl.indicators.results import Figure
from etl.indicators.vocabulary import DENOMINATOR, NUMERATOR, CellKey, Indicator, Observation
from etl.locale import N_, Locale
from etl.locale.formats import MINUS
from etl.wording import (
    append_unit,
    describe_amount,
    describe_headline,
    describe_period,
    describe_rating,
    describe_received_numbers,
)
from etl.wording.participations import describe_part

CHANGE_KIND_LABELS = {
    ChangeKind.NEW: N_("new"),
    ChangeKind.CHANGED: N_("changed"),
    ChangeKind.UNCHANGED: N_("unchanged"),
    ChangeKind.DROPPED: N_("becomes blank"),
}
_PAIR = {NUMERATOR: N_("numerator"), DENOMINATOR: N_("denominator")}


def describe_change_kind(kind: ChangeKind, locale: Locale) -> str:
    """Return the label of the kind of change."""
    return locale.gettext(CHANGE_KIND_LABELS[kind])


def describe_key(plans: Plans, key: CellKey, locale: Locale) -> str:
    """Return the name of a number by the newest plan that has it; the key itself if none has it."""
    plan = plans.find_plan_with_indicator(key.indicator)
    if plan is None:
        return str(key)
    indicator = plan.indicator_by_code[key.indicator]
    name = indicator.name.get_text(locale.language)
    if not key.part:
        return name
    return f"{name}: {_describe_part(plans, indicator, key, locale)}"


def _describe_part(plans: Plans, indicator: Indicator, key: CellKey, locale: Locale) -> str:
    if key.part in _PAIR:
        side = indicator.numerator if key.part == NUMERATOR else indicator.denominator
        return side.get_text(locale.language) if side.en else locale.gettext(_PAIR[key.part])
    plan = plans.find_plan_with_indicator(key.indicator)
    parts = plan.list_parts_and_participations(key.indicator) if plan else ()
    return next((describe_part(part, locale) for part in parts if part.key == key.part), key.part)


def describe_observation(observation: Observation | None, plans: Plans, locale: Locale) -> str:
    """Return the number with all digits or the words of the stage, `blank` or `not collected`."""
    if observation is None:
        return locale.gettext("blank")
    if observation.value is None:
        return locale.gettext("not collected")
    indicator = _find_indicator(plans, observation.key)
    stage = indicator.find_stage(observation.value) if indicator else None
    return stage.label.get_text(locale.language) if stage else format_exact(observation.value, locale)


def _find_indicator(plans: Plans, key: CellKey) -> Indicator | None:
    plan = plans.find_plan_with_indicator(key.indicator)
    return plan.indicator_by_code[key.indicator] if plan else None


def format_exact(value: Decimal, locale: Locale) -> str:
    """Return the number with every decimal and with commas between thousands."""
    exponent = value.normalize().as_tuple().exponent
    return locale.format_amount(value, max(0, -exponent) if isinstance(exponent, int) else 0)


def format_difference(change: NumberChange, locale: Locale) -> str:
    """Return the difference of the numbers: `+3`; blank if either is no number."""
    if change.difference is None:
        return ""
    text = format_exact(change.difference, locale)
    return text if text.startswith(MINUS) else f"+{text}"


def describe_number_change(change: NumberChange, plans: Plans, locale: Locale) -> str:
    """Return `Farmers trained: 12 → 15 (+3)`."""
    _ = locale.gettext
    name = describe_key(plans, change.key, locale)
    old, new = (describe_observation(observation, plans, locale) for observation in (change.old, change.new))
    if change.kind is ChangeKind.NEW:
        return _("{name}: {new}", name=name, new=new)
    if change.kind is ChangeKind.UNCHANGED:
        return _("{name}: {new}, unchanged", name=name, new=new)
    indicator = _find_indicator(plans, change.key)
    by = "" if indicator is not None and indicator.is_stage else format_difference(change, locale)
    if not by:
        return _("{name}: {old} → {new}", name=name, old=old, new=new)
    return _("{name}: {old} → {new} ({by})", name=name, old=old, new=new, by=by)


def summarize_changes(changes: Iterable[NumberChange], locale: Locale) -> str:
    """Return `3 new, 2 changed, 40 unchanged, 1 becoming blank`."""
    counts = Counter(change.kind for change in changes)
    return locale.gettext(
        "{new} new, {changed} changed, {unchanged} unchanged, {dropped} becoming blank",
        **{kind.value: counts[kind] for kind in ChangeKind},
    )


def describe_effect(effect: FigureEffect, plans: Plans, locale: Locale) -> str:
    """Return `Farmers trained, 2025: 120 (24.0 % of target), at risk → 160 (32.0 % of target), on track`."""
    _ = locale.gettext
    plan = plans.find_plan_with_indicator(effect.indicator)
    if plan is None:
        return effect.indicator
    indicator = plan.indicator_by_code[effect.indicator]
    return _(
        "{name}, {period}: {before} → {after}",
        name=indicator.name.get_text(locale.language),
        period=describe_period(effect.period, locale),
        before=_describe_figure(effect.before, indicator, locale),
        after=_describe_figure(effect.after, indicator, locale),
    )


def _describe_figure(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    """Return the amount with its percentage, completeness and rating."""
    amount = describe_amount(figure.actual.amount, indicator, locale)
    if isinstance(figure.actual.amount, Decimal):
        amount = append_unit(amount, indicator, locale)
    if isinstance(figure.headline, Decimal):
        amount = f"{amount} ({describe_headline(figure, locale)})"
    completeness = describe_received_numbers(figure.actual.reported, figure.actual.expected, locale)
    return ", ".join((amount, completeness, describe_rating(figure.rating, locale)))
