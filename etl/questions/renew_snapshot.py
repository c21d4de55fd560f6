"""Making a snapshot from the one before it: only what changed since is read from the database."""

from collections.abc import Collection

from etl.database.connection import Connection
from etl.database.read.counting import read_received
from etl.database.read.data_version import read_site_versions
from etl.database.read.locks import read_locked_quarters
from etl.database.read.plans import read_newest_plan, read_plans
from etl.database.read.returns import read_returns
from etl.database.read.rollups import read_site_quarters_of_both
from etl.database.read.users import has_sample_users
from etl.database.records import Counting
from etl.indicators.periods import Period, Quarter, Years
from etl.indicators.record import Record, record_of_rows, with_sites_anew
from etl.indicators.results import Figure
from etl.indicators.vocabulary import ReturnState, SiteQuarter
from etl.questions.snapshot import FigureAsked, ReturnStanding, Snapshot

_LIVE = (ReturnState.DRAFT, ReturnState.SUBMITTED, ReturnState.APPROVED, ReturnState.SENT_BACK)


def read_snapshot(connection: Connection, version: int, before: Snapshot | None) -> Snapshot | None:
    """Everything as it stands at a `data_version`; None before a plan is loaded.

    Plans are never changed after loading, so those of the snapshot before stay as long as none was added. Of returns
    and roll-up rows only those of sites whose own counter rose are read again.
    """
    newest = read_newest_plan(connection)
    if newest is None:
        return None
    is_same_plan = before is not None and before.plans.versions[-1].number == newest
    plans = before.plans if before is not None and is_same_plan else read_plans(connection)
    assert plans is not None
    versions = read_site_versions(connection)
    changed = None
    if before is not None and is_same_plan:
        changed = {site for site, number in versions.items() if before.site_versions.get(site) != number}
    rows = {} if changed == set() else read_site_quarters_of_both(connection, changed)
    snapshot = Snapshot(
        data_version=version,
        plans=plans,
        approved=_record(connection, "approved", rows, before, changed),
        submitted=_record(connection, "submitted", rows, before, changed),
        returns=_live_returns(connection, before, changed),
        locked=read_locked_quarters(connection),
        has_sample_data=has_sample_users(connection),
        site_versions=versions,
    )
    if before is not None and changed is not None:
        snapshot.figures.update(_figures_that_hold(before, snapshot, changed))
    return snapshot


def _figures_that_hold(before: Snapshot, after: Snapshot, changed: Collection[str]) -> dict[FigureAsked, Figure]:
    """Figures of years and quarters that ended before anything changed: no figure looks at what comes after it."""
    first = {
        basis: before.record(include_unapproved=basis).first_difference(after.record(include_unapproved=basis), changed)
        for basis in (False, True)
    }
    return {
        asked: figure for asked, figure in before.figures.items() if _lies_before(asked.period, first[asked.unapproved])
    }


def _lies_before(period: Period, change: Quarter | None) -> bool:
    if change is None:
        return True
    if isinstance(period, Quarter):
        return period < change
    return isinstance(period, Years) and period.last < change.year


def _record(
    connection: Connection,
    basis: Counting,
    rows: dict[Counting, list[SiteQuarter]],
    before: Snapshot | None,
    changed: Collection[str] | None,
) -> Record:
    if before is None or changed is None:
        return record_of_rows(rows[basis], read_received(connection, basis=basis))
    kept = before.record(include_unapproved=basis == "submitted")
    if not changed:
        return kept
    return with_sites_anew(kept, rows[basis], read_received(connection, basis=basis, sites=changed), changed)


def _live_returns(
    connection: Connection, before: Snapshot | None, changed: Collection[str] | None
) -> tuple[ReturnStanding, ...]:
    """The returns that are neither withdrawn nor superseded, by quarter and site, of one place the newest last."""
    if before is not None and changed == set():
        return before.returns
    kept = () if before is None or changed is None else before.returns
    found = [one for one in kept if one.site not in (changed or ())]
    found += [
        ReturnStanding(
            number=one.id,
            site=one.site,
            quarter=one.quarter,
            state=one.state.value,
            first_submitted=one.first_submitted_at,
            sender=one.sender,
        )
        for one in read_returns(connection, states=_LIVE, sites=changed)
    ]
    return tuple(sorted(found, key=lambda one: (one.quarter, one.site, one.number)))
