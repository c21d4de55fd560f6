"""The summary above the overview: indicators off track, the indicator most behind, and overdue returns."""

from collections.abc import Sequence
from typing import Any

from dashboard.components.marks import build_badge
from dashboard.components.markup import dcc, tags
from dashboard.selection import Selection, append_parameters, make_address
from etl.indicators.results import Figure, Rating, RatingCounts
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.reporting_status import OverdueReturns
from etl.wording import describe_headline, describe_miss, describe_remaining_need

_MAX_SITES = 3
_MAX_QUARTERS = 2
"""The numbers of sites and of quarters per site listed by name; the grid of returns below shows all."""


def build_overview_summary(
    tally: RatingCounts,
    most_behind: tuple[Indicator, Figure] | None,
    overdue_returns: Sequence[OverdueReturns],
    selection: Selection,
    meters: Any,
) -> Any:
    """Return the three summaries side by side, each under a small heading, and then the meters.

    Before an indicator is rated there is neither one off track nor a most urgent one: one sentence says so.
    """
    _ = selection.locale.gettext
    ratings = [
        _build_answer(
            build_badge(Rating.OFF_TRACK, selection.locale),
            "answer-off-track",
            _build_off_track(tally, selection.locale),
        ),
        _build_answer(
            _make_most_behind_heading(most_behind, selection.locale),
            "answer-worst",
            _build_most_behind(most_behind, selection),
        ),
    ]
    if not tally.rated_count:
        text = _("No indicator is rated yet. Ratings follow the first actuals.")
        ratings = [_build_answer(_("Ratings"), "answer-unrated", [tags.P(text)])]
    return tags.Div(
        [
            *ratings,
            _build_answer(_("Overdue returns"), "answer-owed", _build_overdue(overdue_returns, selection)),
            meters,
        ],
        className="answers",
    )


def _build_answer(heading: Any, element_id: str, content: Sequence[Any]) -> Any:
    return tags.Div([tags.H2(heading), *content], id=element_id)


def _build_off_track(tally: RatingCounts, locale: Locale) -> list[Any]:
    _ = locale.gettext
    counts = dict(tally.counts)
    off_track_count, at_risk_count = counts[Rating.OFF_TRACK], counts[Rating.AT_RISK]
    count_text = _("{count} of {rated} rated", count=off_track_count, rated=tally.rated_count)
    return [
        tags.P(tags.B(count_text)),
        tags.P(
            _("{count} more at risk", count=at_risk_count) if at_risk_count else _("none at risk"), className="muted"
        ),
    ]


def _make_most_behind_heading(most_behind: tuple[Indicator, Figure] | None, locale: Locale) -> list[Any]:
    text = locale.gettext("Most behind")
    return [text] if most_behind is None else [text, " ", build_badge(most_behind[1].rating, locale)]


def _build_most_behind(most_behind: tuple[Indicator, Figure] | None, selection: Selection) -> list[Any]:
    locale = selection.locale
    if most_behind is None:
        return [tags.P(locale.gettext("No indicators are at risk or off track."))]
    indicator, figure = most_behind
    address = make_address(selection, f"/staff/indicator/{indicator.code}")
    needs = describe_remaining_need(figure, indicator, locale)
    if needs and not describe_miss(figure, indicator, locale):
        needs = locale.gettext("needs {what}", what=needs)
    details = [text for text in (describe_headline(figure, locale), needs) if text]
    name = dcc.Link(indicator.name.get_text(locale.language), href=address)
    return [
        tags.P(tags.B(name)),
        tags.P(" · ".join(details), className="muted"),
    ]


def _build_overdue(overdue_returns: Sequence[OverdueReturns], selection: Selection) -> list[Any]:
    locale = selection.locale
    _ = locale.gettext
    if not overdue_returns:
        return [tags.P(tags.B(_("None. All due returns have been received.")))]
    return_count, site_count = sum(len(entry.quarters) for entry in overdue_returns), len(overdue_returns)
    total = _(
        "{returns} from {sites}",
        returns=locale.ngettext("{count} return", "{count} returns", return_count, count=return_count),
        sites=locale.ngettext("{count} site", "{count} sites", site_count, count=site_count),
    )
    parts: list[Any] = []
    for entry in overdue_returns[:_MAX_SITES]:
        address = make_address(selection, f"/staff/site/{entry.site.code}")
        link = dcc.Link(entry.site.name.get_text(locale.language), href=address)
        parts += [" · ", link, f" {_list_quarters(entry, locale)}"]
    hidden_count = site_count - _MAX_SITES
    if hidden_count > 0:
        parts += [
            " · ",
            tags.A(
                locale.ngettext(
                    "and {count:,} more site", "and {count:,} more sites", hidden_count, count=hidden_count
                ),
                href=append_parameters(make_address(selection, "/staff/overview"), view="returns"),
            ),
        ]
    return [tags.P(tags.B(total)), tags.P(parts[1:], className="muted")]


def _list_quarters(entry: OverdueReturns, locale: Locale) -> str:
    """Return the first quarters by name and the number of the others."""
    names = ", ".join(locale.format_quarter(quarter) for quarter in entry.quarters[:_MAX_QUARTERS])
    hidden_count = len(entry.quarters) - _MAX_QUARTERS
    return names + (locale.gettext(" and {count} earlier", count=hidden_count) if hidden_count > 0 else "")
