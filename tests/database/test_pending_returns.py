"""Test that pending returns write the same rows as storing, submitting and approving step by step."""

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

PREVIOUS_RETURNS = {"none": (), "submitted": (False,), "approved": (True,), "approved and submitted": (True, False)}


@pytest.mark.parametrize("is_approved", [False, True])
@pytest.mark.parametrize("before", PREVIOUS_RETURNS)
@pytest.mark.parametrize("from_draft", [False, True])
def test_pending_return_writes_the_same_rows_as_single_steps(
    engine: Engine, second_database_url: str, now: datetime, is_approved: bool, before: str, from_draft: bool
) -> None:
    other = open_engine(second_database_url)
    for database, is_at_once in ((engine, True), (other, False)):
        with writing(database) as connection:
            prepare_database(connection, before, now)
            new = make_new_return(connection, now)
            if is_at_once:
                draft = insert_return(connection, new) if from_draft else None
                pending, status = PendingRows(), read_site_data(connection, "one").get_quarter_status(new.quarter)
                add_submitted_return(connection, pending, new, status, approve=is_approved, draft=draft)
                write_pending_rows(connection, pending)
                assert pending == PendingRows()
            else:
                number = insert_return(connection, new)
                submit_return(connection, number, when=now)
                if is_approved:
                    approve_return(connection, number, when=now, actor="officer")
    assert read_all_rows(engine) == read_all_rows(other) != ([], [])
    other.dispose()


def test_pending_and_single_returns_share_consecutive_ids(engine: Engine, now: datetime) -> None:
    with writing(engine) as connection:
        prepare_database(connection, "submitted", now)
        new = make_new_return(connection, now)
        empty_status, pending = QuarterStatus(None, None, None), PendingRows()
        quarters = [Quarter(2023, number) for number in (1, 2, 3, 4)]
        new_returns = [replace(new, quarter=quarter) for quarter in quarters]
        ids = [
            add_submitted_return(connection, pending, new_return, empty_status, approve=True).number
            for new_return in new_returns[:2]
        ]
        write_pending_rows(connection, pending)
        ids.append(insert_return(connection, new_returns[2]))
        ids.append(add_submitted_return(connection, pending, new_returns[3], empty_status, approve=False).number)
        write_pending_rows(connection, pending)
        ids.append(insert_return(connection, new))
        assert ids == [2, 3, 4, 5, 6]
        assert list(connection.scalars(select(returns.c.id).order_by(returns.c.id))) == [1, *ids]


def test_large_pending_files_are_written_early(engine: Engine, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_returns, "MAX_PENDING_BYTES", 5)
    pending = PendingRows()
    with writing(engine) as connection:
        for sha256, data in (("a", b"123"), ("b", b"456"), ("c", b"789")):
            assert add_file(connection, pending, sha256=sha256, data=data, name=sha256, when=now)
            assert not add_file(connection, pending, sha256=sha256, data=data, name="again", when=now)
        names = select(received_files.c.name).order_by(received_files.c.sha256)
        assert list(connection.scalars(names)) == ["a", "b"]
        write_pending_rows(connection, pending)
        assert list(connection.scalars(names)) == ["a", "b", "c"]


def prepare_database(connection: Connection, before: str, now: datetime) -> None:
    store_plan(connection, make_plan(make_indicator("A-01")), when=now)
    for position, is_approved in enumerate(PREVIOUS_RETURNS[before]):
        when = now - timedelta(days=9 - position)
        site_return = make_return("one", "2022Q3", {"A-01": position}, first_submitted=when, approved=is_approved)
        store_return(connection, site_return)


def make_new_return(connection: Connection, now: datetime) -> NewReturn:
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


def read_all_rows(engine: Engine) -> tuple[list[object], list[object]]:
    """Read all returns, and their events in order."""
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(select(returns).order_by(returns.c.id))]
        columns = [column for column in return_events.c if column.name != "id"]
        steps = connection.execute(select(*columns).order_by(return_events.c.return_id, return_events.c.id))
        return list(rows), [tuple(row) for row in steps]
