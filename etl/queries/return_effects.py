"""Preview what a return would change: its numbers against earlier returns, and each figure before and after."""

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
    """Every number of the new return against one current return, or against none."""

    stored_return: StoredReturn | None
    """None where the site and quarter have no return yet, so that every number is new."""
    changes: tuple[NumberChange, ...]
    has_other_basis: bool = False
    """Whether one reports the year to date and the other the quarter, so that their flows are not comparable."""

    @property
    def has_same_numbers(self) -> bool:
        """Whether there is an earlier return, with the same basis and the same numbers."""
        is_comparable = self.stored_return is not None and not self.has_other_basis
        return is_comparable and self.count(ChangeKind.UNCHANGED) == len(self.changes)

    def list_changes(self, kind: ChangeKind) -> tuple[NumberChange, ...]:
        return tuple(change for change in self.changes if change.kind is kind)

    def count(self, kind: ChangeKind) -> int:
        return len(self.list_changes(kind))


@dataclass(frozen=True)
class ReturnEffects:
    """What submitting a return would change. Nothing is saved."""

    site: str
    quarter: Quarter
    basis: Basis
    plans: Plans
    comparisons: tuple[ReturnComparison, ...]
    """Against the submitted return, then the approved one; one comparison with none where there is neither."""
    figures: tuple[FigureEffect, ...]
    """The figures that would differ, of the centre and of the site, for the year and the plan to date."""
    include_unapproved: bool

    @property
    def main_comparison(self) -> ReturnComparison:
        """The comparison with the effective return."""
        return self.comparisons[0]


@dataclass(frozen=True)
class NewReturnNumbers:
    """The numbers of a return, whether it is stored or not."""

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
    """Return what submitting the numbers would change, or with `approve` submitting and approving them.

    Without `include_unapproved`, figures include approved numbers only. NoPlanError before a plan is loaded.
    """
    with reading(source.engine) as connection:
        return _compute_effects(
            source, connection, numbers, now, approve=approve, include_unapproved=include_unapproved
        )


def find_stored_effects(
    source: DataSource, return_id: int, *, now: datetime, approve: bool = False, include_unapproved: bool = True
) -> ReturnEffects | None:
    """Return the same of a stored draft, or of a submission that is pending review.

    None where the return is unknown, is already reviewed, or has errors and so cannot be submitted.
    """
    with reading(source.engine) as connection:
        undecided = read_returns(connection, states=(ReturnState.DRAFT, ReturnState.SUBMITTED))
        stored_return = next((return_ for return_ in undecided if return_.id == return_id), None)
        findings = read_findings(connection, return_id)
        if stored_return is None or any(finding.severity is Severity.ERROR for finding in findings):
            return None
        observations = tuple(Observation(cell.key, cell.value) for cell in read_cells(connection, return_id))
        numbers = NewReturnNumbers(stored_return.site, stored_return.quarter, stored_return.basis, observations)
        return _compute_effects(
            source,
            connection,
            numbers,
            now,
            approve=approve,
            include_unapproved=include_unapproved,
            own_id=return_id,
        )


_CURRENT = (ReturnState.SUBMITTED, ReturnState.APPROVED)


def _compute_effects(
    source: DataSource,
    connection: Connection,
    numbers: NewReturnNumbers,
    now: datetime,
    *,
    approve: bool,
    include_unapproved: bool,
    own_id: int | None = None,
) -> ReturnEffects:
    snapshot = source.find_snapshot_in(connection)
    if snapshot is None:
        raise NoPlanError
    scope = QueryScope(snapshot, now.astimezone(CAMBODIA).date(), include_unapproved=include_unapproved)
    earlier = read_returns(connection, sites=(numbers.site,), quarters=(numbers.quarter,))
    has_approved = any(return_.state is ReturnState.APPROVED for return_ in earlier)
    new_return = SiteReturn(
        numbers.site,
        numbers.quarter,
        numbers.basis,
        _find_first_submitted(earlier, now),
        approve or has_approved,
        tuple(numbers.observations),
        is_correction=has_approved and not approve,
    )
    figures: tuple[FigureEffect, ...] = ()
    if approve or include_unapproved:
        figures = compute_figure_effects(
            snapshot.plans,
            scope.record,
            read_site_returns(connection, numbers.site, basis="submitted" if include_unapproved else "approved"),
            new_return,
            today=scope.today,
            find_figure_before=lambda code, period, sites: scope.get_figure(code, period=period, sites=sites),
        )
    other_returns = sorted(
        (return_ for return_ in earlier if return_.state in _CURRENT and return_.id != own_id),
        key=lambda return_: _CURRENT.index(return_.state),
    )
    comparisons = tuple(_compare(connection, return_, numbers) for return_ in other_returns)
    return ReturnEffects(
        site=numbers.site,
        quarter=numbers.quarter,
        basis=numbers.basis,
        plans=snapshot.plans,
        comparisons=comparisons or (ReturnComparison(None, compare_numbers((), numbers.observations)),),
        figures=figures,
        include_unapproved=include_unapproved,
    )


def _find_first_submitted(earlier: Iterable[StoredReturn], now: datetime) -> datetime:
    """Return when the quarter was first submitted, once this return is; withdrawn submissions do not count."""
    moments = [return_.first_submitted_at for return_ in earlier if return_.state is not ReturnState.WITHDRAWN]
    return min([now, *(moment for moment in moments if moment is not None)])


def _compare(connection: Connection, stored_return: StoredReturn, numbers: NewReturnNumbers) -> ReturnComparison:
    before = [Observation(cell.key, cell.value) for cell in read_cells(connection, stored_return.id)]
    return ReturnComparison(
        stored_return, compare_numbers(before, numbers.observations), stored_return.basis is not numbers.basis
    )
