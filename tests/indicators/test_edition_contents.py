"""What pages look up in an edition: figures, remarks, places, revisions, and the names of editions and periods."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from etl.indicators.editions import (
    Edition,
    EditionContents,
    EditionFigure,
    EditionTargetRevision,
    FigureKey,
    PublicRemark,
    RetiredIndicator,
    Suppression,
    format_edition_id,
    make_edition_period_key,
    parse_edition_id,
    parse_period,
)
from etl.indicators.periods import PlanToDate, Quarter, Years
from etl.indicators.results import NoValue, Rating, TargetRevision
from etl.indicators.vocabulary import IndicatorProgramme, LocalizedText, OverTime, Programme, TargetBasis
from tests.support.builders import make_indicator, make_part, make_plan, make_site, make_targets

NUMBERS = make_indicator("A-01", baseline_year=2021, baseline_value=10)
LEVELS = make_indicator(
    "B-01", over_time=OverTime.STOCK, target_basis=TargetBasis.LEVEL, baseline_year=2021, baseline_value=5, on_track=1
)
PLAN = replace(
    make_plan(
        NUMBERS,
        LEVELS,
        sites=[make_site("one", iso_3166_2="KH-1"), make_site("two", iso_3166_2="KH-1"), make_site("far")],
        years=(2022, 2024),
        parts=[make_part("A-01", "sex/women"), make_part("A-01", "sex/men")],
        targets=[
            *make_targets("A-01", {2022: 40, 2024: 60}),
            *make_targets("A-01", {2022: 4, 2023: 5}, site="one"),
            *make_targets("A-01", {2021: 3, 2022: 20}, part="sex/women"),
            *make_targets("A-01", {2021: 1}, site="one"),
            *make_targets("B-01", {2024: 9}),
        ],
    ),
    programmes=(Programme("P1", LocalizedText("One")), Programme("P2", LocalizedText("Two"))),
    indicator_programmes=(IndicatorProgramme("A-01", "P1"),),
)
RETIRED = make_indicator("A-09", baseline_year=2021, baseline_value=7)
WITH_TARGET, WITHOUT = FigureKey("A-01", "", "", "2022"), FigureKey("A-01", "", "", "2023")


def make_value(*key: str, **fields: object) -> EditionFigure:
    return EditionFigure(FigureKey(*key), "value", Decimal(1), **fields)


FIGURES = (
    make_value("A-01", "", "", "plan", baseline=Decimal(10)),
    make_value("A-01", "sex/women", "", "plan", baseline=Decimal(3)),
    make_value("A-01", "", "two", "2022"),
    make_value("A-01", "", "one", "2022", baseline=Decimal(1)),
    make_value("A-01", "", "KH-1", "2022"),
    make_value("A-01", "", "one", "2022Q1"),
    make_value("A-01", "", "", "2022Q2"),
    make_value("A-01", "", "", "2022Q1"),
    make_value("A-01", "sex/women", "", "2022Q1"),
    make_value("A-01", "", "", "2022", baseline=Decimal(10)),
    make_value("B-01", "", "", "2022Q1"),
    make_value("B-01", "", "", "plan", baseline=Decimal(5)),
    make_value("A-09", "", "", "plan", baseline=Decimal(7)),
)
EDITION = Edition(
    id="2023-Q2",
    quarter=Quarter(2023, 2),
    revision=1,
    as_of=date(2023, 8, 1),
    published_on=date(2023, 8, 2),
    plan=PLAN,
    plan_version=1,
    closed=(RetiredIndicator(RETIRED, 2, date(2023, 1, 1)),),
    remarks=(
        PublicRemark("A-01", Quarter(2022, 4), "rain"),
        PublicRemark("A-01", Quarter(2023, 2), "staff"),
        PublicRemark("B-01", Quarter(2023, 1), "other"),
    ),
    target_revisions=(
        EditionTargetRevision(WITH_TARGET, date(2022, 5, 1), Decimal(30), Decimal(35)),
        EditionTargetRevision(WITH_TARGET, date(2022, 9, 1), Decimal(35), None, is_expected_value=True),
        EditionTargetRevision(WITHOUT, date(2022, 9, 1), None, Decimal(40)),
    ),
)
CONTENTS = EditionContents(EDITION, FIGURES)


def test_an_edition_covers_the_years_up_to_its_quarter_and_its_retired_indicators() -> None:
    assert list(EDITION.years) == [2022, 2023]
    assert [indicator.code for indicator in EDITION.indicators] == ["A-01", "B-01", "A-09"]
    assert CONTENTS.plan is PLAN
    assert CONTENTS.get_indicator("A-09") is RETIRED and CONTENTS.find_indicator("A-09") is RETIRED
    assert CONTENTS.find_indicator("A-10") is None


def test_figures_are_found_by_their_key() -> None:
    assert CONTENTS.find("A-01", site="one", period="2022") is FIGURES[3]
    assert CONTENTS.find("A-01", part="sex/women") is FIGURES[1]
    assert CONTENTS.find("A-01", part="sex/men") is None
    assert CONTENTS.get_plan_to_date_figure("A-01") is FIGURES[0]
    assert CONTENTS.get_plan_to_date_figure("A-01", "sex/women") is FIGURES[1]
    quarters = CONTENTS.list_quarter_figures("A-01")
    assert quarters == ((Quarter(2022, 1), FIGURES[7]), (Quarter(2022, 2), FIGURES[6]))
    assert CONTENTS.list_quarter_figures("A-01", "sex/women") == ((Quarter(2022, 1), FIGURES[8]),)


def test_places_and_parts_with_figures_have_the_order_of_the_plan() -> None:
    assert [site.code for site in CONTENTS.list_sites("A-01")] == ["one", "two"]
    assert CONTENTS.list_sites("B-01") == ()
    assert [province.code for province in CONTENTS.list_provinces()] == ["KH-1"]
    assert [province.code for province in CONTENTS.list_provinces("A-01")] == ["KH-1"]
    assert CONTENTS.list_provinces("B-01") == ()
    assert [part.key for part in CONTENTS.list_rated_parts("A-01")] == ["sex/women"]
    assert EditionContents(EDITION, FIGURES[:1]).list_rated_parts("A-01") == ()
    assert [part.key for part in CONTENTS.list_parts("A-01")] == ["sex/women", "sex/men"]


def test_indicators_are_listed_by_objective_and_programme() -> None:
    assert CONTENTS.list_objective_indicators(PLAN.objectives[1]) == (LEVELS,)
    assert CONTENTS.list_programme_indicators(PLAN.programmes[0]) == (NUMBERS,)
    assert CONTENTS.list_programme_indicators(PLAN.programmes[1]) == ()
    assert PLAN.linked_programmes == PLAN.programmes[:1]


def test_remarks_are_listed_newest_first() -> None:
    assert [remark.why for remark in CONTENTS.list_remarks("A-01")] == ["staff", "rain"]
    assert not any(remark.is_done for remark in CONTENTS.list_remarks("A-01"))


def test_revisions_of_a_target_belong_to_its_figure() -> None:
    assert CONTENTS.list_target_revisions(WITH_TARGET) == (
        TargetRevision(date(2022, 5, 1), Decimal(30), Decimal(35), is_expected_value=False),
        TargetRevision(date(2022, 9, 1), Decimal(35), NoValue.NO_TARGET, is_expected_value=True),
    )
    (revision,) = CONTENTS.list_target_revisions(WITHOUT)
    assert (revision.before, revision.after) == (NoValue.NO_TARGET, 40)
    assert CONTENTS.list_target_revisions(FigureKey("B-01", "", "", "2022")) == ()


def test_thresholds_are_those_of_the_indicator_or_of_the_plan() -> None:
    assert CONTENTS.get_thresholds(FIGURES[0]) == (Decimal("0.90"), Decimal("0.70"))
    assert CONTENTS.get_thresholds(FIGURES[11]) == (1, Decimal("0.70"))


@pytest.mark.parametrize(
    ("position", "baseline"),
    [(0, 20), (9, 10), (1, 3), (3, 1), (4, None), (11, 5), (12, None)],
    ids=["two years of targets", "one year", "part", "site", "province without", "level", "retired"],
)
def test_the_baseline_of_an_amount_counts_once_for_each_year_with_a_target(position: int, baseline: object) -> None:
    assert CONTENTS.compute_baseline_for_period(FIGURES[position]) == baseline


@pytest.mark.parametrize(
    ("period", "key"),
    [
        (PlanToDate(), "plan"),
        (Years(2025, 2025), "2025"),
        (Years(2023, 2025), "2023-2025"),
        (Quarter(2025, 3), "2025Q3"),
    ],
)
def test_a_period_is_read_back_from_its_key(period: object, key: str) -> None:
    assert make_edition_period_key(period) == key
    assert parse_period(key) == period


@pytest.mark.parametrize(
    ("name", "quarter", "revision"),
    [("2025-Q3", Quarter(2025, 3), 1), ("2025-Q3-r2", Quarter(2025, 3), 2), ("2025-Q1-r12", Quarter(2025, 1), 12)],
)
def test_the_id_of_an_edition_names_its_quarter_and_revision(name: str, quarter: Quarter, revision: int) -> None:
    assert format_edition_id(quarter, revision) == name
    assert parse_edition_id(name) == (quarter, revision)


@pytest.mark.parametrize("text", ["", "2025-Q5", "2025-Q3-r1", "2025-Q3-r0", "2025Q3", "2025-Q3 "])
def test_other_texts_are_no_edition(text: str) -> None:
    assert parse_edition_id(text) is None


def test_a_suppressed_figure_shows_neither_number_nor_what_would_reveal_it() -> None:
    figure = make_value(
        "A-01", "", "", "2022", share=Decimal("0.9"), rating="achieved", over_target=True, numerator=Decimal(3)
    )
    hidden = figure.suppress(Suppression.SMALL)
    assert (figure.is_suppressed, hidden.is_suppressed) == (False, True)
    assert (figure.amount, hidden.amount) == (1, Suppression.SMALL)
    assert (figure.public_rating, hidden.public_rating) == (Rating.ACHIEVED, None)
    assert (hidden.value, hidden.numerator, hidden.denominator, hidden.share) == (None, None, None, None)
    assert not hidden.over_target
    empty = EditionFigure(figure.key, "not_due")
    assert (empty.amount, empty.is_suppressed) == (NoValue.NOT_DUE, False)
    assert (empty.reported, empty.expected, empty.carried, empty.not_collected, empty.over_target) == (
        0,
        0,
        0,
        0,
        False,
    )
