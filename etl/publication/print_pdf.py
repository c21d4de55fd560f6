"""A page as a PDF, printed by Chromium without a window, a network or a profile that stays."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from etl.errors import CardecError

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_SECONDS = 120
_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    # The page holds everything that it needs; whatever else it asked for would go nowhere.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Its scripts are none, and it is our own: the sandbox, which Chromium refuses to start with for root, isn't missed.
    "--no-sandbox",
    "--no-pdf-header-footer",
)


class PrintError(CardecError):
    """Chromium is there but made no PDF."""


def find_chromium() -> str | None:
    """The Chromium that is installed; None where none is."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def print_pdf(page: str, chromium: str) -> bytes:
    """The page, which must need no other file, as a PDF with its own paper size and margins."""
    with tempfile.TemporaryDirectory(prefix="cardec-print-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "page.html").write_text(page, encoding="utf-8")
        made = folder / "page.pdf"
        command = [
            chromium,
            *_ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={made}",
            (folder / "page.html").as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintError(f"Chromium made no PDF: {error}") from error
        if done.returncode or not made.exists():
            raise PrintError(f"Chromium made no PDF: {done.stderr.strip()[-500:]}")
        return made.read_bytes()
