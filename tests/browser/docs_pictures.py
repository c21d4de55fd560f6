"""Take the pictures of the documentation: `make pictures`.

Beside them stands the structure of what they show, which `test_docs_pictures.py` compares with the pages of today.
"""

import json
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.chromium import PROJECT, launch_chromium, open_visitor, serve_app
from tests.browser.served_app import create_manager_session
from tests.support.command_line import CLOCK, CommandLine
from tests.support.manager_account import add_manager

FOLDER = PROJECT / "docs" / "pictures"
PICTURES = {"overview.jpg": "/staff/overview", "public.jpg": "/"}
"""The address of the sample that each picture shows."""
WIDTH, HEIGHT, QUALITY = 1280, 800, 55
MAX_BYTES = 150_000
STRUCTURE = FOLDER / "structure.json"
_LIST_PARTS = """height => [...document.querySelectorAll('main :is(h1, h2, h3, .chart-frame, svg.strip)')]
  .filter(element => element.checkVisibility() && element.getBoundingClientRect().top < height)
  .map(element => element.tagName.toLowerCase())"""


def read_structure(page: Page) -> list[str]:
    """Return the kinds of the headings and charts that a picture of the page shows, in their order."""
    return [str(kind) for kind in page.evaluate(_LIST_PARTS, HEIGHT)]


def take_pictures() -> None:
    """Serve a new sample, and replace every picture."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.db"
        url = f"sqlite:///{path}"
        CommandLine(url).succeed("sample")
        add_manager(path)
        with launch_chromium() as browser, serve_app(url, path.with_suffix(".log"), CLOCK=CLOCK) as origin:
            session = create_manager_session(browser, origin)
            with open_visitor(browser, origin, width=WIDTH, height=HEIGHT, session=session) as visitor:
                structures = {}
                for name, address in PICTURES.items():
                    visitor.open(address)
                    structures[name] = read_structure(visitor.page)
                    _save(visitor.page, FOLDER / name)
    STRUCTURE.write_text(json.dumps(structures, indent=1) + "\n", encoding="utf-8")


def _save(page: Page, file: Path) -> None:
    data = page.screenshot(type="jpeg", quality=QUALITY, animations="disabled")
    if len(data) > MAX_BYTES:
        sys.exit(f"{file.name} has {len(data)} bytes, more than {MAX_BYTES}: lower QUALITY.")
    file.write_bytes(data)
    print(f"{file.relative_to(PROJECT)}: {len(data) // 1024} kB")


if __name__ == "__main__":
    take_pictures()
