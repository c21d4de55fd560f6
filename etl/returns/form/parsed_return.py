"""What a return says once it is read: its form, and one cell for each number that was asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import Basis, CellKey, Observation
from etl.returns.findings.finding import Finding
from etl.returns.form.rows import FormRow
from etl.returns.form_identity import FormIdentity
from etl.returns.numbers import NumberState


@dataclass(frozen=True, slots=True)
class ParsedCell:
    """One number of a return and where it stood. A deleted row has no sheet and no address."""

    key: CellKey
    value: Decimal | None
    state: NumberState
    raw: str
    """What the cell held, as text; blank for an empty one."""
    sheet: str
    address: str
    note: str


@dataclass(frozen=True)
class ParsedReturn:
    """One workbook as a return. `cells` has every number that the form asks for, in its order."""

    identity: FormIdentity
    basis: Basis
    rows: tuple[FormRow, ...]
    cells: tuple[ParsedCell, ...]
    findings: tuple[Finding, ...] = ()
    sheet: str = ""
    """The sheet that held the form."""
    basis_cell: str = ""
    """Where it says what flows are; blank in a form that doesn't ask."""
    prepared_by: str = ""
    prepared_on: str = ""

    @property
    def site(self) -> str:
        return self.identity.site

    @property
    def quarter(self) -> Quarter:
        return self.identity.quarter

    @property
    def plan_version(self) -> int:
        return self.identity.plan_version

    @property
    def form_id(self) -> str:
        return self.identity.form_id

    @cached_property
    def cell_by_key(self) -> dict[CellKey, ParsedCell]:
        return {cell.key: cell for cell in self.cells}

    @cached_property
    def row_by_key(self) -> dict[CellKey, FormRow]:
        return {row.key: row for row in self.rows}

    @cached_property
    def dimensions(self) -> dict[str, dict[str, list[FormRow]]]:
        """By indicator, the parts that together make its total, by dimension."""
        found: dict[str, dict[str, list[FormRow]]] = {}
        for row in self.rows:
            if row.is_part and row.exhaustive:
                found.setdefault(row.indicator, {}).setdefault(row.dimension, []).append(row)
        return found

    def value(self, key: CellKey) -> Decimal | None:
        """The number, or None where there is none for whatever reason."""
        cell = self.cell_by_key.get(key)
        return cell.value if cell is not None else None

    def observations(self) -> Iterator[Observation]:
        """What the core takes: values and "not collected"; blanks say nothing."""
        for cell in self.cells:
            if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
                yield Observation(cell.key, cell.value)
