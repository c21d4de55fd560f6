"""A small plan with every kind of number, its returns in a database, and editions of them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from sqlalchemy import Engine

from etl.database.authorization import COMMAND_LINE
from etl.database.connection import writing
from etl.database.records import Remark
from etl.database.rollups import refresh_all_rollups
from etl.database.write.data_version import increment_data_version
from etl.database.write.remarks import insert_remark
from etl.indicators.periods import CAMBODIA, Quarter
from etl.indicators.plans import Plan, make_single_plan
from etl.indicators.vocabulary import LocalizedText, Measure, OverTime, SiteReturn, TargetBasis
from etl.queries.data_source import DataSource
from etl.use_cases.reporting.publish import EditionDraft, publish_edition
from tests.support.builders import make_indicator, make_part, make_plan, make_return, make_targets
from tests.support.stored_returns import store_plan, store_return

UNPUBLISHED_NUMBER = Decimal("86420135")
"""A number of a submitted return or a draft, which must never be public."""
NOW = datetime(2023, 8, 10, 9, 0, tzinfo=CAMBODIA)
QUARTER = Quarter(2023, 2)
SITES = ("one", "two")


def make_edition_plan() -> Plan:
    level = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
    return make_plan(
        make_indicator(
            "A-01", counts_people=True, unit="people", unit_label=LocalizedText("people", "នាក់"), alignment="SDG 2.4"
        ),
        make_indicator(
            "A-02",
            measure=Measure.RATIO,
            unit="%",
            unit_label=LocalizedText("%"),
            scale=100,
            decimals=1,
            numerator_ref="A-01/sex/women",
            denominator_ref="A-01",
            counts_people=True,
            level="outcome",
        ),
        make_indicator(
            "B-01",
            unit="ha",
            unit_label=LocalizedText("ha"),
            decimals=1,
            baseline_value=100,
            baseline_year=2021,
            **level,
        ),
        make_indicator("B-02", name=LocalizedText("=Text that begins as a formula", "<b>ខ្មែរ</b>")),
        sites=SITES,
        years=(2022, 2024),
        targets=[
            *make_targets("A-01", {2022: 80, 2023: 90, 2024: 100}),
            *make_targets("A-02", {2022: 40, 2023: 45}),
            *make_targets("B-01", {2022: 150, 2023: 200, 2024: 260}),
        ],
        parts=[
            make_part("A-01", "sex/women", exhaustive=False),
            make_part("A-01", "type/staff"),
            make_part("A-01", "type/firm"),
        ],
    )


def make_edition_returns(*, last_quarter: Quarter = QUARTER) -> list[SiteReturn]:
    """Return approved returns up to the quarter, with one return missing and one number not collected."""
    returns = []
    for position, site in enumerate(SITES):
        for index in range(Quarter(2022, 1).index, last_quarter.index + 1):
            quarter = Quarter(index // 4, index % 4 + 1)
            if (site, str(quarter)) == ("two", "2022Q3"):
                continue
            total = 7 + 3 * quarter.number + 11 * position
            cells = {
                "A-01": total,
                "A-01/sex/women": 2 + quarter.number * (1 + position),
                "A-01/type/staff": total - 3,
                "A-01/type/firm": 3,
                "B-01": "NC" if (site, str(quarter)) == ("one", "2022Q2") else 50 + quarter.index % 8 * 7,
                "B-02": 5 * quarter.number,
            }
            returns.append(make_return(site, quarter, cells))
    return returns


def store_edition_data(engine: Engine, *, extra_returns: list[SiteReturn] | None = None) -> DataSource:
    """Store the plan, its returns and remarks. `extra_returns` are others, such as submitted ones."""
    plan = make_edition_plan()
    with writing(engine) as connection:
        store_plan(connection, plan, when=NOW)
        for site_return in (*make_edition_returns(), *(extra_returns or [])):
            store_return(connection, site_return)
        refresh_all_rollups(connection, make_single_plan(plan))
        for quarter, is_public, reason in (
            (QUARTER, True, "Rain came late."),
            (Quarter(2023, 1), False, "A private word."),
        ):
            insert_remark(
                connection,
                Remark(
                    indicator="A-01",
                    quarter=quarter,
                    reason=reason,
                    agreed_action="Train in the dry season.",
                    responsible="Research unit",
                    due=date(2023, 12, 31),
                    is_public=is_public,
                    written_by="mana",
                    written_at=NOW.astimezone(UTC),
                ),
            )
        increment_data_version(connection)
    return DataSource(engine)


def publish_quarter(
    source: DataSource, quarter: Quarter = QUARTER, *, now: datetime = NOW, reason: str = ""
) -> EditionDraft:
    return publish_edition(source, quarter, actor=COMMAND_LINE, now=now, reason=reason)


def replace_return(engine: Engine, site_return: SiteReturn) -> None:
    """Store an approved return that supersedes the current one of its site and quarter."""
    with writing(engine) as connection:
        store_return(connection, site_return)
        refresh_all_rollups(connection, make_single_plan(make_edition_plan()))
        increment_data_version(connection)
