"""Whether it is the time for a return: not before its quarter ends, not after it was locked."""

from collections.abc import Iterator
from datetime import timedelta

from etl.returns.checks.context import CheckContext
from etl.returns.findings.finding import Finding, make_finding
from etl.returns.form.parsed_return import ParsedReturn

EARLY_DAYS = 7


def check_not_too_early(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """No return comes more than a week before its quarter's end."""
    end = context.plan.settings.calendar.end(parsed.quarter)
    first = end - timedelta(days=EARLY_DAYS)
    if context.today < first:
        yield make_finding("quarter-too-early", quarter=parsed.quarter, end=end, from_day=first)


def check_quarter_has_ended(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A return within the week before its quarter's end is doubtful."""
    end = context.plan.settings.calendar.end(parsed.quarter)
    if end - timedelta(days=EARLY_DAYS) <= context.today < end:
        yield make_finding("quarter-early", quarter=parsed.quarter, end=end)


def check_not_locked(parsed: ParsedReturn, context: CheckContext) -> Iterator[Finding]:
    """A locked quarter takes no return."""
    if context.is_locked:
        yield make_finding("quarter-locked", quarter=parsed.quarter)
