"""The account of the numbers of a file: each is taken into a return, or there is a reason why not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from etl.indicators.periods import Quarter
from etl.indicators.vocabulary import CellKey
from etl.returns.reasons import Reason
from etl.returns.workbook.cell_ranges import format_cells
from etl.returns.workbook.cells import CellData, format_column


@dataclass(frozen=True, slots=True)
class TakenNumber:
    """Where a cell is taken to."""

    site: str
    quarter: Quarter
    key: CellKey


@dataclass(frozen=True, slots=True)
class AccountedNumber:
    """A number of the workbook. It is taken, or there is a reason why not."""

    sheet: str
    row: int
    column: int
    text: str
    heading: str
    taken: TakenNumber | None
    reason: Reason | None

    @property
    def cell(self) -> str:
        return f"{format_column(self.column)}{self.row}"


CellKeyInWorkbook = tuple[str, int, int]
"""Sheet, row and column."""


def get_cell_key(cell: CellData) -> CellKeyInWorkbook:
    return cell.sheet, cell.row, cell.column


def refuse_numbers(account: Iterable[AccountedNumber]) -> tuple[AccountedNumber, ...]:
    """Return the account of a file that was refused: none of its numbers is taken."""
    return tuple(
        replace(number, taken=None, reason=Reason.FILE_REFUSED) if number.taken is not None else number
        for number in account
    )


def refuse_returns(
    account: Iterable[AccountedNumber], returns: Collection[tuple[str, Quarter]]
) -> tuple[AccountedNumber, ...]:
    """Return the account without the numbers of the returns that were refused, by site and quarter."""
    return tuple(
        replace(number, taken=None, reason=Reason.RETURN_REFUSED)
        if number.taken is not None and (number.taken.site, number.taken.quarter) in returns
        else number
        for number in account
    )


@dataclass(frozen=True)
class AccountGroup:
    """The numbers of one column that are not taken for the same reason, and the cells that hold them."""

    sheet: str
    heading: str
    reason: Reason
    numbers: tuple[AccountedNumber, ...]

    @property
    def cells(self) -> str:
        return format_cells((number.row, number.column) for number in self.numbers)


def group_account(account: Iterable[AccountedNumber]) -> tuple[AccountGroup, ...]:
    """Return the numbers that are not taken, by sheet, column and reason."""
    groups: dict[tuple[str, str, Reason], list[AccountedNumber]] = {}
    for number in account:
        if number.reason is not None:
            groups.setdefault((number.sheet, number.heading, number.reason), []).append(number)
    return tuple(
        AccountGroup(sheet, heading, reason, tuple(numbers)) for (sheet, heading, reason), numbers in groups.items()
    )
