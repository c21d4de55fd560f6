"""Labels of rows in other words than Target and Actual: never read as plain results."""

import pytest

from tests.support.tracking_tables import FLOW, SEED, STOCK, TableVariant, list_errors, list_reasons, list_values

LONG = ("Code", "Type", "Period", "Value")
QUARTER = "2025 Q3"


def make_long(*labels: object, values: tuple[object, ...] = (80, None)) -> TableVariant:
    rows = [(FLOW, label, QUARTER, value) for label, value in zip(labels, values, strict=False)]
    return TableVariant([LONG, *rows], "long")


@pytest.mark.parametrize(
    "label",
    [
        *("Target 2025", "Quarterly target", "Work plan", "Workplan", "Target for Q3", "Plan 2025", "Annual plan"),
        *("Annual work plan 2025", "AWPB", "Target set", "TARGETS (2025)", "Site target", "Planned figures"),
        *("គោលដៅ ២០២៥", "ផែនការប្រចាំត្រីមាស", "ផែនការសកម្មភាព", "គោលដៅឆ្នាំ២០២៥", "Cible trimestrielle"),
    ],
)
def test_a_target_with_a_period_or_an_adjective_is_set_aside(label: str) -> None:
    wide = TableVariant([("Code", "Type", QUARTER), (FLOW, label, 80), (STOCK, label, 800)])
    for table in (wide, make_long(label), make_long(label, "Actual 2025")):
        parsed = table.read()
        assert list_values(parsed) == {} and set(list_reasons(parsed).values()) == {"target"}, label


def test_a_label_that_is_merged_down_holds_for_its_rows() -> None:
    rows = [("TARGETS 2025", FLOW, 80), (None, STOCK, 800), ("ACTUALS", SEED, 70)]
    parsed = TableVariant([(None, "Code", QUARTER), *rows], merges=("A2:A3",)).read()
    assert list_values(parsed) == {("2025Q3", SEED): "70"}
    assert list_reasons(parsed) == {"C2": "target", "C3": "target"}


def test_actual_rows_with_a_period_or_an_adjective_are_read() -> None:
    for label in ("Actual 2025", "Quarterly actual", "Achieved in Q3", "Real", "Réel", "លទ្ធផលប្រចាំត្រីមាស", "អនុវត្ត"):
        assert list_values(make_long(label).read()) == {("2025Q3", FLOW): "80"}, label


@pytest.mark.parametrize(
    "label", ["Target of the donor", "Annual plan (GIZ)", "Baseline by village", "គោលដៅរបស់ម្ចាស់ជំនួយ"]
)
def test_a_text_with_target_among_other_words_is_an_error_at_its_cell(label: str) -> None:
    parsed = make_long(label).read()
    assert list_errors(parsed)[0] == ("layout-label-unclear", "B2") and list_values(parsed) == {}


def test_an_unknown_text_in_a_column_of_labels_is_an_error_at_its_cell() -> None:
    for label in ("Hoped for", "P2", "ក"):
        parsed = make_long("Target", label, values=(80, 70)).read()
        assert ("layout-label-unclear", "B3") in list_errors(parsed) and list_values(parsed) == {}, label


@pytest.mark.parametrize("labels", [("T", "A"), ("Hoped", "Counted"), ("ក", "ខ"), ("1st", "2nd"), ("Wanted", None)])
def test_rows_of_a_long_table_that_differ_in_an_unknown_label_are_an_error(labels: tuple[object, object]) -> None:
    for values in ((80, None), (80, 70), (None, 70)):
        assert ("layout-rows-alike", "B3") in list_errors(make_long(*labels, values=values).read()) or (
            labels[1] is None and ("layout-rows-alike", "B2") in list_errors(make_long(*labels, values=values).read())
        )


def test_rows_of_several_periods_may_differ_in_an_unknown_text() -> None:
    rows = [(FLOW, "Dara", "2025 Q2", 40), (FLOW, "Sophea", QUARTER, 80)]
    parsed = TableVariant([("Code", "Reported by", "Period", "Value"), *rows], "long").read()
    assert list_values(parsed) == {("2025Q2", FLOW): "40", ("2025Q3", FLOW): "80"}


@pytest.mark.parametrize(
    "remark",
    [
        *(
            "On target",
            "Above the target",
            "Target reached",
            "Plan not met",
            "As planned",
            "Budget delayed",
            "Objective 3",
            "Output",
        ),
        *("Training register; annual plan reports", "Planning department", "Progress against the work plan"),
        *("Target group: smallholders", "Number", "The target of the year was reached because of early rain"),
    ],
)
def test_a_remark_in_a_column_that_is_not_known_is_no_label(remark: str) -> None:
    parsed = TableVariant([("Code", "Seen by", QUARTER), (FLOW, remark, 80)]).read()
    assert list_values(parsed) == {("2025Q3", FLOW): "80"}
