"""Run jobs in one headless LibreOffice. Runs in a Python with the module `uno`, not in pytest.

The only argument is the program. Each line of input is a job as JSON: the file to open, the changes and the target.
Each line of output is the error of a job as JSON text, blank if there is none. The script ends with its input.
"""

import json
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
    "csv": "Text - txt - csv (StarCalc)",
}
CSV_AS_DISPLAYED = "44,34,76,1,,0,false,true"
"""Commas, quotes, UTF-8, and cells as they are displayed, not as they are stored."""
START_TIMEOUT = 60.0
"""Limit in seconds for the start of LibreOffice."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="office", ignore_cleanup_errors=True) as profile:
        _run_jobs(sys.argv[1], profile)


def _run_jobs(program: str, profile: str) -> None:
    pipe = f"tests{Path(profile).name}"
    process = subprocess.Popen(
        [
            program,
            f"-env:UserInstallation={Path(profile).as_uri()}",
            "--headless",
            "--norestore",
            "--nologo",
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        desktop = _connect(pipe)
        for line in sys.stdin:
            print(json.dumps(_run_job(desktop, json.loads(line))), flush=True)
        _quit(desktop)
        process.wait(timeout=20)
    finally:
        process.kill()


def _run_job(desktop, job) -> str:
    """Run a job and return its traceback; blank if it succeeded."""
    try:
        _execute(desktop, job)
    except Exception:
        return traceback.format_exc()
    return ""


def _connect(pipe):
    import uno
    from com.sun.star.connection import NoConnectException

    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    deadline = time.monotonic() + START_TIMEOUT
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _quit(desktop):
    """Quit LibreOffice, which may close the connection before it answers."""
    from com.sun.star.lang import DisposedException

    try:
        desktop.terminate()
    except DisposedException:
        return


def _execute(desktop, job):
    book = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, (_property("Hidden", True),))
    for address, value in job["values"].items():
        sheet, _, cell = address.rpartition("!")
        _enter(book.Sheets.getByName(sheet).getCellRangeByName(cell), value)
    sheet = book.Sheets.getByName(job["sheet"])
    if job["insert_row"] or job["insert_column"]:
        sheet.unprotect("")
    if job["insert_row"]:
        sheet.Rows.insertByIndex(job["insert_row"] - 1, 1)
    if job["insert_column"]:
        sheet.Columns.insertByIndex(sheet.getCellRangeByName(job["insert_column"] + "1").CellAddress.Column, 1)
    if job["rename_sheet"]:
        sheet.setName(job["rename_sheet"])
    output = book
    if job["only_sheet"] and job["kind"] == "csv":
        # CSV has the first sheet only. Copying a sheet with charts to a new document crashes LibreOffice now and then.
        book.Sheets.moveByName(sheet.Name, 0)
    elif job["only_sheet"]:
        output = _copy_sheet(desktop, book, job["sheet"])
    options = (_property("FilterOptions", CSV_AS_DISPLAYED),) if job["as_displayed"] else ()
    output.storeToURL(Path(job["target"]).as_uri(), (_property("FilterName", FILTERS[job["kind"]]), *options))
    for document in {id(book): book, id(output): output}.values():
        document.close(True)


def _enter(cell, value):
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _copy_sheet(desktop, book, sheet):
    new = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (_property("Hidden", True),))
    sheets = new.getSheets()
    sheets.importSheet(book, sheet, 0)
    for name in sheets.getElementNames()[1:]:
        sheets.removeByName(name)
    return new


def _property(name, value):
    from com.sun.star.beans import PropertyValue

    return PropertyValue(Name=name, Value=value)


if __name__ == "__main__":
    main()
