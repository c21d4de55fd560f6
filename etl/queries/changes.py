"""What changed since an earlier day: ratings that moved, numbers that were restated, targets that were revised."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.past import read_plan_numbers, read_returns_at, read_sites_changed_since
from etl.database.records import Counting
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, Plans
from etl.indicators.record import Record, record_of, record_with_sites
from etl.indicators.results import Amount, Figure, NoValue
from etl.indicators.site_rows import every_row
from etl.indicators.vocabulary import CellState, Indicator, SiteQuarter
from etl.queries.asking import Asking
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source


@dataclass(frozen=True)
class MovedRating:
    """An indicator whose rating is another one now."""

    indicator: Indicator
    before: Figure
    after: Figure


@dataclass(frozen=True)
class RestatedNumber:
    """A site's own number of a quarter that had been said before and is another one now, in the indicator's unit."""

    indicator: Indicator
    site: str
    quarter: Quarter
    before: Amount
    after: Amount


@dataclass(frozen=True)
class RevisedTarget:
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
    moved: tuple[MovedRating, ...]
    restated: tuple[RestatedNumber, ...]
    revised: tuple[RevisedTarget, ...]
    new_returns: int
    """Returns that stand now for a site and quarter of which none stood then."""

    @property
    def is_empty(self) -> bool:
        return not (self.moved or self.restated or self.revised or self.new_returns)


def changes_since(source: Source, asking: Asking, since: date) -> Changes | None:
    """What changed after the end of that day; None where no plan had been loaded by then.

    Ratings are compared as they were shown then, by the plan, the returns and the quarters due of that day. Numbers
    that have come for the first time are no restatements.
    """
    moment = datetime.combine(since, time(23, 59, 59), tzinfo=CAMBODIA)
    basis: Counting = "submitted" if asking.include_unapproved else "approved"
    with reading(source.engine) as connection:
        known = read_plan_numbers(connection, moment)
        versions = tuple(one for one in asking.snapshot.plans.versions if one.number in known)
        # By another plan every row could be another one; by the same one only those of sites that sent or decided.
        is_same_plan = len(versions) == len(asking.snapshot.plans.versions)
        changed = read_sites_changed_since(connection, moment) if is_same_plan else None
        returns = read_returns_at(connection, moment, basis=basis, sites=changed) if versions else ()
    if not versions:
        return None
    if changed is None:
        plans = Plans(versions)
        record = record_of(plans, returns)
    else:
        plans = asking.snapshot.plans
        record = record_with_sites(plans, asking.record, changed, returns)
    then = _asking_then(asking, plans, record, since)
    indicators = asking.indicators()
    before, after = then.record, asking.record
    return Changes(
        since=since,
        moved=tuple(one for one in (_moved(then, asking, one) for one in indicators) if one is not None),
        restated=_restated(asking, before, after, {one.code: one for one in indicators}, changed),
        revised=tuple(one for found in indicators for one in _revised(plans.latest, asking, found)),
        new_returns=sum(1 for place in after.received if place not in before.received and _is_chosen(asking, place[0])),
    )


def _asking_then(asking: Asking, plans: Plans, record: Record, since: date) -> Asking:
    """The same selection against what was known on the day."""
    snapshot = Snapshot(
        data_version=-1,
        plans=plans,
        approved=record,
        submitted=record,
        returns_of={},
        has_sample_data=asking.snapshot.has_sample_data,
    )
    return replace(asking, snapshot=snapshot, today=min(since, asking.today))


def _moved(then: Asking, now: Asking, indicator: Indicator) -> MovedRating | None:
    if not any(indicator.code in one.plan.indicator_by_code for one in then.snapshot.plans.versions):
        return None
    before, after = then.figure(indicator.code), now.figure(indicator.code)
    return None if before.rating is after.rating else MovedRating(indicator, before, after)


def _restated(
    asking: Asking,
    before: Record,
    after: Record,
    indicators: dict[str, Indicator],
    changed: Collection[str] | None,
) -> tuple[RestatedNumber, ...]:
    """Totals and pairs only; by quarter, the latest first. What the system computes itself is no statement."""
    found = []
    for row in every_row(before.rows, changed):
        indicator = indicators.get(row.indicator)
        if indicator is None or row.part or indicator.source.value == "system" or not _is_chosen(asking, row.site):
            continue
        now = after.site_rows(row.indicator, "", row.site).get(row.quarter)
        if now is None or (row.state, row.value, row.denominator) != (now.state, now.value, now.denominator):
            found.append(
                RestatedNumber(indicator, row.site, row.quarter, _amount(indicator, row), _amount(indicator, now))
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


def _revised(old: Plan, asking: Asking, indicator: Indicator) -> list[RevisedTarget]:
    new = asking.plan
    if old is new:
        return []
    settings, sites = new.settings, ["", *(site.code for site in new.reporting_sites(indicator))]
    found = []
    for site in sites if asking.sites is None else [site for site in sites if site in asking.sites]:
        for year in range(settings.first_year, settings.last_year + 1):
            was, now = old.find_target(indicator.code, site, year), new.find_target(indicator.code, site, year)
            before, after = was.value if was else None, now.value if now else None
            if before != after:
                found.append(RevisedTarget(indicator, site, year, before, after, now.reason if now else ""))
    return found


def _is_chosen(asking: Asking, site: str) -> bool:
    return asking.sites is None or site in asking.sites
