"""Correcting an approved quarter: what it restates is told, old versions stay, and published figures don't move."""

import pytest
from sqlalchemy import select

from etl.database.connection import reading
from etl.database.tables import metadata
from etl.indicators.vocabulary import ReturnState, Role
from etl.queries.data_source import DataSource
from etl.queries.return_details import find_return_details
from etl.queries.return_effects import find_stored_effects
from etl.use_cases.accounts.users import add_user
from etl.use_cases.returns.review import approve_return
from tests.journeys.return_workflow import ReturnWorkflow
from tests.support.command_line import CommandLine
from tests.support.plan_edits import OTHER_PLAN


@pytest.fixture
def run(database_url: str, with_people) -> CommandLine:
    run = with_people(database_url)
    run.succeed("plan", "load", OTHER_PLAN)
    return run


@pytest.fixture
def office(run: CommandLine, open_database, now) -> ReturnWorkflow:
    office = ReturnWorkflow(open_database(run.database_url), now)
    add_user(office.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return office


def published(office: ReturnWorkflow) -> dict[str, list[str]]:
    """Everything that the donors' side is made of."""
    with reading(office.engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name.startswith("edition")
        }


def test_figures_for_donors_stay_where_they_are_while_a_quarter_is_corrected(office, run):
    office.upload_and_approve({"L.1": 100})
    run.succeed("publish", "2025Q1", "--as", "admin")
    before = published(office)
    assert any(rows for rows in before.values())
    corrected = office.upload_and_submit({"L.1": 130})
    assert published(office) == before
    approve_return(office.engine, corrected, actor="mana", now=office.now, expected_state=ReturnState.SUBMITTED)
    assert run.figure("L.1", "--quarter", "2025Q1", "--approved")["actual"]["amount"] == "130"
    assert published(office) == before


def test_a_correction_is_told_number_by_number_against_what_it_would_take_the_place_of(office):
    standing = office.upload_and_approve({"L.1": 100, "S.3": None})
    sent = office.upload({"L.1": 130, "L.2": None})
    source = DataSource(office.engine)
    effects = find_stored_effects(source, sent.return_id, now=office.now)
    assert (
        effects is not None
        and effects.main_comparison.stored_return is not None
        and effects.main_comparison.stored_return.id == standing
    )
    told = {str(one.key): (one.kind.value, one.difference) for one in effects.main_comparison.changes}
    assert told["L.1"] == ("changed", 30)
    assert told["L.2"][0] == "dropped" and told["S.3"][0] == "new" and told["P.1"][0] == "unchanged"
    seen = find_return_details(source, sent.return_id)
    assert seen is not None and seen.is_correction
    first = next(one for one in seen.numbers if str(one.key) == "L.1")
    assert first.cell is not None and first.approved_cell is not None
    assert (first.cell.value, first.approved_cell.value) == (130, 100)


def test_every_version_of_a_quarter_can_be_read_with_its_own_numbers(office):
    versions = [office.upload_and_approve({"L.1": 100 + one}) for one in range(3)]
    source = DataSource(office.engine)
    for number, typed in zip(versions, (100, 101, 102), strict=True):
        seen = find_return_details(source, number)
        assert seen is not None and [one.id for one in seen.versions] == sorted(versions, reverse=True)
        (value,) = [one.cell.value for one in seen.numbers if str(one.key) == "L.1" and one.cell]
        assert value == typed
    assert [one.value for one in office.list_states()] == ["superseded", "superseded", "approved"]
