"""Who must act on an indicator in need: the returns that decide, the open agreement whose day comes first, the unit."""

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
from etl.indicators.plans import Plan, only_plan
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


def asking_of(*returns: Any) -> QueryScope:
    record = build_record(only_plan(PLAN), [said for several in returns for said in several])
    snapshot = Snapshot(
        data_version=1,
        plans=only_plan(PLAN),
        approved=record,
        submitted=record,
        returns_by_site={},
        has_sample_data=False,
    )
    return QueryScope(snapshot, date(2022, 8, 15), PlanToDate())


def remarked(engine: Engine, *remarks: Remark) -> DataSource:
    with writing(engine) as connection:
        for one in remarks:
            insert_remark(connection, one)
    return DataSource(engine)


def words_of(part: Any) -> str:
    """All that a component says."""
    if isinstance(part, str):
        return part
    if isinstance(part, list | tuple):
        return " ".join(words_of(one) for one in part)
    if isinstance(part, dict):
        return words_of(part["props"].get("children") or "")
    return words_of(getattr(part, "children", None) or "")


def row_of(figure: Figure, source: DataSource, plan: Plan = PLAN) -> str:
    return words_of(build_attention_table(list_attention_items([figure], list_remarks(source)), plan, Selection()))


def test_those_off_track_stand_first_and_what_missing_returns_could_decide_is_among_them() -> None:
    low = make_returns("one", "A-01", {"2022Q1": 5, "2022Q2": 5}) + make_returns(
        "two", "A-01", {"2022Q1": 5, "2022Q2": 5}
    )
    half = make_returns("one", "A-02", {"2022Q1": 12, "2022Q2": 12})
    late = make_returns("two", "A-02", {"2022Q1": 12})
    attention = get_plan_overview(asking_of(low)).attention
    assert [(one.indicator, one.rating) for one in attention] == [("A-01", Rating.OFF_TRACK)]
    waiting = get_plan_overview(asking_of(half, late)).attention
    assert [(one.indicator, one.rating) for one in waiting] == [("A-02", Rating.INCOMPLETE)]
    assert {place.site for place in waiting[0].deciding_returns} == {"two"}


def test_the_agreement_whose_day_comes_first_and_the_last_remark_are_told(engine: Engine) -> None:
    later = replace(
        REMARK, quarter=Quarter(2022, 1), agreed_action="Buy seed", responsible="Sok", due=date(2022, 12, 1)
    )
    sooner = replace(REMARK, agreed_action="Mend the pump", responsible="Dara", due=date(2022, 9, 1))
    done = replace(
        REMARK, quarter=Quarter(2022, 3), agreed_action="Nothing", responsible="Nobody", is_done=True, reason="Dry"
    )
    source = remarked(engine, later, sooner, done)
    figure = asking_of(make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).get_figure("A-01")
    (found,) = list_attention_items([figure], list_remarks(source))
    assert found.open_action is not None and found.open_action.responsible == "Dara"
    assert found.last_remark is not None and found.last_remark.reason == "Dry"


def test_a_row_names_who_must_act(engine: Engine) -> None:
    low = make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1}) + make_returns(
        "two", "A-01", {"2022Q1": 1, "2022Q2": 1}
    )
    figure = asking_of(low).get_figure("A-01")
    assert "Gene bank" in row_of(figure, DataSource(engine))
    source = remarked(engine, replace(REMARK, agreed_action="Mend it", responsible="Dara", due=date(2022, 9, 1)))
    said = row_of(figure, source)
    assert "Dara" in said and "by 1 Sep 2022" in said and "2022 Q2: Floods" in said and "Gene bank" not in said
    half = make_returns("one", "A-02", {"2022Q1": 12, "2022Q2": 12}) + make_returns("two", "A-02", {"2022Q1": 12})
    assert "Site two: their returns decide" in row_of(asking_of(half).get_figure("A-02"), source)


def test_a_long_remark_is_cut_where_it_stands_in_the_table(engine: Engine) -> None:
    source = remarked(engine, replace(REMARK, reason="word " * 100))
    figure = asking_of(make_returns("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).get_figure("A-01")
    said = row_of(figure, source)
    assert "…" in said and said.count("word") < 40
