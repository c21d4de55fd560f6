"""From when to when a period of an edition runs."""

from datetime import date

from etl.indicators.editions import Edition, parse_period
from etl.indicators.periods import PlanToDate, Quarter, Years


def get_date_span(edition: Edition, period: str) -> tuple[date, date]:
    """First and last day of `plan` (up to the edition's quarter), a year or a quarter."""
    settings = edition.plan.settings
    calendar = settings.calendar
    found = parse_period(period)
    if isinstance(found, PlanToDate):
        return calendar.start(settings.first_quarter), calendar.end(edition.quarter)
    if isinstance(found, Years):
        return calendar.start(Quarter(found.first, 1)), calendar.end(Quarter(found.last, 4))
    return calendar.start(found), calendar.end(found)
