"""Correcting an approved quarter: its effects, old versions, and unchanged published figures."""

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


@pytest.fixture
def run(other_plan_run: CommandLine) -> CommandLine:
    return other_plan_run


@pytest.fixture
def workflow(run: CommandLine, open_database, now) -> ReturnWorkflow:
    workflow = ReturnWorkflow(open_database(run.database_url), now)
    add_user(workflow.engine, "admin", Role.ADMINISTRATOR, "long enough to pass", now=now, actor="test")
    return workflow


def read_edition_rows(workflow: ReturnWorkflow) -> dict[str, list[str]]:
    """Return every row of the edition tables."""
    with reading(workflow.engine) as connection:
        return {
            table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table.name.startswith("edition")
        }


def test_published_figures_stay_the_same_while_a_quarter_is_corrected(workflow, run):
    workflow.upload_and_approve({"L.1": 100})
    run.succeed("publish", "2025Q1", "--as", "admin")
    before = read_edition_rows(workflow)
    assert any(rows for rows in before.values())
    correction_id = workflow.upload_and_submit({"L.1": 130})
    assert read_edition_rows(workflow) == before
    approve_return(workflow.engine, correction_id, actor="mana", now=workflow.now, expected_state=ReturnState.SUBMITTED)
    assert run.figure("L.1", "--quarter", "2025Q1", "--approved")["actual"]["amount"] == "130"
    assert read_edition_rows(workflow) == before


def test_a_correction_is_compared_number_by_number_with_the_current_return(workflow):
    approved_id = workflow.upload_and_approve({"L.1": 100, "S.3": None})
    upload = workflow.upload({"L.1": 130, "L.2": None})
    source = DataSource(workflow.engine)
    effects = find_stored_effects(source, upload.return_id, now=workflow.now)
    assert (
        effects is not None
        and effects.main_comparison.stored_return is not None
        and effects.main_comparison.stored_return.id == approved_id
    )
    changes = {str(change.key): (change.kind.value, change.difference) for change in effects.main_comparison.changes}
    assert changes["L.1"] == ("changed", 30)
    assert changes["L.2"][0] == "dropped" and changes["S.3"][0] == "new" and changes["P.1"][0] == "unchanged"
    details = find_return_details(source, upload.return_id)
    assert details is not None and details.is_correction
    first = next(indicator for indicator in details.numbers if str(indicator.key) == "L.1")
    assert first.cell is not None and first.approved_cell is not None
    assert (first.cell.value, first.approved_cell.value) == (130, 100)


def test_every_version_of_a_quarter_can_be_read_with_its_own_numbers(workflow):
    versions = [workflow.upload_and_approve({"L.1": 100 + index}) for index in range(3)]
    source = DataSource(workflow.engine)
    for number, typed in zip(versions, (100, 101, 102), strict=True):
        details = find_return_details(source, number)
        assert details is not None and [version.id for version in details.versions] == sorted(versions, reverse=True)
        (value,) = [
            indicator.cell.value for indicator in details.numbers if str(indicator.key) == "L.1" and indicator.cell
        ]
        assert value == typed
    assert [state.value for state in workflow.list_states()] == ["superseded", "superseded", "approved"]
