"""Numbers above the maximum of the plan, and percentages above 100."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from etl.indicators.plans import Plan
from etl.indicators.vocabulary import AcrossSites, LocalizedText, Measure, OverTime, Source, TargetBasis
from etl.locale import get_locale
from etl.returns.findings.finding import Finding, render_message
from etl.returns.form.build import build_form
from etl.returns.form.labels import make_value_prompt, make_value_warning
from tests.finding_samples.sample import SampleScenario, examine_in_scenario
from tests.returns.form_plans import PLAN_YEARS
from tests.returns.intake_cases import QUARTER, find_row
from tests.support.builders import make_indicator, make_part, make_plan
from tests.support.cached_forms import get_form

LEVEL = {"over_time": OverTime.STOCK, "target_basis": TargetBasis.LEVEL}
PAIR = {
    "measure": Measure.RATIO,
    "numerator": LocalizedText("crops harvested, in hectares"),
    "denominator": LocalizedText("land under crops, in hectares"),
}
SHARE = {**PAIR, **LEVEL, "unit": "%", "scale": 100}


def make_bounded_plan(**fields: Any) -> Plan:
    """Return a plan of one typed percentage, one typed ratio and one ratio of two other numbers."""
    return make_plan(
        make_indicator("A-01", unit="%", across_sites=AcrossSites.MEAN, minimum=0, **LEVEL, **fields),
        make_indicator("A-02", minimum=0, **{**SHARE, **fields}),
        make_indicator("A-03", minimum=0, **LEVEL),
        make_indicator("A-04", minimum=0, **LEVEL),
        make_indicator(
            "A-05", **{**SHARE, **fields}, source=Source.DERIVED, numerator_ref="A-04", denominator_ref="A-03"
        ),
        make_indicator("A-06", **SHARE, source=Source.DERIVED, numerator_ref="A-04/sex/women", denominator_ref="A-04"),
        sites=("one",),
        years=PLAN_YEARS,
        parts=(make_part("A-04", "sex/women", exhaustive=False),),
    )


def check_entries(plan: Plan, **entries: object) -> tuple[Finding, ...]:
    """Return the errors of a form with these numbers."""
    typed = {key.replace("_", "-", 1).replace("__", "/"): value for key, value in entries.items()}
    data = get_form(plan, 1, "one", QUARTER, entries=typed)
    findings = examine_in_scenario(data, SampleScenario(plan=plan)).findings
    return tuple(finding for finding in findings if finding.is_error)


def test_a_typed_percentage_above_100_is_an_error_at_its_cell() -> None:
    (finding,) = check_entries(make_bounded_plan(), A_01=Decimal("100.5"))
    assert (finding.code, finding.key) == ("number-above-maximum", "A-01")
    assert render_message(finding, get_locale("en")) == "100.5 is more than 100, the maximum of this row."
    assert "100.5" in render_message(finding, get_locale("km"))
    assert check_entries(make_bounded_plan(), A_01=100) == ()


def test_a_typed_percentage_may_exceed_100_up_to_the_maximum_of_the_plan() -> None:
    plan = make_bounded_plan(maximum=300)
    assert check_entries(plan, A_01=300) == ()
    assert [finding.code for finding in check_entries(plan, A_01=301)] == ["number-above-maximum"]


def test_a_whole_number_and_a_number_as_text_are_compared_too() -> None:
    assert [finding.code for finding in check_entries(make_bounded_plan(), A_01="១០១")] == ["number-above-maximum"]


def test_a_ratio_in_percent_may_not_exceed_100_without_a_maximum() -> None:
    (finding,) = check_entries(make_bounded_plan(), A_02__numerator=11, A_02__denominator=10)
    assert (finding.code, finding.key) == ("numerator-over-denominator", "A-02/numerator")


def test_a_ratio_may_reach_its_maximum_and_not_more() -> None:
    """Crops of 25 ha on 10 ha are an intensity of 250 %; 26 ha are 260 %."""
    plan = make_bounded_plan(maximum=250)
    assert check_entries(plan, A_02__numerator=25, A_02__denominator=10) == ()
    (finding,) = check_entries(plan, A_02__numerator=26, A_02__denominator=10)
    assert (finding.code, finding.key) == ("ratio-over-maximum", "A-02/numerator")
    message = render_message(finding, get_locale("en"))
    assert message.endswith("(26) divided by its denominator (10) gives more than 250, the maximum.")


def test_a_ratio_of_other_numbers_is_compared_at_the_cell_of_its_numerator() -> None:
    (finding,) = check_entries(make_bounded_plan(), A_03=4, A_04=5)
    assert (finding.code, finding.key) == ("numerator-over-denominator", "A-04")
    assert check_entries(make_bounded_plan(maximum=150), A_03=4, A_04=5) == ()


def test_a_part_above_its_total_is_reported_once() -> None:
    findings = check_entries(make_bounded_plan(), A_03=9, A_04=4, **{"A_04__sex/women": 5})
    assert [finding.code for finding in findings] == ["part-over-total"]


def test_the_form_warns_above_the_maximum() -> None:
    sheet = load_workbook(BytesIO(build_form(make_bounded_plan(maximum=250), 1, "one", QUARTER))).worksheets[0]
    typed = f"G{find_row(sheet, 'A-01')}"
    (validation,) = [rule for rule in sheet.data_validations.dataValidation if typed in rule.sqref]
    assert f"{typed}<=250" in validation.formula1
    assert "Number from 0 to 250; decimals allowed." in validation.prompt
    numerator, denominator = (f"G{find_row(sheet, f'A-02/{name}')}" for name in ("numerator", "denominator"))
    formulas = [rule.formula[0] for area in sheet.conditional_formatting for rule in area.rules]
    assert f"AND(ISNUMBER({numerator}),ISNUMBER({denominator}),{numerator}*100>{denominator}*250)" in formulas


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("minimum", [None, Decimal("-1234567.25")])
@pytest.mark.parametrize("maximum", [None, Decimal("1234567.25")])
def test_every_prompt_and_warning_fits_a_spreadsheet(
    whole: bool, minimum: Decimal | None, maximum: Decimal | None
) -> None:
    bounds = {"whole": whole, "minimum": minimum, "maximum": maximum}
    assert max(len(make_value_prompt(**bounds)), len(make_value_warning(**bounds))) <= 255
