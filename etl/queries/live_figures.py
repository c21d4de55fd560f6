"""The present figures in the form of an edition: of all sites' returns as of now, with nothing withheld."""

from datetime import date

from etl.indicators.editions import Edition
from etl.indicators.periods import Quarter
from etl.indicators.reporting import compute_reporting_rate
from etl.queries.edition_figures import list_retired_indicators
from etl.queries.plan_overview import find_counted_quarter, get_time_elapsed
from etl.queries.scope import QueryScope

LIVE = "live"
"""What stands in place of an edition's id."""


def make_live_edition(scope: QueryScope) -> Edition:
    """Return the facts of an edition of today, up to the quarter that goes on or the last one of the plan."""
    plans, today = scope.snapshot.plans, scope.today
    counted_quarter = find_counted_quarter(scope)
    rate = compute_reporting_rate(plans, scope.record.received_returns.values(), sites=None, today=today)
    return Edition(
        id=LIVE,
        quarter=_find_present_quarter(scope, today),
        revision=0,
        as_of=today,
        published_on=today,
        plan=scope.plan,
        plan_version=plans.versions[-1].number,
        has_sample_data=scope.snapshot.has_sample_data,
        returns_received=rate.received,
        returns_expected=rate.expected,
        counted=counted_quarter,
        time_gone=get_time_elapsed(plans, counted_quarter),
        closed=list_retired_indicators(plans),
    )


def _find_present_quarter(scope: QueryScope, today: date) -> Quarter:
    settings = scope.plan.settings
    present = settings.calendar.find_last_ended_quarter(today).shift(1)
    return max(settings.first_quarter, min(present, settings.last_quarter))
