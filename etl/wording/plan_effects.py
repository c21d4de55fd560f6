"""Texts about what a new plan version would change."""

from collections.abc import Sequence
from datetime import date

from etl.indicators.effects import FigureEffect, PlanEffects
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.wording import describe_amount, describe_headline, describe_period, describe_rating


def describe_assessed_quarters(effective: date, quarters: Sequence[Quarter], ended_count: int, locale: Locale) -> str:
    """Return from when the version would be in force and which quarters it would assess."""
    _ = locale.gettext
    day = locale.format_day(effective)
    if not quarters:
        return _("In force from {day}, this plan assesses no quarter.", day=day)
    return locale.ngettext(
        "In force from {day}, this plan assesses the quarters from {first} to {last}. {count} of them has ended.",
        "In force from {day}, this plan assesses the quarters from {first} to {last}. {count} of them have ended.",
        ended_count,
        day=day,
        first=locale.format_quarter(quarters[0]),
        last=locale.format_quarter(quarters[-1]),
        count=ended_count,
    )


def count_figure_changes(effects: PlanEffects, locale: Locale) -> str:
    """Return how many figures change, and how many of them their target or rating; and who joins or leaves the plan."""
    _ = locale.gettext
    figures = effects.figures
    sentences = []
    if figures:
        changed = locale.ngettext(
            "{count} figure changes: {targets} by its target, {ratings} by its rating.",
            "{count} figures change: {targets} by their target, {ratings} by their rating.",
            len(figures),
            count=len(figures),
            targets=sum(effect.changes_target for effect in figures),
            ratings=sum(effect.changes_rating for effect in figures),
        )
        sentences.append(changed)
    if effects.has_other_part_targets:
        sentences.append(_("Targets of disaggregations change; they are in the list of changes."))
    if effects.retired:
        sentences.append(
            _("No longer assessed, because the plan has no such code: {codes}.", codes=_join(effects.retired))
        )
    if effects.added:
        sentences.append(_("New, without figures yet: {codes}.", codes=_join(effects.added)))
    if not sentences:
        return _("No target, percentage or rating of a year or of the plan to date changes.")
    return " ".join(sentences)


def _join(codes: Sequence[str]) -> str:
    return ", ".join(codes)


def describe_figure_change(effect: FigureEffect, plan: Plan, locale: Locale) -> str:
    """Return `Farmers trained, 2025: target 20, 90.0 % of target, on track → target 18, ...`; with the site's name."""
    language = locale.language
    indicator = plan.indicator_by_code[effect.indicator]
    names = [f"{indicator.code} {indicator.name.get_text(language)}"]
    if effect.site:
        names.append(plan.site_by_code[effect.site].name.get_text(language))
    return locale.gettext(
        "{name}, {period}: {before} → {after}",
        name=", ".join(names),
        period=describe_period(effect.period, locale),
        before=_describe_assessment(effect.before, indicator, locale),
        after=_describe_assessment(effect.after, indicator, locale),
    )


def _describe_assessment(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    target = locale.gettext("target {target}", target=describe_amount(figure.target, indicator, locale))
    return ", ".join(dict.fromkeys((target, describe_headline(figure, locale), describe_rating(figure.rating, locale))))
