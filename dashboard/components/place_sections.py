"""Sections of the pages of sites and provinces: ratings, figures against their own targets, and the reporting rate."""

from typing import Any

from dashboard.access.context import PageContext
from dashboard.components.figure_parts import build_comparison_table, build_part_table, build_untargeted_table
from dashboard.components.marks import build_strip
from dashboard.components.markup import tags
from dashboard.selection import Selection
from etl.indicators.results import Figure, NoValue, Rating, RatingCounts, ReportingRate
from etl.indicators.vocabulary import Indicator
from etl.locale import Locale
from etl.queries.comparisons import compare_figure
from etl.queries.place_progress import PlaceProgress
from etl.queries.plan_overview import make_urgency_key
from etl.queries.scope import QueryScope
from etl.wording import describe_rating_counts, make_rating_counts_title


def build_heading(name: str, counts: RatingCounts, locale: Locale) -> list[Any]:
    """Return the heading of a place with the counts of its ratings."""
    strip = [build_strip(counts, locale), tags.P(describe_rating_counts(counts, locale), className="muted")]
    return [
        tags.H1(f"{name}: {make_rating_counts_title(counts, locale)}"),
        tags.Div(strip, className="sub headline counts-line"),
    ]


def build_place_figures(
    page: PageContext, place_scope: QueryScope, progress: PlaceProgress, selection: Selection, *, no_targets: str
) -> list[Any]:
    """Return the indicators with a target of the place, most behind first, then the others.

    `selection` selects the place, so that the sources of its numbers are its own; `no_targets` is shown without any.
    """
    _ = page.gettext
    targeted = select_targeted(progress)
    untargeted = [
        (indicator, compare_figure(place_scope, indicator))
        for indicator, figure in progress.figures
        if (indicator, figure) not in targeted
    ]
    rows = [(indicator, compare_figure(place_scope, indicator)) for indicator, _ in targeted]
    targeted_title, untargeted_title = _("Against its own targets, most behind first"), _("Without its own target")
    table = build_comparison_table(targeted_title, rows, selection, table_id="figures")
    sections = [tags.Section([tags.H2(targeted_title), table if rows else tags.P(no_targets)])]
    if progress.parts:
        part_title = _("Parts with targets of their own")
        part_table = build_part_table(part_title, progress.parts, selection, table_id="part-targets")
        sections.append(tags.Section([tags.H2(part_title), part_table]))
    if untargeted:
        note = tags.P(_("These numbers count towards the targets of the centre."), className="key")
        untargeted_table = build_untargeted_table(untargeted_title, untargeted, selection, table_id="untargeted")
        sections.append(tags.Section([tags.H2(untargeted_title), note, untargeted_table]))
    return sections


def select_targeted(progress: PlaceProgress) -> list[tuple[Indicator, Figure]]:
    """Return the indicators with a target of the place, most behind first."""
    targeted = [row for row in progress.figures if row[1].rating is not Rating.NO_TARGET]
    return sorted(targeted, key=lambda row: make_urgency_key(row[1]))


def describe_reporting(rate: ReportingRate, locale: Locale) -> str:
    """Return how many of the expected returns were received, and how many on time."""
    _ = locale.gettext
    share = rate.received_share
    if isinstance(share, NoValue):
        return _("No returns are due yet.")
    return locale.ngettext(
        "{received:,} of {expected:,} return received ({share}), {on_time:,} on time.",
        "{received:,} of {expected:,} returns received ({share}), {on_time:,} on time.",
        rate.expected,
        received=rate.received,
        expected=rate.expected,
        share=locale.format_share(share, 0),
        on_time=rate.on_time,
    )
