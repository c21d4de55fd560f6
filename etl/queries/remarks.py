"""What was said and agreed: remarks of an indicator, agreements that are open, remarks that are still wanted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from etl.database.connection import reading
from etl.database.read.remarks import read_remark_versions, read_remarks
from etl.database.records import Remark
from etl.indicators.periods import Quarter, Years
from etl.indicators.results import Figure
from etl.indicators.vocabulary import Indicator
from etl.queries.data_source import DataSource
from etl.queries.scope import QueryScope

__all__ = [
    "ActionItem",
    "Remark",
    "MissingRemark",
    "list_remarks",
    "list_open_actions",
    "list_public_remarks",
    "list_remark_versions",
    "list_indicator_remarks",
    "list_missing_remarks",
]

OFF_TARGET_SHARE = Decimal("0.10")
"""A year that ends farther from its target than this share of it asks for a remark."""


@dataclass(frozen=True)
class ActionItem:
    """Something that was agreed and isn't done, and whether its day has passed."""

    remark: Remark
    is_overdue: bool


@dataclass(frozen=True)
class MissingRemark:
    """A year that ended off its target, in whose last quarter nobody has said why."""

    indicator: Indicator
    quarter: Quarter
    figure: Figure
    """Of the year."""


def list_indicator_remarks(source: DataSource, indicator: str) -> tuple[Remark, ...]:
    """The newest version of each quarter's remark, the latest quarter first."""
    with reading(source.engine) as connection:
        return read_remarks(connection, indicator=indicator)[::-1]


def list_remarks(source: DataSource) -> tuple[Remark, ...]:
    """The same of every indicator, in order of quarter and indicator."""
    with reading(source.engine) as connection:
        return read_remarks(connection)


def list_public_remarks(source: DataSource, *, last: Quarter | None = None) -> tuple[Remark, ...]:
    """Those whose newest version is for the public, up to a quarter: what an edition publishes with its figures."""
    with reading(source.engine) as connection:
        found = read_remarks(connection, public_only=True)
    return tuple(one for one in found if last is None or one.quarter <= last)


def list_remark_versions(source: DataSource, indicator: str, quarter: Quarter | None = None) -> tuple[Remark, ...]:
    """Every version of one remark, or of all those of an indicator, the newest first."""
    with reading(source.engine) as connection:
        return read_remark_versions(connection, indicator=indicator, quarter=quarter)[::-1]


def list_open_actions(remarks: Iterable[Remark], today: date) -> tuple[ActionItem, ...]:
    """What was agreed and isn't done, the earliest day first."""
    found = [ActionItem(one, one.due is not None and one.due < today) for one in remarks if one.is_open]
    return tuple(sorted(found, key=lambda one: (one.remark.due or date.max, one.remark.indicator, one.remark.quarter)))


def list_missing_remarks(
    scope: QueryScope, remarks: Iterable[Remark], indicator: str = ""
) -> tuple[MissingRemark, ...]:
    """The plan's indicators (or one) that ended a year off its target without a remark, the latest year first.

    Judged are all sites together. A year has ended once its last asked quarter counts. One that nothing was reported
    in, or whose missing returns could decide, asks for returns and not for a remark.
    """
    said = {(one.indicator, one.quarter) for one in remarks}
    settings = scope.plan.settings
    chosen = [one for one in scope.plan.indicators if indicator in ("", one.code)]
    whole = QueryScope(scope.snapshot, scope.today, include_unapproved=scope.include_unapproved)
    years = range(settings.last_year, settings.first_year - 1, -1)
    ended = [year for year in years if settings.calendar.has_ended(Quarter(year, 4), scope.today)]
    found = (_wanted(whole, one, year) for year in ended for one in chosen)
    return tuple(one for one in found if one is not None and (one.indicator.code, one.quarter) not in said)


def _wanted(scope: QueryScope, indicator: Indicator, year: int) -> MissingRemark | None:
    """The same of one year; `scope` is about all sites."""
    # Whatever is asked for in a year is asked for in its last quarter.
    last = Quarter(year, 4)
    if not scope.plan.is_scheduled(indicator, last):
        return None
    figure = scope.get_figure(indicator.code, period=Years(year, year))
    quarter = figure.counted_quarter
    if quarter is None or quarter != last or not figure.rating.is_rated:
        return None
    return MissingRemark(indicator, quarter, figure) if is_off_target(figure) else None


def is_off_target(figure: Figure) -> bool:
    """Whether actual and target lie more than a tenth of the target apart, on either side."""
    if not isinstance(figure.rated_actual, Decimal) or not isinstance(figure.target, Decimal):
        return False
    return abs(figure.rated_actual - figure.target) > OFF_TARGET_SHARE * abs(figure.target)
