"""What a row of the plan takes as a number, and whether the cell that holds it is typed or computed."""

from etl.indicators.plans import Plan
from etl.locale.translations import to_say
from etl.returns.form.labels import both
from etl.returns.form.rows import FormRow
from etl.returns.numbers import Formula, NumberRow
from etl.returns.workbook.facts import SheetFacts


def number_row(plan: Plan, asked: FormRow) -> NumberRow:
    """The row as the reading of numbers takes it: whole or not, from what on, and how its unit may be written."""
    indicator = plan.indicator_by_code[asked.indicator]
    units = (
        (asked.unit.en, asked.unit.km)
        if indicator.is_ratio
        else (
            indicator.unit_label.en,
            indicator.unit_label.km,
            indicator.unit,
        )
    )
    known = tuple(unit for unit in units if unit and unit != "count")
    unit = asked.unit if asked.unit.en else both(to_say("number"))
    return NumberRow(key=str(asked.key), whole=asked.whole, minimum=asked.minimum, units=known, unit=unit)


def formula_at(facts: SheetFacts | None, cell: str) -> Formula:
    """Whether the cell of a sheet is computed, and from where."""
    if facts is None or cell not in facts.formulas:
        return Formula.NONE
    if cell in facts.external:
        return Formula.EXTERNAL
    return Formula.WITHOUT_VALUE if cell in facts.without_value else Formula.SAVED
