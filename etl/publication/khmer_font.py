"""Find the Khmer font of public pages: the small one that npm installs, else the one of a Python package."""

from importlib.util import find_spec
from pathlib import Path

from etl.errors import CardecError

_PROJECT = Path(__file__).resolve().parents[2]
_NPM_FONT = _PROJECT / "node_modules/@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-400-normal.woff2"
WOFF2, TTF = "font/woff2", "font/ttf"


class FontError(CardecError):
    """No Khmer font is installed."""


def read_khmer_font() -> tuple[bytes, str]:
    """Return the font and its media type. FontError where none is installed."""
    if _NPM_FONT.is_file():
        return _NPM_FONT.read_bytes(), WOFF2
    for path in find_khmer_font_files():
        return path.read_bytes(), TTF
    raise FontError("No Khmer font is installed: run `make setup`.")


def find_khmer_font_files() -> list[Path]:
    """Return the font as TrueType files, which image rendering needs; none where it is not installed."""
    spec = find_spec("fontpkg_noto_sans_khmer")
    if spec is None or spec.origin is None:
        return []
    return sorted((Path(spec.origin).parent / "files").glob("*.ttf"))
