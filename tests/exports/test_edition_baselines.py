"""An edition shows the baseline as the plan states it; the calculation of a percentage uses the period's baseline."""

from datetime import date
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from etl.exports.edition.iati import render_iati
from etl.exports.edition.workbook import render_edition_workbook
from etl.exports.figure_rows import serialize_figure
from etl.indicators.editions import PLAN_TO_DATE, Edition, EditionContents, EditionFigure, FigureKey
from etl.indicators.figures import compute_figure
from etl.indicators.periods import PlanToDate, Quarter
from etl.indicators.plans import make_single_plan
from etl.indicators.record import build_record
from etl.indicators.results import Figure
from etl.indicators.vocabulary import PercentRule
from etl.locale import get_locale
from etl.wording import format_calculation
from etl.wording.editions import format_edition_calculation
from etl.wording.explanations import explain_figure
from tests.support.builders import make_indicator, make_plan, make_returns, make_targets

TRIALS = make_indicator("A-01", percent_rule=PercentRule.OF_CHANGE, baseline_year=2021, baseline_value=4)
PLAN = make_plan(TRIALS, sites=["one"], targets=make_targets("A-01", {2022: 10, 2024: 10}))
"""A baseline of 4 a year and two years with a target: percentages of the plan use a baseline of 8."""


@pytest.fixture
def figure() -> Figure:
    plans = make_single_plan(PLAN)
    quarters = dict.fromkeys(("2022Q1", "2022Q2", "2022Q3", "2022Q4", "2024Q1", "2024Q2", "2024Q3"), 0)
    record = build_record(plans, make_returns("one", "A-01", {**quarters, "2024Q4": 11}))
    query = {"indicator": "A-01", "sites": None, "period": PlanToDate(), "today": date(2025, 2, 1)}
    return compute_figure(plans, record, **query)


@pytest.fixture
def contents(figure: Figure) -> EditionContents:
    edition = Edition("2024-Q4", Quarter(2024, 4), 1, date(2025, 2, 1), date(2025, 2, 1), PLAN, 1)
    assert isinstance(figure.headline, Decimal) and isinstance(figure.baseline, Decimal)
    stored = EditionFigure(
        FigureKey("A-01", "", "", PLAN_TO_DATE),
        "value",
        value=Decimal(11),
        target=Decimal(20),
        baseline=figure.baseline,
        share=figure.headline,
        rule=figure.headline_rule,
        rating=figure.rating.value,
    )
    return EditionContents(edition, (stored,))


def test_the_figure_and_its_calculation_use_both_baselines(figure: Figure) -> None:
    """(11 - 8) / (20 - 8) is a quarter of the planned change."""
    sentences = explain_figure(figure, TRIALS, get_locale("en"))
    assert sentences[:2] == (
        "(11 − 8) ÷ (20 − 8) = 25.0 % of the planned change",
        "The baseline is 4 a year, which is 8 for the years with a target.",
    )
    row = serialize_figure(figure, TRIALS)
    assert (row["baseline"], row["baseline_for_period"]) == ("4", "8")


def test_an_edition_calculates_with_the_baseline_of_the_period(contents: EditionContents, figure: Figure) -> None:
    (stored,) = contents.figures
    locale = get_locale("en")
    assert format_edition_calculation(stored, contents, TRIALS, locale) == format_calculation(figure, TRIALS, locale)


def test_the_files_of_an_edition_have_the_baseline_of_the_plan(contents: EditionContents) -> None:
    activity = ElementTree.fromstring(render_iati(contents))
    assert [(node.get("year"), node.get("value")) for node in activity.iter("baseline")] == [("2021", "4")]
    book = load_workbook(BytesIO(render_edition_workbook(contents, get_locale("en"))))
    assert book["Indicators"]["D2"].value == 4
