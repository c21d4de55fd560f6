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
        return calendar.get_start_date(settings.first_quarter), calendar.get_end_date(edition.quarter)
    if isinstance(parsed, Years):
        return calendar.get_start_date(Quarter(parsed.first, 1)), calendar.get_end_date(Quarter(parsed.last, 4))
    return calendar.get_start_date(parsed), calendar.get_end_date(parsed)
