"""Remarks on indicators, the open actions in them, and the years that still need a remark."""

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
    "MissingRemark",
    "Remark",
    "list_missing_remarks",
    "list_open_actions",
    "list_remark_versions",
    "list_remarks",
]

OFF_TARGET_SHARE = Decimal("0.10")
"""A year needs a remark where its actual differs from its target by more than this share of the target."""


@dataclass(frozen=True)
class ActionItem:
    """An agreed action that is not done."""

    remark: Remark
    is_overdue: bool


@dataclass(frozen=True)
class MissingRemark:
    """A year that ended off its target and whose last quarter has no remark."""

    indicator: Indicator
    quarter: Quarter
    figure: Figure
    """The figure of the year."""


def list_remarks(source: DataSource) -> tuple[Remark, ...]:
    """Return the newest version of every remark, by quarter and indicator."""
    with reading(source.engine) as connection:
        return read_remarks(connection)


def list_remark_versions(source: DataSource, indicator: str, quarter: Quarter | None = None) -> tuple[Remark, ...]:
    """Return every version of the remarks on an indicator, or of one quarter's remark, newest first."""
    with reading(source.engine) as connection:
        return read_remark_versions(connection, indicator=indicator, quarter=quarter)[::-1]


def list_open_actions(remarks: Iterable[Remark], today: date) -> tuple[ActionItem, ...]:
    """Return the agreed actions that are not done, earliest due date first."""
    actions = [
        ActionItem(remark, remark.due is not None and remark.due < today) for remark in remarks if remark.is_open
    ]
    return tuple(
        sorted(
            actions,
            key=lambda action: (action.remark.due or date.max, action.remark.indicator, action.remark.quarter),
        )
    )


def list_missing_remarks(
    scope: QueryScope, remarks: Iterable[Remark], indicator: str = ""
) -> tuple[MissingRemark, ...]:
    """Return the indicators (or one) that ended a year off target without a remark, latest year first.

    The figures are those of all sites. A year has ended once its last scheduled quarter counts. A year without
    returns, or whose missing returns may change the rating, needs returns and no remark.
    """
    existing = {(remark.indicator, remark.quarter) for remark in remarks}
    settings = scope.plan.settings
    indicators = [candidate for candidate in scope.plan.indicators if indicator in ("", candidate.code)]
    all_sites = QueryScope(scope.snapshot, scope.today, include_unapproved=scope.include_unapproved)
    years = range(settings.last_year, settings.first_year - 1, -1)
    ended_years = [year for year in years if settings.calendar.has_ended(Quarter(year, 4), scope.today)]
    missing = (_find_missing(all_sites, candidate, year) for year in ended_years for candidate in indicators)
    return tuple(item for item in missing if item is not None and (item.indicator.code, item.quarter) not in existing)


def _find_missing(scope: QueryScope, indicator: Indicator, year: int) -> MissingRemark | None:
    """Return the year where it is off target, whether it has a remark or not."""
    # Every reporting frequency includes the last quarter of the year.
    last = Quarter(year, 4)
    if not scope.plan.is_scheduled(indicator, last):
        return None
    figure = scope.get_figure(indicator.code, period=Years(year, year))
    quarter = figure.counted_quarter
    if quarter is None or quarter != last or not figure.rating.is_rated:
        return None
    return MissingRemark(indicator, quarter, figure) if is_off_target(figure) else None


def is_off_target(figure: Figure) -> bool:
    """Return whether actual and target differ by more than a tenth of the target, in either direction."""
    if not isinstance(figure.rated_actual, Decimal) or not isinstance(figure.target, Decimal):
        return False
    return abs(figure.rated_actual - figure.target) > OFF_TARGET_SHARE * abs(figure.target)
