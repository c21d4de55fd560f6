"""Who must act on an indicator in need: the returns that decide, the open agreement whose day comes first, the unit."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine

from dashboard.components.attention_table import build_attention
from dashboard.selection import Selection
from etl.database.connection import writing
from etl.database.records import Remark
from etl.database.write.remarks import insert_remark
from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.plans import Plan, only_plan
from etl.indicators.record import record_of
from etl.indicators.results import Figure, Rating
from etl.indicators.vocabulary import Words
from etl.queries.asking import Asking
from etl.queries.attention import attention_of
from etl.queries.plan_overview import plan_overview
from etl.queries.remarks import all_remarks
from etl.queries.snapshot import Snapshot
from etl.queries.source import Source
from tests.support.builders import a_plan, an_indicator, returns_of, targets_of

REMARK = Remark(
    indicator="A-01",
    quarter=Quarter(2022, 2),
    why="Floods",
    written_by="mana",
    written_at=datetime.fromisoformat("2022-08-01T08:00+07:00"),
)
PLAN = a_plan(
    an_indicator("A-01", responsible=Words("Gene bank", "ធនាគារពូជ")),
    an_indicator("A-02"),
    sites=("one", "two"),
    targets=(*targets_of("A-01", {2022: 100}), *targets_of("A-02", {2022: 100})),
)


def asking_of(*returns: Any) -> Asking:
    record = record_of(only_plan(PLAN), [said for several in returns for said in several])
    snapshot = Snapshot(
        data_version=1, plans=only_plan(PLAN), approved=record, submitted=record, returns_of={}, has_sample_data=False
    )
    return Asking(snapshot, date(2022, 8, 15), PlanToDate())


def remarked(engine: Engine, *remarks: Remark) -> Source:
    with writing(engine) as connection:
        for one in remarks:
            insert_remark(connection, one)
    return Source(engine)


def words_of(part: Any) -> str:
    """All that a component says."""
    if isinstance(part, str):
        return part
    if isinstance(part, list | tuple):
        return " ".join(words_of(one) for one in part)
    if isinstance(part, dict):
        return words_of(part["props"].get("children") or "")
    return words_of(getattr(part, "children", None) or "")


def row_of(figure: Figure, source: Source, plan: Plan = PLAN) -> str:
    return words_of(build_attention(attention_of([figure], all_remarks(source)), plan, Selection()))


def test_those_off_track_stand_first_and_what_missing_returns_could_decide_is_among_them() -> None:
    low = returns_of("one", "A-01", {"2022Q1": 5, "2022Q2": 5}) + returns_of("two", "A-01", {"2022Q1": 5, "2022Q2": 5})
    half = returns_of("one", "A-02", {"2022Q1": 12, "2022Q2": 12})
    late = returns_of("two", "A-02", {"2022Q1": 12})
    attention = plan_overview(asking_of(low)).attention
    assert [(one.indicator, one.rating) for one in attention] == [("A-01", Rating.OFF_TRACK)]
    waiting = plan_overview(asking_of(half, late)).attention
    assert [(one.indicator, one.rating) for one in waiting] == [("A-02", Rating.INCOMPLETE)]
    assert {place.site for place in waiting[0].deciding} == {"two"}


def test_the_agreement_whose_day_comes_first_and_the_last_remark_are_told(engine: Engine) -> None:
    later = replace(REMARK, quarter=Quarter(2022, 1), agreed="Buy seed", responsible="Sok", due=date(2022, 12, 1))
    sooner = replace(REMARK, agreed="Mend the pump", responsible="Dara", due=date(2022, 9, 1))
    done = replace(REMARK, quarter=Quarter(2022, 3), agreed="Nothing", responsible="Nobody", is_done=True, why="Dry")
    source = remarked(engine, later, sooner, done)
    figure = asking_of(returns_of("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).figure("A-01")
    (found,) = attention_of([figure], all_remarks(source))
    assert found.agreement is not None and found.agreement.responsible == "Dara"
    assert found.remark is not None and found.remark.why == "Dry"


def test_a_row_names_who_must_act(engine: Engine) -> None:
    low = returns_of("one", "A-01", {"2022Q1": 1, "2022Q2": 1}) + returns_of("two", "A-01", {"2022Q1": 1, "2022Q2": 1})
    figure = asking_of(low).figure("A-01")
    assert "Gene bank" in row_of(figure, Source(engine))
    source = remarked(engine, replace(REMARK, agreed="Mend it", responsible="Dara", due=date(2022, 9, 1)))
    said = row_of(figure, source)
    assert "Dara" in said and "by 1 Sep 2022" in said and "2022 Q2: Floods" in said and "Gene bank" not in said
    half = returns_of("one", "A-02", {"2022Q1": 12, "2022Q2": 12}) + returns_of("two", "A-02", {"2022Q1": 12})
    assert "Site two: their returns decide" in row_of(asking_of(half).figure("A-02"), source)


def test_a_long_remark_is_cut_where_it_stands_in_the_table(engine: Engine) -> None:
    source = remarked(engine, replace(REMARK, why="word " * 100))
    figure = asking_of(returns_of("one", "A-01", {"2022Q1": 1, "2022Q2": 1})).figure("A-01")
    said = row_of(figure, source)
    assert "…" in said and said.count("word") < 40
