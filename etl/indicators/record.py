"""What has been reported, arranged for the core: rows by indicator, part, site and quarter, and who sent when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.resolving import resolve_site
from etl.indicators.vocabulary import Received, SiteQuarter, SiteReturn, received_of

QuarterRows = Mapping[Quarter, SiteQuarter]


@dataclass(frozen=True)
class Record:
    """Everything reported on one basis (approved, or submitted as well)."""

    received: Mapping[tuple[str, Quarter], Received]
    _rows: dict[tuple[str, str], dict[str, dict[Quarter, SiteQuarter]]] = field(repr=False)

    def site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        """The site's rows of an indicator or one of its parts, by quarter; empty when nothing was said."""
        return self._rows.get((indicator, part), {}).get(site, {})


def record_of_rows(rows: Iterable[SiteQuarter], received: Iterable[Received]) -> Record:
    """The record that roll-up rows and the list of standing returns make, in any order."""
    arranged: dict[tuple[str, str], dict[str, dict[Quarter, SiteQuarter]]] = {}
    for row in rows:
        arranged.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row
    return Record({(one.site, one.quarter): one for one in received}, arranged)


def record_of(plans: Plans, returns: Iterable[SiteReturn]) -> Record:
    """The record of standing returns, at most one for a site and quarter, in any order."""
    by_site: dict[str, list[SiteReturn]] = {}
    for one in returns:
        by_site.setdefault(one.site, []).append(one)
    rows = [row for site_returns in by_site.values() for row in resolve_site(plans, site_returns)]
    return record_of_rows(rows, received_of(one for found in by_site.values() for one in found))
