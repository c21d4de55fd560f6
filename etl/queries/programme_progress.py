"""The progress of a programme or partner: its indicators and the sites that report them."""

from dataclasses import dataclass, replace

from etl.indicators.figures import count_ratings
from etl.indicators.results import RatingCounts
from etl.indicators.vocabulary import Programme, Site
from etl.queries.objective_progress import IndicatorProgress, get_indicator_progress
from etl.queries.plan_overview import make_urgency_key
from etl.queries.scope import QueryScope


@dataclass(frozen=True)
class ProgrammeProgress:
    """A programme with the indicators that the plan links to it, most behind first."""

    programme: Programme
    rating_counts: RatingCounts
    indicators: tuple[IndicatorProgress, ...]
    sites: tuple[Site, ...]
    """The sites that report at least one of the indicators, in the plan's order."""
    is_illustrative: bool
    """Whether the plan marks a link to one of the indicators as not official."""


def find_programme_progress(scope: QueryScope, code: str) -> ProgrammeProgress | None:
    """Return the programme's progress; None where the newest plan does not have the code."""
    plan = scope.plan
    programme = next((candidate for candidate in plan.programmes if candidate.code == code), None)
    if programme is None:
        return None
    links = {link.indicator: link.provenance for link in plan.indicator_programmes if link.programme == code}
    indicators = replace(scope, programme=code).list_indicators() if links else ()
    progress_list = [get_indicator_progress(scope, indicator) for indicator in indicators]
    reporting = {site.code for indicator in indicators for site in plan.list_reporting_sites(indicator)}
    return ProgrammeProgress(
        programme=programme,
        rating_counts=count_ratings(progress.figure.rating for progress in progress_list),
        indicators=tuple(sorted(progress_list, key=lambda progress: make_urgency_key(progress.figure))),
        sites=tuple(site for site in plan.sites if site.code in reporting),
        is_illustrative=any(provenance == "illustrative" for provenance in links.values()),
    )
