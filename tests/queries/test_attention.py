"""Items that need attention: their order, missing returns, open actions, remarks and responsible units."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from dashboard.components.attention_table import build_attention_table
from dashboard.selection import Selection
from etl.database.connection import writing
from etl.database.records import Remark
from etl.database.write.remarks import insert_remark
from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import LocalizedText
from etl.queries.attention import list_attention_items
from etl.queries.data_source import DataSource
from etl.queries.plan_overview import get_plan_overview
from etl.queries.remarks import list_remarks
from etl.queries.scope import QueryScope
from etl.queries.snapshot import Snapshot
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets

REMARK = Remark(
    indicator="A-01",
    quarter=Quarter(2022, 2),
    reason="Floods",
    written_by="mana",
    written_at=datetime.fromisoformat("2022-08-01T08:00+07:00"),
)
PLAN = make_plan(
    make_indicator("A-01", responsible=LocalizedText("Gene bank", "ធនាគារពូជ")),
    make_indicator("A-02"),
    sites=("one", "two"),
    targets=(*make_targets("A-01", {2022: 100}), *make_targets("A-02", {2022: 100})),
)


def make_scope(*returns: Any) -> QueryScope:
    record = build_record(make_single_plan(PLAN), [site_return for of_site in returns for site_return in of_site])
    snapshot = Snapshot(
        data_version=1,
        plans=make_single_plan(PLAN),
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=False,
    )
    return QueryScope(snapshot, date(2022, 8, 15), PlanToDate())


def store_remarks(engine: Engine, *remarks: Remark) -> DataSource:
    with writing(engine) as connection:
        for remark in remarks:
            insert_remark(connection, remark)
    return DataSource(engine)


def extract_text(part: Any) -> str:
    """Return the text of a component and its children."""
    if isinstance(part, str):
        return part
    if isinstance(part, list | tuple):
        return " ".join(extract_text(child) for child in part)
    if isinstance(part, dict):
        return extract_text(part["props"].get("children") or "")
    return extract_text(getattr(part, "children", None) or "")


def render_row(figure: Figure, source: DataSource) -> str:
    items = list_attention_items([figure], list_remarks(source))
    return extract_text(build_attention_table(items, make_scope(), Selection(), table_id="attention"))


def test_off_track_and_incomplete_indicators_need_attention() -> None:
    low = make_returns("one", "A-01", {"2022Q1": 5, "2022Q2": 5}) + make_returns(
        "two", "A-01", {"2022Q1": 5, "2022Q2": 5}
    )
    half = make_returns("one", "A-02", {"2022Q1": 12, "2022Q2": 12})
    late = make_returns("two", "A-02", {"2022Q1": 12})
    attention = get_plan_overview(make_scope(low)).attention
    assert [(figure.indicator, figure.rating) for figure in attention] == [("A-01", Rating.OFF_TRACK)]
    incomplete = get_plan_overview(make_scope(half, late)).attention
    assert [(figure.indicator, figure.rating) for figure in incomplete] == [("A-02", Rating.INCOMPLETE)]
    assert {key.site for key in incomplete[0].deciding_returns} == {"two"}


def test_an_item_has_the_action_due_first_and_the_last_remark(engine: Engine) -> None:
    later = replace(
        REMARK, quarter=Quarter(2022, 1), agreed_action="Buy seed", responsible="Sok", due=date(2022, 12, 1)
    )
    sooner = replace(REMARK, agreed_action="Fix the pump", responsible="Dara", due=date(2022, 9, 1))
    done = replace(
        REMARK, quarter=Quarter(2022, 3), agreed_action="Nothing", responsible="Nobody", is_done=True, reason="Dry"
    )
    source = store_remarks(engine, later, sooner, done)
    figure = make_scope(make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).get_figure("A-01")
    (item,) = list_attention_items([figure], list_remarks(source))
    assert item.open_action is not None and item.open_action.responsible == "Dara"
    assert item.last_remark is not None and item.last_remark.reason == "Dry"


def test_a_row_names_the_responsible_person_unit_or_site(engine: Engine) -> None:
    low = make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1}) + make_returns(
        "two", "A-01", {"2022Q1": 1, "2022Q2": 1}
    )
    figure = make_scope(low).get_figure("A-01")
    assert "Gene bank" in render_row(figure, DataSource(engine))
    source = store_remarks(engine, replace(REMARK, agreed_action="Fix it", responsible="Dara", due=date(2022, 9, 1)))
    text = render_row(figure, source)
    assert "Dara" in text and "by 1 Sep 2022" in text and "Gene bank" not in text
    assert "Remark on 2022 Q2" in text and "Floods" in text
    half = make_returns("one", "A-02", {"2022Q1": 12, "2022Q2": 12}) + make_returns("two", "A-02", {"2022Q1": 12})
    assert "Site two: depends on their returns" in render_row(make_scope(half).get_figure("A-02"), source)


def test_a_long_remark_is_truncated_in_the_table(engine: Engine) -> None:
    source = store_remarks(engine, replace(REMARK, reason="word " * 100))
    figure = make_scope(make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).get_figure("A-01")
    text = render_row(figure, source)
    assert "…" in text and text.count("word") < 40
