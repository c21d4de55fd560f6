"""Whether it is the time for a return: not before its quarter ends, not after it was locked."""

from collections.abc import Iterator
from datetime import timedelta

from etl.returns.checks.context import CheckContext
from etl.returns.findings import Finding, found
from etl.returns.parsed_return import ParsedReturn

EARLY_DAYS = 7


def check_not_too_early(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """An error more than a week before the quarter's end, a warning within that week."""
    end = context.plan.settings.calendar.end(parsed.quarter)
    days_left = (end - context.today).days
    if days_left > EARLY_DAYS:
        first = end - timedelta(days=EARLY_DAYS)
        yield found("quarter-too-early", quarter=parsed.quarter, end=end, from_day=first)
    elif days_left > 0:
        yield found("quarter-early", quarter=parsed.quarter, end=end)


def check_locked(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A locked quarter takes no return."""
    if context.locked:
        yield found("quarter-locked", quarter=parsed.quarter)
