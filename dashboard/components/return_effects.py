"""Effects of a return: changed numbers, figures and ratings."""

from collections.abc import Sequence
from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.marks import build_badge
from dashboard.components.markup import make_aria_hidden, tags
from dashboard.components.tables import Cell, build_table
from etl.indicators.effects import ChangeKind, FigureEffect
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.locale import N_, Locale
from etl.queries.return_effects import ReturnComparison, ReturnEffects
from etl.wording import append_unit, describe_amount, describe_completeness, describe_headline, describe_period
from etl.wording.effects import describe_number_change, summarize_changes
from etl.wording.returns import describe_return_state

_KIND_TITLES = {
    ChangeKind.DROPPED: N_("Would become blank"),
    ChangeKind.CHANGED: N_("Changed"),
    ChangeKind.NEW: N_("New"),
}
_OPEN_KINDS = (ChangeKind.DROPPED, ChangeKind.CHANGED)
_SUMMARY_BARS = 3
"""The figures of the summary with bars."""


def build_effects_summary(effects: ReturnEffects, page: PageContext) -> Any:
    """Return three lines on what approving would change, and bars of the first figures before and after."""
    _ = page.gettext
    centre = [figure for figure in effects.figures if not figure.site]
    ratings = [figure for figure in centre if figure.changes_rating]
    first = sorted(centre, key=lambda figure: (not figure.changes_rating, isinstance(figure.after.headline, str)))
    lines = [
        summarize_changes(effects.main_comparison.changes, page.locale),
        _("Ratings that would change: {count}", count=len(ratings)),
        _("Figures of all sites that would change: {count}", count=len(centre)),
    ]
    return tags.Section(
        [
            tags.H2(_("What changes")),
            tags.Ul([tags.Li(line) for line in lines], className="change-lines"),
            *(_build_change_bars(figure, effects, page.locale) for figure in first[:_SUMMARY_BARS]),
        ],
        id="what-changes",
    )


def _build_change_bars(effect: FigureEffect, effects: ReturnEffects, locale: Locale) -> Any:
    """Return a figure's name with a bar before and one after, each with its amount and rating."""
    plan = effects.plans.find_plan_with_indicator(effect.indicator)
    if plan is None:
        return None
    indicator, _ = plan.indicator_by_code[effect.indicator], locale.gettext
    name = f"{indicator.name.get_text(locale.language)}, {describe_period(effect.period, locale)}"
    bars = [
        _build_change_bar(label, figure, indicator, locale)
        for label, figure in ((_("Before"), effect.before), (_("After"), effect.after))
    ]
    return tags.Div([tags.P(name), *bars], className="change-bars")


def _build_change_bar(label: str, figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    share = figure.headline
    width = 0 if isinstance(share, str) else max(0, min(100, round(share * 100)))
    bar = tags.Span(tags.Span(None, style={"width": f"{width}%"}), className="bar", **make_aria_hidden())
    amount = _describe_amount_and_share(figure, indicator, locale)
    return tags.Div([tags.Span(label), bar, tags.Span([amount, " ", build_badge(figure.rating, locale)])])


def build_effects(effects: ReturnEffects, page: PageContext) -> Any:
    """Return the comparison with each return that it would supersede, and the figures that would change."""
    title = tags.H2(page.gettext("Effects"))
    comparisons = [_build_comparison(comparison, effects, page) for comparison in effects.comparisons]
    return tags.Section([title, *comparisons, _build_figures(effects, page)], id="effects")


def _build_comparison(comparison: ReturnComparison, effects: ReturnEffects, page: PageContext) -> Any:
    _, return_ = page.gettext, comparison.stored_return
    if return_ is None:
        against = _("There is no earlier return for this site and quarter.")
    else:
        state_text = describe_return_state(return_.state, page.locale)
        against = _("Compared with return {number} ({state}):", number=return_.id, state=state_text)
    basis_note = _("One of the two returns covers the year since 1 January, the other only its quarter.")
    return [
        tags.P([tags.B(against), " ", summarize_changes(comparison.changes, page.locale)]),
        tags.P(basis_note, className="note") if comparison.has_other_basis else None,
        *(_build_changes_of_kind(kind, comparison, effects, page) for kind in _KIND_TITLES),
    ]


def _build_changes_of_kind(
    kind: ChangeKind, comparison: ReturnComparison, effects: ReturnEffects, page: PageContext
) -> Any:
    changes = comparison.list_changes(kind)
    if not changes or (kind is ChangeKind.NEW and comparison.stored_return is None):
        return None
    summary = tags.Summary(f"{page.gettext(_KIND_TITLES[kind])}: {len(changes)}")
    lines = [tags.Li(describe_number_change(change, effects.plans, page.locale)) for change in changes]
    return tags.Details([summary, tags.Ul(lines)], open=kind in _OPEN_KINDS, className=f"changes {kind.value}")


def _build_figures(effects: ReturnEffects, page: PageContext) -> Any:
    _ = page.gettext
    if not effects.figures:
        return tags.P(_("No figures would change."))
    centre = [figure for figure in effects.figures if not figure.site]
    rating_changes = [figure for figure in centre if figure.changes_rating]
    other_changes = [figure for figure in centre if not figure.changes_rating]
    site_figures = [figure for figure in effects.figures if figure.site]
    return [
        _build_effects_table(_("Ratings that would change"), rating_changes, effects, page, is_open=True),
        _build_effects_table(
            _("Other figures of all sites that would change"), other_changes, effects, page, is_open=not rating_changes
        ),
        _build_effects_table(_("Figures of this site that would change"), site_figures, effects, page, is_open=False),
    ]


def _build_effects_table(
    title: str, figures: Sequence[FigureEffect], effects: ReturnEffects, page: PageContext, *, is_open: bool
) -> Any:
    if not figures:
        return None
    _ = page.gettext
    header = (_("Indicator"), _("Period"), _("Before"), _("After"))
    rows = [row for effect in figures if (row := _build_row(effect, effects, page))]
    table = build_table(title, header, rows, stacks=True)
    summary = tags.Summary(f"{title}: {len(figures)}")
    return tags.Details([summary, table], open=is_open, className="changes figures")


def _build_row(effect: FigureEffect, effects: ReturnEffects, page: PageContext) -> list[Cell]:
    plan, locale = effects.plans.find_plan_with_indicator(effect.indicator), page.locale
    if plan is None:
        return []
    indicator = plan.indicator_by_code[effect.indicator]
    return [
        [indicator.name.get_text(locale.language), " ", tags.Small(indicator.code)],
        describe_period(effect.period, locale),
        _describe_figure(effect.before, indicator, locale),
        _describe_figure(effect.after, indicator, locale),
    ]


def _describe_figure(figure: Figure, indicator: Indicator, locale: Locale) -> Any:
    """Return the amount with its percentage, its rating and what is missing."""
    missing = describe_completeness(figure.actual, locale)
    return [
        _describe_amount_and_share(figure, indicator, locale),
        tags.Div(build_badge(figure.rating, locale)),
        tags.Small(missing) if missing else None,
    ]


def _describe_amount_and_share(figure: Figure, indicator: Indicator, locale: Locale) -> str:
    amount = describe_amount(figure.actual.amount, indicator, locale)
    has_amount = not isinstance(figure.actual.amount, str)
    parts = [append_unit(amount, indicator, locale) if has_amount else amount]
    if not isinstance(figure.headline, str):
        parts.append(describe_headline(figure, locale))
    return " · ".join(parts)
