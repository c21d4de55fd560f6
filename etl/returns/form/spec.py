"""The inputs of a form, and the form workbook with the addresses of its input cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from openpyxl.workbook import Workbook

from etl.indicators.periods import Quarter
from etl.indicators.plans import Plan
from etl.indicators.vocabulary import Basis, Site
from etl.returns.form.layout import asks_for_basis
from etl.returns.form.rows import FormRow
from etl.returns.form_identity import FormIdentity


@dataclass(frozen=True)
class FormContents:
    """The contents of a form. The keys of mappings are written cell keys unless stated otherwise."""

    last_values: Mapping[str, Decimal | None] = field(default_factory=dict)
    """Values of the previous quarter; None where a value was not collected."""
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    """Targets of the year, by indicator code."""
    basis: Basis = Basis.QUARTER
    entries: Mapping[str, object] = field(default_factory=dict)
    """Contents of the value cells: numbers, `NC`, or text as a person typed it."""
    notes: Mapping[str, str] = field(default_factory=dict)
    prepared_by: str = ""
    prepared_on: date | str | None = None
    """A date, or the text that a person typed for one."""


@dataclass(frozen=True)
class FormSpec:
    """The specification of a form: its identity, its rows and its contents."""

    plan: Plan
    identity: FormIdentity
    site: Site
    rows: tuple[FormRow, ...]
    contents: FormContents
    signing_key: bytes

    @property
    def quarter(self) -> Quarter:
        return self.identity.quarter

    @property
    def first_month(self) -> int:
        return self.plan.settings.first_month_of_year

    @property
    def asks_for_basis(self) -> bool:
        """Whether the form asks if flows cover the quarter or the year to date."""
        return asks_for_basis(self.quarter)


@dataclass(frozen=True)
class FormWorkbook:
    """A form as an openpyxl workbook, with the address of every input cell on its first sheet."""

    workbook: Workbook
    spec: FormSpec
    value_cells: Mapping[str, str]
    note_cells: Mapping[str, str]
    basis_cell: str
    """Address of the cell with the basis of flows; blank in the first quarter."""
