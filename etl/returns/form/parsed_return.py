"""A return after parsing: its form and one cell per expected number."""

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
    """A number of a return with its location. A deleted row has no sheet and no address."""

    key: CellKey
    value: Decimal | None
    state: NumberState
    raw: str
    """The text of the cell; blank for an empty one."""
    sheet: str
    address: str
    note: str
    source_return: int | None = None
    """The earlier return whose file holds the cell, for a number that was carried over from it."""


@dataclass(frozen=True)
class ParsedReturn:
    """A parsed return. `cells` has a cell for every row of the form, in order."""

    identity: FormIdentity
    basis: Basis
    rows: tuple[FormRow, ...]
    cells: tuple[ParsedCell, ...]
    findings: tuple[Finding, ...] = ()
    sheet: str = ""
    """The name of the sheet with the form."""
    basis_cell: str = ""
    """The address of the basis of flows; blank in a form without it."""
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
        """Return the parts that add up to the total, by indicator and dimension."""
        dimensions: dict[str, dict[str, list[FormRow]]] = {}
        for row in self.rows:
            if row.is_part and row.exhaustive:
                dimensions.setdefault(row.indicator, {}).setdefault(row.dimension, []).append(row)
        return dimensions

    def get_value(self, key: CellKey) -> Decimal | None:
        """Return the number of a key; None if there is none for any reason."""
        cell = self.cell_by_key.get(key)
        return cell.value if cell is not None else None

    def iterate_observations(self) -> Iterator[Observation]:
        """Yield the observations: values and "not collected", without blanks."""
        for cell in self.cells:
            if cell.state in (NumberState.VALUE, NumberState.NOT_COLLECTED):
                yield Observation(cell.key, cell.value)
