"""Other ways to read the same workbooks, each a function of a path, run in several processes."""

import sqlite3
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from etl.returns.read_ahead import READER_COUNT
from tests.benchmarks.cpu_time import Stopwatch, Timing

PROCESS_COUNT = 1 + READER_COUNT
"""The number of processes of the import: one that stores, and its readers."""


def read_with_openpyxl(path: Path) -> int:
    """Read every cell of every sheet as values."""
    workbook = load_workbook(path, read_only=True, data_only=True)
    cells = sum(len(row) for sheet in workbook.worksheets for row in sheet.iter_rows(values_only=True))
    workbook.close()
    return cells


def read_with_calamine(path: Path) -> int:
    workbook = CalamineWorkbook.from_path(path)
    return sum(len(row) for name in workbook.sheet_names for row in workbook.get_sheet_by_name(name).to_python())


def append_with_pandas(path: Path, database: Path) -> int:
    """Read the form's sheet into a frame and append its rows to a table, as a simple script would."""
    return append_frame(
        pandas.read_excel(path, sheet_name="Return", header=None, engine="openpyxl", dtype=object), path, database
    )


def append_frame(frame: pandas.DataFrame, path: Path, database: Path) -> int:
    tags = frame.index[frame[0] == "#key"][0]
    header = {str(row[0]): row[2] for row in frame.iloc[:tags].itertuples(index=False)}
    columns = {tag: place for place, tag in enumerate(frame.iloc[tags]) if isinstance(tag, str)}
    rows = frame.iloc[tags + 2 :]
    rows = rows[rows[columns["#key"]].notna()]
    typed = pandas.DataFrame(
        {
            "file": path.name,
            "site": str(header["#site"]),
            "quarter": str(header["#quarter"]),
            "key": rows[columns["#key"]].astype(str),
            "value": pandas.to_numeric(rows[columns["#value"]], errors="coerce"),
            "note": rows[columns["#note"]].astype(str),
        }
    )
    connection = sqlite3.connect(database, timeout=60)
    typed.to_sql("cell", connection, if_exists="append", index=False)
    connection.commit()
    connection.close()
    return len(typed)


def append_all_sheets_with_pandas(path: Path, database: Path) -> int:
    """Do the same after reading every sheet of the file, as the gate does."""
    others = pandas.read_excel(path, sheet_name=None, header=None, engine="openpyxl", dtype=object)
    appended = append_frame(others["Return"], path, database)
    return appended + sum(len(frame) for frame in others.values())


def measure_time(work: Callable[..., int], paths: list[Path], *arguments: object) -> Timing:
    """Measure processing the paths with processes that are already running."""
    with ProcessPoolExecutor(PROCESS_COUNT) as pool:
        list(pool.map(_warm, range(PROCESS_COUNT)))
        stopwatch = Stopwatch()
        results = list(pool.map(_run, [(work, path, *arguments) for path in paths], chunksize=5))
        timing = stopwatch.elapsed()
    assert all(results), "a file of which nothing was read"
    return timing


def _warm(_number: int) -> None:
    """Start a process, so that its imports aren't measured."""
    warnings.simplefilter("ignore")


def _run(task: tuple[Callable[..., int], *tuple[object, ...]]) -> int:
    function, *arguments = task
    return function(*arguments)
