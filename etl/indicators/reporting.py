"""Reporting rates: returns expected, received and on time (docs/arithmetic.md, section G)."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from etl.indicators.periods import CAMBODIA, Quarter, list_quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.received_returns import ReceivedReturn, ReceivedReturns, index_received_returns
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import Site


def list_sites_expected_to_report(plan: Plan, quarter: Quarter) -> tuple[Site, ...]:
    """Return the active sites whose form has at least one number in the quarter, in the plan's order."""
    return plan.list_sites_expected_to_report(quarter)


def compute_reporting_rate(
    plans: Plans,
    received_returns: ReceivedReturns | Iterable[ReceivedReturn],
    *,
    sites: Collection[str] | None,
    today: date,
    first: Quarter | None = None,
    last: Quarter | None = None,
) -> ReportingRate:
    """Count the returns that are expected (due, or received early), received, and first submitted on time.

    `first` and `last` bound the quarters; without them the whole plan is counted.
    """
    counter = _ReturnCounter()
    counter.count(plans, _index_returns(received_returns), sites=sites, today=today, first=first, last=last)
    return ReportingRate(
        expected=counter.expected.total(), received=counter.received.total(), on_time=counter.on_time.total()
    )


def compute_reporting_rates(
    plans: Plans, received_returns: ReceivedReturns, *, sites: Collection[str], today: date
) -> dict[str, ReportingRate]:
    """Return the reporting rate of each of the sites over the whole plan."""
    counter = _ReturnCounter()
    counter.count(plans, received_returns, sites=frozenset(sites), today=today, first=None, last=None)
    return {
        code: ReportingRate(
            expected=counter.expected[code], received=counter.received[code], on_time=counter.on_time[code]
        )
        for code in sites
    }


def list_overdue_quarters(
    plans: Plans, received_returns: ReceivedReturns, *, sites: Collection[str] | None, today: date, last: Quarter
) -> dict[str, list[Quarter]]:
    """Return the sites with overdue returns, each with those quarters, the earliest first."""
    overdue: dict[str, list[Quarter]] = {}
    for quarter in list_quarters_between(plans.latest.settings.first_quarter, last):
        if plans.is_due(quarter, today):
            received = received_returns.by_quarter.get(quarter, {})
            for site in list_sites_expected_to_report(plans.get_plan_in_force(quarter), quarter):
                if site.code not in received and (sites is None or site.code in sites):
                    overdue.setdefault(site.code, []).append(quarter)
    return overdue


class _ReturnCounter:
    """Counts expected, received and on-time returns by site."""

    def __init__(self) -> None:
        self.expected: Counter[str] = Counter()
        self.received: Counter[str] = Counter()
        self.on_time: Counter[str] = Counter()

    def count(
        self,
        plans: Plans,
        received_returns: ReceivedReturns,
        *,
        sites: Collection[str] | None,
        today: date,
        first: Quarter | None,
        last: Quarter | None,
    ) -> None:
        settings = plans.latest.settings
        for quarter in list_quarters_between(first or settings.first_quarter, last or settings.last_quarter):
            expected = list_sites_expected_to_report(plans.get_plan_in_force(quarter), quarter)
            codes = [site.code for site in expected if sites is None or site.code in sites]
            by_site = received_returns.by_quarter.get(quarter, {})
            received = {code: by_site[code] for code in codes if code in by_site}
            deadline = _get_deadline(plans, quarter)
            self.expected.update(codes if plans.is_due(quarter, today) else received.keys())
            self.received.update(received.keys())
            self.on_time.update([code for code, return_ in received.items() if return_.first_submitted < deadline])


def _get_deadline(plans: Plans, quarter: Quarter) -> datetime:
    """Return the first time at which a return is late: the end of the due date in Cambodia."""
    day_after_due = plans.get_plan_in_force(quarter).settings.calendar.get_due_date(quarter) + timedelta(days=1)
    return datetime(day_after_due.year, day_after_due.month, day_after_due.day, tzinfo=CAMBODIA).astimezone(UTC)


def _index_returns(received: ReceivedReturns | Iterable[ReceivedReturn]) -> ReceivedReturns:
    return received if isinstance(received, ReceivedReturns) else index_received_returns(received)
