"""Everything that one form is drawn from, and what a drawing knows of its cells."""

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
    """What stands in a form beside its identity. Mappings go by the spelling of the key."""

    last_values: Mapping[str, Decimal | None] = field(default_factory=dict)
    """Of the quarter before; None where it was not collected."""
    targets: Mapping[str, Decimal] = field(default_factory=dict)
    """Of the year, by indicator."""
    basis: Basis = Basis.QUARTER
    entries: Mapping[str, object] = field(default_factory=dict)
    """What stands in the value cells: numbers, `NC`, or text as somebody typed it."""
    notes: Mapping[str, str] = field(default_factory=dict)
    prepared_by: str = ""
    prepared_on: date | str | None = None
    """A day, or whatever somebody typed for one."""


@dataclass(frozen=True)
class FormSpec:
    """One form that can be drawn: its identity, its rows and its contents."""

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
        """Whether the form asks if flows are of the quarter or since the year began."""
        return asks_for_basis(self.quarter)


@dataclass(frozen=True)
class FormWorkbook:
    """A form as a workbook that may still be marked, with the address of every input cell on its first sheet."""

    workbook: Workbook
    spec: FormSpec
    value_cells: Mapping[str, str]
    note_cells: Mapping[str, str]
    basis_cell: str
    """Blank in the first quarter."""
