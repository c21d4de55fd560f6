"""Received and on-time rates of the sites' returns (arithmetic, section 7)."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from etl.indicators.periods import CAMBODIA, Quarter, quarters_between
from etl.indicators.plans import Plan, Plans
from etl.indicators.received_returns import ReceivedReturns, index_received_returns
from etl.indicators.results import ReportingRate
from etl.indicators.vocabulary import ReceivedReturn, Site


def sites_expected_to_report(plan: Plan, quarter: Quarter) -> tuple[Site, ...]:
    """The active sites whose form asks for at least one number in the quarter, in the plan's order."""
    return plan.sites_expected_to_report(quarter)


def compute_reporting_rate(
    plans: Plans,
    received_returns: ReceivedReturns | Iterable[ReceivedReturn],
    *,
    sites: Collection[str] | None,
    today: date,
    first: Quarter | None = None,
    last: Quarter | None = None,
) -> ReportingRate:
    """Returns expected (due, or in already), received and first submitted on time; the whole plan unless bounded."""
    counted = _Counted()
    counted.walk(plans, _arranged(received_returns), sites=sites, today=today, first=first, last=last)
    return ReportingRate(
        expected=counted.expected.total(), received=counted.received.total(), on_time=counted.on_time.total()
    )


def compute_reporting_rates(
    plans: Plans, received_returns: ReceivedReturns, *, sites: Collection[str], today: date
) -> dict[str, ReportingRate]:
    """The same of each of some sites by itself, over the whole plan."""
    counted = _Counted()
    counted.walk(plans, received_returns, sites=frozenset(sites), today=today, first=None, last=None)
    return {
        code: ReportingRate(
            expected=counted.expected[code], received=counted.received[code], on_time=counted.on_time[code]
        )
        for code in sites
    }


def overdue_quarters_by_site(
    plans: Plans, received_returns: ReceivedReturns, *, sites: Collection[str] | None, today: date, last: Quarter
) -> dict[str, list[Quarter]]:
    """The sites that owe returns, each with the quarters that are due and haven't come, the earliest first."""
    owed: dict[str, list[Quarter]] = {}
    for quarter in quarters_between(plans.latest.settings.first_quarter, last):
        if plans.is_due(quarter, today):
            came = received_returns.by_quarter.get(quarter, {})
            for site in sites_expected_to_report(plans.plan_in_force(quarter), quarter):
                if site.code not in came and (sites is None or site.code in sites):
                    owed.setdefault(site.code, []).append(quarter)
    return owed


class _Counted:
    """Returns counted by site."""

    def __init__(self) -> None:
        self.expected: Counter[str] = Counter()
        self.received: Counter[str] = Counter()
        self.on_time: Counter[str] = Counter()

    def walk(
        self,
        plans: Plans,
        standing: ReceivedReturns,
        *,
        sites: Collection[str] | None,
        today: date,
        first: Quarter | None,
        last: Quarter | None,
    ) -> None:
        settings = plans.latest.settings
        for quarter in quarters_between(first or settings.first_quarter, last or settings.last_quarter):
            owing = sites_expected_to_report(plans.plan_in_force(quarter), quarter)
            codes = [site.code for site in owing if sites is None or site.code in sites]
            stands = standing.by_quarter.get(quarter, {})
            came = {code: stands[code] for code in codes if code in stands}
            moment = _end_of_time(plans, quarter)
            self.expected.update(codes if plans.is_due(quarter, today) else came.keys())
            self.received.update(came.keys())
            self.on_time.update([code for code, one in came.items() if one.first_submitted < moment])


def _end_of_time(plans: Plans, quarter: Quarter) -> datetime:
    """The first moment at which a return is late: the due date's end in Cambodia."""
    late = plans.plan_in_force(quarter).settings.calendar.due(quarter) + timedelta(days=1)
    return datetime(late.year, late.month, late.day, tzinfo=CAMBODIA).astimezone(UTC)


def _arranged(received: ReceivedReturns | Iterable[ReceivedReturn]) -> ReceivedReturns:
    return received if isinstance(received, ReceivedReturns) else index_received_returns(received)
