"""Test stored evidence and the versions of remarks."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import Engine

from etl.database.connection import reading, writing
from etl.database.read.evidence import find_evidence, read_evidence
from etl.database.read.remarks import read_remark_versions, read_remarks
from etl.database.records import Remark
from etl.database.write.evidence import insert_evidence
from etl.database.write.remarks import insert_remark
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.vocabulary import Basis, CellKey, Observation, SiteReturn
from tests.support.builders import make_indicator, make_plan
from tests.support.stored_returns import store_draft, store_plan

NOW = datetime(2025, 10, 20, 9, 30, tzinfo=CAMBODIA)
QUARTER = Quarter(2025, 3)
REMARK = Remark(
    indicator="A-01",
    quarter=QUARTER,
    reason="Floods in August",
    agreed_action="Train again",
    written_by="mana",
    written_at=NOW,
)


@pytest.fixture
def draft(engine: Engine) -> int:
    """Return the id of a draft in the database."""
    with writing(engine) as connection:
        store_plan(connection, make_plan(make_indicator("A-01"), sites=("one",)), when=NOW)
        observations = (Observation(CellKey("A-01"), Decimal(1)),)
        return store_draft(connection, SiteReturn("one", QUARTER, Basis.QUARTER, NOW, False, observations))


def test_evidence_is_stored_byte_for_byte(engine: Engine, draft: int):
    data = bytes(range(256)) * 10
    with writing(engine) as connection:
        number = insert_evidence(
            connection,
            return_id=draft,
            key="A-01",
            name="ហត្ថលេខា.jpg",
            kind="image/jpeg",
            data=data,
            actor="ofi",
            when=NOW,
        )
    with reading(engine) as connection:
        (listed,) = read_evidence(connection, draft)
        assert find_evidence(connection, number) == (listed, data)
        assert (listed.name, listed.size, listed.key, listed.added_at) == ("ហត្ថលេខា.jpg", 2560, "A-01", NOW)
        assert read_evidence(connection, draft + 1) == () and find_evidence(connection, number + 1) is None


def test_newest_version_of_a_remark_is_read_and_older_versions_remain(engine: Engine):
    with writing(engine) as connection:
        first = insert_remark(connection, REMARK)
        insert_remark(connection, replace(REMARK, reason="Another indicator", indicator="A-02", is_public=True))
        newer = replace(REMARK, reason="Floods", due=date(2025, 12, 31), is_done=True, replaces=first)
        second = insert_remark(connection, newer)
    with reading(engine) as connection:
        assert [remark for remark in read_remarks(connection) if remark.indicator == "A-01"] == [
            replace(newer, id=second)
        ]
        versions = read_remark_versions(connection, indicator="A-01", quarter=QUARTER)
        assert [remark.reason for remark in versions] == ["Floods in August", "Floods"]
        assert [remark.is_open for remark in versions] == [True, False]
        assert [remark.indicator for remark in read_remarks(connection, public_only=True)] == ["A-02"]


def test_remark_that_is_no_longer_public_is_not_read_as_public(engine: Engine):
    with writing(engine) as connection:
        first = insert_remark(connection, replace(REMARK, is_public=True))
        insert_remark(connection, replace(REMARK, replaces=first))
    with reading(engine) as connection:
        assert read_remarks(connection, public_only=True) == ()
        assert [remark.quarter for remark in read_remarks(connection)].count(QUARTER) == 1
