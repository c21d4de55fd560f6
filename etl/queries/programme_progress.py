"""What one programme or partner is answerable for: its indicators in need first, and the sites that report them."""

from dataclasses import dataclass, replace

from etl.indicators.figures import count_ratings
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Programme, Site
from etl.queries.objective_progress import IndicatorProgress, get_indicator_progress
from etl.queries.plan_overview import urgency_key
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class ProgrammeProgress:
    """A programme with the indicators that it supports or reports on."""

    programme: Programme
    rating_counts: RatingCounts
    indicators: tuple[IndicatorProgress, ...]
    """Worst first."""
    sites: tuple[Site, ...]
    """Those that report at least one of them, in the plan's order."""
    is_illustrative: bool
    """Whether the plan marks a link to one of them as not official."""


def find_programme_progress(scope: QueryScope, code: str) -> ProgrammeProgress | None:
    """The programme's progress; None for a code that the newest plan doesn't have."""
    plan = scope.plan
    programme = next((one for one in plan.programmes if one.code == code), None)
    if programme is None:
        return None
    links = {one.indicator: one.provenance for one in plan.indicator_programmes if one.programme == code}
    chosen = replace(scope, programme=code).list_indicators() if links else ()
    found = [get_indicator_progress(scope, one) for one in chosen]
    reporting = {site.code for one in chosen for site in plan.reporting_sites(one)}
    return ProgrammeProgress(
        programme=programme,
        rating_counts=count_ratings(one.figure.rating for one in found),
        indicators=tuple(sorted(found, key=lambda one: urgency_key(one.figure))),
        sites=tuple(site for site in plan.sites if site.code in reporting),
        is_illustrative=any(provenance == "illustrative" for provenance in links.values()),
    )
