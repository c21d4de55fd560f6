"""The cells that a return is expected to fill, cached for all forms with the same rows."""

from dataclasses import dataclass
from functools import cached_property

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.returns.form.layout import get_header_row, locate_rows
from etl.returns.form.number_specs import make_number_spec
from etl.returns.form.rows import FormRow
from etl.returns.numbers import NumberSpec

MAX_CACHED_FORMS = 200
"""Limit of forms cached per plan, some megabytes. Most sites and quarters share the same form."""


@dataclass(frozen=True)
class ExpectedCells:
    """The rows of a form by written key, with what each accepts and its row number on a new form."""

    plan: Plan
    quarter: Quarter
    """Any quarter in which the form has these rows."""
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
    """Return the expected cells of a form from the cache of the plan.

    Forms with the same indicators have the same rows.
    """
    cached_forms: dict[tuple[int, tuple[str, ...]], ExpectedCells] = plan.cache.setdefault("expected cells", {})
    cache_key = get_header_row(quarter), tuple(dict.fromkeys([row.indicator for row in rows]))
    if cache_key not in cached_forms:
        if len(cached_forms) >= MAX_CACHED_FORMS:
            cached_forms.clear()
        cached_forms[cache_key] = ExpectedCells(plan, quarter, rows)
    return cached_forms[cache_key]
