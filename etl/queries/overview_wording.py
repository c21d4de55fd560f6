"""Titles and summaries of the overview's charts, which state the main result."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from etl.indicators.results import Rating, RatingCounts
from etl.indicators.vocabulary import Objective
from etl.locale import N_, Locale
from etl.queries.plan_overview import ObjectiveSummary
from etl.queries.rating_matrix import ObjectiveRows, SiteMatrix, YearMatrix

_LONGEST_NAME = 50
"""The length up to which a title names an objective; the code of another one stands beside its name in the chart."""


def get_short_name(objective: Objective, locale: Locale) -> str:
    """Return the objective's short name in the language, or its full name where it has none."""
    short = objective.short.km if locale.language == "km" else objective.short.en
    return short or objective.name.get_text(locale.language)


def get_on_track_share(tally: RatingCounts) -> Decimal | None:
    """Return the share of rated indicators that are on track or achieved; None without a rated indicator."""
    return Decimal(tally.good_count) / tally.rated_count if tally.rated_count else None


def sort_objectives_by_share(summaries: Sequence[ObjectiveSummary]) -> list[ObjectiveSummary]:
    """Return the objectives, lowest share on track first, then the one with more off track; unrated ones last."""

    def make_key(summary: ObjectiveSummary) -> tuple[bool, Decimal, int]:
        share = get_on_track_share(summary.rating_counts)
        off_track_count = dict(summary.rating_counts.counts)[Rating.OFF_TRACK]
        return share is None, share if share is not None else Decimal(0), -off_track_count

    return sorted(summaries, key=make_key)


def make_ratings_title(summaries: Sequence[ObjectiveSummary], locale: Locale) -> str:
    """Return the objective that is furthest behind, or that all are on track."""
    _ = locale.gettext
    rated = [summary for summary in sort_objectives_by_share(summaries) if summary.rating_counts.rated_count]
    if not rated:
        return _("No indicator can be rated yet")
    shares = {get_on_track_share(summary.rating_counts) for summary in rated}
    if shares == {Decimal(1)}:
        return _("All rated indicators are on track or achieved")
    if len(shares) == 1 and len(rated) > 1:
        return _("All objectives have the same share on track")
    name = get_short_name(rated[0].objective, locale)
    if len(name) > _LONGEST_NAME:
        name = rated[0].objective.code
    if len(rated) == 1:
        tally = rated[0].rating_counts
        good = _("{good} of {rated} on track or achieved", good=tally.good_count, rated=tally.rated_count)
        return f"{name}: {good}"
    return _("{objective} is furthest behind", objective=name)


def describe_on_track_share(counts: RatingCounts, locale: Locale) -> str:
    """Return the share on track or achieved with its counts, `60 % (3 of 5)`; a dash where nothing is rated."""
    share = get_on_track_share(counts)
    if share is None:
        return "–"
    percent = locale.format_share(share, 0)
    return locale.gettext(
        "{share} ({good} of {rated})", share=percent, good=counts.good_count, rated=counts.rated_count
    )


def make_on_track_title(matrix: YearMatrix, locale: Locale) -> str:
    """Return the largest change of an objective's share between its last two rated years; falls come first.

    It has the counts of both years, since an indicator may be rated in one of them only.
    """
    _ = locale.gettext
    changes = [change for rows in matrix.objectives if (change := _find_last_change(matrix, rows))]
    if not changes:
        return _("Share of indicators on track, by year")
    change = min(changes, key=lambda change: (min(change.share, 0), -change.share, change.code))
    if not change.share:
        return _("No change since {year}", year=change.earlier_year)
    text = (
        N_("{objective} fell: {good} of {rated} on track in {year}, {old_good} of {old_rated} in {old_year}")
        if change.share < 0
        else N_("{objective} rose: {good} of {rated} on track in {year}, {old_good} of {old_rated} in {old_year}")
    )
    return _(
        text,
        objective=change.code,
        year=change.year,
        good=change.counts.good_count,
        rated=change.counts.rated_count,
        old_year=change.earlier_year,
        old_good=change.earlier_counts.good_count,
        old_rated=change.earlier_counts.rated_count,
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """The ratings of an objective in its last two rated years, and the difference of their shares."""

    code: str
    share: Decimal
    earlier_year: int
    earlier_counts: RatingCounts
    year: int
    counts: RatingCounts


def _find_last_change(matrix: YearMatrix, rows: ObjectiveRows) -> _Change | None:
    """Return the change between the last two rated years; None with fewer."""
    rated_years = [
        (year, counts, share)
        for index, year in enumerate(matrix.years)
        if (share := get_on_track_share(counts := rows.count_column(index))) is not None
    ]
    if len(rated_years) < 2:
        return None
    (earlier_year, earlier_counts, earlier_share), (year, counts, share) = rated_years[-2:]
    return _Change(rows.objective.code, share - earlier_share, earlier_year, earlier_counts, year, counts)


def describe_shown_sites(matrix: SiteMatrix, locale: Locale, *, limit: int | None = None) -> str:
    """Return which sites of many a chart shows, at most the limit; blank where the matrix has all sites."""
    if not matrix.hidden_count:
        return ""
    shown = len(matrix.sites[:limit])
    total = locale.format_amount(Decimal(len(matrix.sites) + matrix.hidden_count), 0)
    return locale.gettext("The first {shown} of {count} sites", shown=shown, count=total)


def make_sites_title(matrix: SiteMatrix, locale: Locale) -> str:
    """Return the site with the lowest share on track against its own targets."""
    _ = locale.gettext
    shares = []
    for index, site in enumerate(matrix.sites):
        ratings = [figure.rating for rows in matrix.objectives for figure in rows.list_column(index)]
        rated = [rating for rating in ratings if rating.is_rated]
        if rated:
            shares.append((Decimal(sum(rating.is_good for rating in rated)) / len(rated), len(rated), site))
    if not shares:
        return _("No site can be rated against targets of its own yet")
    share, rated_count, site = min(shares, key=lambda entry: (entry[0], -entry[1], entry[2].code))
    if share == 1:
        return _("All sites are on track")
    good_count = int(share * rated_count)
    name = site.name.get_text(locale.language)
    return _("{site}: {good} of {rated} on track", site=name, good=good_count, rated=rated_count)


def summarize_ratings(summaries: Sequence[ObjectiveSummary], locale: Locale) -> str:
    """Return a text alternative: each objective with the number of its indicators that are on track."""
    _ = locale.gettext
    return "; ".join(
        f"{summary.objective.code}: "
        + _(
            "{good} of {rated} on track or achieved",
            good=summary.rating_counts.good_count,
            rated=summary.rating_counts.rated_count,
        )
        for summary in sort_objectives_by_share(summaries)
    )


def summarize_years(matrix: YearMatrix, locale: Locale) -> str:
    """Return a text alternative: the share on track of each objective in its first and last rated year."""
    parts = []
    for rows in matrix.objectives:
        shares = [
            f"{locale.format_share(share, 0)} ({year})"
            for index, year in enumerate(matrix.years)
            if (share := get_on_track_share(rows.count_column(index))) is not None
        ]
        parts.append(f"{rows.objective.code}: {' → '.join(shares[:: max(1, len(shares) - 1)]) or '–'}")
    return "; ".join(parts)
