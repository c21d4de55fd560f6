"""Describe which numbers a row accepts and whether its cell holds a formula."""

from etl.indicators.plans import Plan
from etl.locale import N_
from etl.returns.form.labels import localize_text
from etl.returns.form.rows import FormRow
from etl.returns.numbers import Formula, NumberSpec
from etl.returns.workbook.facts import SheetFacts


def make_number_spec(plan: Plan, row: FormRow) -> NumberSpec:
    """Return what a row accepts: whole numbers or any, its lowest and highest value, and the spellings of its unit."""
    indicator = plan.indicator_by_code[row.indicator]
    units = (
        (row.unit.en, row.unit.km)
        if indicator.is_ratio
        else (indicator.unit_label.en, indicator.unit_label.km, indicator.unit)
    )
    written_units = tuple(unit for unit in units if unit and unit != "count")
    unit = row.unit if row.unit.en else localize_text(N_("number"))
    return NumberSpec(str(row.key), row.whole, row.minimum, row.maximum, written_units, unit, row.stages)


def classify_formula(facts: SheetFacts | None, cell: str) -> Formula:
    """Return whether a cell holds a formula, and if so, whether its result can be used."""
    if facts is None or cell not in facts.formulas:
        return Formula.NONE
    if cell in facts.external_formulas:
        return Formula.EXTERNAL
    return Formula.WITHOUT_VALUE if cell in facts.formulas_without_value else Formula.SAVED
