"""Run by the Python that has LibreOffice's `uno`, not by pytest: drives one headless LibreOffice through one job.

Its only argument is a job as JSON: the program, a folder for its profile, the file to open, what to do, where to save.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

FILTERS = {
    "xlsx": "Calc MS Excel 2007 XML",
    "ods": "calc8",
    "xls": "MS Excel 97",
    "csv": "Text - txt - csv (StarCalc)",
}
PATIENCE = 60.0
"""Seconds that LibreOffice may take to start."""


def main() -> None:
    job = json.loads(sys.argv[1])
    pipe = f"tests{Path(job['profile']).name}"
    office = subprocess.Popen(
        [
            job["program"],
            f"-env:UserInstallation={Path(job['profile']).as_uri()}",
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
        _work(desktop, job)
        _leave(desktop)
        office.wait(timeout=20)
    finally:
        office.kill()


def _connect(pipe):
    import uno
    from com.sun.star.connection import NoConnectException

    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstance("com.sun.star.frame.Desktop")
        except NoConnectException:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def _leave(desktop):
    """Ends LibreOffice, which may hang up before it has answered."""
    from com.sun.star.lang import DisposedException

    try:
        desktop.terminate()
    except DisposedException:
        return


def _work(desktop, job):
    book = desktop.loadComponentFromURL(Path(job["source"]).as_uri(), "_blank", 0, (_property("Hidden", True),))
    for address, value in job["values"].items():
        sheet, _, cell = address.rpartition("!")
        _type(book.Sheets.getByName(sheet).getCellRangeByName(cell), value)
    sheet = book.Sheets.getByName(job["sheet"])
    if job["insert_row"] or job["insert_column"]:
        sheet.unprotect("")
    if job["insert_row"]:
        sheet.Rows.insertByIndex(job["insert_row"] - 1, 1)
    if job["insert_column"]:
        sheet.Columns.insertByIndex(sheet.getCellRangeByName(job["insert_column"] + "1").CellAddress.Column, 1)
    if job["rename_sheet"]:
        sheet.setName(job["rename_sheet"])
    saved = _copied(desktop, book, job["sheet"]) if job["only_sheet"] else book
    saved.storeToURL(Path(job["target"]).as_uri(), (_property("FilterName", FILTERS[job["kind"]]),))
    for one in {id(book): book, id(saved): saved}.values():
        one.close(True)


def _type(cell, value):
    if isinstance(value, str):
        cell.setString(value)
    else:
        cell.setValue(value)


def _copied(desktop, book, sheet):
    new = desktop.loadComponentFromURL("private:factory/scalc", "_blank", 0, (_property("Hidden", True),))
    new.Sheets.importSheet(book, sheet, 0)
    for name in new.Sheets.ElementNames[1:]:
        new.Sheets.removeByName(name)
    return new


def _property(name, value):
    from com.sun.star.beans import PropertyValue

    return PropertyValue(Name=name, Value=value)


if __name__ == "__main__":
    main()
