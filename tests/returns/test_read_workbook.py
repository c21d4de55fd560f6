"""Files are read in a limited process: a file that kills it causes a finding, and the next file is read normally."""

import os
import threading
from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import Workbook

from etl.returns.findings.finding import Finding
from etl.returns.workbook.cells import CellKind, WorkbookData
from etl.returns.workbook.limits import RETURN_LIMITS
from etl.returns.workbook.read_workbook import ADDRESS_SPACE, WorkbookReader, get_shared_reader
from tests.returns.intake_cases import make_return_file
from tests.support.workbooks import change_part, make_raw_workbook, make_single_cell_workbook


@pytest.fixture
def reader():
    workbook_reader = WorkbookReader()
    yield workbook_reader
    workbook_reader.close()


def read_all(reader: WorkbookReader, data: bytes) -> WorkbookData | Finding:
    """Return the contents of a workbook, or the finding that refuses it."""
    report, contents = reader.read("return.xlsx", data)
    return contents if contents is not None else report.findings[0]


def only_cell(data: bytes):
    workbook = read_all(get_shared_reader(), data)
    assert isinstance(workbook, WorkbookData), workbook
    (cell,) = workbook.sheets[0].cells
    return cell


@pytest.mark.parametrize(
    ("attributes", "inside", "kind", "text"),
    [
        ("", "<v>12</v>", CellKind.NUMBER, "12"),
        ("", "<v>85.15</v>", CellKind.NUMBER, "85.15"),
        ("", "<v>0.30000000000000004</v>", CellKind.NUMBER, "0.30000000000000004"),
        ("", "<v>123456789012345678</v>", CellKind.NUMBER, "123456789012345678"),
        ("", "<v>1e400</v>", CellKind.NUMBER, "inf"),
        ('t="s"', "<v>0</v>", CellKind.TEXT, "word"),
        ('t="inlineStr"', "<is><t>នាក់</t></is>", CellKind.TEXT, "នាក់"),
        ('t="str"', "<f>A2</f><v>x</v>", CellKind.TEXT, "x"),
        ('t="b"', "<v>1</v>", CellKind.BOOLEAN, "TRUE"),
        ('t="e"', "<v>#SPILL!</v>", CellKind.ERROR, "#SPILL!"),
        ("", "<f>1+1</f><v>2</v>", CellKind.NUMBER, "2"),
    ],
)
def test_cells_are_read_with_kind_and_text(attributes, inside, kind, text):
    cell = only_cell(make_single_cell_workbook(attributes, inside))
    assert (cell.kind, cell.text, cell.address, cell.sheet) == (kind, text, "A1", "Sheet")


def test_dates_and_number_formats_are_read():
    from datetime import date

    workbook = Workbook()
    workbook.active["C4"] = date(2026, 4, 3)
    workbook.active["C5"] = 0.25
    workbook.active["C5"].number_format = "0%"
    file = BytesIO()
    workbook.save(file)
    contents = read_all(get_shared_reader(), file.getvalue())
    day, share = contents.sheets[0].cells
    assert (day.kind, day.text, day.address) == (CellKind.DATE, "2026-04-03", "C4")
    assert (share.text, share.number_format) == ("0.25", "0%")


def test_only_the_form_and_the_hidden_sheet_are_read():
    contents = read_all(get_shared_reader(), make_return_file())
    assert [(sheet.name, sheet.state) for sheet in contents.sheets] == [("Return", "visible"), ("_meta", "hidden")]
    assert contents.find_property("CardecForm") == "one-2025Q3-v1"


def test_an_unreadable_file_is_a_finding_and_the_process_continues(reader):
    broken = change_part(make_raw_workbook(), "xl/styles.xml", lambda _: b"<nothing/>")
    assert _get_code(read_all(reader, b"no zip")) == "file-text"
    assert _get_code(read_all(reader, broken)) == "file-unreadable"
    assert _get_code(read_all(reader, make_raw_workbook())) == ""


def _get_code(result: WorkbookData | Finding) -> str:
    return result.code if isinstance(result, Finding) else ""


def _get_pid(reader: WorkbookReader) -> int:
    child = reader._idle.get()
    reader._idle.put(child)
    return child._process.pid


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for_end(pid: int) -> None:
    """Wait until a killed process has ended, without reaping it."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


def test_a_process_out_of_memory_is_a_finding_and_the_next_file_is_read():
    cells = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 1_000))
    data = make_raw_workbook(cells, strings=f"<si><t>{'ក' * 32_000}</t></si>")
    reader = WorkbookReader(address_space=250 * 1024 * 1024, limits=replace(RETURN_LIMITS, response_size=ADDRESS_SPACE))
    try:
        assert _get_code(read_all(reader, data)) == "file-too-complex"
        assert _get_code(read_all(reader, make_raw_workbook('<row r="1"><c r="A1"><v>1</v></c></row>'))) == ""
    finally:
        reader.close()
    assert ADDRESS_SPACE == 1024**3


def test_a_process_that_is_killed_or_hangs_is_replaced(reader):
    assert _get_code(read_all(reader, make_raw_workbook())) == ""
    first = _get_pid(reader)
    os.kill(first, 9)
    _wait_for_end(first)
    assert _get_code(read_all(reader, make_raw_workbook())) == ""
    assert _get_pid(reader) != first

    os.kill(_get_pid(reader), 19)
    reader._limits = replace(RETURN_LIMITS, seconds=0.3)
    assert _get_code(read_all(reader, make_raw_workbook())) == "file-too-complex"
    reader._limits = RETURN_LIMITS
    assert _get_code(read_all(reader, make_raw_workbook())) == ""


def test_closing_ends_the_processes(reader):
    read_all(reader, make_raw_workbook())
    pid = _get_pid(reader)
    assert _is_alive(pid)
    reader.close()
    assert not _is_alive(pid)


def test_a_process_is_replaced_after_many_files(reader, monkeypatch):
    monkeypatch.setattr("etl.returns.workbook.read_workbook.MAX_FILES_PER_PROCESS", 2)
    read_all(reader, make_raw_workbook())
    first = _get_pid(reader)
    read_all(reader, make_raw_workbook())
    read_all(reader, make_raw_workbook())
    assert _get_pid(reader) != first and not _is_alive(first)


def test_several_threads_share_a_reader():
    reader = WorkbookReader(processes=2)
    answers: list[str] = []

    def read(number: int) -> None:
        data = make_raw_workbook(f'<row r="1"><c r="A1"><v>{number}</v></c></row>')
        for _ in range(5):
            answers.append("" if read_all(reader, data).sheets[0].cells[0].text == str(number) else "mixed up")

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reader.close()
    assert answers == [""] * 20
