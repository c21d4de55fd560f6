"""What a row of the plan takes as a number, and whether the cell that holds it is typed or computed."""

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.returns.form.labels import localize_text
from etl.returns.form.rows import FormRow
from etl.returns.numbers import Formula, NumberSpec
from etl.returns.workbook.facts import SheetFacts


def make_number_spec(plan: Plan, row: FormRow) -> NumberSpec:
    """The row as the reading of numbers takes it: whole or not, from what on, and how its unit may be written."""
    indicator = plan.indicator_by_code[row.indicator]
    units = (
        (row.unit.en, row.unit.km)
        if indicator.is_ratio
        else (
            indicator.unit_label.en,
            indicator.unit_label.km,
            indicator.unit,
        )
    )
    known = tuple(unit for unit in units if unit and unit != "count")
    unit = row.unit if row.unit.en else localize_text(N_("number"))
    return NumberSpec(key=str(row.key), whole=row.whole, minimum=row.minimum, units=known, unit=unit)


def classify_formula(facts: SheetFacts | None, cell: str) -> Formula:
    """Whether the cell of a sheet is computed, and from where."""
    if facts is None or cell not in facts.formulas:
        return Formula.NONE
    if cell in facts.external_formulas:
        return Formula.EXTERNAL
    return Formula.WITHOUT_VALUE if cell in facts.formulas_without_value else Formula.SAVED
