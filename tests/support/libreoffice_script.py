"""Run by the Python that has LibreOffice's `uno`, not by pytest: drives one headless LibreOffice through its jobs.

Its only argument is the program. Each line that comes in is a job as JSON: the file to open, what to do, where to save.
For each a line goes out: what went wrong, as JSON, or an empty text. It ends when no more jobs can come.
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
START_TIMEOUT = 60.0
"""Seconds that LibreOffice may take to start."""


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="office", ignore_cleanup_errors=True) as profile:
        _serve(sys.argv[1], profile)


def _serve(program: str, profile: str) -> None:
    pipe = f"tests{Path(profile).name}"
    office = subprocess.Popen(
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
            print(json.dumps(_told(desktop, json.loads(line))), flush=True)
        _leave(desktop)
        office.wait(timeout=20)
    finally:
        office.kill()


def _told(desktop, job) -> str:
    """What went wrong with a job."""
    try:
        _work(desktop, job)
    except Exception:
        return traceback.format_exc()
    return ""


def _connect(pipe):
    import uno
    from com.sun.star.connection import NoConnectException

    resolver = uno.getComponentContext().ServiceManager.createInstance("com.sun.star.bridge.UnoUrlResolver")
    end = time.monotonic() + START_TIMEOUT
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
