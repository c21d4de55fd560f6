"""What changed since an earlier day: ratings that moved, numbers that were restated, targets that were revised."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.as_of import read_plan_versions_at, read_returns_at, read_sites_changed_since
from etl.database.records import ApprovalBasis
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import Record, build_record, record_with_sites
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.site_rows import iterate_rows
from etl.indicators.vocabulary import CellState, Indicator, SiteQuarter
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot


@dataclass(frozen=True)
class RatingChange:
    """An indicator whose rating is another one now."""

    indicator: Indicator
    before: Figure
    after: Figure


@dataclass(frozen=True)
class NumberRestatement:
    """A site's own number of a quarter that had been said before and is another one now, in the indicator's unit."""

    indicator: Indicator
    site: str
    quarter: Quarter
    before: Amount
    after: Amount


@dataclass(frozen=True)
class TargetRevision:
    """A target of the centre (no site) or of a site that a newer plan changed; None: there was, or is, none."""

    indicator: Indicator
    site: str
    year: int
    before: Decimal | None
    after: Decimal | None
    reason: str


@dataclass(frozen=True)
class Changes:
    """Everything that moved since a day for the chosen sites and programme."""

    since: date
    rating_changes: tuple[RatingChange, ...]
    number_restatements: tuple[NumberRestatement, ...]
    target_revisions: tuple[TargetRevision, ...]
    new_return_count: int
    """Returns that stand now for a site and quarter of which none stood then."""

    @property
    def is_empty(self) -> bool:
        return not (self.rating_changes or self.number_restatements or self.target_revisions or self.new_return_count)


def find_changes_since(source: DataSource, scope: QueryScope, since: date) -> Changes | None:
    """What changed after the end of that day; None where no plan had been loaded by then.

    Ratings are compared as they were shown then, by the plan, the returns and the quarters due of that day. Numbers
    that have come for the first time are no restatements.
    """
    moment = datetime.combine(since, time(23, 59, 59), tzinfo=CAMBODIA)
    basis: ApprovalBasis = "submitted" if scope.include_unapproved else "approved"
    with reading(source.engine) as connection:
        known = read_plan_versions_at(connection, moment)
        versions = tuple(one for one in scope.snapshot.plans.versions if one.number in known)
        # By another plan every row could be another one; by the same one only those of sites that sent or decided.
        is_same_plan = len(versions) == len(scope.snapshot.plans.versions)
        changed = read_sites_changed_since(connection, moment) if is_same_plan else None
        returns = read_returns_at(connection, moment, basis=basis, sites=changed) if versions else ()
    if not versions:
        return None
    if changed is None:
        plans = Plans(versions)
        record = build_record(plans, returns)
    else:
        plans = scope.snapshot.plans
        record = record_with_sites(plans, scope.record, changed, returns)
    then = _scope_at(scope, plans, record, since)
    indicators = scope.list_indicators()
    before, after = then.record, scope.record
    return Changes(
        since=since,
        rating_changes=tuple(one for one in (_moved(then, scope, one) for one in indicators) if one is not None),
        number_restatements=_restated(scope, before, after, {one.code: one for one in indicators}, changed),
        target_revisions=tuple(one for found in indicators for one in _revised(plans.latest, scope, found)),
        new_return_count=sum(
            1
            for place in after.received_returns
            if place not in before.received_returns and _is_chosen(scope, place[0])
        ),
    )


def _scope_at(scope: QueryScope, plans: Plans, record: Record, since: date) -> QueryScope:
    """The same selection against what was known on the day."""
    snapshot = Snapshot(
        data_version=-1,
        plans=plans,
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=scope.snapshot.has_sample_data,
    )
    return replace(scope, snapshot=snapshot, today=min(since, scope.today))


def _moved(then: QueryScope, now: QueryScope, indicator: Indicator) -> RatingChange | None:
    if not any(indicator.code in one.plan.indicator_by_code for one in then.snapshot.plans.versions):
        return None
    before, after = then.get_figure(indicator.code), now.get_figure(indicator.code)
    return None if before.rating is after.rating else RatingChange(indicator, before, after)


def _restated(
    scope: QueryScope,
    before: Record,
    after: Record,
    indicators: dict[str, Indicator],
    changed: Collection[str] | None,
) -> tuple[NumberRestatement, ...]:
    """Totals and pairs only; by quarter, the latest first. What the system computes itself is no statement."""
    found = []
    for row in iterate_rows(before.rows, changed):
        indicator = indicators.get(row.indicator)
        if indicator is None or row.part or indicator.source.value == "system" or not _is_chosen(scope, row.site):
            continue
        now = after.site_rows(row.indicator, "", row.site).get(row.quarter)
        if now is None or (row.state, row.value, row.denominator) != (now.state, now.value, now.denominator):
            found.append(
                NumberRestatement(indicator, row.site, row.quarter, _amount(indicator, row), _amount(indicator, now))
            )
    order = {code: place for place, code in enumerate(indicators)}
    return tuple(sorted(found, key=lambda one: (-one.quarter.index, order[one.indicator.code], one.site)))


def _amount(indicator: Indicator, row: SiteQuarter | None) -> Amount:
    if row is None:
        return NoValue.NOTHING_REPORTED
    if row.state is CellState.NOT_COLLECTED:
        return NoValue.NOT_COLLECTED
    if row.value is None:
        return NoValue.COVERED
    if not indicator.is_ratio:
        return row.value
    return row.value / row.denominator * indicator.scale if row.denominator else NoValue.DENOMINATOR_IS_ZERO


def _revised(old: Plan, scope: QueryScope, indicator: Indicator) -> list[TargetRevision]:
    new = scope.plan
    if old is new:
        return []
    settings, sites = new.settings, ["", *(site.code for site in new.reporting_sites(indicator))]
    found = []
    for site in sites if scope.sites is None else [site for site in sites if site in scope.sites]:
        for year in range(settings.first_year, settings.last_year + 1):
            was, now = old.find_target(indicator.code, site, year), new.find_target(indicator.code, site, year)
            before, after = was.value if was else None, now.value if now else None
            if before != after:
                found.append(TargetRevision(indicator, site, year, before, after, now.reason if now else ""))
    return found


def _is_chosen(scope: QueryScope, site: str) -> bool:
    return scope.sites is None or site in scope.sites
