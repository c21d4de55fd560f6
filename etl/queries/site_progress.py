"""How one site does: against its own targets, and in sending its returns."""

from dataclasses import dataclass

from etl.indicators.figures import tally
from etl.indicators.results import Figure, ReportingRate, Tally
from etl.indicators.vocabulary import Indicator, Site
from etl.queries.asking import Asking
from etl.queries.reporting_status import ReturnsGrid, returns_grid, site_rate


@dataclass(frozen=True)
class SiteProgress:
    site: Site
    figures: tuple[tuple[Indicator, Figure], ...]
    """The indicators that the site reports, in the plan's order."""
    tally: Tally
    returns: ReturnsGrid
    rate: ReportingRate


def site_progress(asking: Asking, code: str) -> SiteProgress | None:
    """The site's progress; None for a code that the newest plan doesn't have."""
    site = asking.plan.site_by_code.get(code)
    if site is None:
        return None
    reported = set(asking.plan.reported_by(code))
    figures = tuple((one, asking.figure(one.code, sites=(code,))) for one in asking.indicators() if one in reported)
    alone = Asking(asking.snapshot, asking.today, sites=(code,), include_unapproved=asking.include_unapproved)
    return SiteProgress(
        site=site,
        figures=figures,
        tally=tally(figure.rating for _, figure in figures),
        returns=returns_grid(alone, most_quarters=40),
        rate=site_rate(asking, code),
    )
