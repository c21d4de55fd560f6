"""What was worked out of a snapshot and still holds after a change: figures, and amounts made of rows of sites."""

from collections.abc import Iterable, Mapping

from etl.database.records import CentreRow
from etl.indicators.periods import Period, Quarter, Years
from etl.indicators.plans import Plans
from etl.indicators.received_returns import ReceivedReturns
from etl.indicators.record import retain_unaffected
from etl.indicators.results import Figure
from etl.indicators.site_sets import NO_SITE, SiteSet
from etl.indicators.vocabulary import Source
from etl.queries.snapshot import FigureCacheKey, Snapshot

_Moved = Mapping[tuple[bool, str], Quarter]
"""By basis (with unapproved numbers or not) and indicator, the first quarter of which anything is told anew."""


def carry_over(before: Snapshot, after: Snapshot, rows: Iterable[CentreRow], changed_sites: SiteSet) -> None:
    """Gives the later snapshot the figures of the one before that hold, and both to those that stop at a quarter.

    `rows` are those of the centre that are new, `changed` the sites of which anything is. No figure looks at what comes
    after its period, nor at another number than its own; the system's own ones look at which returns stand.
    """
    moved = _moved(before, after, rows)
    after.figure_cache.update(_that_hold(before.figure_cache, moved))
    first = min(moved.values(), default=None)
    for last, stopped in before.until_cache.items():
        follows, is_untouched = after.until(last), first is None or first > last
        for basis in (False, True):
            made = stopped.record(include_unapproved=basis).cache
            follows.record(include_unapproved=basis).cache.update(
                retain_unaffected(made, NO_SITE if is_untouched else changed_sites)
            )
        follows.figure_cache.update(_that_hold(stopped.figure_cache, moved, last=last))


def _moved(before: Snapshot, after: Snapshot, rows: Iterable[CentreRow]) -> _Moved:
    moved: dict[tuple[bool, str], Quarter] = {}
    for row in rows:
        place = row.basis == "submitted", row.number[0]
        moved[place] = min(row.quarter, moved.get(place, row.quarter))
    for basis in (False, True):
        first = _first_difference(*(one.record(include_unapproved=basis).received_returns for one in (before, after)))
        if first is not None:
            moved.update(((basis, code), first) for code in _system_codes(after.plans))
    return moved


def _first_difference(mine: ReceivedReturns, others: ReceivedReturns) -> Quarter | None:
    return None if mine is others else min(mine.differing_quarters(others), default=None)


def _system_codes(plans: Plans) -> set[str]:
    return {one.code for version in plans.versions for one in version.plan.indicators if one.source is Source.SYSTEM}


def _that_hold(
    figures: Mapping[FigureCacheKey, Figure], moved: _Moved, *, last: Quarter | None = None
) -> dict[FigureCacheKey, Figure]:
    """Those of numbers that did not move, or moved after the figure's period, or after the last quarter looked at."""
    holding = {}
    for asked, figure in figures.items():
        first = moved.get((asked.include_unapproved, asked.indicator))
        if first is None or (last is not None and first > last) or _ends_before(asked.period, first):
            holding[asked] = figure
    return holding


def _ends_before(period: Period, change: Quarter) -> bool:
    if isinstance(period, Quarter):
        return period < change
    return isinstance(period, Years) and period.last < change.year
