"""The first and last day of a period of an edition."""

from datetime import date

from etl.indicators.editions import Edition, parse_period
from etl.indicators.periods import PlanToDate, Quarter, Years


def get_date_span(edition: Edition, period: str) -> tuple[date, date]:
    """Return the first and last day of `plan` (up to the edition's quarter), a year or a quarter."""
    settings = edition.plan.settings
    calendar = settings.calendar
    parsed = parse_period(period)
    if isinstance(parsed, PlanToDate):
        return calendar.start(settings.first_quarter), calendar.end(edition.quarter)
    if isinstance(parsed, Years):
        return calendar.start(Quarter(parsed.first, 1)), calendar.end(Quarter(parsed.last, 4))
    return calendar.start(parsed), calendar.end(parsed)
