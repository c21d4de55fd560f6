"""The Khmer font that public pages carry: the light one that set-up installed with npm, else a Python package's."""

from importlib.util import find_spec
from pathlib import Path

from etl.errors import CardecError

_PROJECT = Path(__file__).resolve().parents[2]
_LIGHT = _PROJECT / "node_modules/@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-400-normal.woff2"
WOFF2, TTF = "font/woff2", "font/ttf"


class FontError(CardecError):
    """No Khmer font is installed."""


def read_khmer_font() -> tuple[bytes, str]:
    """The font's bytes and their media type."""
    if _LIGHT.is_file():
        return _LIGHT.read_bytes(), WOFF2
    for path in find_khmer_font_files():
        return path.read_bytes(), TTF
    raise FontError("No Khmer font is installed: run `make setup`.")


def find_khmer_font_files() -> list[Path]:
    """The font as a file that drawings are made with."""
    spec = find_spec("fontpkg_noto_sans_khmer")
    if spec is None or spec.origin is None:
        return []
    return sorted((Path(spec.origin).parent / "files").glob("*.ttf"))
