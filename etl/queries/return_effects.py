"""What would a return change: number by number against those before it, and each figure before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from etl.database.connection import Connection, reading
from etl.database.read.effective_returns import read_site_returns
from etl.database.read.returns import read_cells, read_findings, read_returns
from etl.database.records import StoredReturn
from etl.indicators.effects import ChangeKind, FigureEffect, NumberChange, compare_numbers, compute_figure_effects
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plans
from etl.indicators.vocabulary import Basis, Observation, ReturnState, SiteReturn
from etl.queries.data_source import DataSource, NoPlanError
from etl.queries.scope import QueryScope
from etl.returns.findings.kind import Severity


@dataclass(frozen=True)
class ReturnComparison:
    """Every number of the new return against one that is open or stands, or against none."""

    stored_return: StoredReturn | None
    """None: nothing was sent for this site and quarter before, and every number is new."""
    changes: tuple[NumberChange, ...]
    has_other_basis: bool = False
    """One counts since the year began, the other its quarter only: their flows can't be compared as typed."""

    def list_changes(self, kind: ChangeKind) -> tuple[NumberChange, ...]:
        return tuple(one for one in self.changes if one.kind is kind)

    def count(self, kind: ChangeKind) -> int:
        return len(self.list_changes(kind))


@dataclass(frozen=True)
class ReturnEffects:
    """What saving a return would do. Nothing was saved."""

    site: str
    quarter: Quarter
    basis: Basis
    plans: Plans
    """For the words of indicators."""
    comparisons: tuple[ReturnComparison, ...]
    """Against the open return, then the standing one; one comparison with nothing where there is neither."""
    figures: tuple[FigureEffect, ...]
    """The figures that would differ: of the centre and of the site, its year and the plan to date."""
    include_unapproved: bool

    @property
    def main_comparison(self) -> ReturnComparison:
        """Against the return that counts now."""
        return self.comparisons[0]


@dataclass(frozen=True)
class NewReturnNumbers:
    """What a return says, whether it is stored yet or not."""

    site: str
    quarter: Quarter
    basis: Basis
    observations: tuple[Observation, ...]


def compute_effects(
    source: DataSource,
    numbers: NewReturnNumbers,
    *,
    now: datetime,
    approve: bool = False,
    include_unapproved: bool = True,
) -> ReturnEffects:
    """What submitting the numbers would do now, or with `approve` submitting and approving them.

    Without `include_unapproved` the figures are those of approved numbers only. NoPlanError before a plan is loaded.
    """
    with reading(source.engine) as connection:
        return _effects(source, connection, numbers, now, approve=approve, include_unapproved=include_unapproved)


def find_stored_effects(
    source: DataSource, return_id: int, *, now: datetime, approve: bool = False, include_unapproved: bool = True
) -> ReturnEffects | None:
    """The same of a draft, or of a submission that waits: for who decides, with `approve`, among approved numbers only.

    None where the return isn't there, was decided already, or has errors, with which it can't be submitted.
    """
    with reading(source.engine) as connection:
        found = [one for one in read_returns(connection, states=_UNDECIDED) if one.id == return_id]
        if not found or any(one.severity is Severity.ERROR for one in read_findings(connection, return_id)):
            return None
        said = tuple(Observation(cell.key, cell.value) for cell in read_cells(connection, return_id))
        new = NewReturnNumbers(found[0].site, found[0].quarter, found[0].basis, said)
        return _effects(
            source, connection, new, now, approve=approve, include_unapproved=include_unapproved, itself=return_id
        )


_UNDECIDED = (ReturnState.DRAFT, ReturnState.SUBMITTED)
_COUNTING = (ReturnState.SUBMITTED, ReturnState.APPROVED)


def _effects(
    source: DataSource,
    connection: Connection,
    new: NewReturnNumbers,
    now: datetime,
    *,
    approve: bool,
    include_unapproved: bool,
    itself: int | None = None,
) -> ReturnEffects:
    snapshot = source.find_snapshot_in(connection)
    if snapshot is None:
        raise NoPlanError
    scope = QueryScope(snapshot, now.astimezone(CAMBODIA).date(), include_unapproved=include_unapproved)
    earlier = read_returns(connection, sites=(new.site,), quarters=(new.quarter,))
    added = SiteReturn(
        new.site, new.quarter, new.basis, _first_submitted(earlier, now), approve, tuple(new.observations)
    )
    figures: tuple[FigureEffect, ...] = ()
    if approve or include_unapproved:
        figures = compute_figure_effects(
            snapshot.plans,
            scope.record,
            read_site_returns(connection, new.site, basis="submitted" if include_unapproved else "approved"),
            added,
            today=scope.today,
            find_figure_before=lambda code, period, sites: scope.get_figure(code, period=period, sites=sites),
        )
    others = sorted(
        (one for one in earlier if one.state in _COUNTING and one.id != itself),
        key=lambda one: _COUNTING.index(one.state),
    )
    return ReturnEffects(
        site=new.site,
        quarter=new.quarter,
        basis=new.basis,
        plans=snapshot.plans,
        comparisons=tuple(_compare(connection, one, new) for one in others) or (_compare_with_none(new),),
        figures=figures,
        include_unapproved=include_unapproved,
    )


def _first_submitted(earlier: Iterable[StoredReturn], now: datetime) -> datetime:
    """When the quarter was first submitted, once this return is: a withdrawn submission doesn't count."""
    before = [one.first_submitted_at for one in earlier if one.state is not ReturnState.WITHDRAWN]
    return min([now, *(one for one in before if one is not None)])


def _compare(connection: Connection, stored: StoredReturn, new: NewReturnNumbers) -> ReturnComparison:
    before = [Observation(cell.key, cell.value) for cell in read_cells(connection, stored.id)]
    return ReturnComparison(stored, compare_numbers(before, new.observations), stored.basis is not new.basis)


def _compare_with_none(new: NewReturnNumbers) -> ReturnComparison:
    return ReturnComparison(None, compare_numbers((), new.observations))
