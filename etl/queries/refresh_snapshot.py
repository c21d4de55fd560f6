"""Making a snapshot from the one before it: only what changed since is read from the database."""

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
from etl.indicators.received_returns import index_received_returns
from etl.indicators.record import LoadCentreTallies, Record, retain_unaffected
from etl.indicators.site_rows import NumberKey
from etl.indicators.tallies import Tallies, Tally
from etl.indicators.vocabulary import ReceivedReturn, ReturnState
from etl.queries.cache_validity import carry_over
from etl.queries.snapshot import ActiveReturn, RefreshState, Snapshot
from etl.queries.stored_rows import READ_ALL_MAX_ROWS, StoredRows

_SENT = (ReturnState.SUBMITTED, ReturnState.APPROVED)
_LIVE = (*_SENT, ReturnState.DRAFT, ReturnState.SENT_BACK)


def read_snapshot(engine: Engine, connection: Connection, version: int, before: Snapshot | None) -> Snapshot | None:
    """Everything as it stands at a `data_version`; None before a plan is loaded.

    Plans are never changed after loading, so those of the snapshot before stay as long as none was added. Of returns
    only those of sites whose own counter rose are read again, and of the centre's rows those that were renewed. The
    rows of sites are read when somebody asks for them, through the engine.
    """
    newest = find_latest_plan_version(connection)
    if newest is None:
        return None
    if before is not None and (before.refresh_state is None or before.plans.versions[-1].number != newest):
        before = None
    plans = before.plans if before is not None else read_plans(connection)
    assert plans is not None
    change = _read_change(connection, before)
    records = {basis: _record(engine, basis, plans, change, before, version) for basis in APPROVAL_BASES}
    snapshot = Snapshot(
        data_version=version,
        plans=plans,
        approved=records["approved"],
        submitted=records["submitted"],
        returns_by_site=_live_returns(change, before),
        locked_quarters=read_locked_quarters(connection),
        has_sample_data=has_sample_users(connection),
        refresh_state=change.kept,
    )
    if before is not None and change.sites is not None:
        carry_over(before, snapshot, change.rows, plans.site_bits.make_set(change.sites))
    return snapshot


@dataclass(frozen=True)
class _Change:
    """What is new since the snapshot before."""

    sites: frozenset[str] | None
    """Whose returns or rows changed; None: all are new."""
    rows: list[CentreRow]
    returns: Collection[StoredReturn]
    """Those of the sites that are drafts, wait, stand or were sent back."""
    kept: RefreshState


def _read_change(connection: Connection, before: Snapshot | None) -> _Change:
    was = None if before is None else before.refresh_state
    if before is None or was is None:
        rows, returns = read_centre_rows(connection), read_returns(connection, states=_LIVE)
        kept = RefreshState(read_changed_sites(connection), read_centre_version(connection), _with_rows({}, rows))
        return _Change(None, rows, returns, kept)
    sites = read_changed_sites(connection, after=before.data_version)
    centre_version = read_centre_version(connection)
    rows = [] if centre_version == was.centre_version else read_centre_rows(connection, after=was.centre_version)
    returns = read_returns(connection, states=_LIVE, sites=sites) if sites else ()
    return _Change(
        sites, rows, returns, RefreshState(was.sites | sites, centre_version, _with_rows(was.centre_rows, rows))
    )


def _with_rows(
    before: Mapping[ApprovalBasis, Mapping[NumberKey, Tallies]], rows: list[CentreRow]
) -> Mapping[ApprovalBasis, Mapping[NumberKey, Tallies]]:
    """The centre's rows with these in the place of older ones; what isn't touched is shared."""
    anew: dict[ApprovalBasis, dict[NumberKey, Tallies]] = {
        basis: dict(before.get(basis, {})) for basis in APPROVAL_BASES
    }
    touched: dict[tuple[ApprovalBasis, NumberKey], dict[Quarter, Tally]] = {}
    for row in rows:
        place = row.basis, row.number
        if place not in touched:
            copied = dict(anew[row.basis].get(row.number, {}))
            touched[place] = anew[row.basis][row.number] = copied
        if row.tally.is_empty:
            touched[place].pop(row.quarter, None)
        else:
            touched[place][row.quarter] = row.tally
    return anew


def _record(
    engine: Engine,
    basis: ApprovalBasis,
    plans: Plans,
    change: _Change,
    before: Snapshot | None,
    version: int,
) -> Record:
    was = None if before is None else before.record(include_unapproved=basis == "submitted")
    if was is not None and not change.sites and not change.rows:
        return was
    centre, sites = change.kept.centre_rows[basis], change.kept.sites
    is_small = len(sites) * sum(len(tallies) for tallies in centre.values()) <= READ_ALL_MAX_ROWS
    standing = _standing(change.returns, basis)
    if was is None or change.sites is None:
        rows = StoredRows(engine, basis, version, sites, centre.keys(), is_small=is_small)
        return Record(index_received_returns(standing), rows, _centre(centre))
    assert isinstance(was.rows, StoredRows)
    received = was.received_returns.with_sites(change.sites, standing) if change.sites else was.received_returns
    rows = was.rows.carry_over(version, sites, centre.keys(), change.sites, is_small=is_small)
    made = retain_unaffected(was.cache, plans.site_bits.make_set(change.sites))
    return Record(received, rows, _centre(centre), made)


def _centre(kept: Mapping[NumberKey, Tallies]) -> LoadCentreTallies:
    def find(_: Plans, number: NumberKey) -> Tallies:
        return kept.get(number, {})

    return find


def _standing(returns: Collection[StoredReturn], basis: ApprovalBasis) -> list[ReceivedReturn]:
    """Which of the returns stand on a basis."""
    candidates = [
        Candidate(one.id, one.site, one.quarter, one.state, one.basis, one.first_submitted_at)
        for one in returns
        if one.state in _SENT and one.first_submitted_at is not None
    ]
    counting = select_effective(candidates, basis)
    return [ReceivedReturn(one.site, one.quarter, one.first_submitted, one.is_approved) for one in counting]


def _live_returns(change: _Change, before: Snapshot | None) -> Mapping[str, tuple[ActiveReturn, ...]]:
    """Each site's returns that are neither withdrawn nor superseded, by quarter, of one place the newest last."""
    found: dict[str, list[ActiveReturn]] = {}
    for one in change.returns:
        found.setdefault(one.site, []).append(
            ActiveReturn(
                return_id=one.id,
                site=one.site,
                quarter=one.quarter,
                state=one.state.value,
                first_submitted=one.first_submitted_at,
                sender=one.sender,
            )
        )
    anew = {
        site: tuple(sorted(returns, key=lambda one: (one.quarter.index, one.return_id)))
        for site, returns in found.items()
    }
    if before is None or change.sites is None:
        return anew
    if not change.sites:
        return before.returns_by_site
    return {**{site: kept for site, kept in before.returns_by_site.items() if site not in change.sites}, **anew}
