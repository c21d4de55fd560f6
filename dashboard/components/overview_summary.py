"""The three answers above the overview: how many are off track, which is worst and what it needs, who owes returns."""

from collections.abc import Callable, Sequence
from typing import Any

from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.selection import Selection, make_address
from etl.indicators.results import Figure, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.reporting_status import OverdueReturns
from etl.wording import describe_headline, describe_remaining_need

_NAMED_AT_MOST = 3
"""So many sites are named, with so many quarters each; the grid below shows the others."""


def build_overview_summary(
    tally: RatingCounts,
    most_behind: tuple[Indicator, Figure] | None,
    overdue_returns: Sequence[OverdueReturns],
    selection: Selection,
) -> Any:
    """A line of three, each with its question as a small heading."""
    _ = selection.locale.gettext
    return tags.Div(
        [
            _answer(_("Off track"), "answer-off-track", _off_track(tally, selection.locale)),
            _answer(_("In need first"), "answer-worst", _worst(most_behind, selection)),
            _answer(_("Returns still owed"), "answer-owed", _owed(overdue_returns, selection)),
        ],
        className="answers",
    )


def _answer(question: str, name: str, content: Sequence[Any]) -> Any:
    return tags.Div([tags.H2(question), *content], id=name)


def _off_track(tally: RatingCounts, locale: Locale) -> list[Any]:
    _ = locale.gettext
    counts = dict(tally.counts)
    off, risk = counts[Rating.OFF_TRACK], counts[Rating.AT_RISK]
    count_text = _("{count} of {rated} rated", count=off, rated=tally.rated_count)
    return [
        tags.P([tags.B(count_text), " ", build_badge(Rating.OFF_TRACK, locale)] if off else tags.B(count_text)),
        tags.P(_("{count} more at risk", count=risk) if risk else _("none at risk"), className="muted"),
    ]


def _worst(worst: tuple[Indicator, Figure] | None, selection: Selection) -> list[Any]:
    locale = selection.locale
    if worst is None:
        return [tags.P(locale.gettext("No indicators are at risk or off track."))]
    indicator, figure = worst
    address = make_address(selection, f"/staff/indicator/{indicator.code}")
    needs = describe_remaining_need(figure, indicator, locale)
    details = [describe_headline(figure, locale), *([locale.gettext("needs {what}", what=needs)] if needs else [])]
    name = dcc.Link(indicator.name.in_language(locale.language), href=address)
    return [
        tags.P([tags.B(name), " ", build_badge(figure.rating, locale)]),
        tags.P(" · ".join(details), className="muted"),
    ]


def _owed(overdue_returns: Sequence[OverdueReturns], selection: Selection) -> list[Any]:
    locale = selection.locale
    _ = locale.gettext
    if not overdue_returns:
        return [tags.P(tags.B(_("None: every return that is due is in.")))]
    count = sum(len(site_returns.quarters) for site_returns in overdue_returns)
    total = (
        _("{count} returns of {sites} sites", count=count, sites=len(overdue_returns))
        if len(overdue_returns) > 1
        else _of_one(count, _)
    )
    names: list[Any] = []
    for site_returns in overdue_returns[:_NAMED_AT_MOST]:
        address = make_address(selection, f"/staff/site/{site_returns.site.code}")
        names += [
            dcc.Link(site_returns.site.name.in_language(locale.language), href=address),
            f" {_quarters(site_returns, locale)} · ",
        ]
    more = len(overdue_returns) - _NAMED_AT_MOST
    ending = [tags.A(_("and {count} more sites", count=more), href="#returns")] if more > 0 else []
    names[-1] = names[-1] if ending else str(names[-1]).removesuffix(" · ")
    return [tags.P(tags.B(total)), tags.P([*names, *ending], className="muted")]


def _of_one(count: int, _: Callable[..., str]) -> str:
    return _("one return") if count == 1 else _("{count} returns of one site", count=count)


def _quarters(site_returns: OverdueReturns, locale: Locale) -> str:
    """The latest few, the others counted."""
    shown = ", ".join(locale.format_quarter(quarter) for quarter in site_returns.quarters[:2])
    more = len(site_returns.quarters) - 2
    return shown + (locale.gettext(" and {count} earlier", count=more) if more > 0 else "")
