"""Read a snapshot of the data, reusing the previous snapshot where nothing changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from etl.database.connection import Connection, Engine
from etl.database.read.centre_rows import read_centre_rows
from etl.database.read.data_version import read_centre_version, read_changed_sites
from etl.database.read.effective_returns import Candidate, select_effective
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import find_latest_plan_version, read_plans
from etl.database.read.returns import read_returns
from etl.database.read.users import has_sample_users
from etl.database.records import APPROVAL_BASES, ApprovalBasis, CentreRow, StoredReturn
from etl.indicators.periods import Quarter
from etl.indicators.plans import Plans
from etl.indicators.received_returns import ReceivedReturn, index_received_returns
from etl.indicators.record import LoadCentreTallies, Record, retain_unaffected
from etl.indicators.site_rows import NumberKey
from etl.indicators.tallies import Tallies, Tally
from etl.indicators.vocabulary import ReturnState
from etl.queries.cache_validity import carry_over
from etl.queries.snapshot import ActiveReturn, RefreshState, Snapshot
from etl.queries.stored_rows import READ_ALL_MAX_ROWS, StoredRows

_EFFECTIVE_STATES = (ReturnState.SUBMITTED, ReturnState.APPROVED)
_ACTIVE_STATES = (*_EFFECTIVE_STATES, ReturnState.DRAFT, ReturnState.SENT_BACK)

_CentreRows = Mapping[ApprovalBasis, Mapping[NumberKey, Tallies]]


def read_snapshot(engine: Engine, connection: Connection, version: int, previous: Snapshot | None) -> Snapshot | None:
    """Return the data at a `data_version`; None before a plan is loaded.

    Loaded plans never change, so the plans of the previous snapshot are reused until a version is added. Returns are
    read again only for sites with changes, rows of the centre only where they are newer. Rows of sites are read
    through the engine on first use.
    """
    newest = find_latest_plan_version(connection)
    if newest is None:
        return None
    if previous is not None and (previous.refresh_state is None or previous.plans.versions[-1].number != newest):
        previous = None
    plans = previous.plans if previous is not None else read_plans(connection)
    assert plans is not None
    change = _read_change(connection, previous)
    records = {basis: _build_record(engine, basis, plans, change, previous, version) for basis in APPROVAL_BASES}
    snapshot = Snapshot(
        data_version=version,
        plans=plans,
        approved=records["approved"],
        submitted=records["submitted"],
        returns_by_site=_read_active_returns(change, previous),
        locked_quarters=read_locked_quarters(connection),
        has_sample_data=has_sample_users(connection),
        refresh_state=change.state,
    )
    if previous is not None and change.sites is not None:
        carry_over(previous, snapshot, change.rows, change.sites)
    return snapshot


@dataclass(frozen=True)
class _Change:
    """The changes since the previous snapshot."""

    sites: frozenset[str] | None
    """The sites whose returns or rows changed; None: everything is new."""
    rows: list[CentreRow]
    returns: Collection[StoredReturn]
    """The active returns of these sites: drafts, submitted, approved and sent back."""
    state: RefreshState


def _read_change(connection: Connection, previous: Snapshot | None) -> _Change:
    old = None if previous is None else previous.refresh_state
    if previous is None or old is None:
        rows, returns = read_centre_rows(connection), read_returns(connection, states=_ACTIVE_STATES)
        state = RefreshState(read_changed_sites(connection), read_centre_version(connection), _merge_rows({}, rows))
        return _Change(None, rows, returns, state)
    sites = read_changed_sites(connection, after=previous.data_version)
    centre_version = read_centre_version(connection)
    rows = [] if centre_version == old.centre_version else read_centre_rows(connection, after=old.centre_version)
    returns = read_returns(connection, states=_ACTIVE_STATES, sites=sites) if sites else ()
    state = RefreshState(old.sites | sites, centre_version, _merge_rows(old.centre_rows, rows))
    return _Change(sites, rows, returns, state)


def _merge_rows(before: _CentreRows, rows: list[CentreRow]) -> _CentreRows:
    """Return the centre's rows with new ones in place of older ones. Unchanged mappings are shared."""
    centre_rows: dict[ApprovalBasis, dict[NumberKey, Tallies]] = {
        basis: dict(before.get(basis, {})) for basis in APPROVAL_BASES
    }
    copies: dict[tuple[ApprovalBasis, NumberKey], dict[Quarter, Tally]] = {}
    for row in rows:
        key = row.basis, row.number
        if key not in copies:
            copy = dict(centre_rows[row.basis].get(row.number, {}))
            copies[key] = centre_rows[row.basis][row.number] = copy
        if row.tally.is_empty:
            copies[key].pop(row.quarter, None)
        else:
            copies[key][row.quarter] = row.tally
    return centre_rows


def _build_record(
    engine: Engine,
    basis: ApprovalBasis,
    plans: Plans,
    change: _Change,
    previous: Snapshot | None,
    version: int,
) -> Record:
    old = None if previous is None else previous.get_record(include_unapproved=basis == "submitted")
    if old is not None and not change.sites and not change.rows:
        return old
    centre_rows, sites = change.state.centre_rows[basis], change.state.sites
    is_small = len(sites) * sum(len(tallies) for tallies in centre_rows.values()) <= READ_ALL_MAX_ROWS
    effective = _select_effective_returns(change.returns, basis)
    if old is None or change.sites is None:
        rows = StoredRows(engine, basis, version, sites, centre_rows.keys(), is_small=is_small)
        return Record(index_received_returns(effective), rows, _make_loader(centre_rows))
    assert isinstance(old.rows, StoredRows)
    received = old.received_returns.with_sites(change.sites, effective) if change.sites else old.received_returns
    rows = old.rows.carry_over(version, sites, centre_rows.keys(), change.sites, is_small=is_small)
    cache = retain_unaffected(old.cache, plans.site_bits.make_set(change.sites))
    return Record(received, rows, _make_loader(centre_rows), cache)


def _make_loader(centre_rows: Mapping[NumberKey, Tallies]) -> LoadCentreTallies:
    def load(_: Plans, number: NumberKey) -> Tallies:
        return centre_rows.get(number, {})

    return load


def _select_effective_returns(returns: Collection[StoredReturn], basis: ApprovalBasis) -> list[ReceivedReturn]:
    candidates = [
        Candidate(return_.id, return_.site, return_.quarter, return_.state, return_.basis, return_.first_submitted_at)
        for return_ in returns
        if return_.state in _EFFECTIVE_STATES and return_.first_submitted_at is not None
    ]
    return [candidate.make_receipt() for candidate in select_effective(candidates, basis)]


def _read_active_returns(change: _Change, previous: Snapshot | None) -> Mapping[str, tuple[ActiveReturn, ...]]:
    """Return each site's active returns by quarter, in a quarter the newest last."""
    by_site: dict[str, list[ActiveReturn]] = {}
    for return_ in change.returns:
        by_site.setdefault(return_.site, []).append(
            ActiveReturn(
                return_id=return_.id,
                site=return_.site,
                quarter=return_.quarter,
                state=return_.state.value,
                first_submitted=return_.first_submitted_at,
                sender=return_.sender,
            )
        )
    new = {
        site: tuple(sorted(returns, key=lambda active: (active.quarter.index, active.return_id)))
        for site, returns in by_site.items()
    }
    if previous is None or change.sites is None:
        return new
    if not change.sites:
        return previous.returns_by_site
    unchanged = {site: returns for site, returns in previous.returns_by_site.items() if site not in change.sites}
    return {**unchanged, **new}
