"""Check that a return is neither too early nor for a locked quarter."""

from collections.abc import Iterator
from datetime import timedelta

from etl.returns.checks.context import CheckContext
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn

EARLY_DAYS = 7


def check_not_too_early(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error more than a week before the end of the quarter."""
    end = context.plan.settings.calendar.get_end_date(parsed_return.quarter)
    first_day = end - timedelta(days=EARLY_DAYS)
    if context.today < first_day:
        yield make_finding("quarter-too-early", quarter=parsed_return.quarter, end=end, from_day=first_day)


def check_quarter_has_ended(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield a warning in the last week of the quarter."""
    end = context.plan.settings.calendar.get_end_date(parsed_return.quarter)
    if end - timedelta(days=EARLY_DAYS) <= context.today < end:
        yield make_finding("quarter-early", quarter=parsed_return.quarter, end=end)


def check_not_locked(parsed_return: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """Yield an error if the quarter is locked."""
    if context.is_locked:
        yield make_finding("quarter-locked", quarter=parsed_return.quarter)
