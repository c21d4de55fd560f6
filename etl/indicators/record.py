"""What has been reported, arranged for the core: rows by indicator, part, site and quarter, and who sent when."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.resolving import resolve_site
from etl.indicators.vocabulary import Received, SiteQuarter, SiteReturn, received_of

QuarterRows = Mapping[Quarter, SiteQuarter]
_Rows = dict[tuple[str, str], dict[str, dict[Quarter, SiteQuarter]]]
"""By indicator and part, site, quarter."""


@dataclass(frozen=True)
class Record:
    """Everything reported on one basis (approved, or submitted as well)."""

    received: Mapping[tuple[str, Quarter], Received]
    _rows: _Rows = field(repr=False)

    def site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        """The site's rows of an indicator or one of its parts, by quarter; empty when nothing was said."""
        return self._rows.get((indicator, part), {}).get(site, {})

    def indicators_that_differ(self, other: "Record", site: str) -> frozenset[str]:
        """The indicators of which the two records hold different rows for the site."""
        keys = {*self._rows, *other._rows}
        return frozenset(
            indicator
            for indicator, part in keys
            if self.site_rows(indicator, part, site) != other.site_rows(indicator, part, site)
        )

    def first_difference(self, other: "Record", sites: Collection[str]) -> Quarter | None:
        """The earliest quarter that the two tell anything different of, where only these sites can differ."""
        found = _that_differ(_of(self.received, sites), _of(other.received, sites))
        for indicator, part in {*self._rows, *other._rows}:
            for site in sites:
                mine, others = self.site_rows(indicator, part, site), other.site_rows(indicator, part, site)
                if mine != others:
                    found |= {quarter for quarter in (*mine, *others) if mine.get(quarter) != others.get(quarter)}
        return min(found, default=None)

    def until(self, last: Quarter) -> "Record":
        """The same without anything that was said of later quarters: what a comparison with an earlier time takes."""
        received = {place: one for place, one in self.received.items() if place[1] <= last}
        return _EarlierRecord(received, self._rows, last)

    def rows(self) -> Iterator[SiteQuarter]:
        """Every row, in no order that means anything."""
        for of_sites in self._rows.values():
            for found in of_sites.values():
                yield from found.values()


def _of(
    received: Mapping[tuple[str, Quarter], Received], sites: Collection[str]
) -> dict[tuple[str, Quarter], Received]:
    return {place: one for place, one in received.items() if place[0] in sites}


def _that_differ(
    mine: Mapping[tuple[str, Quarter], Received], others: Mapping[tuple[str, Quarter], Received]
) -> set[Quarter]:
    return {place[1] for place in (*mine, *others) if mine.get(place) != others.get(place)}


def with_sites_anew(
    before: Record, rows: Iterable[SiteQuarter], received: Iterable[Received], sites: Collection[str]
) -> Record:
    """The record with everything of some sites replaced by these rows and returns."""
    arranged = {
        key: {site: kept for site, kept in by_site.items() if site not in sites}
        for key, by_site in before._rows.items()
    }
    _arrange(arranged, rows)
    standing = {place: one for place, one in before.received.items() if place[0] not in sites}
    standing.update(((one.site, one.quarter), one) for one in received)
    return Record(standing, arranged)


@dataclass(frozen=True)
class _EarlierRecord(Record):
    """A record that stops at a quarter; its rows are left out when they are asked for, not copied before."""

    last: Quarter

    def site_rows(self, indicator: str, part: str, site: str) -> QuarterRows:
        found = super().site_rows(indicator, part, site)
        return {quarter: row for quarter, row in found.items() if quarter <= self.last}

    def rows(self) -> Iterator[SiteQuarter]:
        return (row for row in super().rows() if row.quarter <= self.last)


def record_of_rows(rows: Iterable[SiteQuarter], received: Iterable[Received]) -> Record:
    """The record that roll-up rows and the list of standing returns make, in any order."""
    arranged: _Rows = {}
    _arrange(arranged, rows)
    return Record({(one.site, one.quarter): one for one in received}, arranged)


def _arrange(arranged: _Rows, rows: Iterable[SiteQuarter]) -> None:
    for row in rows:
        arranged.setdefault((row.indicator, row.part), {}).setdefault(row.site, {})[row.quarter] = row


def record_of(plans: Plans, returns: Iterable[SiteReturn]) -> Record:
    """The record of standing returns, at most one for a site and quarter, in any order."""
    by_site: dict[str, list[SiteReturn]] = {}
    for one in returns:
        by_site.setdefault(one.site, []).append(one)
    rows = [row for site_returns in by_site.values() for row in resolve_site(plans, site_returns)]
    return record_of_rows(rows, received_of(one for found in by_site.values() for one in found))


def record_with_site(plans: Plans, record: Record, site: str, returns: Iterable[SiteReturn]) -> Record:
    """The record with these standing returns in the place of everything that the site said and sent."""
    sent = tuple(returns)
    kept = {place: one for place, one in record.received.items() if place[0] != site}
    rows = {
        key: {other: of_site for other, of_site in of_sites.items() if other != site}
        for key, of_sites in record._rows.items()
    }
    for row in resolve_site(plans, sent):
        rows.setdefault((row.indicator, row.part), {}).setdefault(site, {})[row.quarter] = row
    return Record({**kept, **{(one.site, one.quarter): one for one in received_of(sent)}}, rows)
