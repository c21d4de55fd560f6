"""What a return would change: its numbers against those that count now, and the figures and ratings that would move."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.marks import build_badge
from dashboard.components.tables import Cell, build_table, element
from etl.indicators.effects import ChangeKind, FigureEffect
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import N_, Locale
from etl.queries.return_effects import ReturnComparison, ReturnEffects
from etl.wording import append_unit, describe_amount, describe_completeness, describe_headline, describe_period
from etl.wording.effects import describe_number_change, summarize_changes
from etl.wording.returns import describe_return_state

_SHOWN = {
    ChangeKind.DROPPED: N_("Would become blank"),
    ChangeKind.CHANGED: N_("Changed"),
    ChangeKind.NEW: N_("New"),
}
_OPEN = (ChangeKind.DROPPED, ChangeKind.CHANGED)


def build_effects(effects: ReturnEffects, asked: PageContext) -> Any:
    """Against each return that it would take the place of, then the figures that would differ."""
    title = element("H2", asked.gettext("What it would change"))
    compared = [_compared(one, effects, asked) for one in effects.comparisons]
    return element("Section", [title, *compared, _figures(effects, asked)], id="effects")


def _compared(comparison: ReturnComparison, effects: ReturnEffects, asked: PageContext) -> Any:
    _, stored = asked.gettext, comparison.stored_return
    if stored is None:
        against = _("Nothing was sent for this site and quarter before.")
    else:
        words = describe_return_state(stored.state, asked.locale)
        against = _("Against return {number} ({state}):", number=stored.id, state=words)
    other = _("One of the two counts since 1 January, the other its quarter only.")
    return [
        element("P", [element("B", against), " ", summarize_changes(comparison.changes, asked.locale)]),
        element("P", other, className="note") if comparison.has_other_basis else None,
        *(_kind(kind, comparison, effects, asked) for kind in _SHOWN),
    ]


def _kind(kind: ChangeKind, comparison: ReturnComparison, effects: ReturnEffects, asked: PageContext) -> Any:
    changes = comparison.list_changes(kind)
    if not changes or (kind is ChangeKind.NEW and comparison.stored_return is None):
        return None
    summary = element("Summary", f"{asked.gettext(_SHOWN[kind])}: {len(changes)}")
    lines = [element("Li", describe_number_change(one, effects.plans, asked.locale)) for one in changes]
    return element("Details", [summary, element("Ul", lines)], open=kind in _OPEN, className=f"changes {kind.value}")


def _figures(effects: ReturnEffects, asked: PageContext) -> Any:
    _ = asked.gettext
    if not effects.figures:
        return element("P", _("No figure would differ."))
    centre = [one for one in effects.figures if not one.site]
    moved = [one for one in centre if one.changes_rating]
    others = [one for one in centre if not one.changes_rating]
    of_site = [one for one in effects.figures if one.site]
    return [
        _effects(_("Ratings that would move"), moved, effects, asked, is_open=True),
        _effects(_("Other figures of all sites that would differ"), others, effects, asked, is_open=not moved),
        _effects(_("Figures of this site that would differ"), of_site, effects, asked, is_open=False),
    ]


def _effects(
    title: str, figures: Sequence[FigureEffect], effects: ReturnEffects, asked: PageContext, *, is_open: bool
) -> Any:
    if not figures:
        return None
    _ = asked.gettext
    header = (_("Indicator"), _("Period"), _("Before"), _("After"))
    rows = [row for one in figures if (row := _row(one, effects, asked))]
    table = build_table(title, header, rows, stacks=True)
    summary = element("Summary", f"{title}: {len(figures)}")
    return element("Details", [summary, table], open=is_open, className="changes figures")


def _row(effect: FigureEffect, effects: ReturnEffects, asked: PageContext) -> list[Cell]:
    plan, locale = effects.plans.find_plan_with_indicator(effect.indicator), asked.locale
    if plan is None:
        return []
    indicator = plan.indicator_by_code[effect.indicator]
    return [
        [indicator.name.in_language(locale.language), " ", element("Small", indicator.code)],
        describe_period(effect.period, locale),
        _figure(effect.before, indicator, locale),
        _figure(effect.after, indicator, locale),
    ]


def _figure(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """The amount with its percentage, its rating as a badge, and what it still lacks."""
    amount = describe_amount(figure.actual.amount, indicator, locale)
    known = not isinstance(figure.actual.amount, str)
    said = [append_unit(amount, indicator, locale) if known else amount]
    if not isinstance(figure.headline, str):
        said.append(describe_headline(figure, locale))
    lacks = describe_completeness(figure.actual, locale)
    return [
        " · ".join(said),
        element("Div", build_badge(figure.rating, locale)),
        element("Small", lacks) if lacks else None,
    ]
