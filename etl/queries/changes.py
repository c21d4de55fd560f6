"""Find what changed since an earlier day: ratings, restated numbers and revised targets."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import product

from etl.database.connection import reading
from etl.database.read.as_of import read_plan_versions_at, read_returns_at, read_sites_changed_since
from etl.database.records import ApprovalBasis
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import Record, build_record, replace_returns_of_sites
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.site_groups import SiteGroup
from etl.indicators.site_rows import iterate_rows
from etl.indicators.vocabulary import CellState, Indicator, SiteQuarter, Source
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.queries.snapshot import make_record_snapshot


@dataclass(frozen=True)
class RatingChange:
    """An indicator whose rating differs from the earlier one."""

    indicator: Indicator
    before: Figure
    after: Figure


@dataclass(frozen=True)
class NumberRestatement:
    """A number of a site and quarter that differs from the one reported earlier, in the indicator's unit."""

    indicator: Indicator
    site: str
    quarter: Quarter
    before: Amount
    after: Amount


@dataclass(frozen=True)
class TargetRevision:
    """A target of the centre (blank `site`) or of a site that a newer plan changed. None means no target."""

    indicator: Indicator
    part: str
    """The key of the part; blank for the total."""
    site: str
    year: int
    before: Decimal | None
    after: Decimal | None
    reason: str


@dataclass(frozen=True)
class Changes:
    """All changes since a day for the sites and programme of a scope."""

    since: date
    rating_changes: tuple[RatingChange, ...]
    number_restatements: tuple[NumberRestatement, ...]
    target_revisions: tuple[TargetRevision, ...]
    new_return_count: int
    """Current returns of sites and quarters that had no return then."""

    @property
    def is_empty(self) -> bool:
        return not (self.rating_changes or self.number_restatements or self.target_revisions or self.new_return_count)


def find_changes_since(source: DataSource, scope: QueryScope, since: date) -> Changes | None:
    """Return what changed after the end of that day; None where no plan had been loaded by then.

    Earlier ratings are those displayed on that day: by its plan, its returns and the quarters due by then. A number
    that is reported for the first time is not a restatement.
    """
    moment = datetime.combine(since, time(23, 59, 59), tzinfo=CAMBODIA)
    basis: ApprovalBasis = "submitted" if scope.include_unapproved else "approved"
    with reading(source.engine) as connection:
        plan_versions = read_plan_versions_at(connection, moment)
        versions = tuple(version for version in scope.snapshot.plans.versions if version.number in plan_versions)
        # With the same plan only the rows of sites that sent or reviewed a return can differ; else every row can.
        is_same_plan = len(versions) == len(scope.snapshot.plans.versions)
        changed_sites = read_sites_changed_since(connection, moment) if is_same_plan else None
        returns = read_returns_at(connection, moment, basis=basis, sites=changed_sites) if versions else ()
    if not versions:
        return None
    if changed_sites is None:
        plans = Plans(versions)
        record = build_record(plans, returns)
    else:
        plans = scope.snapshot.plans
        record = replace_returns_of_sites(plans, scope.record, changed_sites, returns)
    old_scope = _make_scope_at(scope, plans, record, since)
    return Changes(
        since=since,
        rating_changes=tuple(_iterate_rating_changes(old_scope, scope)),
        number_restatements=_list_number_restatements(scope, record, changed_sites),
        target_revisions=tuple(_iterate_target_revisions(plans.latest, scope)),
        new_return_count=sum(
            1
            for site, quarter in scope.record.received_returns
            if (site, quarter) not in record.received_returns and _is_in_scope(scope, site)
        ),
    )


def _make_scope_at(scope: QueryScope, plans: Plans, record: Record, since: date) -> QueryScope:
    """Return the same selection against what was known on the day."""
    snapshot = make_record_snapshot(plans, record, has_sample_data=scope.snapshot.has_sample_data)
    return replace(scope, snapshot=snapshot, today=min(since, scope.today))


def _iterate_rating_changes(old_scope: QueryScope, scope: QueryScope) -> Iterator[RatingChange]:
    old_versions = old_scope.snapshot.plans.versions
    for indicator in scope.list_indicators():
        if any(indicator.code in version.plan.indicator_by_code for version in old_versions):
            before, after = old_scope.get_figure(indicator.code), scope.get_figure(indicator.code)
            if before.rating is not after.rating:
                yield RatingChange(indicator, before, after)


def _list_number_restatements(
    scope: QueryScope, before: Record, changed_sites: Collection[str] | None
) -> tuple[NumberRestatement, ...]:
    """Return restated totals and ratios, latest quarter first; not those of indicators that the system computes."""
    indicators = {indicator.code: indicator for indicator in scope.list_indicators()}
    restatements = []
    for row in iterate_rows(before.rows, changed_sites):
        indicator = indicators.get(row.indicator)
        if indicator is None or row.part or indicator.source is Source.SYSTEM or not _is_in_scope(scope, row.site):
            continue
        now = scope.record.get_site_rows(row.indicator, "", row.site).get(row.quarter)
        if now is None or (row.state, row.value, row.denominator) != (now.state, now.value, now.denominator):
            restatements.append(
                NumberRestatement(
                    indicator, row.site, row.quarter, _select_amount(indicator, row), _select_amount(indicator, now)
                )
            )
    order = {code: position for position, code in enumerate(indicators)}
    return tuple(sorted(restatements, key=lambda item: (-item.quarter.index, order[item.indicator.code], item.site)))


def _select_amount(indicator: Indicator, row: SiteQuarter | None) -> Amount:
    if row is None:
        return NoValue.NOTHING_REPORTED
    if row.state is CellState.NOT_COLLECTED:
        return NoValue.NOT_COLLECTED
    if row.value is None:
        return NoValue.COVERED
    if not indicator.is_ratio:
        return row.value
    return row.value / row.denominator * indicator.scale if row.denominator else NoValue.DENOMINATOR_IS_ZERO


def _iterate_target_revisions(old: Plan, scope: QueryScope) -> Iterator[TargetRevision]:
    new = scope.plan
    if old is new:
        return
    years = range(new.settings.first_year, new.settings.last_year + 1)
    for indicator in scope.list_indicators():
        places = ("", *new.province_by_code, *new.list_reporting_site_codes(indicator))
        sites = [place for place in places if _is_in_scope(scope, place)]
        for part, site, year in product(new.list_row_parts(indicator), sites, years):
            was, now = (plan.find_target(indicator.code, site, year, part) for plan in (old, new))
            before, after = was.value if was else None, now.value if now else None
            if before != after:
                yield TargetRevision(indicator, part, site, year, before, after, now.reason if now else "")


def _is_in_scope(scope: QueryScope, place: str) -> bool:
    is_own_group = isinstance(scope.sites, SiteGroup) and place == scope.sites.code
    return scope.sites is None or is_own_group or place in scope.sites
