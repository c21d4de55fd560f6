"""What the reading of a return looks up in its form, worked out once for all forms that ask the same."""

from dataclasses import dataclass
from functools import cached_property

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.returns.form.layout import header_row, locate_rows
from etl.returns.form.number_specs import make_number_spec
from etl.returns.form.rows import FormRow
from etl.returns.numbers import NumberSpec

MAX_CACHED_FORMS = 200
"""So many are kept with a plan, some megabytes: sites are asked alike but for a few, quarter after quarter."""


@dataclass(frozen=True)
class ExpectedCells:
    """The rows of a form by key, as the sheet spells it: what each takes, and where it stands in a fresh form."""

    plan: Plan
    quarter: Quarter
    """One of those in which this is asked."""
    rows: tuple[FormRow, ...]

    @cached_property
    def by_key(self) -> dict[str, FormRow]:
        return {str(row.key): row for row in self.rows}

    @cached_property
    def number_specs(self) -> dict[str, NumberSpec]:
        return {key: make_number_spec(self.plan, row) for key, row in self.by_key.items()}

    @cached_property
    def row_numbers(self) -> dict[str, int]:
        return locate_rows(self.plan, self.rows, self.quarter)


def get_expected_cells(plan: Plan, rows: tuple[FormRow, ...], quarter: Quarter) -> ExpectedCells:
    """The form that has these rows of the plan; the rows of an indicator are the same on every form that asks it."""
    kept: dict[tuple[int, tuple[str, ...]], ExpectedCells] = plan.cache.setdefault("asked forms", {})
    name = header_row(quarter), tuple(dict.fromkeys([row.indicator for row in rows]))
    if name not in kept:
        if len(kept) >= MAX_CACHED_FORMS:
            kept.clear()
        kept[name] = ExpectedCells(plan, quarter, rows)
    return kept[name]
