"""Print a page as PDF with headless Chromium."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from etl.errors import CardecError

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_TIMEOUT_SECONDS = 120
_ARGUMENTS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    # The page is self-contained. Block all network requests.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    # Chromium refuses to start its sandbox as root. The page is our own and has no scripts.
    "--no-sandbox",
    "--no-pdf-header-footer",
)


class PrintError(CardecError):
    """Chromium failed to create the PDF."""


def find_chromium() -> str | None:
    """Return the path of an installed Chromium; None if there is none."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


def print_pdf(page: str, chromium: str) -> bytes:
    """Return the self-contained page as a PDF. The page sets paper size and margins."""
    with tempfile.TemporaryDirectory(prefix="cardec-print-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "page.html").write_text(page, encoding="utf-8")
        pdf = folder / "page.pdf"
        command = [
            chromium,
            *_ARGUMENTS,
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={pdf}",
            (folder / "page.html").as_uri(),
        ]
        try:
            process = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise PrintError(f"Chromium made no PDF: {error}") from error
        if process.returncode or not pdf.exists():
            raise PrintError(f"Chromium made no PDF: {process.stderr.strip()[-500:]}")
        return pdf.read_bytes()
