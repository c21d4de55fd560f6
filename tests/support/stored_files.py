"""The stored files of a served database, and copies of them with a changed number."""

from dataclasses import dataclass
from io import BytesIO

import openpyxl

from etl.database.connection import open_engine, reading
from etl.database.read.returns import find_received_file, read_cells, read_returns
from etl.indicators.periods import parse_quarter
from etl.indicators.vocabulary import ReturnState
from tests.support.fill_forms import change_cell


@dataclass(frozen=True)
class StoredFile:
    """The file of a return, with the cell address of each number by its key."""

    name: str
    data: bytes
    cells: dict[str, str]

    def number_at(self, sheet: str, address: str) -> object:
        return openpyxl.load_workbook(BytesIO(self.data))[sheet][address].value

    def increment_number(self, key: str) -> bytes:
        """Return the workbook with 1 added to one number."""
        return change_cell(self.data, self.cells[key], lambda value: value + 1)


def find_current_file(database_url: str, site: str, quarter: str) -> StoredFile:
    """Return the file of the approved return of a site and quarter."""
    engine = open_engine(database_url)
    try:
        with reading(engine) as connection:
            (approved_return,) = read_returns(
                connection, sites=[site], quarters=[parse_quarter(quarter)], states=[ReturnState.APPROVED]
            )
            file = find_received_file(connection, approved_return.sha256)
            cells = {str(cell.key): cell.address for cell in read_cells(connection, approved_return.id)}
    finally:
        engine.dispose()
    assert file is not None
    return StoredFile(approved_return.file_name, file.data, cells)
