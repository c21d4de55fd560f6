"""What people do with the returns of the sample, as `make run` shows it: editions, remarks, a return sent back."""

from datetime import timedelta
from pathlib import Path

import pytest

from etl.database.connection import open_engine, reading
from etl.database.read.returns import read_returns
from etl.indicators.vocabulary import ReturnState
from etl.queries.data_source import DataSource
from etl.queries.editions import find_edition_contents, list_editions
from etl.queries.remarks import list_open_actions, list_remarks
from etl.sample.activity import add_activity
from etl.sample.build import build_sample, is_sample_current
from tests.support.plan_edits import OTHER_PLAN, SHIPPED_PLAN
from tests.support.shared_fixtures import TODAY


@pytest.mark.parametrize(("plan_path", "sent_back"), [(OTHER_PLAN, 0), (SHIPPED_PLAN, 1)], ids=["other", "shipped"])
def test_the_activity_shows_two_editions_a_restated_figure_actions_and_a_return_sent_back(
    sqlite_url: str, plan_path: Path, sent_back: int
) -> None:
    """`make test` does so for the smaller plan, where only one return waits in the last quarter: none is sent back."""
    source = DataSource(open_engine(sqlite_url))
    build_sample(source.engine, plan_path=plan_path, today=TODAY)
    assert not is_sample_current(source.engine, plan_path=plan_path, today=TODAY)
    activity = add_activity(source, today=TODAY)
    assert is_sample_current(source.engine, plan_path=plan_path, today=TODAY)
    editions = list_editions(source)
    assert [edition.quarter for edition in editions] == list(activity.published_quarters)
    first, second = (find_edition_contents(source, edition.id) for edition in editions)
    assert first is not None and second is not None
    assert first.edition.has_sample_data and second.edition.has_sample_data
    (restated,) = second.edition.restatements
    assert restated.key.period == str(activity.published_quarters[0]) == activity.entries[0].quarter
    assert restated.key.indicator in {entry.key for entry in activity.entries}
    assert restated.new_value == (restated.old_value or 0) + 1
    remarks = list_remarks(source)
    public_remarks = {remark.indicator for remark in remarks if remark.is_public}
    assert {remark.indicator for remark in second.edition.remarks} == public_remarks != set()
    assert all(remark.reason.startswith("Sample") for remark in remarks)
    actions = list_open_actions(remarks, TODAY + timedelta(days=1))
    assert {action.is_overdue for action in actions} == {False, True}
    with reading(source.engine) as connection:
        states = [stored.state for stored in read_returns(connection, quarters=[activity.published_quarters[-1]])]
    source.engine.dispose()
    assert states.count(ReturnState.SENT_BACK) == sent_back and ReturnState.SUBMITTED in states
