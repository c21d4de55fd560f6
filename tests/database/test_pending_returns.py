"""A return that comes in at once leaves the same rows as one that is kept, submitted and approved step by step."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine, select

from etl.database.connection import open_engine, writing
from etl.database.pending_rows import PendingRows
from etl.database.read.import_cache import QuarterStatus, read_site_data
from etl.database.read.plans import find_latest_plan_version
from etl.database.records import NewReturn
from etl.database.tables import received_files, return_events, returns
from etl.database.write import pending_returns
from etl.database.write.pending_returns import add_file, add_submitted_return, write_pending_rows
from etl.database.write.returns import insert_return, store_file
from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis
from tests.support.builders import make_indicator, make_plan, make_return
from tests.support.stored_returns import approve_return, store_plan, store_return, submit_return

BEFORE = {"nothing": (), "open": (False,), "standing": (True,), "standing and open": (True, False)}


@pytest.mark.parametrize("is_approved", [False, True])
@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("from_draft", [False, True])
def test_at_once_and_step_by_step_leave_the_same_rows(
    engine: Engine, second_database_url: str, now: datetime, is_approved: bool, before: str, from_draft: bool
) -> None:
    other = open_engine(second_database_url)
    for database, is_at_once in ((engine, True), (other, False)):
        with writing(database) as connection:
            prepare(connection, before, now)
            new = a_new_return(connection, now)
            if is_at_once:
                draft = insert_return(connection, new) if from_draft else None
                arrivals, standing = PendingRows(), read_site_data(connection, "one").quarter_status(new.quarter)
                add_submitted_return(connection, arrivals, new, standing, approve=is_approved, draft=draft)
                write_pending_rows(connection, arrivals)
                assert arrivals == PendingRows()
            else:
                number = insert_return(connection, new)
                submit_return(connection, number, when=now)
                if is_approved:
                    approve_return(connection, number, when=now, actor="officer")
    assert everything(engine) == everything(other) != ([], [])
    other.dispose()


def test_returns_that_come_in_together_and_those_that_follow_are_numbered_one_after_the_other(
    engine: Engine, now: datetime
) -> None:
    with writing(engine) as connection:
        prepare(connection, "open", now)
        new = a_new_return(connection, now)
        nothing, arrivals = QuarterStatus(None, None, None), PendingRows()
        quarters = [Quarter(2023, number) for number in (1, 2, 3, 4)]
        several = [replace(new, quarter=quarter) for quarter in quarters]
        given = [
            add_submitted_return(connection, arrivals, new_return, nothing, approve=True).number
            for new_return in several[:2]
        ]
        write_pending_rows(connection, arrivals)
        given.append(insert_return(connection, several[2]))
        given.append(add_submitted_return(connection, arrivals, several[3], nothing, approve=False).number)
        write_pending_rows(connection, arrivals)
        given.append(insert_return(connection, new))
        assert given == [2, 3, 4, 5, 6]
        assert list(connection.scalars(select(returns.c.id).order_by(returns.c.id))) == [1, *given]


def test_files_of_many_bytes_do_not_wait_for_the_end(
    engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending_returns, "MAX_PENDING_BYTES", 5)
    arrivals = PendingRows()
    with writing(engine) as connection:
        for sha256, data in (("a", b"123"), ("b", b"456"), ("c", b"789")):
            assert add_file(connection, arrivals, sha256=sha256, data=data, name=sha256, when=now)
            assert not add_file(connection, arrivals, sha256=sha256, data=data, name="again", when=now)
        names = select(received_files.c.name).order_by(received_files.c.sha256)
        assert list(connection.scalars(names)) == ["a", "b"]
        write_pending_rows(connection, arrivals)
        assert list(connection.scalars(names)) == ["a", "b", "c"]


def prepare(connection: Connection, before: str, now: datetime) -> None:
    store_plan(connection, make_plan(make_indicator("A-01")), when=now)
    for position, is_approved in enumerate(BEFORE[before]):
        when = now - timedelta(days=9 - position)
        site_return = make_return("one", "2022Q3", {"A-01": position}, first_submitted=when, approved=is_approved)
        store_return(connection, site_return)


def a_new_return(connection: Connection, now: datetime) -> NewReturn:
    store_file(connection, sha256="new", data=b"new", name="new.xlsx", when=now)
    version = find_latest_plan_version(connection)
    assert version is not None
    return NewReturn(
        site="one",
        quarter=Quarter(2022, 3),
        sha256="new",
        basis=Basis.QUARTER,
        plan_version=version,
        sender="officer",
        created_at=now,
    )


def everything(engine: Engine) -> tuple[list[object], list[object]]:
    """Every return, and each one's steps in their order."""
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(returns).order_by(returns.c.id))]
        columns = [column for column in return_events.c if column.name != "id"]
        steps = connection.execute(select(*columns).order_by(return_events.c.return_id, return_events.c.id))
        return list(rows), [tuple(row) for row in steps]
